import { availableParallelism } from 'node:os';

/** Whose names begin so need a rehearsal, which Windows itself does not run: `npm start` says so too. */
const REHEARSED = [
  'e2e/',
  'lab/',
  'adapters/web/',
  'adapters/windows/certificates/(?:half-import|import|lab|lab-faults|traces)',
  'adapters/windows/(?:central-store|cut-short|full-disk|lab|passed-refusal|passive-node|presented-end|program|ssisdb|state-folder|trusts-pinned|witness-for-look)',
  'app/runner/on-lab',
  'roots/(?:former-keys|lab-command|demo/(?:farm-of-lab|turns)|runner/runner-(?:init|keys))',
].map((name) => `/test/${name}`);

/** The suite runs ESM natively; NODE_OPTIONS=--experimental-vm-modules is set by infra/up.mjs. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: process.platform === 'win32' ? REHEARSED : [],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' } },
    ],
  },
  // Most tests wait for processes and clocks: on two cores two files at a time take half as long as one.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  // Modules of a file that has ended stay in the memory of its process: after the whole suite some 3 GB.
  workerIdleMemoryLimit: '1GB',
  testTimeout: 90_000,
};

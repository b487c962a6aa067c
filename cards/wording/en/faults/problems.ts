import { inTable } from '../../../../src/domain/in-table.ts';
import { type ErrorData, named, text } from './fault.ts';

/** Obstacles to a rotation that a look reports. */
export const PROBLEMS = {
  'service-disabled': (d) => `its service is disabled${named(d, 'service')}.`,
  'service-has-dependents': (d) => `running services depend on its service${named(d, 'dependents')}.`,
  'settings-not-writable': (d) =>
    d.reason === 'FileIsLink'
      ? `its settings file is a link that leads elsewhere${named(d, 'file')}: put the file itself in its place.`
      : `its settings file cannot be written${named(d, 'file')}${named(d, 'reason')}: it may be read-only, or a scanner keeps it from this runner.`,
  'cer-not-writable': (d) =>
    `its .cer file cannot be written${named(d, 'file')}${named(d, 'reason')}: it may be read-only, or a scanner keeps it from this runner.`,
  'not-readable': (d) =>
    d.error === 'KeyNotInFile'
      ? 'the private key of the certificate in use lies in no file here: who may use it cannot be seen.'
      : `something cannot be read${named(d, 'what')}.`,
  'no-scale-out-service': () => 'it has no Scale Out service.',
  'runner-paused': () => 'its runner is paused: run node runner.mjs resume there.',
  'certificate-missing': (d) => `the certificate in use is in no store${named(d, 'thumbprint')}.`,
  'private-key-missing': (d) => `the certificate in use has no private key${named(d, 'thumbprint')}.`,
  'private-key-unreadable': (d) =>
    `the private key of the certificate in use is gone or cannot be opened${named(d, 'thumbprint')}.`,
  clustered: () => 'its service is a resource of a failover cluster.',
  'setting-not-a-thumbprint': (d) => `a setting is not a thumbprint${named(d, 'key')}.`,
  'binding-missing': (d) => `nothing is bound to port ${text(d.port)}.`,
  'binding-flags-not-returnable': (d) => `a flag of its binding cannot be given back${named(d, 'flags')}.`,
  'binding-not-valid': (d) => `a binding holds what cannot be written again${named(d, 'key')}${named(d, 'wrong')}.`,
  'binding-differs-from-setting': (d) => `binding and setting name different certificates${named(d, 'key')}.`,
  'master-not-answering': (d) => `the master does not answer on port ${text(d.port)}${named(d, 'error')}.`,
} satisfies { readonly [problem: string]: (d: ErrorData) => string };

export const problem = (d: ErrorData): string | undefined => {
  const name = text(d.problem);
  return inTable(PROBLEMS, name)?.(d);
};

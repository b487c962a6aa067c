import { createHash } from 'node:crypto';
import type { Farm } from '../../src/domain/farm/farm.ts';
import type { Envelope } from '../../src/domain/letters/protocol.ts';
import type { HostLook, Leftover } from '../../src/domain/machine/host-facts.ts';
import { sha256 } from '../../src/domain/sha256.ts';
import { instantOf } from '../../src/domain/time.ts';
import type { HostName, Thumbprint } from '../../src/domain/values.ts';
import type { Signer } from '../../src/ports/journal.ts';

/** Certificates on one machine: its current one and those used before. */
export const HELD = 10;
const DAY_MS = 86_400_000;

export interface Runner {
  readonly name: string;
  readonly signer: Signer;
}

export const farmOfMany = (runners: readonly Runner[]): Farm => ({
  name: 'bench',
  rehearsal: true,
  timeZone: 'UTC',
  endpoint: { host: 'sqlm01', port: 8391 },
  hosts: runners.map(({ name, signer }) => ({
    name: name as HostName,
    roles: ['worker'],
    keys: [signer.publicKey],
    address: null,
    systemRoot: 'C:\\Windows',
  })),
  people: [],
  groups: [],
  approval: { quorum: 1, approvers: [], groups: [], lapsesAfterMs: DAY_MS },
  gap: { limitMs: 60_000, leaveBehind: 0, canary: 1, concurrency: 50 },
  drain: { limitMs: 900_000 },
  certificate: { keyBits: 2048, lifetimeDays: 365, exportable: false, extraNames: [] },
  reminders: { days: [45, 30, 14, 7, 3, 1], at: '00:00', owner: null, escalateDays: 7, snoozeDays: 7 },
  retire: { graceMs: 7 * DAY_MS },
  windows: [],
  ticket: null,
  chat: { slack: null, teams: null },
  channels: [],
});

const thumbprint = (text: string): Thumbprint =>
  createHash('sha1').update(text).digest('hex').toUpperCase() as Thumbprint;

/** A look at a machine whose own certificate expires in 10 to 399 days, and which keeps nine older ones. */
export function lookAt(name: string, at: number, now: number): HostLook {
  const own = thumbprint(name);
  const ends = (days: number): string => instantOf(now + days * DAY_MS);
  const leftovers = Array.from(
    { length: HELD - 1 },
    (_, nth): Leftover => ({
      thumbprint: thumbprint(`${name} ${nth}`),
      subject: `CN=${name}`,
      notAfter: ends(nth * 30),
      mark: `certops bench-${nth}`,
      lastUsed: ends(-nth * 30 - 1),
      stores: ['My'],
      keys: ['My'],
      users: [],
    }),
  );
  return {
    host: name as HostName,
    at: instantOf(now),
    version: '0.1.0',
    systemRoot: 'C:\\Windows',
    root: { count: 40, notSelfSigned: 0 },
    master: null,
    worker: {
      service: {
        name: 'SSISScaleOutWorker160',
        state: 'running',
        pid: 1000 + at,
        start: 'auto',
        account: 'NT Service\\SSISScaleOutWorker160',
        accountSid: 'S-1-5-80-1-2-3-4-5',
        folder: 'C:\\Program Files\\Microsoft SQL Server\\160\\DTS\\Binn',
        dependents: [],
      },
      masterEndpoint: 'https://sqlm01:8391',
      masterThumbprint: '',
      workerThumbprint: own,
      workerStore: 'My',
      certificate: {
        thumbprint: own,
        subject: `CN=${name}`,
        selfSigned: true,
        ca: false,
        certSign: false,
        names: [name],
        notBefore: ends(-300),
        notAfter: ends(10 + (at % 390)),
        keyBits: 2048,
        hash: 'SHA-256',
        extendedKeyUsage: [],
        privateKey: 'yes',
      },
      trustsPinned: true,
      connection: {
        endpoint: 'https://sqlm01:8391',
        handshake: { target: 'sqlm01:8391', servername: 'sqlm01', thumbprint: null, error: 'ECONNREFUSED' },
        log: null,
        tcp: null,
      },
    },
    problems: [],
    leftovers,
  };
}

/** Two days' letters: the runner's journal lines, chained and signed, each in a report that is signed too. */
export function twoDaysOf({ name, signer }: Runner, look: (now: number) => HostLook) {
  const lineOf = (seq: number, prev: string, now: number): Envelope => {
    const entry = { type: 'finished', n: seq, rotation: 'scan', outcome: 'looked', look: look(now), facts: {} };
    const at = instantOf(now);
    return signer.sign('entry', JSON.stringify({ stream: `runner/bench/${name}`, seq, prev, at, entry }));
  };
  const reportOf = (from: number, entry: Envelope): Envelope => {
    const about = { v: 1, farm: 'bench', host: name, boot: 'bench', version: '0.1.0', clock: new Date().toISOString() };
    return signer.sign('report', JSON.stringify({ ...about, lastN: from, from, entries: [entry], notes: [] }));
  };
  const now = Date.now();
  const first = lineOf(1, '0'.repeat(64), now - DAY_MS);
  const second = lineOf(2, sha256(JSON.stringify(first)), now);
  return { yesterday: reportOf(1, first), today: reportOf(2, second) };
}

import type { ConnectionWitness, HostLook } from '../../../src/domain/machine/host-facts.ts';
import { blindLook, seen } from '../../../src/domain/machine/ssisdb.ts';
import { apartAfter } from '../../../src/domain/rotation/apart.ts';
import type { HostName } from '../../../src/domain/values.ts';

const HOST = 'sqlw01' as HostName;
const minute = (at: number): string => new Date(Date.UTC(2026, 10, 27, 6, at)).toISOString();

type Log = NonNullable<ConnectionWitness['log']>['state'] | null;
interface Seen {
  readonly log?: Log;
  readonly tcp?: boolean | null;
  /** What the master shows to this machine; null: nobody answers. */
  readonly shown?: string | null;
  readonly state?: 'running' | 'stopped';
  readonly pid?: number;
  readonly at?: number;
}

const worker = ({ log = 'silent', tcp = false, shown = 'A', state = 'running', pid = 7, at = 10 }: Seen) =>
  ({
    host: HOST,
    at: minute(at),
    worker: {
      service: { state, pid },
      connection: {
        handshake: { thumbprint: shown, error: shown === null ? 'ECONNREFUSED' : null },
        log: log === null ? null : { state: log, line: null, at: null },
        tcp,
      },
    },
  }) as unknown as HostLook;

/** The master's look: SSISDB saw the worker this many minutes before it was asked. */
const master = (ago: number, at = 10, enabled = true) =>
  ({
    host: 'sqlm01',
    at: minute(at),
    worker: null,
    ssisdb: {
      ...blindLook('sqlm01', 'no-role'),
      now: minute(at),
      workers: seen([{ machine: 'SQLW01', lastOnline: minute(at - ago), enabled }]),
    },
  }) as unknown as HostLook;

/** A worker that is set up again has another row: each set-up gives it a new id. */
const twice = (...ago: readonly number[]) => {
  const looks = ago.map((one) => master(one));
  const rows = looks.flatMap(({ ssisdb }) => ssisdb?.workers.seen ?? []);
  return { ...master(0), ssisdb: { ...master(0).ssisdb, workers: seen(rows) } } as unknown as HostLook;
};

const after = (own: Seen, ssisdb?: HostLook, before: Parameters<typeof apartAfter>[0] = null) =>
  apartAfter(before, HOST, { [HOST]: worker(own), ...(ssisdb === undefined ? {} : { sqlm01: ssisdb }) });

const APART = { pid: 7, since: minute(10) };

test.each<[string, Seen, HostLook | undefined, boolean]>([
  ['neither log nor connection', { log: 'silent', tcp: false }, undefined, true],
  ['a refusal in the log', { log: 'refused', tcp: false }, undefined, true],
  ['a refusal that only the log can tell', { log: 'refused', tcp: null }, undefined, true],
  ['a connection', { log: 'silent', tcp: true }, undefined, false],
  ['a log line that it is connected', { log: 'connected', tcp: false }, undefined, false],
  ['no witness at all', { log: null, tcp: null }, undefined, false],
  ['a silent log, and no count of connections', { log: 'silent', tcp: null }, undefined, false],
  ['a refusal that may be words of another language', { log: 'refused', tcp: true }, undefined, false],
  ['a master that does not answer', { log: 'silent', tcp: false, shown: null }, undefined, false],
  ['a service that does not run', { state: 'stopped', pid: 0 }, undefined, false],
  ['SSISDB, which has not seen it, against a line of the log', { log: 'connected', tcp: false }, master(9), true],
  ['SSISDB, which has seen it, against a log that is silent', { log: 'silent', tcp: false }, master(1), false],
  ['SSISDB, which has seen it, beside its older row', { log: 'silent', tcp: false }, twice(9000, 1), false],
  ['a connection against SSISDB', { log: 'silent', tcp: true }, master(9), false],
  ['SSISDB of long before its look', { log: 'connected', tcp: false }, master(9, 8), false],
  ['SSISDB of another hour', { log: 'connected', tcp: false }, master(9, 40), false],
  ['a worker that is switched off in the catalog', { log: 'connected', tcp: false }, master(9, 10, false), false],
])('whether a worker is apart is judged by %s', (_what, own, ssisdb, isApart) => {
  expect(after(own, ssisdb)).toEqual(isApart ? APART : null);
});

test('a worker is apart since the first look at the same process, and another process starts over', () => {
  const first = after({ at: 10 });
  expect(after({ at: 16 }, undefined, first)).toEqual(APART);
  expect(after({ at: 16, pid: 8 }, undefined, first)).toEqual({ pid: 8, since: minute(16) });
});

test('a look that cannot tell keeps what was seen, and a service that stops ends it', () => {
  const first = after({ at: 10 });
  expect(after({ at: 16, log: null, tcp: null }, undefined, first)).toEqual(APART);
  expect(after({ at: 16, state: 'stopped', pid: 0 }, undefined, first)).toBeNull();
});

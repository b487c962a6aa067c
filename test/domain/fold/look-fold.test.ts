import { withLook } from '../../../src/domain/fold/look-fold.ts';
import type { HostLook } from '../../../src/domain/machine/host-facts.ts';
import { blindLook, seen } from '../../../src/domain/machine/ssisdb.ts';
import { initialFarmState } from '../../../src/domain/rotation/farm-state.ts';
import type { HostName } from '../../../src/domain/values.ts';

const WORKER = 'sqlw01' as HostName;
const MASTER = 'sqlm01' as HostName;
const PIN = 'A'.repeat(40);
const at = (minute: number): string => new Date(Date.UTC(2026, 10, 27, 6, minute)).toISOString();

const worker = (minute: number, { pin = PIN, tcp = true as boolean | null, shown = PIN as string | null } = {}) =>
  ({
    host: WORKER,
    at: at(minute),
    master: null,
    worker: {
      masterThumbprint: pin,
      trustsPinned: true,
      service: { state: 'running', pid: 7 },
      connection: { handshake: { thumbprint: shown, error: null }, log: null, tcp },
    },
  }) as unknown as HostLook;

/** A master that asks SSISDB, which has not seen the worker for this long. */
const master = (minute: number, silentMinutes: number) =>
  ({
    host: MASTER,
    at: at(minute),
    master: null,
    worker: null,
    ssisdb: {
      ...blindLook(MASTER, 'no-role'),
      now: at(minute),
      workers: seen([{ machine: WORKER, lastOnline: at(minute - silentMinutes), enabled: true }]),
    },
  }) as unknown as HostLook;

const first = withLook(initialFarmState, WORKER, worker(0));

test('a look that shows the same as the one before leaves the standing of its machine as it is, without a copy', () => {
  const second = withLook(first, WORKER, worker(1));
  expect(second.standings).toBe(first.standings);
  expect(second.latest[WORKER]?.at).toBe(at(1));
});

test('a look with another pin begins a new standing, and leaves the earlier state untouched', () => {
  const pin = 'B'.repeat(40);
  const second = withLook(first, WORKER, worker(1, { pin }));
  expect(first.standings[WORKER]?.pins).toEqual({ value: `${PIN} true`, since: at(0) });
  expect(second.standings[WORKER]?.pins).toEqual({ value: `${pin} true`, since: at(1) });
});

test('a look at a master that asks SSISDB sets a worker apart while it is silent there, and changes nothing else', () => {
  const idle = withLook(initialFarmState, WORKER, worker(0, { tcp: false, shown: PIN }));
  const away = withLook(idle, MASTER, master(1, 9));
  expect(away.standings[WORKER]?.apart).toEqual({ pid: 7, since: at(0) });
  const still = withLook(away, MASTER, master(2, 10));
  expect(still.standings).toBe(away.standings);
  expect(withLook(still, MASTER, master(3, 0)).standings[WORKER]?.apart).toBeNull();
});

test('the newest four hundred end dates of certificates that a service once named are kept, each once', () => {
  const named = (n: number) => {
    const look = worker(0);
    const thumbprint = n.toString(16).padStart(40, '0').toUpperCase();
    return { ...look, worker: { ...look.worker, certificate: { thumbprint, notAfter: at(n) } } } as unknown as HostLook;
  };
  const looks = [...Array.from({ length: 450 }, (_, n) => named(n)), named(10), named(60), named(900)];
  const { endsOnce } = looks.reduce((state, look) => withLook(state, WORKER, look), initialFarmState);
  const ends = Object.values(endsOnce);
  expect(ends).toHaveLength(400);
  // 60 was among them already, and is the newest now.
  expect(ends.slice(-3)).toEqual([at(449), at(10), at(60)]);
  expect(ends[0]).toBe(at(51));
  expect(new Set(ends).size).toBe(400);
});

describe('The end of a certificate that a service no longer names', () => {
  const one = (thumbprint: string | null) =>
    thumbprint === null ? null : { thumbprint, notAfter: at(thumbprint.charCodeAt(0)) };
  const both = (ofMaster: string | null, ofWorker: string | null, host: HostName = MASTER) =>
    ({
      host,
      at: at(1),
      master: { certificate: one(ofMaster), ...SILENT },
      worker: worker0(ofWorker),
    }) as unknown as HostLook;
  const SILENT = { presented: [], bindings: [], sslCertThumbprint: '', service: { state: 'stopped' } };
  const worker0 = (own: string | null) => ({ ...worker(1).worker, certificate: one(own) });
  const ends = (...looks: readonly HostLook[]) =>
    Object.keys(looks.reduce((state, look) => withLook(state, look.host, look), initialFarmState).endsOnce);

  test.each<[string, readonly HostLook[], readonly string[]]>([
    ['is kept of a master', [both('A', 'B'), both('C', 'B')], ['A']],
    ['is kept of a worker', [both('A', 'B'), both('A', 'C')], ['B']],
    ['is kept of both', [both('A', 'B'), both('C', 'D')], ['A', 'B']],
    ['is kept of a service that is gone', [both('A', 'B'), { ...both('A', 'B'), worker: null }], ['B']],
    [
      'is kept as one of the newest if it was named again meanwhile',
      [both('A', 'B'), both('C', 'B'), both('A', 'D'), both('E', 'F')],
      ['C', 'B', 'A', 'D'],
    ],
    ['is not kept while the other service on the machine names it', [both('A', 'B'), both('B', 'A')], []],
    ['is not kept of what is still named', [both('A', 'B'), both('A', 'B')], []],
    ['is not kept where none was named', [both(null, null), both('A', 'B')], []],
    [
      'is kept beside those of other machines',
      [both('A', 'B'), both('C', 'B'), both('D', 'E', WORKER), both('D', 'F', WORKER)],
      ['A', 'E'],
    ],
  ])('%s', (_, looks, expected) => {
    expect(ends(...looks)).toEqual(expected);
  });
});

test('a look leaves all else of the farm as it is, and the standings of other machines where it did not ask SSISDB', () => {
  const other = 'sqlw02' as HostName;
  const idle = withLook(initialFarmState, WORKER, worker(0, { tcp: false, shown: PIN }));
  const farm = { ...withLook(idle, MASTER, master(1, 9)), nextNumber: 42 };
  const look = { ...worker(2), host: other } as HostLook;
  const after = withLook(farm, other, look);
  expect(after.nextNumber).toBe(42);
  expect(after.standings[WORKER]).toBe(farm.standings[WORKER]);
  expect(Object.keys(after.standings)).toEqual(expect.arrayContaining([WORKER, MASTER, other]));
  // Apart from SSISDB's word, its standing begins with its own look.
  expect(after.standings[WORKER]).toMatchObject({ apart: { pid: 7 }, pins: { value: `${PIN} true` } });
  // It cannot tell whether a service is connected that it does not show.
  const unseen = withLook(farm, WORKER, { ...worker(3), worker: null });
  expect(unseen.standings[WORKER]?.apart).toEqual({ pid: 7, since: at(0) });
});

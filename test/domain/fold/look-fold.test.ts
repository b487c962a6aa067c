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

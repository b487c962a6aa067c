import { type Moment, next } from '../../../src/domain/next/index.ts';
import { type Outage, seeOutage } from '../../../src/domain/next/outage.ts';
import type { HostPresence } from '../../../src/domain/presence/presence.ts';
import { approve, farmOf, Sim } from '../sim.ts';

const HOUR_MS = 3_600_000;

/** The master has switched, and one worker is still at it. */
function midway(): Sim {
  const isLast = (host: string, stage: string | null) => host === 'sqlw03' && stage === 'workers';
  return approve(
    new Sim(farmOf(), ({ kind, host, stage }) => (kind === 'apply' && isLast(host, stage) ? 'stuck' : 'ok')),
  );
}

const causeIn = (sim: Sim, over: Partial<Moment>) =>
  next(sim.rotation(), { ...sim.moment(), ...over }).cause?.code ?? null;

describe('What the bot has seen of an outage by its steady clock', () => {
  test.each([
    ['forward', HOUR_MS],
    ['back', -HOUR_MS],
  ])('counts when the wall clock is set an hour %s', (_, ms) => {
    const sim = midway();
    const { id } = sim.rotation();
    const now = sim.now + ms;
    sim.now = now;
    sim.since = now;
    for (const { name } of sim.farm.hosts) sim.hello(name);
    expect(causeIn(sim, { outage: { id, forMs: 5_000 } })).toBeNull();
    expect(causeIn(sim, { outage: { id, forMs: 61_000 } })).toBe('GapLimitPassed');
  });

  test('turns nothing before the bot has read what was done while it stood still', () => {
    const sim = midway();
    const outage = { id: sim.rotation().id, forMs: 661_000 };
    const wakes = sim.now + 600_000;
    const causeAt = (ms: number) => causeIn(sim, { now: wakes + ms, since: wakes, outage });
    expect(causeAt(0)).toBeNull();
    for (const { name } of sim.farm.hosts) {
      const letter = (clock: number) => ({ at: wakes + 1_000, clock });
      sim.presence[name] = { ...(sim.presence[name] as HostPresence), ...letter(wakes - 300_000) };
      expect(causeAt(2_000)).toBeNull();
      sim.presence[name] = { ...(sim.presence[name] as HostPresence), ...letter(wakes + 1_000) };
    }
    expect(causeAt(2_000)).toBe('GapLimitPassed');
  });

  test('does not count for another rotation', () => {
    const sim = midway();
    expect(causeIn(sim, { outage: { id: 'prod-9', forMs: 61_000 } })).toBeNull();
  });

  /** Seen at each of these times, `[wall, steady]` counted from when the order of the master was written. */
  const seen = (sim: Sim, ...times: readonly Time[]): Outage | null => look(sim, times, times.length === 1);
  type Time = readonly [number, number];

  function look(sim: Sim, times: readonly Time[], isStarted: boolean): Outage | null {
    const lead = sim.rotation().orders.find(({ kind, stage }) => kind === 'apply' && stage === 'master');
    const issued = Date.parse(lead?.issued ?? '');
    const before = { ...sim.rotation(), steps: {} };
    return times.reduce<Outage | null>((last, [wall, steady], at) => {
      const state = at === 0 && times.length > 1 ? { ...sim.state, rotations: { [before.id]: before } } : sim.state;
      return seeOutage(last, state, { now: issued + wall, steady, isFirst: isStarted && at === 0 });
    }, null);
  }

  test('grows evenly, whatever becomes of the wall clock', () => {
    expect(seen(midway(), [0, 0], [2_000, 2_000], [HOUR_MS, 7_000])?.forMs).toBeLessThanOrEqual(7_000);
    expect(seen(midway(), [0, 0], [2_000, 2_000], [-HOUR_MS, 7_000])?.forMs).toBeGreaterThanOrEqual(5_000);
  });

  test('is no longer than its order has been out by that clock', () => {
    expect(seen(midway(), [0, 0], [HOUR_MS, 2_000])?.forMs).toBe(2_000);
  });

  test('begins with its own order: neither the time before that nor the outage of another rotation counts', () => {
    const sim = midway();
    const { id, orders } = sim.rotation();
    const isLead = ({ kind, stage }: (typeof orders)[number]) => kind === 'apply' && stage === 'master';
    const issued = Date.parse(orders.find(isLead)?.issued ?? '');
    const rotationsWith = (over: object) => ({ ...sim.state, rotations: { [id]: { ...sim.rotation(), ...over } } });
    const planned = rotationsWith({ steps: {}, orders: orders.filter((order) => !isLead(order)) });
    const other: Outage = { id: 'prod-9', outAt: 0, since: 0, forMs: 600_000 };
    const at = (now: number, steady: number) => ({ now: issued + now, steady, isFirst: false });
    for (const before of [null, other]) {
      expect(seeOutage(before, planned, at(-1_000, 599_000))).toBeNull();
      const out = seeOutage(before, rotationsWith({ steps: {} }), at(0, 600_000));
      expect(out).toMatchObject({ id, since: null });
      expect(seeOutage(out, sim.state, at(HOUR_MS, 602_000))?.forMs).toBe(2_000);
    }
  });

  test('starts from the wall clock where order and outage are seen at once', () => {
    expect(look(midway(), [[40_000, 0]], false)?.forMs).toBeGreaterThan(35_000);
  });

  test('starts from the wall clock for a bot that was started in the middle of the outage', () => {
    expect(seen(midway(), [40_000, 0])?.forMs).toBeGreaterThan(35_000);
  });

  test('also starts from the wall clock for a bot that was started in the middle and hears of the outage only later', () => {
    const started: readonly Time[] = [
      [30_000, 0],
      [40_000, 10_000],
    ];
    expect(look(midway(), started, true)?.forMs).toBeGreaterThan(35_000);
  });
});

test('Nobody counts as cut off before that was ordered, whatever the clock of the master says', () => {
  const sim = midway();
  const rotation = sim.rotation();
  const early = Object.entries(rotation.steps.sqlm01 ?? {}).map(
    ([id, step]) => [id, { ...step, startedAt: new Date(sim.now - HOUR_MS).toISOString() }] as const,
  );
  const steps = { ...rotation.steps, sqlm01: Object.fromEntries(early) };
  expect(next({ ...rotation, steps }, sim.moment()).cause).toBeNull();
});

describe('A master that nobody confirmed', () => {
  /** It has gone back at the limit, and reports that a moment before the bot counts the limit. */
  function unconfirmed(sim: Sim, steps = sim.rotation().steps, over: Partial<Moment> = {}) {
    const rotation = sim.rotation();
    const orders = rotation.orders.map((order) =>
      order.kind === 'apply' && order.stage === 'master'
        ? { ...order, status: 'finished' as const, outcome: 'put-back' as const, code: 'NotConfirmed', data: {} }
        : order,
    );
    const outage = { id: rotation.id, forMs: 59_800 };
    return next({ ...rotation, orders, steps }, { ...sim.moment(), outage, ...over }).cause;
  }

  test('is not blamed for a worker that had not followed by then, and that worker is named', () => {
    expect(unconfirmed(midway())).toMatchObject({
      host: null,
      code: 'GapLimitPassed',
      data: { seconds: 60, hosts: ['sqlw03'] },
    });
  });

  test('is named if the worker that had not followed has not told yet what it did while the bot had no queue', () => {
    const sim = midway();
    const now = sim.now + 1_000;
    const heard = sim.farm.hosts.filter(({ name }) => name !== 'sqlw03');
    const met = heard.map(({ name }) => [name, { ...(sim.presence[name] as HostPresence), at: now }] as const);
    const presence = { ...sim.presence, ...Object.fromEntries(met) };
    const over = { now, since: now - 500, presence };
    expect(unconfirmed(sim, undefined, over)).toMatchObject({ host: 'sqlm01', code: 'NotConfirmed' });
  });

  test('is named when no worker was heard of since it switched, as the bot or the network was away', () => {
    const sim = approve(
      new Sim(farmOf(), ({ kind, stage }) => (kind === 'apply' && stage === 'workers' ? 'shut-out' : 'ok')),
    );
    const { sqlm01 = {} } = sim.rotation().steps;
    expect(unconfirmed(sim, { sqlm01 })).toMatchObject({ host: 'sqlm01', code: 'NotConfirmed' });
  });
});

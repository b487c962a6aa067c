import type { RunnerDeps } from '../../../../src/app/runner/deps.ts';
import { createHolds, readHold } from '../../../../src/app/runner/held/holds.ts';
import { CertopsError } from '../../../../src/domain/errors.ts';
import { type AcceptedOrder, initialRunnerState, type RunnerState } from '../../../../src/domain/fold/runner-fold.ts';
import type { Order } from '../../../../src/domain/letters/protocol.ts';
import type { HostName } from '../../../../src/domain/values.ts';
import { type Rig, rigBefore } from '../rig.ts';
import { createVirtualClock } from '../virtual-clock.ts';

const [MASTER, WORKER] = ['sqlm01', 'sqlw01'] as const;
const LIMIT_MS = 60_000;
const HOUR_MS = 3_600_000;
const orders: { [name: string]: AcceptedOrder } = {};
const ids: { [name: string]: readonly string[] } = {};
let [old, next] = ['', ''];

/** Orders of a real plan, as a runner has accepted them. */
beforeAll(async () => {
  const { rig, plan } = await rigBefore('master');
  old = rig.old.thumbprint;
  next = rig.refs().new?.thumbprint ?? '';
  for (const [name, stage] of [
    [MASTER, 'master'],
    [WORKER, 'workers'],
  ] as const) {
    orders[name] = accepted(rig, rig.order(plan, name, 'apply', stage));
    ids[name] = plan.slices.find(({ host }) => host === name)?.stages[stage]?.steps.map(({ id }) => id) ?? [];
  }
  orders.trust = accepted(rig, rig.order(plan, WORKER, 'apply', 'trust'));
});

function accepted(rig: Rig, order: Order): AcceptedOrder {
  const { n, rotation, kind, stage, digest } = order;
  return {
    ...{
      n,
      rotation,
      kind,
      stage,
      digest,
      seq: n,
      at: order.issued,
      bodyHash: 'h' as never,
      envelope: rig.seal(order),
    },
    ...{ armedAt: null, switched: null, failed: null, outcome: null },
  };
}

const own = (host: string) => ({ farm: 'prod', host: host as HostName });

/** Holds over orders that a test may change; `presents`: what a worker sees of its master, or an error. */
function holding(name: string, over: Partial<AcceptedOrder> = {}) {
  const clock = createVirtualClock();
  const order = orders[name];
  if (order === undefined) throw new Error(name);
  const world = {
    presents: old as string | Error | null,
    endpoint: 'https://sqlm01:8391' as string | Error,
    state: { ...initialRunnerState, orders: [{ ...order, ...over }] } as RunnerState,
    paused: async () => false,
  };
  const [looks, warned, targets]: [number[], object[], object[]] = [[], [], []];
  const begin = clock.steady();
  const deps = {
    ...{ config: own(name), journal: { state: () => world.state }, clock },
    log: { info() {}, warn: (data: object) => void warned.push(data) },
    paused: () => world.paused(),
    host: {
      async setting() {
        if (world.endpoint instanceof Error) throw world.endpoint;
        return world.endpoint;
      },
      async handshake(target: object) {
        targets.push(target);
        if (world.presents instanceof Error) throw world.presents;
        return { thumbprint: world.presents };
      },
    },
  } as unknown as RunnerDeps;
  const holds = createHolds(deps, () => void looks.push(clock.steady() - begin));
  const now = () => world.state.orders[0] as AcceptedOrder;
  const decide = () => {
    const hold = holds.of(now());
    return hold === null ? null : holds.decide(now(), hold);
  };
  const change = (how: Partial<AcceptedOrder>) => {
    world.state = { ...world.state, orders: [{ ...now(), ...how }] };
  };
  return { clock, world, holds, looks, warned, targets, decide, change };
}
const switched = (clock: { now(): number }, goesBackMs: number | null, sinceMs = 0) => ({
  at: new Date(clock.now() - sinceMs).toISOString(),
  goesBackAt: goesBackMs === null ? null : new Date(clock.now() + goesBackMs).toISOString(),
});

describe('An order is held', () => {
  test('as the lead or as one that follows, with what it follows and how long a master waits', () => {
    const lead = readHold(orders[MASTER] as AcceptedOrder, own(MASTER));
    expect(lead).toMatchObject({ part: 'lead', followed: null, limitMs: LIMIT_MS, steps: ids[MASTER] });
    const follow = readHold(orders[WORKER] as AcceptedOrder, own(WORKER));
    expect(follow).toMatchObject({ n: orders[WORKER]?.n, part: 'follow', followed: { old, next }, steps: ids[WORKER] });
  });

  test('not if it is carried out at once, goes back, is over, or cannot be read here', () => {
    const order = orders[WORKER] as AcceptedOrder;
    const none = { ...order, envelope: null };
    const broken = { ...order, envelope: { ...order.envelope, body: '{}' } } as AcceptedOrder;
    for (const one of [orders.trust as AcceptedOrder, { ...order, kind: 'undo' as const }, none, broken])
      expect(readHold(one, own(WORKER))).toBeNull();
    expect(readHold(order, own('sqlw02'))).toBeNull();
  });
});

describe('A master that waits to be confirmed', () => {
  test('goes back when its time is over by the steady clock, whatever the clock on the wall is set to', async () => {
    for (const ms of [0, HOUR_MS, -HOUR_MS]) {
      const { clock, decide, change } = holding(MASTER);
      expect(decide()).toBe('forth');
      change({ switched: switched(clock, 50_000) });
      expect(decide()).toBe('hold');
      clock.step(ms);
      await clock.sleep(49_999);
      expect(decide()).toBe('hold');
      await clock.sleep(1);
      expect(decide()).toBe('back');
    }
  });

  test('waits no longer than its limit if the clock on the wall was set back before anybody asked', async () => {
    const { clock, decide, change } = holding(MASTER);
    change({ switched: switched(clock, 50_000) });
    clock.step(-HOUR_MS);
    expect(decide()).toBe('hold');
    await clock.sleep(LIMIT_MS);
    expect(decide()).toBe('back');
  });

  test('goes back at once if it failed, or its time was over before its runner started', () => {
    const { clock, decide, change } = holding(MASTER);
    change({ switched: switched(clock, 50_000), failed: { code: 'ServiceNotRunning', data: {} } });
    expect(decide()).toBe('back');
    const late = holding(MASTER);
    late.change({ switched: switched(late.clock, -1) });
    expect(late.decide()).toBe('back');
  });

  test('with nothing to go back to ends an hour after its limit', async () => {
    const { clock, decide, change } = holding(MASTER);
    change({ switched: switched(clock, null, 10_000) });
    expect(decide()).toBe('hold');
    await clock.sleep(HOUR_MS + LIMIT_MS - 10_001);
    expect(decide()).toBe('hold');
    await clock.sleep(1);
    expect(decide()).toBe('end');
  });

  test('that has not switched yet is looked after once a minute, and is told to switch though it is paused', async () => {
    const { clock, holds, looks, decide, world } = holding(MASTER);
    world.paused = async () => true;
    holds.start();
    await clock.sleep(60_001);
    expect(looks).toEqual([0, 60_000]);
    // It refuses by itself then, and says so.
    expect(decide()).toBe('forth');
    await holds.stop();
  });

  test('is looked after when its time is over, and asks nobody what it presents itself', async () => {
    const { clock, holds, looks, change, targets } = holding(MASTER);
    change({ switched: switched(clock, 5_000) });
    holds.start();
    await clock.sleep(5_001);
    expect([looks, targets]).toEqual([[0, 5_000], []]);
    await holds.stop();
  });
});

describe('A worker that holds its order', () => {
  const follow = async (how: (one: ReturnType<typeof holding>) => void = () => {}) => {
    const one = holding(WORKER);
    how(one);
    one.holds.start();
    await one.holds.idle();
    return one;
  };

  test('looks at once and every two seconds at what its master presents, at the name in its settings', async () => {
    const { clock, holds, looks, targets } = await follow();
    await clock.sleep(4_001);
    await holds.stop();
    expect(looks).toEqual([0, 2_000, 4_000]);
    expect(targets[0]).toEqual({ host: 'sqlm01', port: 8391, servername: 'sqlm01' });
  });

  test('goes alone after its master has presented the new certificate for ten seconds', async () => {
    const { clock, holds, world, decide } = await follow(({ world: of }) => Object.assign(of, { presents: next }));
    expect(decide()).toBe('hold');
    await clock.sleep(9_999);
    expect(decide()).toBe('hold');
    await clock.sleep(2);
    expect(decide()).toBe('forth');
    // The master ended its part: what was seen of it is out of date.
    holds.unsee();
    expect(decide()).toBe('hold');
    world.presents = old;
    await holds.stop();
  });

  test('goes when told, waits when told, and holds no word against an order that it does not hold', async () => {
    const { holds, decide, world, clock } = await follow(({ world: of }) => Object.assign(of, { presents: next }));
    const n = orders[WORKER]?.n ?? 0;
    holds.hear(n + 1, 'go', clock.now());
    expect(decide()).toBe('hold');
    holds.hear(n, 'go', clock.now());
    expect(decide()).toBe('forth');
    holds.hear(n, 'wait', clock.now() + 1);
    expect(decide()).toBe('hold');
    holds.hear(n, 'go', clock.now());
    expect(decide()).toBe('hold');
    world.presents = old;
    await holds.stop();
  });

  test('hears the bot again after a word dated far ahead, as by a clock that was set back since', async () => {
    const { holds, decide, clock } = await follow(({ world }) => Object.assign(world, { presents: next }));
    const n = orders[WORKER]?.n ?? 0;
    holds.hear(n, 'wait', clock.now() + 60_001);
    holds.hear(n, 'go', clock.now());
    expect(decide()).toBe('forth');
    holds.hear(n, 'wait', clock.now() + 60_000);
    holds.hear(n, 'go', clock.now() + 1);
    expect(decide()).toBe('hold');
    await holds.stop();
  });

  test.each<readonly [string, Partial<ReturnType<typeof holding>['world']>, readonly object[]]>([
    ['its handshake fails', { presents: new CertopsError('Unreachable', {}) }, [{ code: 'Unreachable' }]],
    ['its settings cannot be read', { endpoint: new CertopsError('FileBusy', {}) }, [{ code: 'FileBusy' }]],
    ['nobody answers', { presents: null }, []],
  ])('begins to count anew if %s', async (_, spoilt, warnings) => {
    const { clock, holds, decide, world, warned } = await follow((one) => Object.assign(one.world, { presents: next }));
    await clock.sleep(8_001);
    Object.assign(world, spoilt);
    await clock.sleep(2_000);
    Object.assign(world, { presents: next, endpoint: 'https://sqlm01:8391' });
    await clock.sleep(10_000);
    expect(decide()).toBe('hold');
    expect(warned).toEqual(warnings);
    await clock.sleep(2_001);
    expect(decide()).toBe('forth');
    await holds.stop();
  });

  test('sees nobody while its settings name no endpoint', async () => {
    const { holds, targets, warned, looks } = await follow(({ world }) => Object.assign(world, { endpoint: 'none' }));
    expect([targets, warned, looks]).toEqual([[], [], [0]]);
    await holds.stop();
  });

  test.each<readonly [string, () => Promise<boolean>]>([
    ['is paused', async () => true],
    ['may be paused, for that cannot be read', () => Promise.reject(new Error('EBUSY'))],
  ])('begins nothing while it %s, but goes on with what was begun', async (_, paused) => {
    const { holds, decide, world } = await follow((one) => Object.assign(one.world, { presents: next, paused }));
    holds.hear(orders[WORKER]?.n ?? 0, 'go', 1);
    expect(decide()).toBe('hold');
    holds.hear(orders[WORKER]?.n ?? 0, 'wait', 2);
    const [step = ''] = ids[WORKER] ?? [];
    const { digest, rotation } = orders[WORKER] as AcceptedOrder;
    const past = { digest, rotation, isOver: false, steps: { [step]: {} }, refs: {} };
    world.state = { ...world.state, pasts: [past] } as unknown as RunnerState;
    expect(decide()).toBe('forth');
    await holds.stop();
  });

  test('is let go by a confirmation though it is paused', async () => {
    const { holds, decide } = await follow(({ world }) => Object.assign(world, { paused: async () => true }));
    holds.hear(orders[WORKER]?.n ?? 0, 'confirm', 1);
    expect(decide()).toBe('end');
    await holds.stop();
  });

  test('is looked after no longer once its order has ended, and again when another one comes', async () => {
    const { clock, holds, looks, change } = await follow();
    change({ outcome: 'applied' });
    await clock.sleep(10_000);
    expect(looks).toHaveLength(1);
    change({ outcome: null });
    holds.start();
    await holds.idle();
    expect(looks).toHaveLength(2);
    await holds.stop();
    holds.start();
    await clock.sleep(10_000);
    expect(looks).toHaveLength(2);
  });
});

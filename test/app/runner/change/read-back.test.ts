import { CertopsError } from '../../../../src/domain/errors.ts';
import type { RunnerEntry } from '../../../../src/domain/journal/entries.ts';
import type { Plan } from '../../../../src/domain/plan/plan.ts';
import type { WindowsHost } from '../../../../src/ports/windows-host.ts';
import { outcomeOf, type Rig, rigBefore, stateOf } from '../rig.ts';

type Reading = 'setting' | 'service' | 'sslBindings' | 'connectionWitness';

const timedOut = () => new CertopsError('ToolTimedOut', { tool: 'reg', args: [], limitMs: 60_000 });

/** What a worker pins; the endpoint beside it is read by whoever watches the master, again and again. */
const isMeant = (what: Reading, args: readonly unknown[]): boolean =>
  what !== 'setting' || args[1] === 'MasterHttpsCertThumbprint';

/** A machine on which the readings of these numbers, counted from 1, fail after that long. */
function failing(rig: Rig, name: string, what: Reading, how: Failing) {
  const { isBad, afterMs = 0, error = timedOut() } = how;
  const host = how.host ?? rig.windowsHost(name);
  let nth = 0;
  const read = async (...args: never[]): Promise<unknown> => {
    if (isMeant(what, args)) {
      nth += 1;
      if (isBad(nth)) {
        await rig.clock.sleep(afterMs);
        throw error;
      }
    }
    return (host[what] as (...args: never[]) => Promise<unknown>)(...args);
  };
  return { host: { ...host, [what]: read } as WindowsHost, count: () => nth };
}

interface Failing {
  readonly isBad: (nth: number) => boolean;
  readonly afterMs?: number;
  readonly error?: CertopsError;
  readonly host?: WindowsHost;
}

/** A worker that has switched, and whose master is back. */
async function toUndo(): Promise<{ rig: Rig; plan: Plan }> {
  const { rig, plan } = await rigBefore('workers');
  await rig.run(plan, 'sqlw01', 'apply', 'workers');
  await rig.run(plan, 'sqlm01', 'undo', 'master');
  return { rig, plan };
}

async function putBack(rig: Rig, plan: Plan, host: WindowsHost) {
  const runner = rig.runner('sqlw01', { host });
  await runner.start();
  const order = rig.order(plan, 'sqlw01', 'undo', 'workers', { timeLimitMs: 120_000 });
  await runner.receive(rig.seal(order));
  await runner.idle();
  await runner.stop();
  const entries = rig.entries('sqlw01').filter((entry) => entry.n === order.n);
  return { outcome: outcomeOf(entries, order.n), failed: failedIn(entries) };
}

const failedIn = (entries: readonly RunnerEntry[]) =>
  entries.flatMap((entry) => (entry.type === 'failed' ? [entry.code] : []));

describe('A put-back', () => {
  test.each([
    ['setting', 1],
    ['setting', 2],
    ['service', 1],
    ['service', 2],
    ['connectionWitness', 1],
  ] as const)('is not ended by one failed reading of %s, number %i', async (what, number) => {
    const { rig, plan } = await toUndo();
    const { host, count } = failing(rig, 'sqlw01', what, { isBad: (nth) => nth === number });
    expect(await putBack(rig, plan, host)).toEqual({ outcome: 'put-back', failed: [] });
    expect(count()).toBeGreaterThan(number);
  });

  test('that can read nothing tries a few times and no more, and ends as unknown', async () => {
    const { rig, plan } = await toUndo();
    const { host, count } = failing(rig, 'sqlw01', 'setting', { isBad: () => true });
    const { outcome, failed } = await putBack(rig, plan, host);
    expect([outcome, failed[0], count()]).toEqual(['unknown', 'ToolTimedOut', 4]);
  });

  test('whose time is over is not ended by one failed look at the connection: it is read once more', async () => {
    const { rig, plan } = await toUndo();
    const end = rig.clock.steady() + 120_000;
    let late = 0;
    const isBad = (): boolean => {
      if (rig.clock.steady() < end) return true;
      late += 1;
      return late === 1;
    };
    const { host } = failing(rig, 'sqlw01', 'connectionWitness', { isBad });
    expect(await putBack(rig, plan, host)).toEqual({ outcome: 'put-back', failed: [] });
    expect(late).toBeGreaterThan(1);
  });

  test.each([
    ['of a tool that hangs', { afterMs: 30_000 }],
    ['of what was read, and is not as it should be', { error: new CertopsError('SettingTwice', {}) }],
  ])('does not wait for a second reading %s', async (_what, how) => {
    const { rig, plan } = await toUndo();
    const { host, count } = failing(rig, 'sqlw01', 'setting', { isBad: () => true, ...how });
    expect((await putBack(rig, plan, host)).outcome).toBe('unknown');
    expect(count()).toBe(1);
  });

  test('that is stopped between two readings stays open in the journal', async () => {
    const { rig, plan } = await toUndo();
    const { host, count } = failing(rig, 'sqlw01', 'setting', { isBad: () => true });
    const runner = rig.runner('sqlw01', { host });
    await runner.start();
    const order = rig.order(plan, 'sqlw01', 'undo', 'workers', { timeLimitMs: 120_000 });
    void runner.receive(rig.seal(order));
    while (count() === 0) await rig.clock.sleep(10);
    await runner.stop();
    const entries = rig.entries('sqlw01').filter((entry) => entry.n === order.n);
    expect(entries.some(({ type }) => type === 'finished')).toBe(false);
  });
});

/** A worker's machine whose restart fails, and of which nothing can be read from then on. */
function refusingThenMute(rig: Rig) {
  rig.machines.get('sqlw01')?.faults.set('service.restart', { kind: 'fail', times: 99 });
  const world = rig.windowsHost('sqlw01');
  let isMute = false;
  return failing(rig, 'sqlw01', 'service', {
    host: {
      ...world,
      perform: async (change, signal) => {
        isMute ||= change.type === 'service.restart';
        return world.perform(change, signal);
      },
    },
    isBad: () => isMute,
    afterMs: 30_000,
  }).host;
}

test('the reason given is what a tool refused on the way back, not that nothing could be read after it', async () => {
  const { rig, plan } = await toUndo();
  const { outcome, failed } = await putBack(rig, plan, refusingThenMute(rig));
  expect([outcome, failed[0]]).toEqual(['unknown', 'ToolFailed']);
});

test('the reason given is what a tool refused on the way forward, not that nothing could be read after it', async () => {
  const { rig, plan } = await rigBefore('workers');
  await rig.run(plan, 'sqlm01', 'apply', 'master');
  const runner = rig.runner('sqlw01', { host: refusingThenMute(rig) });
  await runner.start();
  const order = rig.order(plan, 'sqlw01', 'apply', 'workers', { timeLimitMs: 120_000 });
  await runner.receive(rig.seal(order));
  await runner.receive(rig.said(order, 'go'));
  await runner.idle();
  await runner.stop();
  expect(failedIn(rig.entries('sqlw01').filter((entry) => entry.n === order.n))[0]).toBe('ToolFailed');
});

test.each([1, 2, 3, 4])('a master that puts itself back repeats reading number %i if it fails', async (at) => {
  const { rig, plan } = await rigBefore('master');
  const master = rig.machines.get('sqlm01');
  const before = stateOf(master);
  master?.faults.set('service.restart', { kind: 'fail', times: 1 });
  const world = rig.windowsHost('sqlm01');
  let isBack = false;
  let left = at;
  const { host } = failing(rig, 'sqlm01', 'sslBindings', {
    host: {
      ...world,
      perform: async (change, signal) => {
        isBack ||= change.type === 'service.restart';
        return world.perform(change, signal);
      },
    },
    isBad: () => isBack && --left === 0,
  });
  const runner = rig.runner('sqlm01', { host });
  await runner.start();
  const order = rig.order(plan, 'sqlm01', 'apply', 'master', { timeLimitMs: 120_000 });
  await runner.receive(rig.seal(order));
  await runner.receive(rig.said(order, 'go'));
  await runner.idle();
  await runner.stop();
  expect(
    outcomeOf(
      rig.entries('sqlm01').filter((entry) => entry.n === order.n),
      order.n,
    ),
  ).toBe('put-back');
  expect(stateOf(master)).toEqual(before);
  expect(left).toBeLessThan(0);
});

test('a master whose old certificate is gone stays as it is, even if that could not be read at first', async () => {
  const { rig, plan } = await rigBefore('master');
  await rig.run(plan, 'sqlm01', 'apply', 'master');
  const master = rig.machines.get('sqlm01');
  const old = rig.old.thumbprint;
  expect(master?.stores.Root.delete(old)).toBe(true);
  const before = stateOf(master);
  const { host } = failing(rig, 'sqlm01', 'sslBindings', { isBad: (nth) => nth === 1 });
  const runner = rig.runner('sqlm01', { host });
  await runner.start();
  const order = rig.order(plan, 'sqlm01', 'undo', 'master', { timeLimitMs: 120_000 });
  await runner.receive(rig.seal(order));
  await runner.idle();
  await runner.stop();
  const entries = rig.entries('sqlm01').filter((entry) => entry.n === order.n);
  expect([outcomeOf(entries, order.n), failedIn(entries)]).toEqual(['unknown', ['OldCertificateGone']]);
  expect(stateOf(master)).toEqual(before);
});

type ConnectionWitness = Awaited<ReturnType<WindowsHost['connectionWitness']>>;

/** A worker's machine whose witnesses are replaced, by number of the look, counted from 1. */
function witnessed(world: WindowsHost, replaced: (nth: number, seen: ConnectionWitness) => ConnectionWitness) {
  let nth = 0;
  const connectionWitness = async (): Promise<ConnectionWitness> => {
    nth += 1;
    return replaced(nth, await world.connectionWitness());
  };
  return { ...world, connectionWitness };
}

test('a worker is not proved by a TCP connection that is gone two seconds later, as one that is refused has it', async () => {
  const { rig, plan } = await rigBefore('workers');
  await rig.run(plan, 'sqlm01', 'apply', 'master');
  let first: number | null = null;
  const host = witnessed(rig.windowsHost('sqlw01'), (nth, seen) => {
    if (seen.handshake.error !== null || seen.log === null) return seen;
    first ??= nth;
    if (nth === first) return { ...seen, log: null, tcp: true };
    return nth === first + 1 ? { ...seen, log: null, tcp: false } : seen;
  });
  const runner = rig.runner('sqlw01', { host });
  await runner.start();
  const order = rig.order(plan, 'sqlw01', 'apply', 'workers', { timeLimitMs: 120_000 });
  await runner.receive(rig.seal(order));
  await runner.idle();
  for (const word of ['go', 'confirm'] as const) {
    await runner.receive(rig.said(order, word));
    await runner.idle();
  }
  await runner.stop();
  const entries = rig.entries('sqlw01').filter((entry) => entry.n === order.n);
  expect(outcomeOf(entries, order.n)).toBe('applied');
  const proved = entries.flatMap((entry) => (entry.type === 'proved' ? [entry.facts] : []));
  expect(proved).toContainEqual(expect.objectContaining({ witness: 'log' }));
  expect(proved).not.toContainEqual(expect.objectContaining({ witness: 'tcp' }));
});

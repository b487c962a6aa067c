import { CertopsError } from '../../../src/domain/errors.ts';
import type { RunnerEntry } from '../../../src/domain/journal/entries.ts';
import type { Order, OrderKind } from '../../../src/domain/letters/protocol.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import type { WindowsHost } from '../../../src/ports/windows-host.ts';
import { outcomeOf, type Rig, rigBefore, stateOf } from './rig.ts';

type Reading = 'setting' | 'service' | 'sslBindings' | 'certificate' | 'connectionWitness' | 'look';

const timedOut = () => new CertopsError('ToolTimedOut', { tool: 'reg', args: [], limitMs: 60_000 });

/** What a worker pins; the endpoint beside it is read by whoever watches the master, again and again. */
const isMeant = (what: Reading, args: readonly unknown[]): boolean =>
  what !== 'setting' || args[1] === 'MasterHttpsCertThumbprint';

/** A machine of which the readings of these numbers, counted from 1, fail. */
function failing(
  host: WindowsHost,
  what: Reading,
  isBad: (nth: number) => boolean,
): { readonly host: WindowsHost; readonly count: () => number } {
  let nth = 0;
  const read = async (...args: never[]): Promise<unknown> => {
    if (isMeant(what, args)) {
      nth += 1;
      if (isBad(nth)) throw timedOut();
    }
    return (host[what] as (...args: never[]) => Promise<unknown>)(...args);
  };
  return { host: { ...host, [what]: read }, count: () => nth };
}

interface Asked {
  readonly name: string;
  readonly kind: OrderKind;
  readonly stage: string | null;
  readonly how?: Partial<Order>;
}

/** One order to a runner over a machine that reads badly. */
async function carryOut(rig: Rig, plan: Plan | null, host: WindowsHost, { name, kind, stage, how = {} }: Asked) {
  const runner = rig.runner(name, { host });
  await runner.start();
  const order = rig.order(plan, name, kind, stage, { timeLimitMs: 600_000, ...how });
  await runner.receive(rig.seal(order));
  await runner.idle();
  for (const say of ['go', 'confirm'] as const) {
    if (outcomeOf(rig.entries(name), order.n) !== 'nothing') break;
    await runner.receive(rig.said(order, say));
    await runner.idle();
  }
  await runner.stop();
  const entries = rig.entries(name).filter((entry) => entry.n === order.n);
  return { outcome: outcomeOf(entries, order.n), entries };
}

const failedIn = (entries: readonly RunnerEntry[]) => entries.filter(({ type }) => type === 'failed');

/** A worker that has switched, and whose master is back. */
async function toUndo(): Promise<{ rig: Rig; plan: Plan }> {
  const { rig, plan } = await rigBefore('workers');
  await rig.run(plan, 'sqlw01', 'apply', 'workers');
  await rig.run(plan, 'sqlm01', 'undo', 'master');
  return { rig, plan };
}

const UNDO = { name: 'sqlw01', kind: 'undo', stage: 'workers' } as const;

describe('On the way back', () => {
  test.each([
    ['setting', 1],
    ['setting', 2],
    ['service', 1],
    ['service', 2],
    ['connectionWitness', 1],
  ] as const)('one failed reading of %s, the one of number %i, changes nothing about the end', async (what, number) => {
    const { rig, plan } = await toUndo();
    const { host, count } = failing(rig.windowsHost('sqlw01'), what, (nth) => nth === number);
    const { outcome, entries } = await carryOut(rig, plan, host, UNDO);
    expect([outcome, failedIn(entries)]).toEqual(['put-back', []]);
    expect(count()).toBeGreaterThan(number);
  });

  test('a reading that fails for good is tried a few times and no more, and the end is unknown', async () => {
    const { rig, plan } = await toUndo();
    const { host, count } = failing(rig.windowsHost('sqlw01'), 'setting', () => true);
    const { outcome, entries } = await carryOut(rig, plan, host, UNDO);
    expect(outcome).toBe('unknown');
    expect(count()).toBe(4);
    expect(failedIn(entries)[0]).toMatchObject({ code: 'ToolTimedOut', data: { tool: 'reg', unread: true } });
  });

  test('what was read and cannot be changed is never told as not read', async () => {
    const { rig, plan } = await toUndo();
    rig.machines.get('sqlw01')?.faults.set('setting.write', { kind: 'fail', times: 50 });
    const { outcome, entries } = await carryOut(rig, plan, rig.windowsHost('sqlw01'), UNDO);
    expect(outcome).toBe('unknown');
    for (const entry of failedIn(entries)) expect(entry).not.toHaveProperty('data.unread');
  });

  test('a worker whose connection could not be read is not restarted for that', async () => {
    const { rig, plan } = await toUndo();
    expect((await carryOut(rig, plan, rig.windowsHost('sqlw01'), UNDO)).outcome).toBe('put-back');
    const service = rig.machines.get('sqlw01')?.services.worker;
    const pid = service?.facts.pid;
    const { host } = failing(rig.windowsHost('sqlw01'), 'connectionWitness', () => true);
    expect((await carryOut(rig, plan, host, UNDO)).outcome).toBe('unknown');
    expect(service?.facts.pid).toBe(pid);
  });

  test.each([1, 2, 3, 4])(
    'a master that puts itself back reads again what it could not read the %i. time',
    async (number) => {
      const { rig, plan } = await rigBefore('master');
      const master = rig.machines.get('sqlm01');
      const before = stateOf(master);
      master?.faults.set('service.restart', { kind: 'fail', times: 1 });
      const world = rig.windowsHost('sqlm01');
      let isBack = false;
      const { host } = failing(
        {
          ...world,
          perform: async (change, signal) => {
            isBack ||= change.type === 'service.restart';
            return world.perform(change, signal);
          },
        },
        'sslBindings',
        () => isBack && --number === 0,
      );
      const { outcome } = await carryOut(rig, plan, host, { name: 'sqlm01', kind: 'apply', stage: 'master' });
      expect([outcome, stateOf(master)]).toEqual(['put-back', before]);
      expect(number).toBeLessThan(0);
    },
  );
});

describe('On the way forth', () => {
  test.each([
    ['setting', 1],
    ['setting', 2],
    ['setting', 3],
    ['setting', 4],
    ['service', 1],
    ['service', 2],
    ['service', 3],
    ['connectionWitness', 1],
  ] as const)('one failed reading of %s, the one of number %i, puts nothing back', async (what, number) => {
    const { rig, plan } = await rigBefore('workers');
    const { host, count } = failing(rig.windowsHost('sqlw01'), what, (nth) => nth === number);
    const { outcome } = await carryOut(rig, plan, host, { name: 'sqlw01', kind: 'apply', stage: 'workers' });
    expect(outcome).toBe('applied');
    expect(count()).toBeGreaterThan(number);
  });

  test('an order whose machine cannot be read is refused after a few tries', async () => {
    const { rig, plan } = await rigBefore('workers');
    const { host } = failing(rig.windowsHost('sqlw01'), 'service', () => true);
    const at = rig.clock.now();
    const { outcome } = await carryOut(rig, plan, host, { name: 'sqlw01', kind: 'apply', stage: 'workers' });
    expect(outcome).toBe('refused ToolTimedOut');
    expect(rig.clock.now() - at).toBeLessThan(60_000);
  });

  test('what cannot be read again is put back after a few tries, as before', async () => {
    const { rig, plan } = await rigBefore('workers');
    const before = stateOf(rig.machines.get('sqlw01'));
    let isBad = false;
    const world = rig.windowsHost('sqlw01');
    const { host, count } = failing(
      {
        ...world,
        perform: async (change, signal) => {
          isBad = !isBad && change.type === 'setting.write';
          return world.perform(change, signal);
        },
      },
      'setting',
      () => isBad,
    );
    const runner = rig.runner('sqlw01', { host });
    await runner.start();
    const order = rig.order(plan, 'sqlw01', 'apply', 'workers', { timeLimitMs: 600_000 });
    await runner.receive(rig.seal(order));
    await runner.receive(rig.said(order, 'go'));
    await rig.clock.sleep(30_000);
    isBad = false;
    await runner.receive(rig.seal(rig.order(null, 'sqlw01', 'stop', null)));
    await runner.idle();
    await runner.stop();
    expect(rig.entries('sqlw01').filter(({ type }) => type === 'failed')[0]).toMatchObject({ code: 'ToolTimedOut' });
    expect(count()).toBeLessThan(20);
    expect(stateOf(rig.machines.get('sqlw01'))).toEqual(before);
  });
});

test('a look of which one reading fails is looked again', async () => {
  const { rig } = await rigBefore('workers');
  const { host } = failing(rig.windowsHost('sqlw01'), 'look', (nth) => nth === 1);
  const { outcome } = await carryOut(rig, null, host, { name: 'sqlw01', kind: 'look', stage: null });
  expect(outcome).toBe('looked');
});

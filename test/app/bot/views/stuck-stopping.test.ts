import { say } from '../../../../cards/wording/index.ts';
import { gapOf, lastCutAt } from '../../../../src/app/bot/views/evidence/gaps.ts';
import { masterLengths } from '../../../../src/app/bot/views/evidence/master-switch.ts';
import { meanwhileOn } from '../../../../src/app/bot/views/running/meanwhile.ts';
import { runningView } from '../../../../src/app/bot/views/running/running-view.ts';
import { next } from '../../../../src/domain/next/index.ts';
import type { RotationState } from '../../../../src/domain/rotation/rotation.ts';
import type { Data, HostName } from '../../../../src/domain/values.ts';
import type { RunningView } from '../../../../src/domain/views/view.ts';
import { approve, farmOf, Sim } from '../../../domain/sim.ts';
import { type BotRig, createBotRig } from '../rig.ts';

const STUCK = 'ServiceStuckStopping';
const WORKER = 'sqlw01' as HostName;

/** Its master is back, and the worker's own way back takes long; it failed with this code. */
function longWayBack(code: string, data: Data = {}) {
  const sim = new Sim(farmOf(2), ({ host, kind, stage }) =>
    stage !== 'workers' || host !== WORKER ? 'ok' : kind === 'undo' ? 'stuck' : 'put-back',
  );
  approve(sim);
  sim.pass(90_000);
  const found = next(sim.rotation(), sim.moment());
  const orders = sim
    .rotation()
    .orders.map((one) => (one.host === WORKER && one.code !== null ? { ...one, code, data } : one));
  const rotation: RotationState = { ...sim.rotation(), orders };
  const view = runningView(rotation, found, null, sim.now);
  const row = view?.rows.find(({ host }) => host === WORKER);
  return { gap: gapOf(rotation, WORKER, sim.now), view, row, cutAt: lastCutAt(rotation, WORKER, sim.now) };
}

test.each<[string, Data]>([
  ['ServiceNotRunning', {}],
  [STUCK, { found: 'start-pending', wanted: 'stopped' }],
])('a worker whose service did not start again is cut off until it is proved (%s)', (code, data) => {
  const { gap, view, row } = longWayBack(code, data);
  expect([gap.open, row?.cutOff, view?.unsure]).toEqual([true, true, undefined]);
  expect(gap.ms.at(-1)).toBeGreaterThan(60_000);
});

test('whether a worker is connected whose service did not stop is not known once its master presents as before', () => {
  const { gap, view, row } = longWayBack(STUCK);
  expect([gap.open, gap.ms, row?.cutOff, row?.ms, view?.unsure]).toEqual([false, [], false, [], [WORKER]]);
});

describe('While a worker that was late is still being put back, the running card', () => {
  let rig: BotRig;
  afterEach(() => rig.stop());

  test('says what failed on that worker itself, and whose process may be ended', async () => {
    rig = await createBotRig();
    await rig.start();
    rig.world.machines.get(WORKER)?.faults.set('service.restart', { kind: 'hang', times: 50 });
    await rig.approved();
    const waits = (): RunningView | null => {
      const view = rig.chat.cards().at(-1);
      return view?.kind === 'running' && view.waiting?.id === 'waiting.put-back' ? view : null;
    };
    await rig.until(() => waits()?.why?.data.code === 'GapLimitPassed');
    await rig.until(() => (waits()?.why?.data.data as Data | undefined)?.late !== undefined);
    const view = waits();
    expect(view?.why?.data.data).toMatchObject({ hosts: [WORKER], late: { host: WORKER, code: 'ToolTimedOut' } });
    expect(view?.waiting?.data).not.toHaveProperty('stuck');
    const failedFor = (code: string): RotationState => ({
      ...rig.rotation(),
      orders: rig.rotation().orders.map((one) => (one.code === 'ToolTimedOut' ? { ...one, code } : one)),
    });
    const both = [WORKER, 'sqlw02' as HostName];
    expect(meanwhileOn(failedFor(STUCK), both)).toEqual({ stuck: [WORKER] });
    expect(meanwhileOn(failedFor('ServiceStartTimedOut'), both)).toEqual({ down: [WORKER] });
  });
});

test.each([
  ['stuck', /its process|进程/u],
  ['down', /System log|系统日志/u],
] as const)('a service that is %s is told of with what helps, in both languages', (how, helps) => {
  const data = { hosts: ['sqlw01'], until: '2026-11-24T14:36:00.000Z', again: false };
  for (const language of ['en', 'zh-CN'] as const) {
    expect(say({ id: 'waiting.put-back', data }, language)).not.toMatch(helps);
    expect(say({ id: 'waiting.put-back', data: { ...data, [how]: ['sqlw01'] } }, language)).toMatch(helps);
  }
});

test.each([
  ['en', /hangs while starting/u, /does not stop/u],
  ['zh-CN', /卡在启动/u, /无法停止/u],
] as const)('a service that hangs while starting is not said to go on stopping: %s', (language, starting, stopping) => {
  const told = (data: Data): string => say({ id: `error.${STUCK}`, data }, language);
  expect(told({ found: 'start-pending', wanted: 'stopped' })).toMatch(starting);
  expect(told({ found: 'stop-pending', wanted: 'stopped' })).not.toMatch(starting);
  // A row has no room for what was found.
  const row = say({ id: 'row.unknown', data: { code: STUCK } }, language);
  expect([row, told({ found: 'start-pending' })].join()).not.toMatch(stopping);
});

test('a master whose service does not stop on its way back has no length of a restart beside its name', () => {
  const sim = approve(
    new Sim(farmOf(2), ({ host, kind, stage }) => {
      if (stage === 'workers' && kind === 'apply' && host === WORKER) return 'put-back';
      return stage === 'master' && kind === 'undo' ? 'unknown' : 'ok';
    }),
  );
  sim.pass(90_000);
  const at = (ms: number) => new Date(sim.now + ms).toISOString();
  const { steps } = sim.rotation();
  const proved = Object.fromEntries(
    Object.entries(steps.sqlm01 ?? {}).map(([id, one]) => [id, { ...one, backAt: at(0), provedBackAt: at(300_000) }]),
  );
  const lengths = (code: string) => {
    const orders = sim.rotation().orders.map((one) => (one.outcome === 'unknown' ? { ...one, code } : one));
    return masterLengths({ ...sim.rotation(), steps: { ...steps, sqlm01: proved }, orders });
  };
  expect(lengths('ServiceNotRunning')).toContain(300_000);
  expect(lengths(STUCK)).not.toContain(300_000);
});

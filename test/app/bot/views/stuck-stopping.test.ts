import { gapOf, lastCutAt } from '../../../../src/app/bot/views/evidence/gaps.ts';
import { runningView } from '../../../../src/app/bot/views/running/running-view.ts';
import { next } from '../../../../src/domain/next/index.ts';
import type { RotationState } from '../../../../src/domain/rotation/rotation.ts';
import type { HostName } from '../../../../src/domain/values.ts';
import { approve, farmOf, Sim } from '../../../domain/sim.ts';

const WORKER = 'sqlw01' as HostName;

/** Its master is back, and the worker's own way back takes long; it failed with this code. */
function longWayBack(code: string) {
  const sim = new Sim(farmOf(2), ({ host, kind, stage }) =>
    stage !== 'workers' || host !== WORKER ? 'ok' : kind === 'undo' ? 'stuck' : 'put-back',
  );
  approve(sim);
  sim.pass(90_000);
  const found = next(sim.rotation(), sim.moment());
  const orders = sim.rotation().orders.map((one) => (one.host === WORKER && one.code !== null ? { ...one, code } : one));
  const rotation: RotationState = { ...sim.rotation(), orders };
  const view = runningView(rotation, found, null, sim.now);
  const row = view?.rows.find(({ host }) => host === WORKER);
  return { gap: gapOf(rotation, WORKER, sim.now), view, row, cutAt: lastCutAt(rotation, WORKER, sim.now) };
}

test('a worker whose service did not start again is cut off until it is proved', () => {
  const { gap, view, row } = longWayBack('ServiceNotRunning');
  expect([gap.open, row?.cutOff, view?.unsure]).toEqual([true, true, undefined]);
  expect(gap.ms.at(-1)).toBeGreaterThan(60_000);
});

test('whether a worker is connected whose service did not stop is not known once its master presents as before', () => {
  const { gap, view, row } = longWayBack('ServiceStuckStopping');
  expect([gap.open, gap.ms, row?.cutOff, row?.ms, view?.unsure]).toEqual([false, [], false, [], [WORKER]]);
});

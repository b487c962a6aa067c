import { say } from '../../../../cards/wording/index.ts';
import { hostRow } from '../../../../src/app/bot/views/running/host-row.ts';
import { needsPersonView } from '../../../../src/app/bot/views/running/needs-person-view.ts';
import { runningView } from '../../../../src/app/bot/views/running/running-view.ts';
import { numberSteps } from '../../../../src/app/bot/views/running/step-rows.ts';
import { next } from '../../../../src/domain/next/index.ts';
import type { PlanSlice } from '../../../../src/domain/plan/plan.ts';
import type { HostName } from '../../../../src/domain/values.ts';
import { atWork, IS, orderTo } from '../../../domain/at-work.ts';
import { approve, type Behaviour, farmOf, Sim } from '../../../domain/sim.ts';
import { WorkerSim } from '../../../domain/worker-sim.ts';
import { closedCard } from '../closed-card.ts';

const WORKER = 'sqlw02' as HostName;

const viewOf = (sim: Sim, rotation = sim.rotation()) =>
  runningView(rotation, next(rotation, sim.moment()), null, sim.now);

test('a worker that is told to take trust back while it still restarts is shown at its restart', () => {
  const sim = new Sim(farmOf());
  const rotation = atWork(sim)([
    orderTo(WORKER, 'workers', { ...IS.unknown, n: 1 }),
    orderTo(WORKER, 'workers', { kind: 'undo', n: 2 }),
    orderTo(WORKER, 'trust', { kind: 'undo', n: 3 }),
  ]);
  const slice = rotation.plan.slices.find(({ host }) => host === WORKER) as PlanSlice;
  expect(hostRow(rotation, slice, 'back', sim.now).what).toEqual({
    id: 'row.doing',
    data: { kind: 'write-setting', back: true },
  });
});

test('a worker that was armed and released has not written its settings', () => {
  const rotation = atWork(new Sim(farmOf()))([orderTo('sqlw01', 'workers', IS.released)]);
  const { rows } = numberSteps(rotation, 'back', 0);
  const told = rows.filter(({ what }) => what.id === 'progress.workers').map(({ hosts, state }) => [hosts[0], state]);
  expect(told[0]).toEqual(['sqlw01', 'waiting']);
});

test('no time is told of a stage that one of its workers has taken back since', () => {
  const farm = farmOf(3);
  const sim = new WorkerSim({ ...farm, gap: { ...farm.gap, concurrency: 1 } }, ({ kind, host, stage }) =>
    kind === 'apply' && host === WORKER && stage === 'worker-switch' ? 'put-back' : 'ok',
  );
  approve(sim);
  const view = viewOf(sim);
  const times = view?.stepRows.filter(({ what }) => what.id === 'progress.worker-create').map(({ atMs }) => atMs);
  expect([times, view?.phases[0]?.ms]).toEqual([[null], null]);
});

test('whoever was seen with a service that does not run is not said to be connected while it is looked at again', () => {
  const sim = approve(new Sim(farmOf(), ({ stage }) => (stage === 'workers' ? null : 'ok')));
  const look = sim.look(WORKER);
  if (look.worker === null) throw new Error('no worker');
  const service = { ...look.worker.service, state: 'stopped' as const };
  const stopped = { ...look, worker: { ...look.worker, service } };
  const rotation = { ...sim.rotation(), earlier: { [WORKER]: stopped } };
  expect([viewOf(sim)?.unsure, viewOf(sim, rotation)?.unsure]).toEqual([undefined, [WORKER]]);
});

test('a machine with which the final look disagrees is not shown as put back', () => {
  const behaviour: Behaviour = ({ kind, stage, host }) =>
    kind === 'apply' && stage === 'trust' && host === 'sqlw01' ? 'put-back' : 'ok';
  const sim = approve(new Sim(farmOf(), behaviour));
  const cause = { host: WORKER, stage: null, step: null, code: 'NotProved', data: {} };
  const assessment = { ...next(sim.rotation(), sim.moment()), attention: [cause] };
  const view = needsPersonView(sim.farm, sim.rotation(), assessment, sim.now);
  expect(view?.rows.map(({ host, state, what }) => [host, state, what.id])).toContainEqual([
    WORKER,
    'unknown',
    'row.unknown',
  ]);
});

test('each worker that failed beside others is named with its cause and what to do there', () => {
  const failing = ['sqlw02', 'sqlw03'];
  const sim = new WorkerSim(farmOf(), ({ kind, host, stage }) =>
    kind === 'apply' && failing.includes(host) && stage === 'worker-switch' ? 'put-back' : 'ok',
  );
  approve(sim);
  sim.pass(60_000);
  const view = closedCard(sim.farm, sim.rotation(), sim.now);
  const { data } = view?.next.find(({ id }) => id === 'next.failed-also') ?? {};
  expect([view?.outcome, view?.why?.data.host, data?.host]).toEqual(['partly', ...failing]);
  expect(say({ id: 'next.failed-also', data: { host: 'sqlw03', code: 'ServiceStopRefused', data: {} } }, 'en')).toMatch(
    /^sqlw03 failed, too: Windows did not stop its service\. Look at its System log/u,
  );
});

import { needsPersonView } from '../../../../src/app/bot/views/running/needs-person-view.ts';
import { runningView } from '../../../../src/app/bot/views/running/running-view.ts';
import { next } from '../../../../src/domain/next/index.ts';
import { atWork, IS, orderTo, second, stepAt } from '../../../domain/at-work.ts';
import { approve, farmOf, ID, NEW, Sim } from '../../../domain/sim.ts';

const by = { id: 'mei', name: 'Mei Lin' };

function rowsOf(sim: Sim): readonly (readonly string[])[] {
  const view = needsPersonView(sim.farm, sim.rotation(), next(sim.rotation(), sim.moment()), sim.now);
  return (view?.rows ?? []).map(({ host, state, what }) => [host, state, what.id]);
}

/** Two workers cannot tell how their switch ended, and a second look finds these connected. */
function found(...hosts: readonly string[]): Sim {
  const sim = approve(
    new Sim(farmOf(), ({ kind, stage, host }) =>
      kind === 'apply' && stage === 'workers' && ['sqlw02', 'sqlw03'].includes(host) ? 'unknown' : 'ok',
    ),
  );
  sim.pass(1_000);
  expect(rowsOf(sim).filter(([, state]) => state === 'unknown')).toHaveLength(2);
  for (const host of hosts) sim.certificate[host] = NEW;
  sim.put({ type: 'resolve-asked', id: ID, choice: 'look-again', by, digest: null });
  sim.pass(35_000);
  return sim;
}

test('a worker that a second look found connected is shown so beside one that is still unknown', () => {
  expect(rowsOf(found('sqlw02')).slice(2)).toEqual([
    ['sqlw02', 'good', 'row.connected'],
    ['sqlw03', 'unknown', 'row.unknown'],
  ]);
});

test('once a second look has found all workers connected, no phase is shown as unknown', () => {
  const sim = found('sqlw02', 'sqlw03');
  const view = runningView(sim.rotation(), next(sim.rotation(), sim.moment()), null, sim.now);
  expect(view?.phases.map(({ name, state }) => [name, state])).not.toContainEqual(['cutover', 'unknown']);
  expect(view?.rows.map(({ state }) => state)).not.toContain('unknown');
});

test('a worker whose way back ended unknown is not shown as connected again', () => {
  const sim = approve(
    new Sim(farmOf(), ({ kind, stage, host }) => {
      if (stage !== 'workers' || host === 'sqlw01') return 'ok';
      return host === 'sqlw03' ? 'unknown' : kind === 'apply' ? 'put-back' : 'ok';
    }),
  );
  sim.pass(10_000);
  const view = runningView(sim.rotation(), next(sim.rotation(), sim.moment()), null, sim.now);
  expect(view?.rows.map(({ host, state, cutOff }) => [host, state, cutOff])).toEqual([
    ['sqlm01', 'good', false],
    ['sqlw01', 'good', false],
    ['sqlw02', 'good', false],
    ['sqlw03', 'unknown', false],
  ]);
  expect(view?.unsure).toEqual(['sqlw03']);
});

test('where the master ended unknown, nobody claims that no worker is cut off while they are being put back', () => {
  const sim = new Sim(farmOf());
  const rotationOf = atWork(sim);
  const failed = { ...IS.unknown, finishedAt: second(20), code: 'ServiceLogonFailed' };
  const backs = ['sqlw01', 'sqlw02', 'sqlw03'].map((host) =>
    orderTo(host, 'workers', { n: 2, kind: 'undo', acceptedAt: second(60) }),
  );
  const steps = { sqlm01: { 'sqlm01/master/restart-service': stepAt(10, 20) } };
  const gate = { at: second(0), how: 'approved' } as const;
  const rotation = rotationOf([orderTo('sqlm01', 'master', failed), ...backs], { steps, gate });
  sim.now = Date.parse(second(70));
  const assessment = { ...next(rotation, sim.moment()), direction: 'back' } as const;
  const view = runningView(rotation, assessment, null, sim.now);
  expect(view?.rows.slice(1).map(({ state, cutOff }) => [state, cutOff])).toEqual(backs.map(() => ['running', false]));
  expect(view?.unsure).toEqual(['sqlw01', 'sqlw02', 'sqlw03']);
});

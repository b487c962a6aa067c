import { needsPersonView } from '../../../src/app/bot/views/running/needs-person-view.ts';
import { runningView } from '../../../src/app/bot/views/running/running-view.ts';
import { next } from '../../../src/domain/next/index.ts';
import { approve, farmOf, ID, NEW, Sim } from '../../domain/sim.ts';

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

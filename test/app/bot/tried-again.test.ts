import { needsPersonView } from '../../../src/app/bot/views/running/needs-person-view.ts';
import { runningView } from '../../../src/app/bot/views/running/running-view.ts';
import { next } from '../../../src/domain/next/index.ts';
import { approve, farmOf, Sim } from '../../domain/sim.ts';

/** All goes back, and the master's runner could not read its machine while it was put back. */
const goesBack = (how: 'unread' | 'unknown'): Sim =>
  approve(
    new Sim(farmOf(), ({ kind, stage, host }) => {
      if (kind === 'undo' && stage === 'master') return how;
      return kind === 'apply' && stage === 'workers' && host === 'sqlw01' ? 'put-back' : 'ok';
    }),
  );

const running = (sim: Sim) =>
  runningView(sim.farm.name, sim.rotation(), next(sim.rotation(), sim.moment()), null, sim.now);
const asking = (sim: Sim) => needsPersonView(sim.farm, sim.rotation(), next(sim.rotation(), sim.moment()), sim.now);

test('a machine that is put back again by itself is told with the time until when, on every card of it', () => {
  const sim = goesBack('unread');
  const until = new Date(sim.now + 120_000).toISOString();
  for (const waited of [0, 15_000, 10_000]) {
    sim.pass(waited);
    expect(asking(sim)).toBeNull();
    expect(running(sim)?.rows[0]).toMatchObject({ state: 'running', what: { id: 'row.again', data: { until } } });
    expect(running(sim)?.stepRows.at(-1)).toMatchObject({ number: '↩', state: 'running' });
  }
});

test('the card that asks says that a look puts back what could only not be read', () => {
  const sim = goesBack('unread');
  sim.pass(300_000);
  expect(asking(sim)).toMatchObject({ unknown: ['sqlm01'], goesOn: ['sqlm01'] });
  expect(asking(sim)?.rows[0]).toMatchObject({ state: 'unknown', what: { id: 'row.unknown' } });
});

test('and says nothing like that where something was read and could not be put back', () => {
  const sim = goesBack('unknown');
  sim.pass(300_000);
  expect(asking(sim)?.unknown).toEqual(['sqlm01']);
  expect(asking(sim)).not.toHaveProperty('goesOn');
});

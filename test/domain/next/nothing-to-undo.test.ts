import { next } from '../../../src/domain/next/index.ts';
import { approve, farmOf, ID, NEW, OLD, Sim } from '../sim.ts';

const MASTER = 'sqlm01';

/** Its master has switched and lost its runner's journal since, when somebody stops it. */
function stopped(presents: typeof OLD): Sim {
  const sim = new Sim(farmOf(), ({ kind, stage, host }) => {
    if (kind === 'undo' && host === MASTER) return 'NothingToUndo';
    return kind === 'apply' && stage === 'workers' && host !== 'sqlw01' ? 'stuck' : 'ok';
  });
  approve(sim);
  expect(sim.certificate[MASTER]).toBe(NEW);
  sim.held = sim.held.filter(({ order }) => order.host !== MASTER);
  sim.certificate[MASTER] = presents;
  const lead = sim.orders.find(({ kind, stage }) => kind === 'apply' && stage === 'master');
  sim.speak(MASTER as never, {
    type: 'finished',
    n: lead?.n ?? 0,
    rotation: ID,
    outcome: 'unknown',
    look: null,
    facts: {},
  });
  sim.behaviour = ({ kind, host }) => (kind === 'undo' && host === MASTER ? 'NothingToUndo' : 'ok');
  sim.put({ type: 'stop-asked', id: ID, by: { id: 'mei', name: 'Mei Lin' } });
  sim.settle();
  sim.pass(60_000);
  return sim;
}

const undone = ({ orders }: Sim): readonly string[] =>
  orders.flatMap(({ kind, host, stage }) => (kind === 'undo' && stage === 'workers' ? [host] : []));

test('no worker goes back while its master, which has nothing to undo, presents the new certificate', () => {
  const sim = stopped(NEW);
  expect(undone(sim)).toEqual([]);
  expect(next(sim.rotation(), sim.moment()).attention).toMatchObject([
    { host: MASTER, code: 'UndoNotRemembered', data: { remedy: 'by-hand' } },
  ]);
});

test('each look at it counts, so all go back once one shows the old certificate', () => {
  const sim = stopped(NEW);
  sim.certificate[MASTER] = OLD;
  sim.put({ type: 'resolve-asked', id: ID, choice: 'look-again', by: { id: 'mei', name: 'Mei Lin' }, digest: null });
  sim.settle();
  sim.pass(60_000);
  expect(undone(sim)).toEqual(['sqlw01', 'sqlw02', 'sqlw03']);
  expect(sim.rotation().closed?.outcome).toBe('stopped');
});

test('nobody is asked if it presents the old certificate already', () => {
  const sim = stopped(OLD);
  expect(undone(sim)).toEqual(['sqlw01', 'sqlw02', 'sqlw03']);
  expect(sim.rotation().closed?.outcome).toBe('stopped');
});

test('votes to put all back have it looked at once more, and change nothing else', () => {
  const sim = stopped(NEW);
  const digest = sim.ask('put-all-back');
  const looks = sim.orders.filter(({ kind, host }) => kind === 'look' && host === MASTER).length;
  for (const who of ['ana', 'tom', 'wei']) sim.vote(who, 'approve', digest);
  sim.settle();
  sim.pass(60_000);
  expect(sim.orders.filter(({ kind, host }) => kind === 'look' && host === MASTER).length).toBeGreaterThan(looks);
  expect(undone(sim)).toEqual([]);
});

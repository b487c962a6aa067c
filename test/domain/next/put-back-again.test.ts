import { next } from '../../../src/domain/next/index.ts';
import { backWork } from '../../../src/domain/next/stages.ts';
import { approve, type Behaviour, farmOf, ID, OLD, Sim } from '../sim.ts';
import { WorkerSim } from '../worker-sim.ts';

test('a decision to put all back is tried although what was refused before was ordered by a clock that was ahead', () => {
  let isEarly = true;
  const sim = new Sim(farmOf(), ({ kind, stage, host }) => {
    if (kind === 'undo' && stage === 'master' && isEarly) return 'refuse';
    return kind === 'apply' && stage === 'workers' && host === 'sqlw01' ? 'put-back' : 'ok';
  });
  sim.now += 3_600_000;
  approve(sim);
  expect(sim.rotation().closed).toBeNull();
  sim.now -= 3_600_000;
  isEarly = false;
  for (const { name } of sim.farm.hosts) sim.hello(name);
  const digest = sim.ask('put-all-back');
  for (const who of ['ana', 'tom', 'wei']) sim.vote(who, 'approve', digest);
  sim.settle();
  sim.pass(60_000);
  expect([sim.certificate.sqlm01, sim.rotation().closed?.outcome]).toEqual([OLD, 'put-back']);
});

const by = { id: 'mei', name: 'Mei Lin' };
const asks = (sim: Sim): readonly (string | null)[] =>
  next({ ...sim.rotation(), resolve: null }, sim.moment()).attention.map(({ host }) => host);
const undosOf = (sim: Sim, host: string, stage: string): number =>
  sim.orders.filter((order) => order.kind === 'undo' && order.host === host && order.stage === stage).length;

/** sqlw01 does not follow, all goes back, and the master answers its undo like this, time after time. */
function goesBack(...answers: readonly ReturnType<Behaviour>[]): Sim {
  let nth = 0;
  const sim = new Sim(farmOf(), ({ kind, stage, host }) => {
    if (kind === 'undo' && stage === 'master') return answers[Math.min(nth++, answers.length - 1)] ?? 'ok';
    return kind === 'apply' && stage === 'workers' && host === 'sqlw01' ? 'put-back' : 'ok';
  });
  return approve(sim);
}

describe('A machine that could not be read while it was put back', () => {
  test('is put back again by itself after a pause, and nobody is asked', () => {
    const sim = goesBack('unread', 'ok');
    expect([asks(sim), undosOf(sim, 'sqlm01', 'master'), sim.rotation().closed]).toEqual([[], 1, null]);
    for (let waited = 0; waited < 60_000 && sim.rotation().closed === null; waited += 2_500) {
      expect(asks(sim)).toEqual([]);
      sim.pass(2_500);
    }
    expect([undosOf(sim, 'sqlm01', 'master'), sim.certificate.sqlm01, sim.rotation().closed?.outcome]).toEqual([
      2,
      OLD,
      'put-back',
    ]);
  });

  test('is asked about after a few tries, within two minutes', () => {
    const sim = goesBack('unread');
    const at = sim.now;
    while (asks(sim).length === 0 && sim.now - at < 600_000) sim.pass(2_500);
    expect(sim.now - at).toBeLessThanOrEqual(120_000);
    const tries = undosOf(sim, 'sqlm01', 'master');
    expect(tries).toBeGreaterThan(2);
    expect(tries).toBeLessThan(6);
    sim.pass(3_600_000);
    expect([asks(sim), undosOf(sim, 'sqlm01', 'master')]).toEqual([['sqlm01'], tries]);
  });

  test.each([-3_600_000, 3_600_000])('is asked about after a few tries though the clock is set by %i ms', (ms) => {
    const sim = goesBack('unread');
    sim.now += ms;
    for (const { name } of sim.farm.hosts) sim.hello(name);
    sim.pass(300_000);
    expect(asks(sim)).toEqual(['sqlm01']);
    expect(undosOf(sim, 'sqlm01', 'master')).toBeLessThan(6);
  });

  test('is asked about where it is read, and cannot be put back', () => {
    const sim = goesBack('unread', 'unknown');
    sim.pass(60_000);
    expect([asks(sim), undosOf(sim, 'sqlm01', 'master'), backWork(sim.rotation(), 'sqlm01', 'master')]).toEqual([
      ['sqlm01'],
      2,
      'unknown',
    ]);
  });

  test('is put back by who looks again, though none of the tries had told', () => {
    let isRead = false;
    const sim = new Sim(farmOf(), ({ kind, stage, host }) => {
      if (kind === 'undo' && stage === 'master' && !isRead) return 'unread';
      return kind === 'apply' && stage === 'workers' && host === 'sqlw01' ? 'put-back' : 'ok';
    });
    approve(sim);
    sim.pass(300_000);
    expect(asks(sim)).toEqual(['sqlm01']);
    const tries = undosOf(sim, 'sqlm01', 'master');
    isRead = true;
    sim.put({ type: 'resolve-asked', id: ID, choice: 'look-again', by, digest: null });
    sim.pass(60_000);
    expect([undosOf(sim, 'sqlm01', 'master'), sim.certificate.sqlm01, sim.rotation().closed?.outcome]).toEqual([
      tries + 1,
      OLD,
      'put-back',
    ]);
  });

  test('is tried once by who looks again, and asked about again when that does not tell either', () => {
    const sim = goesBack('unread');
    sim.pass(300_000);
    const tries = undosOf(sim, 'sqlm01', 'master');
    sim.put({ type: 'resolve-asked', id: ID, choice: 'look-again', by, digest: null });
    sim.pass(300_000);
    expect([undosOf(sim, 'sqlm01', 'master'), asks(sim), sim.rotation().resolve]).toEqual([
      tries + 1,
      ['sqlm01'],
      null,
    ]);
  });

  test('is put back by who looks again while a decision waits, which is void then', () => {
    let isRead = false;
    const sim = new Sim(farmOf(), ({ kind, stage, host }) => {
      if (kind === 'undo' && stage === 'master' && !isRead) return 'unread';
      return kind === 'apply' && stage === 'workers' && host === 'sqlw01' ? 'put-back' : 'ok';
    });
    approve(sim);
    sim.pass(300_000);
    sim.ask('put-all-back');
    sim.settle();
    isRead = true;
    sim.put({ type: 'resolve-asked', id: ID, choice: 'look-again', by, digest: null });
    sim.pass(60_000);
    expect([sim.certificate.sqlm01, sim.rotation().closed?.outcome]).toEqual([OLD, 'put-back']);
  });

  test('is asked about at once where it is paused by then', () => {
    const sim = goesBack('unread', 'ok');
    sim.paused.add('sqlm01');
    sim.hello('sqlm01');
    sim.pass(30_000);
    expect([asks(sim), undosOf(sim, 'sqlm01', 'master')]).toEqual([['sqlm01'], 1]);
    sim.paused.delete('sqlm01');
    sim.pass(60_000);
    expect(sim.rotation().closed?.outcome).toBe('put-back');
  });
});

test('What was read and could not be put back is not tried again by who looks again', () => {
  const sim = goesBack('unknown');
  sim.pass(60_000);
  sim.put({ type: 'resolve-asked', id: ID, choice: 'look-again', by, digest: null });
  sim.pass(120_000);
  expect([asks(sim), undosOf(sim, 'sqlm01', 'master')]).toEqual([['sqlm01'], 1]);
});

test('Where a wave has stopped, what could not be read is taken back again by itself, and nobody is asked', () => {
  let isBad = true;
  const sim = new WorkerSim(farmOf(), ({ kind, stage, host }) => {
    if (kind === 'undo' && stage === 'worker-create' && host === 'sqlw02' && isBad) {
      isBad = false;
      return 'unread';
    }
    return kind === 'apply' && stage === 'worker-switch' && host === 'sqlw02' ? 'put-back' : 'ok';
  });
  approve(sim);
  for (let waited = 0; waited < 120_000 && sim.rotation().closed === null; waited += 2_500) {
    expect(asks(sim)).toEqual([]);
    sim.pass(2_500);
  }
  expect(isBad).toBe(false);
  expect(sim.rotation().closed?.outcome).toBe('partly');
});

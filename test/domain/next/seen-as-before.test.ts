import { closedView } from '../../../src/app/bot/views/closed/closed-view.ts';
import { foldEntry } from '../../../src/domain/fold/bot-fold.ts';
import { next } from '../../../src/domain/next/index.ts';
import { onlineWitness } from '../../../src/domain/next/proof/online-witness.ts';
import type { HostName } from '../../../src/domain/values.ts';
import { approve, type Behaviour, farmOf, ID, OWN } from '../sim.ts';
import { asked, ownOf, WorkerSim } from '../worker-sim.ts';

const W2 = 'sqlw02' as HostName;
const by = { id: 'mei', name: 'Mei Lin' };

/** It puts its setting back, and its service does not start: the runner cannot say how it stands. */
const doesNotCome =
  (host: string): Behaviour =>
  (order) =>
    order.host === host && order.stage === 'worker-switch' && order.kind === 'apply' ? 'unknown' : 'ok';

function stuckAt(host: string, over: Partial<WorkerSim['wish']> = {}): WorkerSim {
  const farm = farmOf(4);
  const sim = new WorkerSim({ ...farm, gap: { ...farm.gap, concurrency: 1 } }, doesNotCome(host));
  Object.assign(sim.wish, over);
  approve(sim);
  expect(next(sim.rotation(), sim.moment()).attention.map((one) => one.host)).toEqual([host]);
  return sim;
}

function lookAgain(sim: WorkerSim): void {
  sim.put({ type: 'resolve-asked', id: ID, choice: 'look-again', by, digest: null, facts: null });
  sim.settle();
  sim.pass(60_000);
}

const switchOf = (sim: WorkerSim, host: string) =>
  sim.rotation().orders.find((one) => one.host === host && one.stage === 'worker-switch' && one.kind === 'apply');

/** Its service was stopped, and did not start again. */
function restarts(sim: WorkerSim, direction: 'forth' | 'back'): void {
  const n = switchOf(sim, 'sqlw02')?.n ?? 0;
  const digest = sim.rotation().plan?.digest ?? '';
  const step = 'sqlw02/worker-switch/restart-service';
  const before = direction === 'forth' ? { state: 'running', pid: 1 } : { state: 'stopped', pid: 0 };
  sim.speak(W2, { type: 'started', n, rotation: ID, digest, step, before, made: null, goal: {}, direction });
}

describe('A worker that was put back, and whose service somebody has started since', () => {
  test('counts as put back once a second look sees it, and the others keep what they proved', () => {
    const sim = stuckAt('sqlw02');
    lookAgain(sim);
    expect(sim.rotation().closed).toMatchObject({ outcome: 'partly', data: { host: 'sqlw02', kept: ['sqlw01'] } });
    expect(switchOf(sim, 'sqlw02')).toMatchObject({ outcome: 'put-back', seenBack: true });
    expect(asked(sim, 'undo', 'worker-switch')).toEqual([]);
    expect(asked(sim, 'undo', 'worker-create').toSorted()).toEqual(['sqlw02', 'sqlw03', 'sqlw04']);
    expect(ownOf(sim, 'sqlw02')).toBe(OWN);
  });

  test('counts as put back where it was the first to go, and all is as before', () => {
    const sim = stuckAt('sqlw01');
    lookAgain(sim);
    expect(sim.rotation().closed).toMatchObject({ outcome: 'put-back', data: { host: 'sqlw01', kept: [] } });
    expect(asked(sim, 'apply', 'worker-switch')).toEqual(['sqlw01']);
    expect(asked(sim, 'undo', 'worker-create').toSorted()).toEqual(['sqlw01', 'sqlw02', 'sqlw03', 'sqlw04']);
  });

  test('stays in question while its service is another process at each look', () => {
    const sim = stuckAt('sqlw02');
    restarts(sim, 'forth');
    restarts(sim, 'back');
    let pid = 10;
    sim.pidOf = (host) => (host === W2 ? pid++ : 1);
    lookAgain(sim);
    expect(sim.rotation()).toMatchObject({ closed: null, turned: null, resolve: null });
    expect(switchOf(sim, 'sqlw02')).toMatchObject({ outcome: 'unknown', seen: false });
  });

  test('is done, and not put back, if the look sees it on its new certificate', () => {
    const sim = stuckAt('sqlw02');
    sim.own.sqlw02 = sim.makes(W2);
    sim.behaviour = () => 'ok';
    lookAgain(sim);
    expect(sim.rotation().closed).toMatchObject({ outcome: 'proved' });
    expect(switchOf(sim, 'sqlw02')).toMatchObject({ outcome: 'unknown', seen: true });
  });

  test('is in question if its settings name neither certificate', () => {
    const sim = stuckAt('sqlw02');
    sim.own.sqlw02 = 'D'.repeat(40) as never;
    lookAgain(sim);
    expect(sim.rotation()).toMatchObject({ closed: null, turned: null });
  });

  test('has a gap that nobody measured, and is not waited for in SSISDB', () => {
    const sim = stuckAt('sqlw02');
    restarts(sim, 'forth');
    restarts(sim, 'back');
    lookAgain(sim);
    const gaps = closedView(sim.farm, sim.rotation(), sim.now, () => [])?.gaps ?? [];
    expect(gaps.find(({ host }) => host === 'sqlw02')).toMatchObject({
      ms: [],
      failed: true,
      unmeasured: 'seen-later',
    });
    expect(gaps.find(({ host }) => host === 'sqlw01')?.ms).toHaveLength(1);
    expect(onlineWitness(sim.rotation()).map(({ host }) => host)).not.toContain('sqlw02');
  });

  test('is as its runner said again, if that says more of the order later', () => {
    const sim = stuckAt('sqlw02');
    lookAgain(sim);
    const n = switchOf(sim, 'sqlw02')?.n ?? 0;
    sim.speak(W2, { type: 'failed', n, rotation: ID, step: null, code: 'StepInterrupted', data: {} });
    const order = switchOf(sim, 'sqlw02');
    expect([order?.outcome, order?.seen, order?.seenBack]).toEqual(['unknown', false, undefined]);
  });

  test('whose key is in the wrong hands stays cut off, and is put back all the same', () => {
    const sim = stuckAt('sqlw02', { workers: ['sqlw01', W2] as HostName[], compromised: true, when: { by: 'now' } });
    lookAgain(sim);
    expect(sim.rotation().closed).toMatchObject({ outcome: 'partly', data: { kept: ['sqlw01'] } });
  });

  test('is read from a journal as it was lived, without a word of its own there', () => {
    const sim = stuckAt('sqlw02');
    sim.put({ type: 'resolve-asked', id: ID, choice: 'look-again', by, digest: null, facts: null });
    const look = { ...sim.rotation(), proofs: { sqlw02: sim.look(W2) } };
    const state = { ...sim.state, rotations: { ...sim.state.rotations, [ID]: look } };
    const at = new Date(sim.now).toISOString();
    const after = foldEntry(state, { type: 'resolved', id: ID, choice: 'look-again', hosts: [W2] }, at);
    const order = after.rotations[ID]?.orders.find((one) => one.host === W2 && one.stage === 'worker-switch');
    expect(order).toMatchObject({ outcome: 'put-back', seen: true, seenBack: true });
  });
});

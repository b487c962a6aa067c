import { next } from '../../src/domain/next/index.ts';
import type { Order } from '../../src/domain/protocol.ts';
import { blindLook, seen } from '../../src/domain/ssisdb.ts';
import { farmOf, ID } from './sim.ts';
import { WorkerSim } from './worker-sim.ts';

const by = { id: 'mei', name: 'Mei Lin' };

/** Workers' own certificates, one after the other; `how`: how each wait for packages ends, the first, the second ... */
function approved(how: readonly ('ok' | 'put-back' | 'refuse')[], concurrency = 1): WorkerSim {
  const farm = farmOf(3);
  let waits = 0;
  const sim = new WorkerSim({ ...farm, gap: { ...farm.gap, concurrency } }, (order) => {
    if (order.stage !== 'drain' || order.kind !== 'apply') return 'ok';
    waits += 1;
    return how[waits - 1] ?? 'ok';
  });
  sim.ssisdb = () => ({ ...blindLook('sqlm01', 'no-role'), running: seen([]) });
  sim.request();
  sim.settle();
  for (const who of ['ana', 'tom']) sim.vote(who);
  sim.settle();
  return sim;
}

const wave = (sim: WorkerSim): readonly string[] =>
  sim.orders
    .filter(({ kind, stage }) => kind === 'apply' && (stage === 'drain' || stage === 'worker-switch'))
    .map((order: Order) => (order.stage === 'drain' ? 'wait' : order.host));
const asks = (sim: WorkerSim) => next(sim.rotation(), sim.moment()).attention.map(({ host, code }) => [host, code]);

test.each([
  [1, ['wait', 'sqlw01', 'wait', 'sqlw02', 'wait', 'sqlw03']],
  [50, ['wait', 'sqlw01', 'wait', 'sqlw02', 'sqlw03']],
])('packages are waited for again before each wave: %s at once', (concurrency, order) => {
  const sim = approved([], concurrency);
  expect(wave(sim)).toEqual(order);
  expect(sim.rotation().closed?.outcome).toBe('proved');
});

test('the plan waits for what runs on these workers, and for no other', () => {
  const sim = approved([]);
  const checks = sim.rotation().plan?.slices.flatMap(({ stages }) => stages.drain?.checks ?? []);
  expect(checks).toMatchObject([
    { kind: 'packages-end', host: 'sqlm01', params: { limitMs: 900_000, workers: ['sqlw01', 'sqlw02', 'sqlw03'] } },
  ]);
});

test('a package that runs on between two waves is a question: who has proved theirs keeps it', () => {
  const sim = approved(['ok', 'put-back']);
  expect(asks(sim)).toEqual([['sqlm01', 'PackagesRun']]);
  expect(sim.rotation().turned).toBeNull();
  expect(wave(sim)).toEqual(['wait', 'sqlw01', 'wait']);
  sim.pass(60_000);
  sim.put({ type: 'resolve-asked', id: ID, choice: 'go-on', by, digest: 'd-on' });
  for (const who of ['ana', 'tom']) sim.vote(who, 'approve', 'd-on');
  sim.settle();
  // going on is said of one wave: before the next one is waited again
  expect(wave(sim)).toEqual(['wait', 'sqlw01', 'wait', 'sqlw02', 'wait', 'sqlw03']);
  expect(sim.rotation().closed?.outcome).toBe('proved');
});

test('a second question is a question of its own', () => {
  const sim = approved(['put-back', 'put-back']);
  sim.pass(60_000);
  sim.put({ type: 'resolve-asked', id: ID, choice: 'go-on', by, digest: 'd-on' });
  for (const who of ['ana', 'tom']) sim.vote(who, 'approve', 'd-on');
  sim.settle();
  expect(wave(sim)).toEqual(['wait', 'sqlw01', 'wait']);
  expect(asks(sim)).toEqual([['sqlm01', 'PackagesRun']]);
});

test('a wait that the master refuses between two waves turns nobody back', () => {
  const sim = approved(['ok', 'refuse']);
  sim.pass(60_000);
  expect(sim.rotation().turned).toBeNull();
  expect(asks(sim)).toEqual([['sqlm01', 'OrderExpired']]);
  sim.put({ type: 'resolve-asked', id: ID, choice: 'look-again', by, digest: null });
  sim.pass(60_000);
  expect(sim.rotation().closed?.outcome).toBe('proved');
});

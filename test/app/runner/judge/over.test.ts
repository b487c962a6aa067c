import { createRig, outcomeOf, type Rig, rigBefore } from '../rig.ts';

const WORKER = 'sqlw01';
const ALL = 'nothing: all is applied';

/** The bot says, with an order of its own, what it has open. */
const tell = (rig: Rig, name: string, open: readonly string[]) =>
  rig.run(null, name, 'look', null, { rotation: 'scan', open });

const pin = (rig: Rig) => rig.machines.get(WORKER)?.settings.worker?.MasterHttpsCertThumbprint;

describe('An undo', () => {
  test('of a plan of which this runner holds nothing is refused, and nothing restarts', async () => {
    const { rig } = await rigBefore('workers');
    const other = await createRig();
    const strange = await other.plan();
    const before = rig.machines.get(WORKER)?.performed.length;
    expect(await rig.run(strange, WORKER, 'undo', 'workers')).toBe('refused NothingToUndo');
    expect(rig.machines.get(WORKER)?.performed).toHaveLength(before ?? 0);
  });

  test('is accepted while its rotation is open, whatever other orders come', async () => {
    const { rig, plan } = await rigBefore('workers');
    expect(await rig.run(plan, WORKER, 'apply', 'workers')).toBe('applied');
    await tell(rig, WORKER, ['prod-17', 'prod-18']);
    expect(await rig.run(plan, WORKER, 'undo', 'workers', { open: ['prod-17'] })).toBe('unknown');
    expect(pin(rig)).toBe(rig.old.thumbprint);
  });

  test.each([
    ['nothing open', []],
    ['another rotation open', ['prod-18']],
  ])('of a rotation that is over is refused, for the bot has said since that it has %s', async (_, open) => {
    const { rig, plan } = await rigBefore(ALL);
    const after = pin(rig);
    await tell(rig, WORKER, open);
    expect(await rig.run(plan, WORKER, 'undo', 'workers')).toBe('refused RotationIsOver');
    expect(pin(rig)).toBe(after);
  });

  test('of a rotation that is over is refused even by a restarted runner, whatever the order says', async () => {
    const { rig, plan } = await rigBefore(ALL);
    await tell(rig, WORKER, []);
    expect(await rig.run(plan, WORKER, 'undo', 'workers', { open: ['prod-17'] })).toBe('refused RotationIsOver');
  });

  test('of a plan is refused once another one was begun here, even if the bot says nothing of what is open', async () => {
    const { rig, plan } = await rigBefore(ALL);
    const next = await rig.plan();
    expect(await rig.run(next, 'sqlm01', 'apply', 'create', { refs: {} })).toBe('applied');
    expect(await rig.run(plan, 'sqlm01', 'undo', 'master')).toBe('refused RotationIsOver');
  });
});

test('What is over cannot be begun again either', async () => {
  const { rig, plan } = await rigBefore('workers');
  await tell(rig, WORKER, []);
  expect(await rig.run(plan, WORKER, 'apply', 'workers')).toBe('refused RotationIsOver');
});

test('A person at the machine may put back by hand what is over', async () => {
  const { rig, plan } = await rigBefore(ALL);
  await rig.run(plan, 'sqlm01', 'undo', 'master');
  await tell(rig, WORKER, []);
  const runner = rig.runner(WORKER);
  await runner.start();
  const undone = await runner.undoHere('prod-17');
  await runner.stop();
  expect(undone.map(({ outcome }) => outcome)).toEqual(['put-back', 'put-back']);
  expect(pin(rig)).toBe(rig.old.thumbprint);
});

test('An order that says nothing of what is open ends nothing', async () => {
  const { rig, plan } = await rigBefore(ALL);
  await rig.run(plan, 'sqlm01', 'undo', 'master');
  const look = rig.order(null, WORKER, 'look', null, { rotation: 'scan' });
  const runner = rig.runner(WORKER);
  await runner.start();
  await runner.receive(rig.seal(look));
  await runner.idle();
  await runner.stop();
  expect(outcomeOf(rig.entries(WORKER), look.n)).toBe('looked');
  expect(await rig.run(plan, WORKER, 'undo', 'workers')).toBe('put-back');
});

test('What the bot has given up with an undo that finds nothing is not begun when its letter arrives after all', async () => {
  const { rig, plan } = await rigBefore('trust');
  const apply = rig.order(plan, WORKER, 'apply', 'trust');
  const undo = rig.order(plan, WORKER, 'undo', 'trust');
  const before = rig.machines.get(WORKER)?.performed.length;
  for (const order of [undo, apply]) {
    const runner = rig.runner(WORKER);
    await runner.start();
    await runner.receive(rig.seal(order));
    await runner.idle();
    await runner.stop();
  }
  expect([undo, apply].map(({ n }) => outcomeOf(rig.entries(WORKER), n))).toEqual([
    'refused NothingToUndo',
    'refused OrderNumberUsed',
  ]);
  expect(rig.machines.get(WORKER)?.performed).toHaveLength(before ?? 0);
  // Asked again, the same plan may be begun: only what came before is void.
  expect(await rig.run(plan, WORKER, 'apply', 'trust')).toBe('applied');
});

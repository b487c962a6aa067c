import { type BotRig, type BotRigOptions, createBotRig } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

async function ready(options: BotRigOptions = {}): Promise<void> {
  rig = await createBotRig(options);
  await rig.start();
}

async function again(): Promise<void> {
  await rig.stopBot();
  await rig.startBot();
}

const states = (): readonly string[] => rig.open().map(({ id, state, line }) => `${id} ${state} ${line.id}`);

describe('What a bot that was restarted says about open rotations', () => {
  test('is nothing if nothing was asked, or only a plan that asks nobody', async () => {
    await ready();
    await rig.type('mei', '/ssis plan rotate-master because Yearly');
    await rig.until(() => rig.state().rotations['prod-1']?.plan != null);
    await again();
    expect(rig.open()).toEqual([]);
  });

  test('is that one waits for approval, how many votes are missing and who may give them, and then that it runs, until it is over', async () => {
    await ready();
    await rig.type('mei', '/ssis rotate-master because Yearly');
    expect(states()).toEqual(['prod-1 looks summary.looks']);
    await rig.planned();
    await rig.vote('ana');
    await again();
    expect(rig.open()).toMatchObject([
      { state: 'asks', missing: 1, mayApprove: ['Tom Becker', 'Wei Zhang'], line: { id: 'summary.waits' } },
    ]);
    await rig.vote('tom');
    await again();
    expect(states()).toEqual(['prod-1 runs summary.runs']);
    expect(rig.feed()?.open).toEqual([{ id: 'prod-1', state: 'runs' }]);
    await rig.closed();
    expect(rig.open()).toEqual([]);
    expect(rig.feed()?.open).toEqual([]);
  });

  test('is that one waits for its start', async () => {
    await ready({ farm: { windows: [{ cron: '20 12 * * *', lengthMs: 3_600_000, zone: 'UTC' }] } });
    await rig.approved();
    await again();
    expect(states()).toEqual(['prod-1 waits summary.starts']);
  });

  test('is that one needs a person', async () => {
    await ready({ farm: { gap: { limitMs: 600_000, leaveBehind: 1, canary: 1, concurrency: 50 } } });
    rig.world.machines.get('sqlw02')?.faults.set('service.restart', { kind: 'fail', times: 50 });
    await rig.approved();
    await rig.until(() => rig.chat.cards().at(-1)?.kind === 'needs-person');
    await again();
    expect(states()).toEqual(['prod-1 needs-person summary.needs-person']);
  });
});

test('each farm has its own picture, and a change in one is not told as a change in the other', async () => {
  await ready({ beside: { machines: { sqlm11: ['master'], sqlw11: ['worker'] } } });
  expect([0, 1].map((at) => rig.feed(at)?.farm)).toEqual(['prod', 'test']);
  // All runners are heard by then: each that is, is news of its farm.
  await rig.pass(20_000);
  const told = rig.changes();
  await rig.type('mei', '/ssis rotate-master prod because Yearly', 'sql-ops');
  await rig.planned();
  await rig.until(() => told.includes('prod'));
  expect(told.includes('test')).toBe(false);
  expect([0, 1].map((at) => rig.feed(at)?.open?.length)).toEqual([1, 0]);
});

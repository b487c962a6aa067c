import { type BotRig, createBotRig } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

test('a rotation is requested, planned, approved, performed and proved', async () => {
  rig = await createBotRig();
  await rig.start();
  await rig.approved();
  await rig.closed();
  expect(rig.rotation().closed).toMatchObject({ outcome: 'proved' });
});

describe('Before anybody is asked,', () => {
  test('a clock that is off by more than a minute is refused, even if the bot has only just started', async () => {
    rig = await createBotRig({ skewMs: { sqlw02: 90_000 } });
    await rig.start();
    await rig.stopBot();
    await rig.startBot();
    await rig.type('mei', '/ssis rotate-master');
    await rig.closed();
    expect(rig.rotation().closed).toMatchObject({ outcome: 'refused', data: { code: 'ClockOff', host: 'sqlw02' } });
  });
});

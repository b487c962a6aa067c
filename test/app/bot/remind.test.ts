import { type BotRig, createBotRig } from './rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());
const HOUR = 3_600_000;
const reminders = (): number => rig.chat.cards().filter((view) => view.kind === 'reminder').length;
const looks = (): number => rig.disk.lines.filter(({ line }) => line.entry.type === 'ordered').length;

test('two runs at once, as when day and hour fall together, say one word', async () => {
  rig = await createBotRig({ farm: { reminders: { days: [45, 30, 14], at: '09:00', owner: 'mei' } } });
  await rig.start();
  await Promise.all([rig.remind(), rig.remind(), rig.remind()]);
  await rig.pass(1_000);
  expect(reminders()).toBe(1);
  await rig.remind();
  await rig.pass(1_000);
  expect(reminders()).toBe(1);
});

test('runs that only catch up look at no machine again that day', async () => {
  rig = await createBotRig();
  await rig.start();
  await rig.remind();
  const before = looks();
  expect(before).toBe(3);
  rig.clock.set(rig.clock.now() + HOUR);
  await rig.pass(20_000);
  await rig.remind();
  expect(looks()).toBe(before);
  rig.clock.set(rig.clock.now() + 23 * HOUR);
  await rig.pass(20_000);
  await rig.remind();
  expect(looks()).toBe(before + 3);
});

test('a farm that nobody hears is not reminded of what nobody saw, and does not hold the next run up', async () => {
  rig = await createBotRig();
  await rig.startBot();
  rig.post.faults.away = true;
  await rig.remind();
  await rig.pass(1_000);
  expect(reminders()).toBe(0);
});

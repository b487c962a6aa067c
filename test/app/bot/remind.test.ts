import { createFakeChat, type FakeChat } from './fake-chat.ts';
import { type BotRig, CHANNEL, createBotRig } from './rig.ts';

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

describe('Two channels, one of which is away for a day', () => {
  const DAY = 24 * HOUR;
  const reminders = { days: [45, 30, 14], at: '09:00', owner: 'mei' };
  const channels = [
    { platform: 'web', id: CHANNEL, name: CHANNEL, language: 'en' as const },
    { platform: 'slack', id: 'C-ops', name: 'ops', language: 'en' as const },
  ];

  async function remindedOnce(): Promise<FakeChat> {
    const slack = createFakeChat('slack', ['C-ops']);
    rig = await createBotRig({ chats: [createFakeChat(), slack], farm: { reminders, channels } });
    await rig.start();
    slack.faults.away = true;
    await rig.remind();
    await rig.pass(HOUR);
    expect(rig.chat.cards().map(({ kind }) => kind)).toEqual(['reminder']);
    return slack;
  }

  test('get it once each, also when the bot is started anew in between, and it calls the owner', async () => {
    const slack = await remindedOnce();
    await rig.stopBot();
    slack.faults.away = false;
    await rig.startBot();
    await rig.pass(2 * 60_000);
    await rig.remind();
    await rig.pass(2 * 60_000);
    for (const chat of rig.chats) {
      expect(chat.messages.map(({ views }) => views.length)).toEqual([1]);
      expect(chat.messages[0]?.posting.mention).toMatchObject([{ id: 'mei' }]);
    }
    expect(rig.state().reminded.map(({ platform }) => platform)).toEqual(['web', 'slack']);
  });

  test('and what it was about is renewed meanwhile: it is not said any more', async () => {
    const slack = await remindedOnce();
    await rig.approved();
    await rig.closed();
    await rig.remind();
    slack.faults.away = false;
    await rig.pass(10 * 60_000);
    expect(slack.cards().map(({ kind }) => kind)).toEqual(['closed']);
  });

  test('and days go by: only the newest word is said', async () => {
    const slack = await remindedOnce();
    rig.clock.set(rig.clock.now() + 2 * DAY);
    await rig.pass(60_000);
    await rig.remind();
    slack.faults.away = false;
    await rig.pass(10 * 60_000);
    expect(slack.cards().map(({ kind }) => kind)).toEqual(['reminder']);
  });
});

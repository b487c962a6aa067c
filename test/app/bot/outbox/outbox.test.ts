import type { ChatCall } from '../../../../adapters/memory/chat.ts';
import { CertopsError } from '../../../../src/domain/errors.ts';
import { createFakeChat, type FakeChat } from '../fake-chat.ts';
import { type BotRig, CHANNEL, createBotRig } from '../rig.ts';

let rig: BotRig;
afterEach(async () => {
  for (const chat of rig.chats) chat.faults.hanging = false;
  await rig.stop();
});

const HOUR = 3_600_000;
const SLACK = 'C-ops';

const both = (slack: FakeChat = createFakeChat('slack', [SLACK])) => ({
  chats: [createFakeChat(), slack],
  farm: {
    channels: [
      { platform: 'web', id: CHANNEL, name: CHANNEL, language: 'en' as const },
      { platform: 'slack', id: SLACK, name: 'ops', language: 'en' as const },
    ],
  },
});

const kindsIn = (chat: FakeChat): readonly (readonly string[])[] =>
  chat.messages.map(({ views }) => views.map(({ kind }) => kind));
const count = (chat: FakeChat, call: ChatCall): number => chat.calls.filter((one) => one === call).length;

async function asked(options: Parameters<typeof createBotRig>[0] = {}): Promise<FakeChat> {
  rig = await createBotRig(options);
  await rig.start();
  await rig.type('mei', '/ssis rotate-master because Yearly');
  await rig.until(() => rig.rotation().posted.length === rig.chats.length);
  return rig.chats.at(-1) ?? rig.chat;
}

async function votedAndClosed(): Promise<void> {
  await rig.vote('ana');
  await rig.vote('tom');
  await rig.closed();
}

describe('Two chats', () => {
  test('show the same rotation to its end, each on a card of its own', async () => {
    await asked(both());
    await votedAndClosed();
    await rig.pass(5_000);
    for (const chat of rig.chats) {
      expect(chat.messages.length).toBe(1);
      expect(chat.cards().at(-1)).toMatchObject({ kind: 'closed', outcome: 'proved' });
    }
  });

  test('of which one hangs: it holds up neither the work, nor the other chat, nor the end of the bot', async () => {
    const slack = createFakeChat('slack', [SLACK]);
    rig = await createBotRig(both(slack));
    await rig.start();
    slack.faults.hanging = true;
    await rig.approved();
    await rig.closed();
    await rig.pass(10 * 60_000);
    expect(rig.chat.cards().at(-1)).toMatchObject({ kind: 'closed' });
    expect(slack.messages).toEqual([]);
    await rig.stopBot();
    expect(rig.isUp()).toBe(false);
  });

  test('of which one hung and then answers everything: it has one card, in its newest state', async () => {
    const slack = createFakeChat('slack', [SLACK]);
    rig = await createBotRig(both(slack));
    await rig.start();
    slack.faults.hanging = true;
    await rig.approved();
    await rig.closed();
    await rig.pass(10 * 60_000);
    slack.faults.hanging = false;
    await rig.pass(2 * 60_000);
    expect(slack.messages.length).toBe(1);
    expect(slack.cards()).toMatchObject([{ kind: 'closed', outcome: 'proved' }]);
  });

  test.each([
    ['refuses', { refuseStarts: 5 }],
    ['hangs', { hanging: true }],
  ])(
    'of which one %s when it is started: the bot goes on, and that chat catches up when it is there',
    async (_how, faults) => {
      const slack = createFakeChat('slack', [SLACK]);
      Object.assign(slack.faults, faults);
      rig = await createBotRig(both(slack));
      await rig.start();
      await rig.approved();
      await rig.closed();
      await rig.pass(2_000);
      expect(rig.chat.cards().at(-1)).toMatchObject({ kind: 'closed' });
      slack.faults.hanging = false;
      await rig.pass(5 * 60_000);
      expect(slack.cards()).toMatchObject([{ kind: 'closed' }]);
      if (slack.calls.filter((call) => call === 'start').length > 1)
        expect(rig.warnings.filter(({ sentence }) => sentence === 'a chat could not be started').length).toBe(5);
    },
  );
});

describe('An outage', () => {
  test('of an hour ends with exactly one update per card, to the newest state, and few lines in the log', async () => {
    const slack = await asked(both());
    slack.faults.away = true;
    await votedAndClosed();
    await rig.pass(HOUR);
    const tries = count(slack, 'update');
    expect(tries).toBeGreaterThan(50);
    expect(rig.warnings.filter(({ sentence }) => /chat/u.test(sentence)).length).toBeLessThan(4);
    slack.faults.away = false;
    await rig.pass(5 * 60_000);
    expect(kindsIn(slack)).toEqual([['plan', 'closed']]);
    expect(count(slack, 'update')).toBe(tries + 1);
    expect(slack.notes.map(({ notice }) => notice.messages[0]?.id)).toEqual(['note.proved']);
  });

  test('that spans several rotations ends with each card in its last state', async () => {
    const slack = await asked(both());
    slack.faults.away = true;
    await rig.vote('ana', 'deny');
    await rig.closed();
    await rig.type('mei', '/ssis rotate-master because Again');
    await rig.planned('prod-2');
    await rig.vote('ana', 'approve', 'prod-2');
    await rig.vote('tom', 'approve', 'prod-2');
    await rig.closed('prod-2');
    await rig.pass(HOUR);
    slack.faults.away = false;
    await rig.pass(5 * 60_000);
    expect(kindsIn(slack)).toEqual([['plan', 'closed'], ['closed']]);
    expect(slack.cards()).toMatchObject([{ outcome: 'denied' }, { outcome: 'proved' }]);
  });
});

describe('A busy chat', () => {
  test('is left alone for as long as it says, and then gets the newest state', async () => {
    const slack = await asked(both());
    slack.faults.busy = { calls: 1, retryAfterMs: 90_000 };
    await rig.vote('ana');
    await rig.pass(80_000);
    expect(kindsIn(slack)).toEqual([['plan']]);
    await rig.vote('wei');
    await rig.pass(20_000);
    expect(slack.messages[0]?.views.length).toBeGreaterThan(1);
    expect(rig.chat.cards()).toMatchObject(slack.cards());
  });

  test('is avoided: a card is changed no more often than its chat allows', async () => {
    const clocked = { now: () => rig.clock.now() };
    const slack = createFakeChat('slack', [SLACK], { clock: clocked, updateEveryMs: 1_000 });
    await asked(both(slack));
    await votedAndClosed();
    await rig.pass(10_000);
    const refused = count(slack, 'update') - (slack.messages[0]?.updates.length ?? 0);
    // The card that was just posted is the one case: how long ago that was for the chat, only the chat knows.
    expect(refused).toBeLessThan(2);
    expect(slack.cards()).toMatchObject([{ kind: 'closed' }]);
  });
});

describe('A card that somebody deleted', () => {
  test('is posted again once, calls nobody again, and is not posted a third time', async () => {
    const slack = await asked(both());
    slack.forget('slack-1');
    await rig.vote('ana');
    await rig.until(() => slack.messages.length === 2);
    expect(slack.messages[0]?.posting.mention.length).toBeGreaterThan(0);
    expect(slack.messages[1]?.posting.mention).toEqual([]);
    slack.forget(slack.messages[1]?.message ?? '');
    await rig.vote('tom');
    await rig.closed();
    await rig.pass(60_000);
    expect(slack.messages.length).toBe(2);
  });

  test('is not posted a third time by a bot that was restarted either', async () => {
    const slack = await asked(both());
    slack.forget('slack-1');
    await rig.vote('ana');
    await rig.until(() => slack.messages.length === 2 && rig.rotation().posted.length === 3);
    slack.forget(slack.messages[1]?.message ?? '');
    await rig.stopBot();
    await rig.startBot();
    await rig.vote('tom');
    await rig.closed();
    await rig.pass(60_000);
    expect(slack.messages.length).toBe(2);
  });

  test('stays deleted if its rotation ended long ago', async () => {
    const slack = await asked(both());
    await votedAndClosed();
    await rig.pass(10_000);
    slack.forget('slack-1');
    await rig.stopBot();
    rig.clock.set(rig.clock.now() + 2 * HOUR);
    await rig.startBot();
    await rig.pass(60_000);
    expect(slack.messages.length).toBe(1);
  });
});

describe('A card that its chat does not let anybody change', () => {
  const fix = (slack: FakeChat): void => {
    slack.faults.at = (when, call) => {
      if (when === 'before' && call === 'update') throw new CertopsError('MessageNotFound', { stays: true });
    };
  };

  test('is posted anew with each state, calling nobody again, but not more often than once a minute', async () => {
    const slack = await asked(both());
    const since = rig.clock.now();
    fix(slack);
    await rig.vote('ana');
    await rig.pass(50_000);
    expect(slack.messages.length).toBe(1);
    await rig.until(() => slack.messages.length === 2);
    await rig.vote('tom');
    await rig.closed();
    await rig.until(() => slack.cards().at(-1)?.kind === 'closed');
    expect(slack.messages.length).toBeGreaterThan(2);
    expect(slack.messages.filter(({ posting }) => posting.mention.length > 0).length).toBe(1);
    const minutes = (rig.clock.now() - since) / 60_000;
    expect(slack.messages.length).toBeLessThan(minutes + 2);
  });

  test('shows its end there also where a bot that was restarted brings it', async () => {
    const slack = await asked(both());
    fix(slack);
    await rig.vote('ana');
    await rig.until(() => slack.messages.length === 2 && rig.rotation().posted.length === 3);
    await rig.stopBot();
    await rig.startBot();
    await rig.vote('tom');
    await rig.closed();
    await rig.until(() => slack.cards().at(-1)?.kind === 'closed');
  });

  test('is posted anew at once by a bot that was restarted, however often it was posted before', async () => {
    const slack = await asked(both());
    fix(slack);
    const tries: number[] = [];
    for (let start = 1; start <= 6; start += 1) {
      await rig.stopBot();
      const before = count(slack, 'update');
      await rig.startBot();
      await rig.until(() => rig.rotation().posted.length === start + 2);
      tries.push(count(slack, 'update') - before);
    }
    expect(tries).toEqual([1, 2, 3, 4, 4, 4]);
  });
});

test('a card that a bot posted, and died before it could record it, is looked for by the next one', async () => {
  const slack = createFakeChat('slack', [SLACK]);
  rig = await createBotRig({
    chats: [slack],
    farm: { channels: [{ platform: 'slack', id: SLACK, name: 'ops', language: 'en' }] },
  });
  // As on a real machine, it does not count from 1970.
  const { steady } = rig.clock;
  const from = steady();
  Object.assign(rig.clock, { steady: () => steady() - from });
  await rig.start();
  slack.faults.loseAnswers = 1;
  await rig.type('mei', '/ssis rotate-master because Yearly');
  await rig.until(() => slack.messages.length === 1);
  await rig.stopBot();
  expect(rig.rotation().posted).toEqual([]);
  await rig.startBot();
  await rig.until(() => rig.rotation().posted.length > 0);
  expect(slack.messages.length).toBe(1);
});

test('a channel that is new to the farm is not filled with what ended long ago', async () => {
  rig = await createBotRig(both(createFakeChat('slack', [])));
  await rig.start();
  await rig.approved();
  await rig.closed();
  await rig.stopBot();
  rig.clock.set(rig.clock.now() + 25 * HOUR);
  await rig.startBot();
  await rig.pass(60_000);
  expect(count(rig.chats[1] as FakeChat, 'post')).toBeGreaterThan(0);
  const before = count(rig.chats[1] as FakeChat, 'post');
  await rig.pass(HOUR);
  expect(count(rig.chats[1] as FakeChat, 'post')).toBe(before);
});

describe('A channel that the farm file names no longer', () => {
  const channel = (id: string) => ({ platform: 'slack', id, name: id, language: 'en' as const });
  let slack: FakeChat;
  /** Asked while it was the farm's; then the bot is restarted with another. */
  const moved = async (): Promise<void> => {
    slack = createFakeChat('slack', [SLACK, 'C-new']);
    rig = await createBotRig({ chats: [slack], farm: { channels: [channel(SLACK)] } });
    await rig.start();
    await rig.type('mei', '/ssis rotate-master because Yearly');
    await rig.until(() => rig.rotation().posted.length === 1);
    await rig.stopBot();
    Object.assign(rig.farm, { channels: [channel('C-new')] });
    await rig.startBot();
    await rig.until(() => rig.rotation().posted.length === 2);
  };
  const cardsIn = (id: string) => slack.messages.filter((one) => one.channel === id);

  test('keeps its card true to the end of its rotation, beside the one in the new channel', async () => {
    await moved();
    await votedAndClosed();
    await rig.pass(5_000);
    for (const id of [SLACK, 'C-new']) {
      expect(cardsIn(id)).toHaveLength(1);
      expect(cardsIn(id)[0]?.views.at(-1)).toMatchObject({ kind: 'closed', outcome: 'proved' });
    }
  });

  test('has called its people there, who are called once more in the new one, and not a third time', async () => {
    await moved();
    const called = () => slack.messages.map(({ channel: id, posting }) => [id, posting.mention.length > 0]);
    expect(called()).toEqual([
      [SLACK, true],
      ['C-new', true],
    ]);
    slack.forget(slack.messages[1]?.message ?? '');
    await rig.vote('ana');
    await rig.until(() => slack.messages.length === 3);
    expect(called().at(-1)).toEqual(['C-new', false]);
  });

  test('has led to a look: in the new one nobody is asked for a decision before that has shown anything', async () => {
    slack = createFakeChat('slack', [SLACK, 'C-new']);
    rig = await createBotRig({ chats: [slack], farm: { channels: [channel(SLACK)] } });
    await rig.start();
    rig.world.machines.get('sqlw01')?.faults.set('service.restart', { kind: 'fail', times: 50 });
    await rig.approved();
    const asking = () => slack.messages.at(-1)?.views.findLast(({ kind }) => kind === 'needs-person');
    await rig.until(() => asking() !== undefined);
    rig.world.machines.get('sqlw01')?.faults.delete('service.restart');
    await rig.pass(30_000);
    const card = asking();
    const digest = card?.kind === 'needs-person' ? card.digest : '';
    await rig.click('mei', 'look', { rotation: 'prod-1', digest });
    await rig.stopBot();
    Object.assign(rig.farm, { channels: [channel('C-new')] });
    await rig.startBot();
    await rig.closed();
    await rig.pass(5_000);
    const notes = slack.notes.filter((one) => one.channel === 'C-new');
    expect(notes.map(({ notice }) => notice.messages[0]?.id)).toEqual(['note.put-back']);
  });

  test('gets no card anew, nor the next rotation’s', async () => {
    await moved();
    slack.forget('slack-1');
    await votedAndClosed();
    await rig.type('mei', '/ssis rotate-master because Yearly');
    await rig.until(() => rig.state().order.length === 2);
    await rig.pass(5_000);
    expect(cardsIn(SLACK)).toHaveLength(1);
    expect(cardsIn(SLACK)[0]?.views.at(-1)).toMatchObject({ kind: 'plan' });
    expect(count(slack, 'post')).toBe(3);
  });
});

test('a card is posted with the list of those who see buttons of their own: the requester, and all who may approve', async () => {
  const slack = await asked(both());
  expect(slack.messages[0]?.posting).toMatchObject({
    key: 'prod-1',
    readers: [
      { account: 'U-mei', reader: 'requester' },
      { account: 'U-ana', reader: 'approver' },
      { account: 'U-tom', reader: 'approver' },
      { account: 'U-wei', reader: 'approver' },
    ],
  });
});

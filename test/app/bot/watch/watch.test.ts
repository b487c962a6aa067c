import { createFakeChat } from '../fake-chat.ts';
import { type BotRig, CHANNEL, createBotRig, saidOf } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const wordsOf = (at = 0): readonly string[] =>
  (rig.chats[at]?.messages ?? [])
    .flatMap(({ views }) => views.at(-1) ?? [])
    .flatMap((view) => (view.kind === 'notice' ? view.messages : []))
    .map(({ id, data }) => `${id} ${String(data.names)}`);

const channels = [
  { platform: 'web', id: CHANNEL, name: CHANNEL, language: 'en' as const },
  { platform: 'slack', id: 'C-ops', name: 'ops', language: 'en' as const },
];

test('runners that fall silent together are reported together, once, and once more when they are well', async () => {
  rig = await createBotRig();
  await rig.start();
  rig.silence('sqlw01', true);
  rig.silence('sqlw02', true);
  await rig.pass(40 * MINUTE);
  expect(wordsOf()).toEqual(['told.runner-quiet sqlw01,sqlw02']);
  rig.silence('sqlw01', false);
  rig.silence('sqlw02', false);
  await rig.pass(5 * MINUTE);
  expect(wordsOf()).toEqual(['told.runner-quiet sqlw01,sqlw02', 'told.runner-well sqlw01,sqlw02']);
});

describe('A bot that is restarted', () => {
  test('says nothing twice, and does not mistake its own silence for that of others', async () => {
    rig = await createBotRig();
    await rig.start();
    rig.silence('sqlw01', true);
    await rig.pass(12 * MINUTE);
    await rig.stopBot();
    rig.clock.set(rig.clock.now() + 2 * HOUR);
    await rig.startBot();
    await rig.pass(25 * MINUTE);
    expect(wordsOf()).toEqual(['told.runner-quiet sqlw01']);
    rig.silence('sqlw01', false);
    await rig.pass(5 * MINUTE);
    expect(wordsOf()).toEqual(['told.runner-quiet sqlw01', 'told.runner-well sqlw01']);
  });

  test.each([
    [
      'Redis is still out of reach',
      () => {
        rig.post.faults.away = true;
      },
      'told.queue-quiet Redis',
    ],
    [
      'a chat still turns it away',
      () => {
        const [, slack] = rig.chats;
        if (slack !== undefined) slack.faults.refused = true;
      },
      'told.refused slack',
    ],
  ])('does not say that all is well if %s', async (_what, ail, word) => {
    const slack = createFakeChat('slack', ['C-ops']);
    rig = await createBotRig({ chats: [createFakeChat(), slack], farm: { channels } });
    await rig.start();
    ail();
    await rig.pass(20 * MINUTE);
    expect(wordsOf()).toEqual([word]);
    await rig.stopBot();
    // A platform takes longer to answer than a bot to begin.
    if (slack.faults.refused) slack.faults.refused = null;
    await rig.startBot();
    await rig.pass(20 * MINUTE);
    expect(wordsOf()).toEqual([word]);
  });

  test('after days without a look leaves time for one, and reports the machines only if none comes', async () => {
    rig = await createBotRig();
    await rig.start();
    await rig.remind();
    await rig.stopBot();
    rig.clock.set(rig.clock.now() + 3 * DAY);
    await rig.startBot();
    await rig.pass(50 * MINUTE);
    expect(wordsOf()).toEqual([]);
    await rig.pass(30 * MINUTE);
    expect(wordsOf()).toEqual(['told.scan-quiet sqlm01,sqlw01,sqlw02']);
    await rig.stopBot();
    await rig.startBot();
    await rig.pass(2 * MINUTE);
    expect(wordsOf()).toEqual(['told.scan-quiet sqlm01,sqlw01,sqlw02']);
  });
});

test('a silent machine is not said to be heard again because nobody could hear it, with Redis away or the bot standing still', async () => {
  rig = await createBotRig();
  await rig.start();
  rig.silence('sqlw01', true);
  await rig.pass(12 * MINUTE);
  rig.post.faults.away = true;
  await rig.pass(5 * MINUTE);
  rig.post.faults.away = false;
  rig.clock.set(rig.clock.now() + HOUR);
  await rig.pass(5 * MINUTE);
  expect(wordsOf()).toEqual(['told.runner-quiet sqlw01']);
});

test('a silent machine that is taken out of the farm file is not said to be heard again', async () => {
  rig = await createBotRig();
  await rig.start();
  rig.silence('sqlw02', true);
  await rig.pass(12 * MINUTE);
  expect(wordsOf()).toEqual(['told.runner-quiet sqlw02']);
  const { disk, farm } = rig;
  await rig.stop();
  rig = await createBotRig({ farm: { hosts: farm.hosts.filter(({ name }) => name !== 'sqlw02') } });
  await rig.startBot(disk);
  await rig.pass(5 * MINUTE);
  expect(wordsOf()).toEqual([]);
});

test('while the queue is away no runner is called silent; the queue is reported once, and once more when it is back', async () => {
  rig = await createBotRig();
  await rig.start();
  rig.post.faults.away = true;
  await rig.pass(9 * MINUTE);
  rig.post.faults.away = false;
  await rig.pass(2 * MINUTE);
  expect(wordsOf()).toEqual([]);
  rig.post.faults.away = true;
  await rig.pass(HOUR);
  expect(wordsOf()).toEqual(['told.queue-quiet Redis']);
  rig.post.faults.away = false;
  await rig.pass(5 * MINUTE);
  expect(wordsOf()).toEqual(['told.queue-quiet Redis', 'told.queue-well Redis']);
});

test('machines that were not looked at for two days are reported, and so is that they are looked at again', async () => {
  rig = await createBotRig();
  await rig.start();
  await rig.remind();
  rig.clock.set(rig.clock.now() + 3 * DAY);
  // By then it could have caught up.
  await rig.pass(75 * MINUTE);
  expect(wordsOf().filter((word) => word.includes('scan'))).toEqual(['told.scan-quiet sqlm01,sqlw01,sqlw02']);
  await rig.remind();
  await rig.pass(2 * MINUTE);
  expect(wordsOf().at(-1)).toBe('told.scan-well sqlm01,sqlw01,sqlw02');
});

test('a chat that takes nothing is reported in the other, and so is its return', async () => {
  const slack = createFakeChat('slack', ['C-ops']);
  rig = await createBotRig({ chats: [createFakeChat(), slack], farm: { channels } });
  await rig.start();
  slack.faults.away = true;
  await rig.type('mei', '/ssis rotate-master');
  await rig.pass(30 * MINUTE);
  expect(wordsOf(0)).toEqual(['told.chat-quiet slack']);
  slack.faults.away = false;
  await rig.pass(5 * MINUTE);
  expect(wordsOf(0)).toEqual(['told.chat-quiet slack', 'told.chat-well slack']);
  expect(wordsOf(1)).toEqual([]);
});

test.each([
  ['again and again', 60_000],
  ['for an hour', HOUR],
])(
  'a chat that asks to be left alone %s is reported in the other, and so is its return',
  async (_what, retryAfterMs) => {
    const slack = createFakeChat('slack', ['C-ops']);
    rig = await createBotRig({ chats: [createFakeChat(), slack], farm: { channels } });
    await rig.start();
    slack.faults.busy = { calls: Number.POSITIVE_INFINITY, retryAfterMs };
    await rig.type('mei', '/ssis rotate-master');
    await rig.pass(14 * MINUTE);
    expect(wordsOf(0)).toEqual([]);
    await rig.pass(6 * MINUTE);
    expect(wordsOf(0)).toEqual(['told.chat-quiet slack']);
    slack.faults.busy = { calls: 0, retryAfterMs: 0 };
    await rig.pass(HOUR);
    expect(wordsOf(0)).toEqual(['told.chat-quiet slack', 'told.chat-well slack']);
  },
);

describe('A bot that is restarted while a chat takes nothing', () => {
  test('reports it even if it cannot start it, and does not call it well before it took something', async () => {
    const slack = createFakeChat('slack', ['C-ops']);
    rig = await createBotRig({ chats: [createFakeChat(), slack], farm: { channels } });
    await rig.start();
    slack.faults.away = true;
    await rig.type('mei', '/ssis rotate-master');
    await rig.pass(20 * MINUTE);
    expect(wordsOf(0)).toEqual(['told.chat-quiet slack']);
    await rig.stopBot();
    await rig.startBot();
    await rig.pass(30 * MINUTE);
    expect(wordsOf(0)).toEqual(['told.chat-quiet slack']);
    slack.faults.away = false;
    await rig.pass(5 * MINUTE);
    expect(wordsOf(0)).toEqual(['told.chat-quiet slack', 'told.chat-well slack']);
  });

  test('reports one that it could never start', async () => {
    const slack = createFakeChat('slack', ['C-ops']);
    slack.faults.away = true;
    rig = await createBotRig({ chats: [createFakeChat(), slack], farm: { channels } });
    await rig.start();
    await rig.pass(14 * MINUTE);
    expect(wordsOf(0)).toEqual([]);
    await rig.pass(2 * MINUTE);
    expect(wordsOf(0)).toEqual(['told.chat-quiet slack']);
  });

  test('does not call it well as long as it has nothing new to say there', async () => {
    const slack = createFakeChat('slack', ['C-ops']);
    rig = await createBotRig({ chats: [createFakeChat(), slack], farm: { channels } });
    await rig.start();
    await rig.type('mei', '/ssis rotate-master');
    await rig.planned();
    await rig.until(() => slack.messages.length === 1);
    slack.faults.mute.add('C-ops');
    await rig.vote('ana', 'deny');
    await rig.closed();
    await rig.type('mei', '/ssis rotate-master');
    await rig.planned('prod-2');
    await rig.vote('ana', 'deny', 'prod-2');
    await rig.pass(20 * MINUTE);
    expect(wordsOf(0)).toEqual(['told.chat-quiet slack']);
    await rig.stopBot();
    rig.clock.set(rig.clock.now() + 30 * HOUR);
    const before = slack.calls.length;
    slack.faults.mute.clear();
    await rig.startBot();
    await rig.pass(2 * MINUTE);
    const news = slack.calls.slice(before).filter((call) => call === 'post' || call === 'note');
    expect(news).toEqual([]);
    expect(slack.calls.slice(before)).toContain('update');
    expect(wordsOf(0).filter((word) => word.includes('chat'))).toEqual(['told.chat-quiet slack']);
    await rig.type('mei', '/ssis rotate-master');
    await rig.pass(2 * MINUTE);
    expect(wordsOf(0).filter((word) => word.includes('chat'))).toEqual([
      'told.chat-quiet slack',
      'told.chat-well slack',
    ]);
  });
});

describe('A chat that delivers nothing', () => {
  test('is reported in its own channel as well, for cards still arrive there, and so is that it delivers again', async () => {
    const slack = createFakeChat('slack', ['C-ops']);
    rig = await createBotRig({ chats: [createFakeChat(), slack], farm: { channels } });
    await rig.start();
    slack.faults.deafSince = rig.clock.now();
    await rig.pass(10 * MINUTE);
    expect(wordsOf(0)).toEqual([]);
    await rig.pass(HOUR);
    slack.faults.deafSince = null;
    await rig.pass(2 * MINUTE);
    for (const at of [0, 1]) expect(wordsOf(at)).toEqual(['told.chat-deaf slack', 'told.chat-heard slack']);
  });

  test('is not said to deliver again by a restarted bot that cannot start it', async () => {
    const slack = createFakeChat('slack', ['C-ops']);
    rig = await createBotRig({ chats: [createFakeChat(), slack], farm: { channels } });
    await rig.start();
    slack.faults.deafSince = rig.clock.now();
    await rig.pass(20 * MINUTE);
    await rig.stopBot();
    slack.faults.deafSince = null;
    slack.faults.refuseStarts = 1_000;
    await rig.startBot();
    await rig.pass(10 * MINUTE);
    expect(wordsOf(0)).toEqual(['told.chat-deaf slack']);
    slack.faults.refuseStarts = 0;
    await rig.pass(3 * MINUTE);
    expect(wordsOf(0)).toEqual(['told.chat-deaf slack', 'told.chat-heard slack']);
  });

  test('because it turns the bot away is reported as that', async () => {
    const slack = createFakeChat('slack', ['C-ops']);
    rig = await createBotRig({ chats: [createFakeChat(), slack], farm: { channels } });
    await rig.start();
    slack.faults.deafSince = rig.clock.now();
    slack.faults.refused = true;
    await rig.pass(HOUR);
    expect(wordsOf(0)).toEqual(['told.refused slack']);
  });
});

test('a chat that refuses everything is reported in the other as well, but only once if it also turns the bot away', async () => {
  const slack = createFakeChat('slack', ['C-ops']);
  rig = await createBotRig({ chats: [createFakeChat(), slack], farm: { channels } });
  await rig.start();
  slack.faults.mute.add('C-ops');
  slack.faults.refused = true;
  await rig.type('mei', '/ssis rotate-master');
  await rig.pass(20 * MINUTE);
  expect(wordsOf(0)).toEqual(['told.refused slack']);
  slack.faults.refused = false;
  await rig.pass(22 * MINUTE);
  expect(wordsOf(0)).toEqual(['told.refused slack', 'told.refused-well slack', 'told.chat-quiet slack']);
  slack.faults.mute.clear();
  await rig.pass(7 * MINUTE);
  expect(wordsOf(0).at(-1)).toBe('told.chat-well slack');
});

test('a channel that takes nothing is reported in those that do, and so is its return', async () => {
  const slack = createFakeChat('slack', ['C-ops', 'C-dba']);
  const both = [...channels, { platform: 'slack', id: 'C-dba', name: 'dba', language: 'en' as const }];
  rig = await createBotRig({ chats: [createFakeChat(), slack], farm: { channels: both } });
  await rig.start();
  slack.faults.mute.add('C-ops');
  await rig.type('mei', '/ssis rotate-master');
  await rig.pass(20 * MINUTE);
  expect(wordsOf(0)).toEqual(['told.channel-quiet ops']);
  expect(wordsOf(1)).toEqual(['told.channel-quiet ops']);
  expect(slack.messages.every(({ channel }) => channel === 'C-dba')).toBe(true);
  slack.faults.mute.clear();
  await rig.pass(7 * MINUTE);
  expect(wordsOf(0)).toEqual(['told.channel-quiet ops', 'told.channel-well ops']);
});

test('a chat that turns the bot away is reported in the other, once, and once more when it accepts the bot again', async () => {
  const slack = createFakeChat('slack', ['C-ops']);
  slack.faults.refuseStarts = 1_000;
  slack.faults.refused = true;
  rig = await createBotRig({ chats: [createFakeChat(), slack], farm: { channels } });
  await rig.start();
  await rig.pass(2 * MINUTE);
  expect(wordsOf(0)).toEqual(['told.refused slack']);
  slack.faults.refused = null;
  await rig.pass(20 * MINUTE);
  expect(wordsOf(0)).toEqual(['told.refused slack']);
  slack.faults.refuseStarts = 0;
  slack.faults.refused = false;
  await rig.pass(10 * MINUTE);
  expect(wordsOf(0)).toEqual(['told.refused slack', 'told.refused-well slack']);
  expect(wordsOf(1)).toEqual([]);
});

test('a secret of the bot’s own is reported two weeks before it ends, once', async () => {
  rig = await createBotRig();
  const endsAt = new Date(rig.clock.now() + 20 * DAY).toISOString();
  rig = await createBotRig({ credentials: [{ platform: 'teams', endsAt }] });
  await rig.start();
  await rig.pass(2 * MINUTE);
  expect(wordsOf()).toEqual([]);
  rig.clock.set(Date.parse(endsAt) - 13 * DAY);
  await rig.pass(5 * MINUTE);
  expect(wordsOf().filter((word) => word.includes('credential'))).toEqual(['told.credential-ends teams']);
});

test.each([
  ['near', 13 * DAY, false],
  ['over', -DAY, true],
])('the report of a secret whose end is %s says whether it has ended', async (_, leftMs, over) => {
  rig = await createBotRig();
  const endsAt = new Date(rig.clock.now() + leftMs).toISOString();
  rig = await createBotRig({ credentials: [{ platform: 'teams', endsAt }] });
  await rig.start();
  await rig.pass(5 * MINUTE);
  const said = rig.chat.cards().flatMap((view) => (view.kind === 'notice' ? view.messages : []));
  expect(said.find(({ id }) => id === 'told.credential-ends')?.data).toMatchObject({ over });
});

test('if Redis is there and takes nothing, the channels, status and runners give the reason, and no runner is called silent', async () => {
  rig = await createBotRig();
  await rig.start();
  // All three runners are heard by then.
  await rig.pass(20_000);
  rig.post.faults.away = true;
  rig.post.faults.refuses = 'OOM';
  await rig.pass(HOUR);
  const [told, ...more] = (rig.chats[0]?.messages ?? []).flatMap(({ views }) => views.at(-1) ?? []);
  expect(more).toEqual([]);
  expect(told).toMatchObject({ messages: [{ id: 'told.queue-quiet', data: { names: ['Redis'], refuses: 'OOM' } }] });
  for (const line of ['/ssis status', '/ssis runners'])
    expect(await rig.type('mei', line)).toMatchObject({
      notice: { messages: expect.arrayContaining([{ id: 'status.queue', data: { refuses: 'OOM' } }]) },
    });
  expect(saidOf(await rig.type('mei', '/ssis runners'))).toEqual([
    'runners.last-heard',
    'status.queue',
    ...Array(3).fill('runners.runner'),
  ]);
  rig.post.faults.away = false;
  await rig.pass(5 * MINUTE);
  expect(wordsOf()).toEqual(['told.queue-quiet Redis', 'told.queue-well Redis']);
});

test('a Redis that was out of reach and now takes nothing is reported anew after some ten minutes, and the other way round', async () => {
  rig = await createBotRig();
  await rig.start();
  const words = () =>
    (rig.chats[0]?.messages ?? [])
      .flatMap(({ views }) => views.at(-1) ?? [])
      .flatMap((view) => (view.kind === 'notice' ? view.messages : []))
      .map(({ id, data }) => `${id} ${data.refuses}`);
  rig.post.faults.away = true;
  await rig.pass(20 * MINUTE);
  expect(words()).toEqual(['told.queue-quiet null']);
  rig.post.faults.refuses = 'OOM';
  await rig.pass(8 * MINUTE);
  expect(words()).toHaveLength(1);
  await rig.pass(HOUR);
  expect(words()).toEqual(['told.queue-quiet null', 'told.queue-quiet OOM']);
  // A bot that is started anew does not know at once why.
  const { disk } = rig;
  await rig.stopBot();
  delete rig.post.faults.refuses;
  await rig.startBot(disk);
  await rig.pass(MINUTE);
  rig.post.faults.refuses = 'OOM';
  await rig.pass(HOUR);
  expect(words()).toHaveLength(2);
  delete rig.post.faults.refuses;
  await rig.pass(HOUR);
  expect(words().slice(2)).toEqual(['told.queue-quiet null']);
  rig.post.faults.away = false;
  await rig.pass(5 * MINUTE);
  expect(words().slice(3)).toEqual(['told.queue-well undefined']);
});

test('a channel that could not be told meanwhile why Redis takes nothing is told the present reason alone', async () => {
  rig = await createBotRig();
  await rig.start();
  const [slack] = rig.chats;
  if (slack !== undefined) slack.faults.away = true;
  rig.post.faults.away = true;
  await rig.pass(20 * MINUTE);
  rig.post.faults.refuses = 'OOM';
  await rig.pass(20 * MINUTE);
  if (slack !== undefined) slack.faults.away = false;
  await rig.pass(20 * MINUTE);
  const queue = (slack?.messages ?? [])
    .flatMap(({ views }) => views.at(-1) ?? [])
    .flatMap((view) => (view.kind === 'notice' ? view.messages : []))
    .filter(({ id }) => id === 'told.queue-quiet');
  expect(queue).toMatchObject([{ data: { refuses: 'OOM' } }]);
});

describe('More than one bot of a farm', () => {
  const bots = (found: { addresses: readonly string[] | null }) => async () => found.addresses;

  test('is reported once it lasts, with the addresses, and once more when only one is left', async () => {
    const found = { addresses: ['10.0.0.5', '10.0.0.9'] as readonly string[] | null };
    rig = await createBotRig({ bots: bots(found) });
    await rig.start();
    await rig.pass(MINUTE);
    expect(wordsOf()).toEqual([]);
    await rig.pass(5 * MINUTE);
    expect(wordsOf()).toEqual(['told.bots-many 10.0.0.5,10.0.0.9']);
    // Redis is away, or another one has come: nothing new.
    found.addresses = null;
    await rig.pass(5 * MINUTE);
    found.addresses = ['10.0.0.5', '10.0.0.7', '10.0.0.9'];
    await rig.pass(5 * MINUTE);
    expect(wordsOf()).toEqual(['told.bots-many 10.0.0.5,10.0.0.9']);
    found.addresses = ['10.0.0.5'];
    await rig.pass(4 * MINUTE);
    expect(wordsOf()).toEqual(['told.bots-many 10.0.0.5,10.0.0.9', 'told.bots-one 10.0.0.5,10.0.0.9']);
  });

  test('is said to whoever asks after the runners, of which each bot hears a part', async () => {
    const found = { addresses: ['10.0.0.5', '10.0.0.9'] as readonly string[] | null };
    rig = await createBotRig({ bots: bots(found) });
    await rig.start();
    const isSaid = async (): Promise<readonly boolean[]> => {
      const answers = [await rig.type('mei', '/ssis status'), await rig.type('mei', '/ssis runners')].map(saidOf);
      const shown = rig.feed()?.runners?.map(({ id }) => id) ?? [];
      return [...answers, shown].map((ids) => ids.includes('told.bots-many'));
    };
    await rig.pass(MINUTE);
    expect(await isSaid()).toEqual([false, false, false]);
    await rig.pass(5 * MINUTE);
    expect(await isSaid()).toEqual([true, true, true]);
    found.addresses = ['10.0.0.5'];
    await rig.pass(4 * MINUTE);
    expect(await isSaid()).toEqual([false, false, false]);
  });

  test('that overlap while one replaces the other are nobody’s business', async () => {
    const found = { addresses: ['10.0.0.5', '10.0.0.5'] as readonly string[] | null };
    rig = await createBotRig({ bots: bots(found) });
    await rig.start();
    for (const addresses of [['10.0.0.5'], ['10.0.0.5', '10.0.0.5'], ['10.0.0.5']]) {
      await rig.pass(MINUTE);
      found.addresses = addresses;
    }
    await rig.pass(10 * MINUTE);
    expect(wordsOf()).toEqual([]);
  });

  test.each([0, MINUTE])(
    'are not reported because the machine slept while they overlapped, though the other is seen for %i ms more',
    async (ms) => {
      const found = { addresses: ['10.0.0.5', '10.0.0.5'] as readonly string[] | null };
      rig = await createBotRig({ bots: bots(found) });
      await rig.start();
      await rig.pass(MINUTE);
      rig.clock.set(rig.clock.now() + 2 * HOUR);
      if (ms === 0) found.addresses = ['10.0.0.5'];
      await rig.pass(ms);
      found.addresses = ['10.0.0.5'];
      await rig.pass(10 * MINUTE);
      expect(wordsOf()).toEqual([]);
    },
  );

  test('are still reported by a bot that was restarted, until it has seen that it is alone', async () => {
    const found = { addresses: ['10.0.0.5', '10.0.0.5'] as readonly string[] | null };
    rig = await createBotRig({ bots: bots(found) });
    await rig.start();
    await rig.pass(5 * MINUTE);
    await rig.stopBot();
    found.addresses = null;
    await rig.startBot();
    await rig.pass(5 * MINUTE);
    expect(wordsOf()).toEqual(['told.bots-many 10.0.0.5']);
    found.addresses = ['10.0.0.5'];
    await rig.pass(4 * MINUTE);
    expect(wordsOf().at(-1)).toBe('told.bots-one 10.0.0.5');
  });

  test('are not taken for one where Redis, or one of them, was away for a moment', async () => {
    const found = { addresses: ['10.0.0.5', '10.0.0.9'] as readonly string[] | null };
    rig = await createBotRig({ bots: bots(found) });
    await rig.start();
    await rig.pass(5 * MINUTE);
    for (const addresses of [[], ['10.0.0.9']]) {
      found.addresses = addresses;
      await rig.pass(MINUTE);
      found.addresses = ['10.0.0.5', '10.0.0.9'];
      await rig.pass(5 * MINUTE);
    }
    expect(wordsOf()).toEqual(['told.bots-many 10.0.0.5,10.0.0.9']);
  });
});

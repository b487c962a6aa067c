import { DateTime } from 'luxon';
import { createMemorySigner } from '../../../../adapters/memory/signer.ts';
import { localeOf } from '../../../../src/app/bot/chats/locale.ts';
import type { Farm, Person } from '../../../../src/domain/farm/farm.ts';
import type { Reply } from '../../../../src/ports/chat.ts';
import { createFakeChat } from '../fake-chat.ts';
import { type BotRig, type BotRigOptions, CHANNEL, createBotRig, saidOf } from '../rig.ts';

const TEST_CHANNEL = 'sql-test';
const SHARED = 'sql-all';

const person = (id: string, account: string, name: string): Person => ({
  id,
  name,
  accounts: { web: account },
  groups: [],
  language: 'en',
  timeZone: 'UTC',
});

/** Mei is in both; Liu decides in `test` alone, and so does another Tom than the one of `prod`. */
const PEOPLE = [person('mei', 'mei', 'Mei Lin'), person('liu', 'liu', 'Liu Yang'), person('tom', 'tomas', 'Tomás Gil')];
const channelsOf = (...ids: readonly string[]): Farm['channels'] =>
  ids.map((id) => ({ platform: 'web', id, name: id, language: 'en' }));

const TEST: NonNullable<BotRigOptions['beside']> = {
  machines: { sqlm11: ['master'], sqlw11: ['worker'] },
  people: PEOPLE,
  approval: { quorum: 2, approvers: ['mei', 'liu', 'tom'], groups: [], lapsesAfterMs: 86_400_000 },
  channels: channelsOf(TEST_CHANNEL, SHARED),
};

let rig: BotRig;
afterEach(() => rig.stop());

async function served(beside: Partial<NonNullable<BotRigOptions['beside']>> = {}, more: BotRigOptions = {}) {
  const chat = createFakeChat('web', [CHANNEL, TEST_CHANNEL, SHARED]);
  const farm = { channels: channelsOf(CHANNEL, SHARED), ...more.farm };
  rig = await createBotRig({ chats: [chat], ...more, farm, beside: { ...TEST, ...beside } });
  await rig.start();
}

/** Ids and farms of what is said. */
const farmsIn = (reply: Reply): readonly string[] =>
  reply.type === 'notice'
    ? reply.notice.messages.map(({ id, data }) => `${id} ${String(data.farm ?? data.farms ?? '')}`.trim())
    : [];

test('a reason gives the names of people in the farms that know the speaker, and of nobody else', async () => {
  await served();
  await rig.type('ana', '/ssis rotate-master because @mei and @liu asked', CHANNEL);
  expect(rig.rotation().reason).toBe('Mei Lin and @liu asked');
});

describe('Which farm is meant', () => {
  test.each<[string, string, string, string, readonly string[]]>([
    ['in a channel of one farm, that farm', 'mei', '/ssis runners', CHANNEL, ['runners.farm prod']],
    ['in the other’s channel, the other', 'mei', '/ssis runners', TEST_CHANNEL, ['runners.farm test']],
    ['the one that is named, wherever', 'mei', '/ssis runners test', CHANNEL, ['runners.farm test']],
    ['in a channel of both, a question', 'mei', '/ssis runners', SHARED, ['refused.which-farm prod,test']],
    ['in no channel of theirs, a question', 'mei', '/ssis runners', 'D-mei', ['refused.which-farm prod,test']],
    ['the only one that knows the person', 'liu', '/ssis runners', 'D-liu', ['runners.farm test']],
    ['in a shared channel, the one that knows the person', 'ana', '/ssis runners', SHARED, ['runners.farm prod']],
    ['never another than the channel’s', 'liu', '/ssis runners', CHANNEL, ['refused.unknown-person prod']],
    ['none that does not know the person', 'ana', '/ssis runners test', CHANNEL, ['refused.unknown-person test']],
    [
      'none that does not exist, and no names of others',
      'ana',
      '/ssis runners x',
      'D-a',
      ['refused.unknown-farm prod'],
    ],
    [
      'nor a machine of one that does not know them',
      'ana',
      '/ssis certs sqlw11',
      'D-a',
      ['refused.unknown-machine prod'],
    ],
  ])('%s', async (_what, who, text, channel, said) => {
    await served();
    expect(farmsIn(await rig.type(who, text, channel)).slice(0, 1)).toEqual(said);
  });

  test.each([
    ['/ssis runners'],
    ['/ssis status'],
    ['/ssis reminders test'],
    ['/ssis freeze until 2026-12-24 18:00 because Year end'],
    ['/ssis plan rotate-master'],
    ['/ssis rotate-master use AABBCCDDEEFF00112233445566778899AABBCCDD because Yearly,  as agreed'],
    ['• status'],
    ['/ssis * status'],
    ['•/ssis • rotate-master because • Yearly'],
  ])('is asked with a button for each, which types the same words for that farm: %s', async (text) => {
    await served();
    const asked = await rig.type('mei', text, SHARED);
    if (asked.type !== 'notice') throw new Error(asked.type);
    expect(farmsIn(asked)).toEqual(['refused.which-farm prod,test']);
    expect(asked.notice.actions.map(({ label }) => label)).toEqual([
      { id: 'button.farm', data: { farm: 'prod' } },
      { id: 'button.farm', data: { farm: 'test' } },
    ]);
    const [, second] = asked.notice.actions;
    const typed = String(second?.data.text);
    const clicked = await rig.click('mei', 'type', { text: typed });
    const named = await rig.type('mei', typed, SHARED);
    expect(farmsIn(clicked).join()).not.toContain('which-farm');
    expect(typed).toContain('farm test');
    if (['/ssis runners', '/ssis status'].includes(text))
      expect(clicked).toMatchObject({ notice: named.type === 'notice' ? named.notice : {} });
    // Somebody of the other farm alone is refused by the button as by the words.
    expect(farmsIn(await rig.click('ana', 'type', { text: typed })).join()).toContain('refused.unknown-person');
  });

  test('is the channel’s own if none is named, and the card appears in that farm’s channels only', async () => {
    await served({ channels: channelsOf(TEST_CHANNEL) }, { farm: { channels: channelsOf(CHANNEL) } });
    await rig.type('mei', '/ssis rotate-master because Yearly', CHANNEL);
    await rig.planned('prod-1');
    await rig.until(() => rig.chat.cards(CHANNEL).length > 0);
    expect([rig.state().open, rig.state(rig.second).open]).toEqual(['prod-1', null]);
    expect(rig.chat.cards(TEST_CHANNEL)).toEqual([]);
  });

  test('is asked by a form that offers the farms of the person', async () => {
    await served();
    const ask = (account: string): Promise<Reply> => {
      const who = { platform: 'web', account };
      return rig.send({ type: 'command', person: who, channel: 'D', text: '/ssis rotate-master', canOpenForm: true });
    };
    expect(await ask('mei')).toMatchObject({ form: { farm: null, farms: [{ name: 'prod' }, { name: 'test' }] } });
    expect(await ask('ana')).toMatchObject({ form: { farm: 'prod', farms: [{ name: 'prod' }] } });
  });
});

describe('A time in a form that offers farms, where a person is in another zone in each,', () => {
  const SHANGHAI = PEOPLE.map((one) => ({ ...one, timeZone: 'Asia/Shanghai' }));
  const who = { platform: 'web', account: 'mei' };
  const command = (text: string): Promise<Reply> =>
    rig.send({ type: 'command', person: who, channel: SHARED, text, canOpenForm: true });
  const sent = async (verb: 'request' | 'check-request', farm: string): Promise<Reply> => {
    const asked = await command('/ssis rotate-master at tomorrow 22:00 because Yearly');
    if (asked.type !== 'form') throw new Error(asked.type);
    const { request, fields } = asked.form;
    const inputs = { farm, reason: 'Yearly', when: fields.start, at: fields.at };
    return rig.send({ type: 'action', person: who, channel: SHARED, verb, data: { request }, inputs });
  };
  const whenOf = async (farm: string, name: string): Promise<unknown> => {
    await rig.until(() => rig.state(farm === 'prod' ? undefined : rig.second).rotations[name] !== undefined);
    return rig.state(farm === 'prod' ? undefined : rig.second).rotations[name]?.wish.when;
  };

  test.each(['prod', 'test'])('is read as the same words are that name the farm: %s', async (farm) => {
    await served({ people: SHANGHAI });
    await sent('request', farm);
    const chosen = await whenOf(farm, `${farm}-1`);
    await rig.stop();
    await served({ people: SHANGHAI });
    await rig.type('mei', `/ssis rotate-master in ${farm} at tomorrow 22:00 because Yearly`, SHARED);
    expect([farm, chosen]).toEqual([farm, await whenOf(farm, `${farm}-1`)]);
    expect(chosen).toMatchObject({ at: expect.stringContaining(farm === 'prod' ? 'T22:00' : 'T14:00') });
  });

  test('is kept by a form whose fields nobody touched', async () => {
    await served({ people: SHANGHAI });
    const asked = await command('/ssis rotate-master ticket CHG7 at tomorrow 22:00 because Yearly');
    if (asked.type !== 'form') throw new Error(asked.type);
    expect(asked.form).toMatchObject({ farm: null, what: 'rotate-master', fields: { start: 'time' } });
    expect(asked.form.fields.at).toBe('tomorrow 22:00');
    const { request } = asked.form;
    const inputs = { farm: 'test', reason: 'Yearly' };
    await rig.send({ type: 'action', person: who, channel: SHARED, verb: 'request', data: { request }, inputs });
    expect(await whenOf('test', 'test-1')).toMatchObject({ at: expect.stringContaining('T14:00') });
  });

  test('is refused only once the farm is chosen, if it is over in one of them', async () => {
    await served({ people: SHANGHAI });
    // In Shanghai the day is eight hours ahead.
    const soon = DateTime.fromMillis(rig.clock.now(), { zone: 'utc' }).plus({ hours: 2 }).toFormat('yyyy-MM-dd HH:mm');
    const far = await command(`/ssis rotate-master at ${soon} because Yearly`);
    if (far.type !== 'form') throw new Error(saidOf(far).join());
    const { request, fields } = far.form;
    const check = (farm: string): Promise<Reply> =>
      rig.send({
        ...{ type: 'action', person: who, channel: SHARED, verb: 'check-request', data: { request } },
        inputs: { farm, reason: 'Yearly', when: fields.start, at: fields.at },
      });
    expect(await check('prod')).toMatchObject({ type: 'nothing' });
    expect(saidOf(await check('test'))).toEqual(['refused.when-past']);
  });

  test('is refused at once if no farm can read it', async () => {
    await served({ people: SHANGHAI });
    expect(saidOf(await command('/ssis rotate-master at 2020-01-01 because Yearly'))).toEqual(['refused.when-past']);
  });

  test('is one moment if it names its zone, or if the zones are the same', async () => {
    await served();
    const asked = await command('/ssis rotate-master at tomorrow 22:00 because Yearly');
    expect(asked).toMatchObject({ form: { fields: { start: 'time', at: expect.stringMatching(/ 22:00 UTC$/u) } } });
  });
});

describe('Two farms at work', () => {
  test('rotate side by side, each with its own votes', async () => {
    await served();
    await rig.type('mei', '/ssis rotate-master because Yearly', CHANNEL);
    await rig.type('liu', '/ssis rotate-master because Yearly', TEST_CHANNEL);
    const inTest = () => rig.state(rig.second).rotations['test-1'];
    await rig.until(() => rig.state().rotations['prod-1']?.plan != null && inTest()?.plan != null);
    for (const who of ['ana', 'tom']) await rig.vote(who);
    for (const who of ['mei', 'tomas'])
      await rig.click(who, 'approve', { rotation: 'test-1', digest: inTest()?.plan?.digest ?? '' });
    await rig.closed();
    await rig.until(() => inTest()?.closed != null);
    expect([rig.rotation().closed?.outcome, inTest()?.closed?.outcome]).toEqual(['proved', 'proved']);
  });

  test('do not hold each other up: a request in one lapses while the journal of the other cannot be written', async () => {
    const lapsing = { quorum: 1, groups: [], lapsesAfterMs: 5_000 };
    const approval = { ...lapsing, approvers: ['ana', 'tom'] };
    await served({ approval: { ...lapsing, approvers: ['mei', 'tom'] } }, { farm: { approval } });
    await rig.type('mei', '/ssis rotate-master because Yearly', CHANNEL);
    await rig.type('liu', '/ssis rotate-master because Yearly', TEST_CHANNEL);
    const inTest = () => rig.state(rig.second).rotations['test-1'];
    await rig.until(() => rig.state().rotations['prod-1']?.plan != null && inTest()?.plan != null);
    rig.disk.full = true;
    await rig.pass(60_000);
    expect([rig.rotation().closed, inTest()?.closed?.outcome]).toEqual([null, 'lapsed']);
  });
});

describe('Across farms,', () => {
  test('the summary has a line for each farm that knows the person', async () => {
    await served();
    await rig.remind();
    const lines = async (who: string) =>
      farmsIn(await rig.type(who, '/ssis')).filter((line) => line.startsWith('summary.farm'));
    expect(await lines('mei')).toEqual(['summary.farm prod', 'summary.farm test']);
    expect(await lines('ana')).toEqual(['summary.farm prod']);
    expect(await lines('tomas')).toEqual(['summary.farm test']);
  });

  test('the summary tells what waits for this person, not for their namesake in the other farm', async () => {
    await served();
    await rig.type('mei', '/ssis rotate-master because Yearly');
    await rig.planned();
    expect(saidOf(await rig.type('tom', '/ssis'))).toContain('summary.waits-for-you');
    expect(saidOf(await rig.type('tomas', '/ssis'))).not.toContain('summary.waits-for-you');
  });

  test('whoami says what a person may do in each farm that knows them', async () => {
    await served();
    const said = async (who: string) => farmsIn(await rig.type(who, '/ssis whoami'));
    expect(await said('mei')).toEqual(['whoami.you', 'whoami.asks prod', 'whoami.approves test']);
    expect(await said('liu')).toEqual(['whoami.you', 'whoami.approves test']);
    expect(await said('eve')).toEqual(['whoami.unknown']);
  });
});

describe('A person of one farm', () => {
  test.each(['liu', 'tomas'])('who approves there has no vote in the other: %s', async (who) => {
    await served();
    await rig.type('mei', '/ssis rotate-master because Yearly');
    await rig.planned();
    expect(farmsIn(await rig.vote(who))).toEqual(['refused.unknown-person prod']);
    expect(rig.rotation().votes).toEqual([]);
  });

  test.each([
    '/ssis show prod-1',
    '/ssis stop prod-1',
    '/ssis review prod-1',
    '/ssis freeze prod until tomorrow because Mine',
    '/ssis unfreeze prod because Mine',
    '/ssis reminders test prod',
    '/ssis rotate-master farm prod because Mine',
  ])('neither sees nor does anything in the other: %s', async (text) => {
    await served();
    await rig.type('mei', '/ssis rotate-master because Yearly');
    await rig.planned();
    const before = JSON.stringify(rig.state());
    expect(farmsIn(await rig.type('liu', text))).toEqual(['refused.unknown-person prod']);
    expect(JSON.stringify(rig.state())).toBe(before);
  });

  test('must not read about the other, so what somebody of both asks about that is not shown to the whole channel', async () => {
    await served();
    expect(farmsIn(await rig.type('ana', '/ssis status test', CHANNEL))).toEqual(['refused.unknown-person test']);
    const isAloud = async (text: string, channel: string) => (await rig.type('mei', text, channel)).aloud ?? false;
    expect(await isAloud('/ssis status', CHANNEL)).toBe(true);
    expect(await isAloud('/ssis status test', CHANNEL)).toBe(false);
    expect(await isAloud('/ssis status test', SHARED)).toBe(true);
  });
});

describe('Reminders', () => {
  const NEAR = { days: [20], at: '00:00', owner: null, escalateDays: 1, snoozeDays: 7 };

  test('are posted in each farm’s own channels, and once for each farm in a shared one, also after a restart', async () => {
    await served({ reminders: NEAR }, { farm: { reminders: NEAR } });
    await rig.remind();
    await rig.until(() => rig.chat.cards(SHARED).length === 2);
    const told = (channel: string) => rig.chat.cards(channel).map((card) => ('farm' in card ? card.farm : card.kind));
    expect([told(CHANNEL), told(TEST_CHANNEL)]).toEqual([['prod'], ['test']]);
    expect([...told(SHARED)].sort()).toEqual(['prod', 'test']);
    // Started anew, each finds its own there.
    await rig.stopBot();
    await rig.startBot();
    await rig.pass(5000);
    expect(rig.chat.cards(SHARED).length).toBe(2);
  });

  test('of one farm leave the other’s for its own hour', async () => {
    await served({ reminders: NEAR }, { farm: { reminders: NEAR } });
    await rig.remind('test');
    expect([rig.state().reminding, rig.state(rig.second).reminding?.day]).toEqual([null, expect.any(String)]);
  });
});

describe('Letters', () => {
  test('of both farms’ runners come in through one queue, and all runners are heard', async () => {
    await served();
    await rig.until(() => rig.runnersHeard()?.heard === 5);
    expect(rig.runnersHeard()).toEqual({ heard: 5, of: 5 });
  });

  const reportOf = (farm: string) =>
    createMemorySigner().sign('report', JSON.stringify({ v: 1, farm, host: 'sqlw09' }));

  test('of a farm that is not served are passed on unchanged to its own bot, and logged once', async () => {
    await served();
    const letters: unknown[] = [];
    await rig.post.openMailbox({ queue: 'reports:of:elsewhere', handler: async (letter) => void letters.push(letter) });
    const letter = reportOf('elsewhere');
    await rig.receiveReport(letter);
    await rig.receiveReport(letter);
    await rig.post.idle();
    expect(letters).toEqual([letter, letter]);
    expect(rig.warnings).toEqual([{ data: { farm: 'elsewhere' }, sentence: expect.any(String) }]);
  });

  test('that only claim to come from one of our farms go nowhere', async () => {
    await served();
    await rig.receiveReport(reportOf('test'));
    expect(rig.warnings).toMatchObject([{ data: { code: 'EnvelopeUnknownKey' } }]);
  });

  test('that are refused are logged with the machine that they name and the id of their key', async () => {
    await served();
    const stranger = createMemorySigner();
    await rig.receiveReport(stranger.sign('report', JSON.stringify({ v: 1, farm: 'test', host: 'sqlw09' })));
    expect(rig.warnings).toMatchObject([
      { data: { code: 'EnvelopeUnknownKey', says: 'sqlw09', keyId: stranger.keyId, data: {} } },
    ]);
  });

  test('that are refused do not fill the log, whoever floods the queue: one line per minute, code and machine', async () => {
    await served();
    const strange = (host: string) =>
      createMemorySigner().sign('report', JSON.stringify({ v: 1, farm: 'test', host, boot: 'x' }));
    for (let n = 0; n < 20; n += 1)
      for (const host of ['sqlw11', `made-up-${n}`]) await rig.receiveReport(strange(host));
    expect(rig.warnings).toMatchObject([{ data: { says: 'sqlw11' } }, { data: { says: 'made-up-0' } }]);
    await rig.clock.sleep(60_000);
    const before = rig.warnings.length;
    await rig.receiveReport(strange('sqlw11'));
    expect(rig.warnings.slice(before)).toMatchObject([{ data: { says: 'sqlw11', more: 19 } }]);
  });

  test('of a farm with a bot are passed on, however many made-up farms were named before', async () => {
    await served();
    const letters: unknown[] = [];
    await rig.post.openMailbox({ queue: 'reports:of:elsewhere', handler: async (letter) => void letters.push(letter) });
    for (let n = 0; n < 60; n += 1) await rig.receiveReport(reportOf(`made-up-${n}`));
    await rig.receiveReport(reportOf('elsewhere'));
    await rig.post.idle();
    expect(letters).toHaveLength(1);
  });

  test('of farms without a bot do not pile up', async () => {
    await served();
    for (let n = 0; n <= 1001; n += 1) await rig.receiveReport(reportOf('elsewhere'));
    let waiting = 0;
    const count = async (): Promise<void> => {
      waiting += 1;
    };
    await rig.post.openMailbox({ queue: 'reports:of:elsewhere', handler: count });
    await rig.post.idle();
    expect(waiting).toBe(1000);
  });
});

test('somebody in two farm files is spoken to as the farm of the channel knows them', () => {
  const known = (language: 'en' | 'zh-CN', timeZone: string, channel: string) => ({
    people: [{ ...person('mei', 'mei', 'Mei Lin'), language, timeZone }],
    channels: channelsOf(channel),
    timeZone: 'UTC',
  });
  const farms = [known('en', 'UTC', CHANNEL), known('zh-CN', 'Asia/Shanghai', TEST_CHANNEL)];
  const at = (channel: string) => localeOf(farms, { platform: 'web', account: 'mei', channel });
  expect(at(TEST_CHANNEL)).toEqual({ language: 'zh-CN', timeZone: 'Asia/Shanghai' });
  expect(at(CHANNEL)).toEqual({ language: 'en', timeZone: 'UTC' });
  expect(at('D-mei')).toEqual({ language: 'en', timeZone: 'UTC' });
});

import type { Reply } from '../../../src/ports/chat.ts';
import { TENANT } from '../../fakes/teams/service.ts';
import {
  CHINESE,
  formOf,
  inChannel,
  inPrivate,
  invoke,
  LOCALE,
  message,
  PEOPLE,
  planView,
  type Rig,
  said,
  startRig,
  type Who,
} from './support.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.close());
beforeEach(() => {
  rig.heard.splice(0);
  rig.logged.splice(0);
  rig.bot.reply = async () => said('withdrawn', { id: 'prod-17' });
});

const DATA = { v: 1, rotation: 'prod-17', digest: 'd'.repeat(64) };

describe('a pressed button', () => {
  test('reaches the bot with what it carries and what was typed, and is answered in the response', async () => {
    const answer = await rig.press('ana', 'deny', { ...DATA, reason: 'Not <!channel> today' });
    expect(rig.heard).toEqual([
      {
        type: 'action',
        person: { platform: 'teams', account: '33333333-3333-3333-3333-333333333302' },
        channel: '19:oncall@thread.v2',
        verb: 'deny',
        data: { ...DATA, reason: 'Not <!channel> today' },
        inputs: { rotation: 'prod-17', digest: 'd'.repeat(64), reason: 'Not <!channel> today' },
      },
    ]);
    expect(answer).toEqual({
      status: 200,
      body: {
        statusCode: 200,
        type: 'application/vnd.microsoft.activity.message',
        value: 'prod-17 is withdrawn. Nothing has been changed.',
      },
    });
  });

  test('in a thread of a channel comes from the channel', async () => {
    await rig.deliver(invoke(rig.service, 'ana', 'approve', DATA, inChannel));
    expect(rig.heard).toMatchObject([{ channel: '19:ssis@thread.tacv2', verb: 'approve' }]);
  });

  test('that Teams delivers again gets the first answer, and counts once', async () => {
    let count = 0;
    rig.bot.reply = async () => {
      count += 1;
      await new Promise((resolve) => setTimeout(resolve, 50));
      return said('approved', { id: 'prod-17', missing: count, names: [], starts: false, queueUp: true });
    };
    const click = invoke(rig.service, 'tom', 'approve', DATA);
    const [first, again] = await Promise.all([rig.deliver(click), rig.deliver(click)]);
    const later = await rig.deliver(click);
    expect(again).toEqual(first);
    expect(later).toEqual(first);
    expect(count).toBe(1);
  });

  test('is a separate press for another person or verb, even under the same delivery ID', async () => {
    const [ana, tom] = ['ana', 'tom'] as const;
    for (const who of [ana, tom]) await rig.press(who, 'approve', DATA, { id: 'f:1' });
    await rig.press(tom, 'withdraw', DATA, { id: 'f:1' });
    expect(rig.heard.map(({ person, type }) => `${type} ${person.account.at(-1)}`)).toEqual([
      'action 2',
      'action 3',
      'action 3',
    ]);
  });

  test('is answered before Teams stops waiting, even if the bot takes longer', async () => {
    const waits: number[] = [];
    let reach: () => void = () => {};
    const reached = new Promise<void>((resolve) => {
      reach = resolve;
    });
    const sleep = (ms: number): Promise<void> => {
      waits.push(ms);
      return reached;
    };
    const slow = await startRig({ clock: { now: () => Date.now(), steady: () => Date.now(), sleep } });
    slow.bot.reply = () => {
      reach();
      return new Promise<Reply>(() => {});
    };
    const { body } = await slow.press('ana', 'approve', DATA);
    expect(body.value).toContain('not certain what was done');
    expect(Math.max(...waits)).toBeLessThan(5_000);
    await slow.close();
  });

  test('answered with a card replaces the card for that person alone, with a refresh of its own', async () => {
    rig.bot.reply = async () => ({ type: 'card', view: planView(), reader: 'requester', locale: LOCALE });
    const { body } = await rig.press('mei', 'show', DATA, automatic('show', DATA));
    expect(body).toMatchObject({ statusCode: 200, type: 'application/vnd.microsoft.card.adaptive' });
    const words = JSON.stringify(body.value);
    expect(words).toContain('withdraw');
    expect(words).not.toContain('"approve"');
    expect(body.value.refresh).toEqual({
      action: { type: 'Action.Execute', verb: 'show', data: { v: 1, rotation: 'prod-17' } },
      userIds: ['29:mei'],
    });
  });

  test('answered with a form shows a card with a choice of farm, when, a ticket and a reason', async () => {
    rig.bot.reply = async () => ({ type: 'form', form: formOf('prod', 'test'), locale: LOCALE });
    const { body } = await rig.press('mei', 'ask', { v: 1, farm: '' });
    const inputs = body.value.body.filter(({ type }: { type: string }) => type.startsWith('Input.'));
    expect(inputs).toMatchObject([
      { id: 'farm', choices: [{ value: 'prod' }, { value: 'test' }] },
      { id: 'when', value: 'window', choices: [{ value: 'window' }, { value: 'now' }, { value: 'time' }] },
      { id: 'at' },
      { id: 'ticket', isRequired: true, regex: '^\\s*(?:CHG[0-9]{7})\\s*$' },
      { id: 'reason', value: 'Yearly' },
    ]);
    expect(body.value.actions).toMatchObject([{ verb: 'request' }]);
  });

  test('from a client without Action.Execute arrives as a message, and is answered by one', async () => {
    const value = { ...DATA, verb: 'withdraw' };
    const answer = await rig.deliver(message(rig.service, 'mei', '', { text: undefined, value, ...inPrivate('mei') }));
    expect(answer).toEqual({ status: 200, body: null });
    expect(rig.heard).toMatchObject([{ type: 'action', verb: 'withdraw', data: DATA }]);
    await rig.until(() => rig.stood(inPrivate('mei').conversation.id).length > 0);
    expect(rig.stood(inPrivate('mei').conversation.id).at(-1)?.body.summary).toContain('prod-17 is withdrawn');
  });

  test.each<[string, object]>([
    ['all of it', { value: JSON.stringify({ action: { type: 'Action.Execute', verb: 'withdraw', data: DATA } }) }],
    ['its data', { value: { action: { type: 'Action.Execute', verb: 'withdraw', data: JSON.stringify(DATA) } } }],
  ])('means the same from a client that sends %s as text', async (_what, more) => {
    await rig.press('mei', 'withdraw', DATA, more);
    expect(rig.heard).toMatchObject([{ type: 'action', verb: 'withdraw', data: DATA }]);
  });

  test('means the same from a client without Action.Execute that sends it as text', async () => {
    const value = JSON.stringify({ ...DATA, verb: 'withdraw' });
    await rig.deliver(message(rig.service, 'mei', '', { text: undefined, value, ...inPrivate('mei') }));
    expect(rig.heard).toMatchObject([{ type: 'action', verb: 'withdraw', data: DATA }]);
  });

  test('is answered with a sentence when the bot fails, the failure is logged, and the button may be pressed again', async () => {
    const { reply } = rig.bot;
    rig.bot.reply = async () => {
      throw new Error('a disk is full');
    };
    const { status, body } = await rig.press('ana', 'approve', DATA);
    expect(status).toBe(200);
    expect(body.value).toContain('That did not work');
    expect(rig.logged.join()).toContain('a disk is full');
    rig.bot.reply = reply;
    const again = await rig.press('ana', 'approve', DATA);
    expect([rig.heard.length, again.body.value]).toEqual([2, expect.stringContaining('prod-17 is withdrawn')]);
  });
});

describe('an answer to a button that is more than a few sentences', () => {
  const own = inPrivate('mei').conversation.id;
  const line = { id: 'withdrawn', data: { id: 'prod-17' } };
  const show = (rotation: string) => ({
    label: { id: 'button.show', data: { id: rotation } },
    verb: 'show',
    data: { rotation },
  });
  const answer = (lines: number, ...actions: readonly ReturnType<typeof show>[]): Reply => ({
    type: 'notice',
    notice: { kind: 'notice', messages: Array.from({ length: lines }, () => line), actions },
    locale: LOCALE,
  });
  beforeEach(() => rig.service.messages.splice(0));

  test('is said below the card with a word on where its buttons are, and is posted whole in the person’s own chat', async () => {
    rig.bot.reply = async () => ({ ...answer(1, show('prod-16')), aloud: true });
    const { body } = await rig.press('mei', 'request', { v: 1, farm: 'prod' });
    expect(body.value).toMatch(/^prod-17 is withdrawn\..*, and its buttons, will come in your own chat with me\.$/su);
    await rig.until(() => rig.service.messages.length > 0);
    expect(rig.service.messages.map(({ conversation }) => conversation)).toEqual([own]);
    expect(JSON.stringify(rig.stood(own)[0]?.body)).toContain('"rotation":"prod-16"');
  });

  test('is a list in the person’s own chat, with its first line below the card', async () => {
    rig.bot.reply = async () => answer(12);
    const { body } = await rig.press('mei', 'type', { v: 1, text: '/ssis certs prod' });
    expect(body.value.split('\n\n')).toHaveLength(2);
    expect(body.value).toMatch(/The rest of this answer will come in your own chat with me\.$/u);
    await rig.until(() => rig.stood(own).length > 0);
    expect(JSON.stringify(rig.stood(own)[0]?.body).match(/prod-17 is withdrawn/gu)?.length).toBeGreaterThanOrEqual(12);
  });

  test.each<[string, Reply]>([
    ['of three sentences', answer(3)],
    ['whose only button shows the card that it stands below', answer(1, show('prod-17'))],
  ])('does not mean one %s', async (_what, reply) => {
    rig.bot.reply = async () => reply;
    const { body } = await rig.press('mei', 'approve', DATA);
    expect(body.value).not.toContain('in your own chat');
    await rig.chat().stop();
    expect(rig.service.messages).toEqual([]);
    await rig.restart();
  });
});

describe('an automatic refresh by a client', () => {
  const look = (who: Who, more: object = {}) => rig.press(who, 'show', DATA, { ...automatic('show', DATA), ...more });
  // For an empty sentence Teams says below the card that the app cannot be reached, and delivers again.
  const nothing = {
    status: 200,
    body: { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: '\u200b' },
  };
  const unread = '19:unread@thread.v2';

  test('gets no message when the roster cannot be read, while a pressed button does', async () => {
    rig.service.rosters.set(unread, [PEOPLE.ana]);
    const there = { conversation: { id: unread, conversationType: 'groupChat', tenantId: TENANT } };
    rig.service.trouble({ on: /members/u, status: 429, retryAfter: '30', times: 2 });
    expect(await look('ana', there)).toEqual(nothing);
    rig.service.rosters.set('19:unread-too@thread.v2', [PEOPLE.ana]);
    rig.service.trouble({ on: /members/u, status: 429, retryAfter: '30', times: 2 });
    const too = { conversation: { ...there.conversation, id: '19:unread-too@thread.v2' } };
    expect((await rig.press('ana', 'show', DATA, too)).body.value).toContain('could not be checked');
  });

  test.each<[string, Who, () => Promise<Reply>]>([
    ['there is no such rotation', 'ana', async () => said('refused.unknown-id', { id: 'prod-17' })],
    ['the bot fails', 'ana', () => Promise.reject(new Error('a fault'))],
    ['the person has left', 'gone', async () => said('help.intro')],
  ])('gets no message when %s', async (_why, who, reply) => {
    rig.bot.reply = reply;
    expect(await look(who)).toEqual(nothing);
    expect(rig.logged.join()).not.toContain('was refused');
  });

  test('gets no message when the bot does not answer in time', async () => {
    const slow = await startRig({ clock: { now: () => Date.now(), steady: () => Date.now(), sleep: async () => {} } });
    slow.bot.reply = () => new Promise<Reply>(() => {});
    expect(await slow.press('ana', 'show', DATA, automatic('show', DATA))).toEqual(nothing);
    await slow.close();
  });

  test.each(['automatic', 'Automatic', 'auto'])(
    'casts no vote, whatever trigger the client names: %s',
    async (trigger) => {
      const value = { action: { type: 'Action.Execute', verb: 'approve', data: DATA }, trigger };
      expect((await rig.press('ana', 'approve', DATA, { value })).status).toBe(200);
      expect(rig.heard).toMatchObject([{ type: 'action', verb: 'show', data: { rotation: 'prod-17' } }]);
    },
  );

  test('gets no message when its payload is not understood', async () => {
    expect(await look('ana', { value: { action: { verb: 7 }, trigger: 'automatic' } })).toEqual(nothing);
  });
});

describe('payloads that no button produces', () => {
  const deep = { a: { b: 1 } };
  const many = Array.from({ length: 60 }, (_, at): [string, number] => [`name${at}`, at]);
  test.each<[string, object]>([
    ['no value', { value: undefined }],
    ['a value that is a word', { value: 'approve' }],
    ['no action', { value: {} }],
    ['a verb that is a number', { value: { action: { verb: 7, data: {} } } }],
    ['a verb that is not a word', { value: { action: { verb: '<at>', data: {} } } }],
    ['data that is a list', { value: { action: { verb: 'approve', data: [] } } }],
    ['nested data', { value: { action: { verb: 'approve', data: deep } } }],
    ['nested data in a text', { value: JSON.stringify({ action: { verb: 'approve', data: deep } }) }],
    ['a text nested a thousand deep', { value: `{"action":${'['.repeat(1_000)}${']'.repeat(1_000)}}` }],
    ['a text that is cut off', { value: '{"action":{"verb":"approve"' }],
    ['data that is too long', { value: { action: { verb: 'approve', data: { reason: 'x'.repeat(5_000) } } } }],
    ['too many data fields', { value: { action: { verb: 'approve', data: Object.fromEntries(many) } } }],
    ['another invoke', { name: 'composeExtension/query' }],
    ['no sender', { from: undefined }],
    ['a conversation that is a number', { conversation: 7 }],
    ['tenants of the wrong type', { channelData: { tenant: 'x' } }],
  ])('one with %s is refused in words and reaches nobody', async (_what, more) => {
    const { status, body } = await rig.press('ana', 'approve', DATA, more);
    expect({ status, statusCode: body?.statusCode, heard: rig.heard }).toEqual({
      status: 200,
      statusCode: 200,
      heard: [],
    });
    expect(rig.logged.join()).toContain('a delivery of Teams was refused');
  });

  const HAN = /[\u4e00-\u9fff]/u;
  const inChinese = { conversation: { id: CHINESE, conversationType: 'groupChat', tenantId: TENANT } };
  test.each<[string, Who, object, boolean]>([
    ['as the farm file says of the channel, although no card was posted there', 'ana', inChinese, true],
    ['in the person’s own language, whatever the channel uses', 'tom', {}, true],
    ['in the person’s own language, in their own chat', 'tom', inPrivate('tom'), true],
    ['in English where nobody says otherwise', 'ana', inPrivate('ana'), false],
  ])('are refused %s', async (_how, who, more, isChinese) => {
    const value = { action: { verb: 'no such', data: {} } };
    const { body } = await rig.press(who, 'approve', DATA, { ...more, value });
    expect(HAN.test(body.value)).toBe(isChinese);
  });

  test('the adapter’s own words to a person are in their own language too', async () => {
    const cut = { on: /members/u, status: 0, cut: true, times: 2 };
    rig.service.trouble(cut);
    const there = { conversation: { ...inChinese.conversation, id: '19:unread@thread.v2' } };
    rig.service.rosters.set('19:unread@thread.v2', [PEOPLE.tom]);
    expect((await rig.press('tom', 'approve', DATA, there)).body.value).toContain('无法确认');
    rig.bot.reply = () => Promise.reject(new Error('a fault'));
    expect((await rig.press('tom', 'approve', DATA)).body.value).toContain('操作未成功');
    expect((await rig.press('ana', 'approve', DATA)).body.value).toContain('That did not work');
  });

  test.each<[string, object]>([
    ['a text that is a list', { text: [] }],
    ['entities that are not a list', { entities: 'x' }],
  ])('a message with %s is refused and logged', async (_what, more) => {
    expect(await rig.type('ana', 'status', more)).toEqual({ status: 200, body: null });
    expect(rig.heard).toEqual([]);
    expect(rig.logged.join()).toContain('PayloadNotUnderstood');
  });

  test.each<[string, object]>([
    ['without a verb', { rotation: 'prod-17' }],
    ['with nested data', { verb: 'approve', rotation: 'prod-17', more: deep }],
    ['with a verb that is not a word', { verb: '<at>', rotation: 'prod-17' }],
  ])('a button of an older client %s reaches the bot without verb and data', async (_what, value) => {
    await rig.type('ana', '', { value, text: undefined });
    expect(rig.heard).toMatchObject([{ type: 'action', verb: '', data: {}, inputs: {} }]);
  });

  test('data meant for Teams itself beside a button is not read', async () => {
    const msteams = { type: 'messageBack', text: 'approve', value: deep };
    await rig.type('ana', '', { value: { verb: 'approve', ...DATA, msteams }, text: undefined });
    await rig.press('ana', 'approve', { ...DATA, msteams });
    expect(rig.heard).toMatchObject([
      { type: 'action', verb: 'approve', data: DATA },
      { type: 'action', verb: 'approve', data: DATA },
    ]);
    expect(JSON.stringify(rig.heard)).not.toContain('msteams');
  });

  test.each([{}, null, '{}'])('an empty value, %j, leaves typed words as they are', async (value) => {
    await rig.type('ana', 'status', { value });
    expect(rig.heard).toMatchObject([{ type: 'command', text: 'status' }]);
  });

  test.each([
    'typing',
    'messageReaction',
    'messageUpdate',
    'messageDelete',
    'event',
    'endOfConversation',
    'somethingNew',
  ])('a delivery of type %s is ignored', async (type) => {
    expect((await rig.type('ana', 'status', { type })).status).toBe(200);
    expect(rig.heard).toEqual([]);
  });
});

const automatic = (verb: string, data: object) => ({
  value: { action: { type: 'Action.Execute', verb, data }, trigger: 'automatic' },
});

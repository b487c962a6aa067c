import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sizeOf } from '../../../cards/limits.ts';
import { TENANT } from '../../fakes/teams/service.ts';
import {
  CHANNEL,
  CHINESE,
  cardOf,
  GROUP,
  inPrivate,
  LOCALE,
  mentioned,
  message,
  notice,
  PEOPLE,
  planView,
  posting,
  type Rig,
  said,
  startKnown,
  startRig,
  TEAM,
  type Who,
} from './support.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startKnown();
});
afterEach(() => rig.close());

const account = (who: Who): string => PEOPLE[who].aadObjectId;

describe('a card', () => {
  test('is posted with a summary and a personal view for who decides, and mentions each person once', async () => {
    const id = await rig.chat().post(
      CHANNEL,
      planView(),
      posting({
        mention: [mentioned('ana', 'Ana <b>Ruiz</b> [x](y)'), mentioned('tom', 'Tom Becker')],
        readers: [
          { account: account('mei'), reader: 'requester' },
          { account: account('ana').toUpperCase(), reader: 'approver' },
          { account: 'nobody-here', reader: 'approver' },
        ],
      }),
    );
    const [stood] = rig.stood(CHANNEL);
    expect(stood).toMatchObject({ id, body: { type: 'message' } });
    expect(String(stood?.body.summary)).toMatch(/^Approve\? prod-17|prod-17/u);
    const card = cardOf(stood?.body);
    expect(card.refresh).toEqual({
      action: { type: 'Action.Execute', verb: 'show', data: { v: 1, rotation: 'prod-17' } },
      userIds: ['29:mei', '29:ana'],
    });
    expect(card.msteams).toEqual({
      width: 'Full',
      entities: [
        { type: 'mention', text: '<at>Ana bRuiz/b xy</at>', mentioned: { id: account('ana'), name: 'Ana bRuiz/b xy' } },
        { type: 'mention', text: '<at>Tom Becker</at>', mentioned: { id: account('tom'), name: 'Tom Becker' } },
      ],
    });

    expect(card.body.at(-1)).toMatchObject({
      text: 'Called: <at>Ana bRuiz/b xy</at>, <at>Tom Becker</at>',
      isSubtle: true,
      size: 'Small',
    });

    await rig.chat().update(CHANNEL, id, planView({ needed: 1 }), posting({ mention: [mentioned('ana', 'Ana Ruiz')] }));
    expect(rig.stood(CHANNEL)).toHaveLength(1);
    expect(rig.stood(CHANNEL)[0]?.edits).toBe(1);
    expect(JSON.stringify(rig.stood(CHANNEL)[0]?.body)).not.toContain('<at>');
  });

  test('mentions both of two people with the same name, and somebody whose name is only symbols', async () => {
    const who = [mentioned('ana', 'Wei Zhang'), mentioned('tom', 'Wei Zhang'), mentioned('mei', '***')];
    await rig.chat().post(CHANNEL, planView(), posting({ mention: who }));
    const { msteams, body } = cardOf(rig.stood(CHANNEL).at(-1)?.body);
    expect(msteams?.entities?.map(({ text, mentioned: { id } }) => [text, id])).toEqual([
      ['<at>Wei Zhang ana</at>', account('ana')],
      ['<at>Wei Zhang tom</at>', account('tom')],
      ['<at>mei</at>', account('mei')],
    ]);
    expect(JSON.stringify(body.at(-1))).toContain('<at>Wei Zhang ana</at>, <at>Wei Zhang tom</at>, <at>mei</at>');
  });

  test('stays within the limit with sixty readers and two hundred workers', async () => {
    const many = Array.from({ length: 80 }, (_, at) => ({
      id: `29:${'x'.repeat(80)}${at}`,
      aadObjectId: `44444444-4444-4444-4444-4444444444${String(at).padStart(2, '0')}`,
      name: `person ${at}`,
      tenantId: '11111111-1111-1111-1111-111111111111',
    }));
    rig.service.rosters.set(TEAM, many);
    await rig.restart();
    const workers = Array.from({ length: 200 }, (_, at) => `sqlw-with-a-long-name-${at}.corp.example`);
    const warnings = workers.map((host) => ({ id: 'warning.root-crowded', data: { host, count: 300 } }));
    const readers = many.map(({ aadObjectId }) => ({ account: aadObjectId, reader: 'approver' as const }));
    const mention = many.slice(0, 20).map(({ aadObjectId, name }) => ({ id: name, name, account: aadObjectId }));
    await rig.chat().post(CHANNEL, planView({ workers, warnings }), posting({ readers, mention }));
    const card = cardOf(rig.stood(CHANNEL)[0]?.body);
    expect(card.refresh?.userIds).toHaveLength(60);
    expect(sizeOf(card)).toBeLessThanOrEqual(28_000);
  });

  test('mentions as many of sixty people with long names as leave room for the card itself', async () => {
    const mention = Array.from({ length: 60 }, (_, at) => ({
      id: `p${at}`,
      name: `Alexandra-Konstantina Papadopoulou-Smith ${at}`,
      account: `44444444-4444-4444-4444-4444444444${String(at).padStart(2, '0')}`,
    }));
    const tenantId = '11111111-1111-1111-1111-111111111111';
    const roster = mention.map(({ account: aadObjectId, name }, at) => ({
      ...{ id: `29:${'x'.repeat(108)}${at}`, aadObjectId, name, tenantId },
    }));
    rig.service.rosters.set(TEAM, roster);
    await rig.restart();
    const readers = mention.map(({ account: id }) => ({ account: id, reader: 'approver' as const }));
    await rig.chat().post(CHANNEL, planView({ mayApprove: mention }), posting({ readers, mention }));
    const body = rig.stood(CHANNEL)[0]?.body ?? {};
    const { msteams, refresh, actions } = cardOf(body);
    const called = (msteams?.entities ?? []).map((one) => one.mentioned.id);
    expect(sizeOf(body)).toBeLessThanOrEqual(28_000);
    expect(called.length).toBeGreaterThan(20);
    expect(called).toEqual(mention.slice(0, called.length).map(({ account: id }) => id));
    expect(refresh?.userIds).toHaveLength(60);
    expect(JSON.stringify(actions)).toContain('"verb":"approve"');
  });

  test.each(['en', 'zh-CN'] as const)('stays within the limit together with its summary, in %s', async (language) => {
    const names = Array.from({ length: 6 }, (_, at) => ({ id: `p${at}`, name: `${at}${'证书轮换审批人'.repeat(8)}` }));
    const workers = Array.from({ length: 200 }, (_, at) => `sqlw-with-a-long-name-${at}.corp.example`);
    for (let length = 8; length <= 40; length += 4) {
      const warnings = workers.slice(0, 40 + length).map((host) => ({
        id: 'warning.root-crowded',
        data: { host: `${'x'.repeat(length)}${host}`, count: 300 },
      }));
      const view = planView({ workers, warnings, mayApprove: names });
      const id = await rig.chat().post(GROUP, view, posting({ locale: { language, timeZone: 'Asia/Shanghai' } }));
      const body = rig.stood(GROUP).find((one) => one.id === id)?.body ?? {};
      expect(sizeOf(body)).toBeLessThanOrEqual(28_000);
    }
  });
});

describe('what else the bot says', () => {
  test('a note goes into the thread of a channel’s card, and mentions whom it is for', async () => {
    const id = await rig.chat().post(CHANNEL, planView(), posting());
    const words = notice('withdrawn', { id: 'prod-17' });
    await rig.chat().note(CHANNEL, id, { notice: words, locale: LOCALE, mention: [mentioned('mei', 'Mei Lin')] });
    const [note] = rig.stood(`${CHANNEL};messageid=${id}`);
    expect(note?.body.summary).toBe('prod-17 is withdrawn. Nothing has been changed.');
    expect(cardOf(note?.body).msteams?.entities).toMatchObject([{ text: '<at>Mei Lin</at>' }]);
  });

  test('a note in a group chat is a message of its own', async () => {
    const id = await rig.chat().post(GROUP, planView(), posting());
    await rig.chat().note(GROUP, id, { notice: notice('withdrawn', { id: 'prod-17' }), locale: LOCALE, mention: [] });
    expect(rig.stood(GROUP)).toHaveLength(2);
  });

  test('a message to one person goes into their chat, which is opened once', async () => {
    await rig.chat().tell(account('tom').toUpperCase(), notice('withdrawn', { id: 'prod-17' }), LOCALE);
    await rig.restart();
    await rig.chat().tell(account('tom'), notice('withdrawn', { id: 'prod-18' }), LOCALE);
    expect(rig.stood(`a:${account('tom')}`).map(({ body }) => body.summary)).toEqual([
      'prod-17 is withdrawn. Nothing has been changed.',
      'prod-18 is withdrawn. Nothing has been changed.',
    ]);
    expect(rig.service.calls.filter((call) => call === 'POST /teams/v3/conversations')).toHaveLength(1);
  });

  describe('a message to a person with a remembered chat', () => {
    const own = `a:${account('tom')}`;
    const word = () => rig.chat().tell(account('tom'), notice('withdrawn', { id: 'prod-17' }), LOCALE);
    const openings = () => rig.service.calls.filter((call) => call === 'POST /teams/v3/conversations').length;
    const remember = async (...conversations: readonly string[]): Promise<void> => {
      const file = path.join(rig.folder, 'references.json');
      const { places, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
      const personal = { serviceUrl: rig.service.serviceUrl, kind: 'personal', team: null, greeted: true };
      const old = conversations.map((conversation) => ({ ...personal, conversation, account: account('tom') }));
      writeFileSync(file, JSON.stringify({ ...rest, places: [...places, ...old] }));
      await rig.restart();
    };

    test('goes into a newly opened chat, remembered instead, if Teams does not know the old one', async () => {
      await remember('a:test-tenant', 'a:former-bot');
      await word();
      await rig.restart();
      await word();
      expect([rig.stood(own).length, openings()]).toEqual([2, 1]);
      expect(readFileSync(path.join(rig.folder, 'references.json'), 'utf8')).not.toMatch(/former-bot|test-tenant/u);
    });

    test('goes into the newest if there are several', async () => {
      await remember('a:former-bot', own);
      await word();
      expect([rig.stood(own).length, openings()]).toEqual([1, 0]);
    });

    test('is not tried a second time if the chat that Teams opens is the same one, which the person has blocked', async () => {
      await remember(own);
      rig.service.trouble({
        on: /POST .*\/conversations\/a:.*activities$/u,
        status: 403,
        code: 'MessageWritesBlocked',
      });
      await expect(word()).rejects.toMatchObject({ code: 'ChannelNotFound', data: { reason: 'MessageWritesBlocked' } });
      expect(rig.stood(own)).toEqual([]);
    });
  });

  test('a person who is not in Teams cannot be told', async () => {
    await expect(rig.chat().tell('nobody', notice('help.intro'), LOCALE)).rejects.toMatchObject({
      code: 'ChannelNotFound',
    });
  });

  test('Teams has no user groups that could fill a group of the farm file', async () => {
    expect(await rig.chat().group('S0')).toBeNull();
  });

  test('the bot greets once where it is added, and forgets a conversation where it is removed', async () => {
    rig.bot.reply = async () => said('help.intro');
    const joined = (more: object = {}): object =>
      message(rig.service, 'mei', '', {
        type: 'conversationUpdate',
        text: undefined,
        membersAdded: [{ id: '28:22222222-2222-2222-2222-222222222222' }],
        ...inPrivate('tom'),
        ...more,
      });
    const where = inPrivate('tom').conversation.id;
    await rig.deliver(joined());
    await rig.deliver(joined());
    await rig.deliver(joined({ type: 'installationUpdate', action: 'add' }));
    await rig.until(() => rig.stood(where).length > 0);
    expect(rig.stood(where)).toHaveLength(1);
    await rig.deliver(joined({ type: 'installationUpdate', action: 'remove' }));
    await rig.until(() => !readFileSync(path.join(rig.folder, 'references.json'), 'utf8').includes(where));
  });

  test('the bot greets a channel in its own language, whoever added it, and a person in theirs', async () => {
    rig.bot.reply = async () => said('help.intro');
    const added = (who: Who, where: object): object =>
      message(rig.service, who, '', { type: 'installationUpdate', action: 'add', text: undefined, ...where });
    const group = (id: string): object => ({ conversation: { id, conversationType: 'groupChat', tenantId: TENANT } });
    const other = '19:new@thread.v2';
    for (const place of [CHINESE, other]) rig.service.rosters.set(place, []);
    await rig.deliver(added('mei', group(CHINESE)));
    await rig.deliver(added('tom', group(other)));
    await rig.deliver(added('tom', inPrivate('tom')));
    const places: readonly string[] = [CHINESE, other, inPrivate('tom').conversation.id];
    await rig.until(() => places.every((place) => rig.stood(place).length === 1));
    expect(places.map((place) => cardOf(rig.stood(place)[0]?.body).lang)).toEqual(['zh', 'en', 'zh']);
  });

  test('an upgrade of the app neither forgets a conversation nor greets there again', async () => {
    const where = inPrivate('mei').conversation.id;
    await rig.deliver(message(rig.service, 'mei', 'status', inPrivate('mei')));
    const upgrade = (action: string): object =>
      message(rig.service, 'mei', '', { type: 'installationUpdate', action, text: undefined, ...inPrivate('mei') });
    await rig.deliver(upgrade('remove-upgrade'));
    await rig.deliver(upgrade('add-upgrade'));
    await rig.chat().tell(account('mei'), notice('withdrawn', { id: 'prod-17' }), LOCALE);
    expect(rig.stood(where).map(({ body }) => body.summary)).toEqual([
      'prod-17 is withdrawn. Nothing has been changed.',
    ]);
    expect(rig.service.calls).not.toContain('POST /teams/v3/conversations');
  });

  test('where another tenant added the bot, it says nothing, does not remember the conversation, and logs that', async () => {
    const conversation = { id: '19:theirs@thread.v2', conversationType: 'groupChat', tenantId: 'other' };
    const added = { type: 'installationUpdate', action: 'add', conversation, channelData: { tenant: { id: 'other' } } };
    await rig.deliver(message(rig.service, 'mei', '', added));
    expect(rig.logged.join()).toContain('where it does not belong');
    await rig.chat().stop();
    expect(rig.stood(conversation.id)).toEqual([]);
    expect(readFileSync(path.join(rig.folder, 'references.json'), 'utf8')).not.toContain('theirs');
  });

  test('cards go only to the farm’s channels', async () => {
    const conversation = {
      id: '19:elsewhere@thread.v2',
      conversationType: 'groupChat',
      tenantId: '11111111-1111-1111-1111-111111111111',
    };
    rig.service.rosters.set(conversation.id, [PEOPLE.mei]);
    await rig.type('mei', 'status', { conversation });
    await expect(rig.chat().post(conversation.id, planView(), posting())).rejects.toMatchObject({
      code: 'ChannelNotFound',
    });
  });
});

describe('when Teams refuses', () => {
  test.each<[string, object, object]>([
    ['429 with seconds', { status: 429, retryAfter: '7' }, { code: 'ChatBusy', data: { retryAfterMs: 7000 } }],
    ['429 without', { status: 429 }, { code: 'ChatBusy', data: { retryAfterMs: 2000 } }],
    ['412 twice', { status: 412, times: 2 }, { code: 'ChatBusy' }],
    ['502, after which nobody knows', { status: 502, done: true }, { code: 'ChatAway' }],
    ['504, after which nobody knows', { status: 504, done: true }, { code: 'ChatAway' }],
    ['503', { status: 503 }, { code: 'ChatBusy' }],
    ['500', { status: 500 }, { code: 'ChatAway' }],
    [
      '403',
      { status: 403, code: 'MessageWritesBlocked' },
      { code: 'ChannelNotFound', data: { reason: 'MessageWritesBlocked' } },
    ],
    ['404', { status: 404, code: 'ConversationNotFound' }, { code: 'ChannelNotFound' }],
    ['405', { status: 405, code: 'MethodNotAllowed' }, { code: 'ChatRefused', data: { reason: 'MethodNotAllowed' } }],
    ['a connection that is cut', { status: 0, cut: true }, { code: 'ChatAway' }],
    ['an answer that was lost', { status: 0, cut: true, done: true }, { code: 'ChatAway' }],
    ['a redirection', { status: 302 }, { code: 'ChatAway' }],
  ])('the caller is told, and nothing is posted twice: %s', async (_what, trouble, error) => {
    rig.service.trouble({ on: /POST .*\/activities$/u, status: 0, ...trouble });
    await expect(rig.chat().post(GROUP, planView(), posting())).rejects.toMatchObject(error);
    expect(rig.stood(GROUP).length).toBeLessThanOrEqual(1);
    expect(
      rig.service.calls.filter((call) => call === `POST /teams/v3/conversations/${GROUP}/activities`).length,
    ).toBeLessThanOrEqual(2);
  });

  test('a message that mentions somebody absent is sent again, mentioning only those present', async () => {
    const refusal = { on: /POST .*\/activities$/u, status: 400, code: 'BadSyntax' };
    const mention = [mentioned('ana', 'Ana Ruiz'), mentioned('gone', 'Gone')];
    rig.service.trouble(refusal);
    const id = await rig.chat().post(GROUP, planView(), posting({ mention }));
    expect(cardOf(rig.stood(GROUP)[0]?.body).msteams?.entities).toMatchObject([{ text: '<at>Ana Ruiz</at>' }]);
    rig.service.trouble(refusal);
    const note = { notice: notice('withdrawn', { id: 'prod-17' }), locale: LOCALE, mention: mention.slice(0, 1) };
    await rig.chat().note(GROUP, id, note);
    expect(rig.stood(GROUP)).toHaveLength(2);
    expect(JSON.stringify(rig.stood(GROUP)[1]?.body)).not.toContain('<at>');
  });

  test('somebody whose account is in capitals in the farm file is not taken for absent', async () => {
    const ana = mentioned('ana', 'Ana Ruiz');
    const mention = [{ ...ana, account: ana.account.toUpperCase() }, mentioned('gone', 'Gone')];
    rig.service.trouble({ on: /POST .*\/activities$/u, status: 400, code: 'BadSyntax' });
    await rig.chat().post(GROUP, planView(), posting({ mention }));
    expect(cardOf(rig.stood(GROUP)[0]?.body).msteams?.entities).toMatchObject([{ text: '<at>Ana Ruiz</at>' }]);
  });

  test('a busy thread holds back whatever else would go there', async () => {
    const id = await rig.chat().post(CHANNEL, planView(), posting());
    rig.service.trouble({ on: /PUT/u, status: 429, retryAfter: '30' });
    await expect(rig.chat().update(CHANNEL, id, planView({ needed: 1 }), posting())).rejects.toMatchObject({
      code: 'ChatBusy',
    });
    const calls = rig.service.calls.length;
    const note = { notice: notice('withdrawn', { id: 'prod-17' }), locale: LOCALE, mention: [] };
    await expect(rig.chat().note(CHANNEL, id, note)).rejects.toMatchObject({ code: 'ChatBusy' });
    expect(rig.service.calls).toHaveLength(calls);
  });

  test.each([
    [412, 'PreconditionFailed'],
    [502, 'ServiceError'],
    [504, 'ServiceError'],
    [403, 'ServiceError'],
  ])('an update that meets a %i (%s) is tried once more', async (status, code) => {
    const id = await rig.chat().post(GROUP, planView(), posting());
    rig.service.trouble({ on: /PUT/u, status, code });
    await rig.chat().update(GROUP, id, planView({ needed: 1 }), posting());
    expect(rig.stood(GROUP)[0]?.edits).toBe(1);
  });

  test('an update in a conversation that is not found says so and keeps the card, which may well be there', async () => {
    const id = await rig.chat().post(GROUP, planView(), posting());
    rig.service.trouble({ on: /PUT/u, status: 404, code: 'ConversationNotFound' });
    const update = () => rig.chat().update(GROUP, id, planView({ needed: 1 }), posting());
    await expect(update()).rejects.toMatchObject({ code: 'ChannelNotFound' });
    expect(await rig.chat().find(GROUP, 'prod-17')).toBe(id);
    await update();
    expect(rig.stood(GROUP)[0]?.edits).toBe(1);
  });

  test('an update of a card that somebody deleted from a thread says that it is gone, the card is no longer found, and others still go out', async () => {
    const id = await rig.chat().post(CHANNEL, planView(), posting());
    rig.service.trouble({ on: /PUT/u, status: 403, code: 'ServiceError', times: 2 });
    const update = rig.chat().update(CHANNEL, id, planView({ needed: 1 }), posting());
    await expect(update).rejects.toMatchObject({ code: 'MessageNotFound' });
    expect(await rig.chat().find(CHANNEL, 'prod-17')).toBeNull();
    const again = await rig.chat().post(CHANNEL, planView(), posting());
    await rig.chat().update(CHANNEL, again, planView({ needed: 1 }), posting());
    expect(rig.stood(CHANNEL).map(({ edits }) => edits)).toEqual([0, 1]);
  });

  test('an update that the bot is not allowed to make says why, and keeps the card', async () => {
    const id = await rig.chat().post(CHANNEL, planView(), posting());
    rig.service.trouble({ on: /PUT/u, status: 403, code: 'BotDisabledByAdmin' });
    const update = rig.chat().update(CHANNEL, id, planView({ needed: 1 }), posting());
    await expect(update).rejects.toMatchObject({ code: 'ChannelNotFound', data: { reason: 'BotDisabledByAdmin' } });
    expect(await rig.chat().find(CHANNEL, 'prod-17')).toBe(id);
  });

  test('a note below a card that is gone says so', async () => {
    const id = await rig.chat().post(CHANNEL, planView(), posting());
    rig.service.trouble({
      on: /POST .*messageid=.*\/activities$/u,
      status: 404,
      code: 'ActivityNotFoundInConversation',
    });
    const note = { notice: notice('withdrawn', { id: 'prod-17' }), locale: LOCALE, mention: [] };
    await expect(rig.chat().note(CHANNEL, id, note)).rejects.toMatchObject({ code: 'MessageNotFound' });
  });

  test('a token that was revoked is replaced at once', async () => {
    rig.service.revoke();
    await rig.chat().post(GROUP, planView(), posting());
    expect(rig.stood(GROUP)).toHaveLength(1);
  });
});

describe('the check', () => {
  test('finds a token and the bot in each channel, and changes nothing', async () => {
    const posted = rig.service.messages.length;
    expect(await rig.chat().check()).toEqual([
      { ok: true, message: { id: 'validate.teams-token', data: {} } },
      { ok: true, message: { id: 'validate.teams-channel', data: { channel: CHANNEL, members: 7 } }, channel: CHANNEL },
      { ok: true, message: { id: 'validate.teams-channel', data: { channel: GROUP, members: 7 } }, channel: GROUP },
    ]);
    expect(rig.service.messages).toHaveLength(posted);
  });

  test('says what is wrong', async () => {
    const wrong = await startRig({ password: 'another', channels: [CHANNEL] });
    expect(await wrong.chat().check()).toMatchObject([
      { ok: false, message: { id: 'validate.teams-token.failed', data: { reason: 'invalid_client 7000215' } } },
    ]);
    expect(wrong.logged.join()).not.toContain('another');
    await wrong.close();
    rig.service.rosters.delete(GROUP);
    expect((await rig.chat().check()).at(-1)).toMatchObject({
      ok: false,
      message: { id: 'validate.teams-channel.failed', data: { reason: 'BotNotInConversationRoster' } },
    });
  });
});

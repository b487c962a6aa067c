import { reminder } from '../../cards/views.ts';
import {
  cardOf,
  closedView,
  GROUP,
  inPrivate,
  LOCALE,
  mentioned,
  message,
  notice,
  planView,
  posting,
  type Rig,
  said,
  startKnown,
  wordsIn,
} from './support.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startKnown();
});
afterEach(() => rig.close());

const POST = /POST .*\/activities$/u;
const PUT = /PUT/u;
const refuse = (times: number, on = POST, more: object = {}): void =>
  rig.service.trouble({ on, status: 400, code: 'BadSyntax', times, ...more });
const verbsIn = (body: unknown): readonly string[] =>
  [...new Set([...wordsIn(body).matchAll(/"verb":"([a-z-]+)"/gu)].map((found) => found[1] ?? ''))].sort();
const calls = (on: RegExp): number => rig.service.calls.filter((call) => on.test(call)).length;

describe('a card that Teams refuses for its content', () => {
  test('shows its headline and only the buttons that begin nothing, so that nobody approves what they cannot read', async () => {
    refuse(1);
    const id = await rig.chat().post(GROUP, planView(), posting());
    const [stood] = rig.stood(GROUP);
    expect(await rig.chat().find(GROUP, 'prod-17')).toBe(id);
    expect(verbsIn(stood?.body)).toEqual(['deny']);
    expect(wordsIn(cardOf(stood?.body).body)).toMatch(
      /prod.?-17.*Teams did not take the whole card.*@certops show prod-17/u,
    );
    expect(rig.logged).toEqual([
      expect.stringMatching(/does not take a message for what is in it.*"BadSyntax".*"plan"/u),
    ]);
  });

  test.each([
    // What Teams has been seen to answer to a large card.
    'ServiceError',
    'MissingProperty',
    'Bad Argument',
    '',
  ])('is shown that way whatever error Teams gives: %j', async (code) => {
    refuse(1, POST, { code });
    await rig.chat().post(GROUP, planView(), posting());
    expect(verbsIn(rig.stood(GROUP)[0]?.body)).toEqual(['deny']);
  });

  test('is plain text where Teams refuses even that', async () => {
    refuse(2);
    await rig.chat().post(GROUP, planView(), posting());
    const [stood] = rig.stood(GROUP);
    expect(stood?.body).toMatchObject({ attachments: [], textFormat: 'plain' });
    expect(stood?.body.text).toMatch(/prod-17.*@certops stop prod-17/su);
  });

  test('is refused, with what Teams said first, if Teams takes no text of it either', async () => {
    refuse(1);
    refuse(2, POST, { code: 'BadArgument' });
    await expect(rig.chat().post(GROUP, planView(), posting())).rejects.toMatchObject({
      code: 'ChatRefused',
      data: { reason: 'BadSyntax' },
    });
    expect(rig.stood(GROUP)).toEqual([]);
  });

  test('or its length still mentions whom it is for', async () => {
    refuse(1, POST, { status: 413, code: 'MessageSizeTooBig' });
    await rig.chat().post(GROUP, planView(), posting({ mention: [mentioned('ana', 'Ana Ruiz')] }));
    const card = cardOf(rig.stood(GROUP)[0]?.body);
    expect([card.msteams?.entities, wordsIn(card.body).includes('<at>Ana Ruiz</at>')]).toMatchObject([
      [{ text: '<at>Ana Ruiz</at>' }],
      true,
    ]);
  });

  test('still mentions whoever is present once it is shortened', async () => {
    refuse(2);
    await rig.chat().post(GROUP, planView(), posting({ mention: [mentioned('ana', 'Ana Ruiz')] }));
    const card = cardOf(rig.stood(GROUP)[0]?.body);
    expect([card.msteams?.entities, verbsIn(rig.stood(GROUP)[0]?.body).includes('approve')]).toMatchObject([
      [{ text: '<at>Ana Ruiz</at>' }],
      false,
    ]);
  });

  test('is tried whole once more without somebody absent before anything is left out', async () => {
    refuse(1);
    await rig.chat().post(GROUP, planView(), posting({ mention: [mentioned('gone', 'Gone')] }));
    expect(verbsIn(rig.stood(GROUP)[0]?.body)).toContain('approve');
  });
});

describe('a bot that is refused a token', () => {
  test.each([
    ['a card', []],
    ['a card that mentions somebody', [mentioned('ana', 'Ana Ruiz')]],
  ])('leaves nothing out for it: %s is sent whole once there is a token', async (_what, mention) => {
    rig.service.revoke();
    rig.service.trouble({ on: /oauth2/u, status: 400, code: 'unauthorized_client' });
    await expect(rig.chat().post(GROUP, planView(), posting({ mention }))).rejects.toMatchObject({
      code: 'ChatRefused',
      data: { method: 'token', status: 400 },
    });
    expect([rig.stood(GROUP), rig.logged]).toEqual([[], []]);
    await rig.chat().post(GROUP, planView(), posting({ mention }));
    expect(verbsIn(rig.stood(GROUP)[0]?.body)).toContain('approve');
  });
});

describe('an update that Teams refuses for its content', () => {
  test('takes the old buttons away, and the next of its kind takes one call', async () => {
    const id = await rig.chat().post(GROUP, planView(), posting());
    refuse(2, PUT);
    await rig.chat().update(GROUP, id, planView({ needed: 1 }), posting());
    expect(rig.stood(GROUP)[0]?.body.attachments).toEqual([]);
    const before = calls(PUT);
    await rig.chat().update(GROUP, id, planView({ needed: 0 }), posting());
    expect([calls(PUT) - before, rig.stood(GROUP)[0]?.body.attachments]).toEqual([1, []]);
  });

  test('and that then meets another failure is not tried whole again', async () => {
    const id = await rig.chat().post(GROUP, planView(), posting());
    rig.logged.splice(0);
    refuse(1, PUT);
    refuse(1, PUT, { status: 500 });
    await expect(rig.chat().update(GROUP, id, planView({ needed: 1 }), posting())).rejects.toMatchObject({
      code: 'ChatAway',
    });
    expect(rig.logged).toEqual([expect.stringMatching(/does not take a message.*"BadSyntax".*"rung":1/u)]);
    const before = calls(PUT);
    await rig.chat().update(GROUP, id, planView({ needed: 1 }), posting());
    expect([calls(PUT) - before, verbsIn(rig.stood(GROUP)[0]?.body)]).toEqual([1, ['deny']]);
  });

  test('in every size is sent whole again the next time', async () => {
    const id = await rig.chat().post(GROUP, planView(), posting());
    refuse(3, PUT);
    await expect(rig.chat().update(GROUP, id, planView({ needed: 1 }), posting())).rejects.toMatchObject({
      code: 'ChatRefused',
    });
    await rig.chat().update(GROUP, id, planView({ needed: 1 }), posting());
    expect(verbsIn(rig.stood(GROUP)[0]?.body)).toContain('approve');
  });

  test('is followed by a whole card once the card is of another kind', async () => {
    const id = await rig.chat().post(GROUP, planView(), posting());
    refuse(1, PUT);
    await rig.chat().update(GROUP, id, planView({ needed: 1 }), posting());
    await rig.chat().update(GROUP, id, closedView(), posting());
    expect(wordsIn(rig.stood(GROUP)[0]?.body)).not.toContain('did not take the whole card');
  });
});

describe('a message that is refused for its content', () => {
  test('is plain text if it is a note', async () => {
    const id = await rig.chat().post(GROUP, planView(), posting());
    refuse(1);
    await rig.chat().note(GROUP, id, { notice: notice('withdrawn', { id: 'prod-17' }), locale: LOCALE, mention: [] });
    expect(rig.stood(GROUP)[1]?.body).toMatchObject({ text: 'prod-17 is withdrawn. Nothing has been changed.' });
  });

  test('is plain text, sentence by sentence, if it is an answer', async () => {
    const answer = said('withdrawn', { id: 'prod-17' });
    if (answer.type !== 'notice') throw new Error(answer.type);
    const [first] = answer.notice.messages;
    const messages = [
      ...answer.notice.messages,
      ...(first === undefined ? [] : [{ ...first, data: { id: 'prod-18' } }]),
    ];
    rig.bot.reply = async () => ({ ...answer, notice: { ...answer.notice, messages } });
    refuse(1);
    await rig.deliver(message(rig.service, 'mei', 'status', inPrivate('mei')));
    const own = inPrivate('mei').conversation.id;
    await rig.until(() => rig.stood(own).length > 0);
    expect(rig.stood(own)[0]?.body.text).toBe(
      'prod-17 is withdrawn. Nothing has been changed.\n\nprod-18 is withdrawn. Nothing has been changed.',
    );
  });

  test.each([
    ['show', { rotation: 'prod-17' }, '@certops show prod-17'],
    ['ask', { farm: 'prod', request: 'reconnect sqlw02', reason: '' }, '@certops reconnect sqlw02 in prod'],
    ['type', { text: '/ssis status' }, '@certops status'],
    ['ask', { farm: 'prod' }, '@certops help'],
  ])('says what to type in place of its button %s %j', async (verb, data, typed) => {
    const id = await rig.chat().post(GROUP, planView(), posting());
    refuse(1);
    const actions = [{ label: { id: 'button.request', data: {} }, verb, data }];
    const lost = { ...notice('withdrawn', { id: 'prod-17' }), actions };
    await rig.chat().note(GROUP, id, { notice: lost, locale: LOCALE, mention: [] });
    expect(rig.stood(GROUP)[1]?.body.text).toMatch(/^prod-17 is withdrawn.*\n\nIts buttons are missing here/su);
    expect(rig.stood(GROUP)[1]?.body.text).toContain(typed);
  });

  test('says how to ask for it again if it is a reminder', async () => {
    refuse(1);
    await rig.chat().post(GROUP, reminder, posting());
    expect(rig.stood(GROUP)[0]?.body.text).toContain('@certops reminders farm prod tries again');
    expect(rig.stood(GROUP)[0]?.body.text).not.toContain('@certops stop');
  });
});

import { inPrivate, invoke, message, PEOPLE, type Rig, said, startRig, type Who } from './support.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.close());
beforeEach(() => {
  rig.heard.splice(0);
  rig.logged.splice(0);
  rig.bot.reply = async () => said('help.intro');
});

const DATA = { v: 1, rotation: 'prod-17', digest: 'd'.repeat(64) };
const OTHER = '99999999-9999-9999-9999-999999999999';

describe('who never votes', () => {
  test.each<[string, Who, object, RegExp]>([
    ['a guest, by the roster’s word', 'guest', {}, /^Guests cannot/u],
    ['a guest, by the principal name', 'hidden', {}, /^Guests cannot/u],
    ['somebody of another tenant, by the roster', 'outside', {}, /not of this organisation/u],
    ['somebody whose tenant the roster does not name', 'nowhere', {}, /not of this organisation/u],
    ['somebody of another tenant, by the delivery', 'ana', { channelData: { tenant: { id: OTHER } } }, /not of this/u],
    [
      'somebody of two tenants',
      'ana',
      { conversation: { id: '19:oncall@thread.v2', conversationType: 'groupChat', tenantId: OTHER } },
      /not of this/u,
    ],
    [
      'a delivery that names no tenant',
      'ana',
      { channelData: {}, conversation: { id: '19:oncall@thread.v2' } },
      /not of/u,
    ],
    ['somebody who has left, or is deactivated', 'gone', {}, /deactivated/u],
    ['a bot', 'ana', { from: { ...from('ana'), role: 'bot' } }, /^Programs cannot/u],
    ['an app that names no role', 'ana', { from: { ...from('ana'), id: '28:flow' } }, /^Programs cannot/u],
    ['a skill', 'ana', { from: { ...from('ana'), role: 'skill' } }, /^Programs cannot/u],
    ['somebody without an Entra account', 'ana', { from: { id: '29:ana', name: 'Ana' } }, /not of this/u],
    ['somebody with another’s Teams id', 'ana', { from: { id: '29:tom', aadObjectId: 'no-one' } }, /deactivated/u],
  ])('%s', async (_who, who, more, sentence) => {
    const { status, body } = await rig.deliver(invoke(rig.service, who, 'approve', DATA, more));
    expect({ status, heard: rig.heard }).toEqual({ status: 200, heard: [] });
    expect(body.value).toMatch(sentence);
  });

  test('a guest cannot ask either: their line is answered with the same sentence', async () => {
    await rig.deliver(message(rig.service, 'guest', 'rotate-master'));
    await rig.until(() => rig.service.messages.length > 0);
    expect(rig.heard).toEqual([]);
    expect(rig.service.messages.at(-1)?.body.summary).toMatch(/^Guests cannot/u);
  });
});

test('a bot that speaks is not answered, since two bots would never stop', async () => {
  const before = rig.service.messages.length;
  await rig.deliver(message(rig.service, 'ana', 'status', { from: { id: '28:flow', name: 'Workflows' } }));
  await rig.deliver(message(rig.service, 'ana', 'status', { from: { ...from('ana'), role: 'bot' } }));
  await rig.deliver(message(rig.service, 'ana', 'status'));
  await rig.until(() => rig.service.messages.length > before);
  expect(rig.heard).toHaveLength(1);
  expect(rig.service.messages).toHaveLength(before + 1);
});

test.each(['user', 'User', '', null])(
  'a person counts as one whether Teams says so or says nothing: %j',
  async (role) => {
    await rig.deliver(invoke(rig.service, 'ana', 'approve', DATA, { from: { ...from('ana'), role } }));
    expect(rig.heard).toHaveLength(1);
  },
);

describe('the roster', () => {
  test('is asked once for many clicks of one person', async () => {
    const before = rig.service.calls.length;
    for (let click = 0; click < 5; click += 1) await rig.press('tom', 'approve', DATA);
    expect(rig.heard).toHaveLength(5);
    expect(rig.service.calls.slice(before).filter((call) => /members/u.test(call)).length).toBeLessThanOrEqual(1);
  });

  test('is asked once for fifty people who click at the same moment', async () => {
    const id = '19:fifty@thread.v2';
    const fifty = Array.from({ length: 50 }, (_, at) => ({
      ...PEOPLE.ana,
      id: `29:${at}`,
      aadObjectId: `44444444-4444-4444-4444-4444444444${String(at).padStart(2, '0')}`,
    }));
    rig.service.rosters.set(id, fifty);
    const before = rig.service.calls.length;
    const place = { conversation: { id, conversationType: 'groupChat', tenantId: PEOPLE.ana.tenantId } };
    const clicks = fifty.map((from) => rig.deliver(invoke(rig.service, 'ana', 'approve', DATA, { ...place, from })));
    for (const { body } of await Promise.all(clicks)) expect(body.value).toContain('Certificates of SSIS');
    expect(rig.heard).toHaveLength(50);
    expect(rig.service.calls.slice(before)).toEqual([`GET /teams/v3/conversations/${id}/pagedmembers`]);
  });

  test.each<[string, { status: number; code?: string; cut?: boolean; retryAfter?: string }]>([
    ['refuses', { status: 403, code: 'BotNotInConversationRoster' }],
    ['is closed to the bot', { status: 403, code: 'BotDisabledByAdmin' }],
    ['is gone', { status: 404, code: 'ConversationNotFound' }],
    ['is at another address', { status: 403, code: 'InvalidBotApiHost' }],
    ['is overloaded', { status: 429 }],
    ['asks to wait for minutes', { status: 429, retryAfter: '600' }],
    ['fails', { status: 500 }],
    ['cannot be reached', { status: 0, cut: true }],
  ])('lets nobody vote when it %s, and is asked again on the next click', async (_what, trouble) => {
    const who = inPrivate('mei');
    rig.service.trouble({ on: /members/u, times: 2, ...trouble });
    const place = { conversation: { ...who.conversation, id: `a:${_what}` } };
    rig.service.rosters.set(`a:${_what}`, [PEOPLE.mei]);
    const refused = await rig.deliver(invoke(rig.service, 'mei', 'approve', DATA, place));
    expect(refused.body.value).toContain('could not be checked just now');
    expect(rig.logged.find((line) => line.startsWith('the roster in Teams cannot be read'))).toContain(
      trouble.code ?? `"channel":"a:${_what}"`,
    );
    expect(rig.heard).toEqual([]);
    await rig.deliver(invoke(rig.service, 'mei', 'approve', DATA, place));
    expect(rig.heard).toHaveLength(1);
  });
});

function from(who: Who) {
  const { id, name, aadObjectId } = PEOPLE[who];
  return { id, name, aadObjectId };
}

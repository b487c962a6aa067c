import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { TENANT, type Trouble } from '../../fakes/teams/service.ts';
import {
  GROUP,
  inChannel,
  inPrivate,
  LOCALE,
  message,
  notice,
  PEOPLE,
  planView,
  type Rig,
  said,
  sleep,
  startRig,
  type Who,
  wordsIn,
} from './support.ts';

let rig: Rig;
/** How long the bot has waited: its clock moves on by that, and no test really waits. */
let waits: number[];
beforeEach(async () => {
  waits = [];
  const now = () => Date.now() + waits.reduce((sum, ms) => sum + ms, 0);
  const pass = async (ms: number, signal?: AbortSignal): Promise<void> => {
    // A sleep that only limits another call is ended by that call.
    if (signal !== undefined) return sleep(ms, signal);
    waits.push(ms);
  };
  rig = await startRig({ clock: { now, steady: now, sleep: pass } });
});
afterEach(() => rig.close());

const THREAD = inChannel.conversation.id;
const own = (who: Who): string => inPrivate(who).conversation.id;
const summaries = (where: string): readonly unknown[] => rig.stood(where).map(({ body }) => body.summary);
const allWords = (): readonly string[] => rig.service.messages.map(({ body }) => wordsIn(body));
const submit = (who: Who, value: object, more: object = {}): Promise<unknown> =>
  rig.deliver(message(rig.service, who, '', { text: undefined, value, ...more }));
const TO_ONE = /POST .*\/conversations\/a:.*activities$/u;
const OPENING = /POST .*\/conversations$/u;
const OTHER = '99999999-9999-9999-9999-999999999999';
const DATA = { v: 1, rotation: 'prod-17', digest: 'd'.repeat(64) };

const ACCOUNT = PEOPLE.tom.aadObjectId;
const UNKNOWN = said('whoami.unknown', { platform: 'teams', account: ACCOUNT });

describe('where others read along', () => {
  test.each<[string, object, string]>([
    ['a channel', inChannel, THREAD],
    ['a group chat', {}, GROUP],
  ])('in %s, what is for one person goes to their own chat', async (_where, more, thread) => {
    rig.bot.reply = async () => UNKNOWN;
    await rig.type('tom', 'whoami', more);
    await rig.until(() => rig.service.messages.length > 0);
    expect([rig.stood(thread), rig.stood(own('tom')).length]).toEqual([[], 1]);
    expect(wordsIn(rig.stood(own('tom')))).toContain(ACCOUNT);
  });

  test('a vote by an older client is answered only to whoever voted', async () => {
    rig.bot.reply = async () =>
      said('refused.closed', { id: 'prod-17', outcome: 'lapsed', at: '2026-11-25T14:04:00.000Z', by: null });
    await submit('mei', { ...DATA, verb: 'approve' });
    await rig.until(() => rig.service.messages.length > 0);
    expect([summaries(GROUP), summaries(own('mei'))]).toEqual([[], [expect.stringContaining('prod-17')]]);
  });

  test('a card that an older client asked for is posted in the person’s own chat, with their buttons', async () => {
    rig.bot.reply = async () => ({ type: 'card', view: planView(), reader: 'requester', locale: LOCALE });
    await submit('mei', { ...DATA, verb: 'show' });
    await rig.until(() => rig.stood(own('mei')).length > 0);
    expect(wordsIn(rig.stood(own('mei')))).toContain('"withdraw"');
    expect(rig.stood(GROUP)).toEqual([]);
  });

  test.each<[Who, string]>([
    ['guest', 'Guests cannot ask'],
    ['gone', 'You are not a member here'],
  ])('the account %s is turned away in their own chat: %s', async (who, words) => {
    await rig.type(who, 'status');
    await rig.until(() => rig.service.messages.length > 0);
    expect([summaries(GROUP), summaries(own(who)), rig.heard]).toEqual([[], [expect.stringContaining(words)], []]);
  });

  test('a person who already has a chat with the bot is answered there, and no other is opened', async () => {
    rig.bot.reply = async () => said('help.intro');
    await rig.deliver(message(rig.service, 'tom', 'help', inPrivate('tom')));
    await rig.until(() => rig.stood(own('tom')).length === 1);
    await rig.type('tom', 'help');
    await rig.until(() => rig.stood(own('tom')).length === 2);
    expect(rig.service.calls.filter((call) => OPENING.test(call))).toEqual([]);
  });

  test('a person whose own chat was at another address is answered where they have just spoken from', async () => {
    const serviceUrl = 'http://127.0.0.1:1/teams/';
    const before = message(rig.service, 'tom', 'whoami', { ...inPrivate('tom'), serviceUrl });
    await rig.deliver(before, rig.service.token({ serviceurl: serviceUrl }));
    await rig.until(() => rig.logged.some((line) => line.includes('did not reach')));
    rig.bot.reply = async () => UNKNOWN;
    await rig.type('tom', 'whoami');
    await rig.until(() => rig.stood(own('tom')).length > 0);
    expect([rig.stood(GROUP), wordsIn(rig.stood(own('tom')))]).toEqual([[], expect.stringContaining(ACCOUNT)]);
    // The address is kept for what is said unasked.
    await rig.chat().tell(ACCOUNT, notice('help.intro'), LOCALE);
    expect(rig.stood(own('tom'))).toHaveLength(2);
  });

  test('a person is answered though the disk does not take where their chat is', async () => {
    rig.bot.reply = async () => UNKNOWN;
    rmSync(rig.folder, { recursive: true });
    await rig.type('tom', 'whoami');
    await rig.until(() => rig.stood(own('tom')).length > 0);
    expect(wordsIn(rig.stood(own('tom')))).toContain(ACCOUNT);
  });
});

describe('where the bot cannot write to a person alone', () => {
  test.each<[string, RegExp, number, string]>([
    ['the chat cannot be opened', OPENING, 403, 'BotDisabledByAdmin'],
    ['this Teams opens no chat', OPENING, 404, 'ServiceError'],
    ['the person has blocked it', TO_ONE, 403, 'MessageWritesBlocked'],
  ])('because %s, the thread is told that there is an answer, but not which', async (_why, on, status, code) => {
    rig.service.trouble({ on, status, code });
    rig.bot.reply = async () => UNKNOWN;
    await rig.type('tom', 'whoami', inChannel);
    await rig.until(() => rig.stood(THREAD).length > 0);
    expect(summaries(THREAD)).toEqual([expect.stringMatching(/for you alone/u)]);
    expect(allWords().join()).not.toContain(ACCOUNT);
    expect(rig.logged.join()).not.toContain('did not reach Teams');
  });

  test('only because the bot was refused a token, nobody is sent to a remedy that they do not need', async () => {
    rig.bot.reply = async () => UNKNOWN;
    await rig.type('tom', 'whoami', inChannel);
    await rig.until(() => rig.stood(own('tom')).length > 0);
    rig.service.revoke();
    rig.service.trouble({ on: /oauth2/u, status: 400, code: 'unauthorized_client' });
    await rig.type('tom', 'whoami', inChannel);
    await rig.until(() => rig.logged.join().includes('did not reach Teams'));
    expect([rig.stood(THREAD), rig.logged.join().includes('could not be answered alone')]).toEqual([[], false]);
  });

  test('somebody from another company is told no more than that either', async () => {
    await rig.type('outside', 'status', { channelData: { tenant: { id: OTHER } } });
    await rig.until(() => rig.stood(GROUP).length > 0);
    expect([rig.service.messages.length, rig.heard]).toEqual([1, []]);
    expect(summaries(GROUP)).toEqual([expect.stringMatching(/for you alone/u)]);
  });
});

describe('a person refused because of the delivery itself', () => {
  test('is given no chat if they have no account, and the thread is told that there is an answer', async () => {
    await rig.type('ana', 'status', { from: { id: PEOPLE.ana.id, name: 'Ana' } });
    await rig.until(() => rig.service.messages.length > 0);
    await rig.type('mei', 'status', { from: { id: PEOPLE.mei.id, name: 'Mei' } });
    await rig.until(() => rig.service.messages.length > 1);
    const said = expect.stringMatching(/for you alone/u);
    expect([summaries(GROUP), summaries(own('ana'))]).toEqual([[said, said], []]);
    expect(rig.service.calls.filter((call) => OPENING.test(call))).toEqual([]);
  });

  test('is answered alone if Teams opens their chat, and that chat is not remembered', async () => {
    await rig.type('ana', 'status', { channelData: { tenant: { id: OTHER } } });
    await rig.until(() => rig.stood(own('ana')).length > 0);
    rig.bot.reply = async () => UNKNOWN;
    await rig.type('tom', 'whoami');
    await rig.until(() => rig.stood(own('tom')).length > 0);
    const { places } = JSON.parse(readFileSync(path.join(rig.folder, 'references.json'), 'utf8'));
    const kept = places.map(({ conversation }: { conversation: string }) => conversation);
    expect(kept.toSorted()).toEqual([GROUP, own('tom')].toSorted());
  });
});

describe('an answer that Teams does not take at once', () => {
  const there = { conversation: { id: GROUP, conversationType: 'groupChat', isGroup: true, tenantId: TENANT } };

  test.each<[string, number, string | undefined, number]>([
    ['asks to wait for seven seconds', 429, '7', 7_000],
    ['is unavailable', 503, undefined, 2_000],
  ])('because it %s is sent when that is over', async (_why, status, retryAfter, wait) => {
    rig.service.trouble({ on: /activities$/u, status, ...(retryAfter === undefined ? {} : { retryAfter }) });
    rig.bot.reply = async () => said('help.intro');
    await rig.deliver(message(rig.service, 'mei', 'help', inPrivate('mei')));
    await rig.until(() => rig.stood(own('mei')).length === 1);
    expect(waits).toContain(wait);
  });

  test('in the person’s own chat is sent there later, and not in the thread', async () => {
    rig.service.trouble({ on: TO_ONE, status: 429, retryAfter: '7' });
    rig.bot.reply = async () => said('help.intro');
    await rig.type('mei', 'help', there);
    await rig.until(() => rig.service.messages.length > 0);
    expect([summaries(GROUP).length, summaries(own('mei')).length]).toEqual([0, 1]);
  });

  test('is given up and logged after a second refusal, or at once if the wait would be an hour', async () => {
    rig.bot.reply = async () => said('help.intro');
    rig.service.trouble({ on: /activities$/u, status: 429, retryAfter: '7', times: 2 });
    await rig.deliver(message(rig.service, 'mei', 'help', inPrivate('mei')));
    await rig.until(() => rig.logged.join().includes('did not reach Teams'));
    rig.logged.splice(0);
    rig.service.trouble({ on: /activities$/u, status: 429, retryAfter: '3600' });
    await rig.deliver(message(rig.service, 'ana', 'help', inPrivate('ana')));
    await rig.until(() => rig.logged.join().includes('did not reach Teams'));
    expect([rig.stood(own('mei')), rig.stood(own('ana')), waits]).toEqual([[], [], [7_000]]);
  });

  test('and that may have arrived is not sent twice', async () => {
    rig.bot.reply = async () => said('help.intro');
    rig.service.trouble({ on: /activities$/u, status: 502, done: true });
    await rig.deliver(message(rig.service, 'mei', 'help', inPrivate('mei')));
    await rig.until(() => rig.logged.join().includes('did not reach Teams'));
    expect(rig.stood(own('mei'))).toHaveLength(1);
  });

  test.each<[string, Omit<Trouble, 'times'> & { times?: number }, string, number]>([
    ['a gateway failed', { on: TO_ONE, status: 502, done: true }, 'ChatAway', 1],
    ['the connection broke', { on: TO_ONE, status: 0, cut: true, done: true }, 'ChatAway', 1],
    ['Teams asked twice to wait', { on: TO_ONE, status: 429, retryAfter: '7', times: 2 }, 'ChatBusy', 0],
    ['no chat was opened, for want of an answer', { on: OPENING, status: 500 }, 'ChatAway', 0],
  ])(
    'because %s is not said to be barred: it is logged, and the thread is told nothing',
    async (_why, trouble, code, stands) => {
      rig.logged.splice(0);
      rig.service.trouble(trouble);
      rig.bot.reply = async () => said('help.intro');
      await rig.type('mei', 'help', there);
      // Stopping waits for what is on its way.
      await rig.chat().stop();
      expect(rig.logged).toEqual([expect.stringMatching(`an answer did not reach Teams .*"${code}"`)]);
      expect([summaries(GROUP), summaries(own('mei')).length]).toEqual([[], stands]);
    },
  );

  test('because the bot has already said a lot there waits for its turn', async () => {
    rig.bot.reply = async () => said('help.intro');
    for (let line = 0; line < 61; line += 1) await rig.deliver(message(rig.service, 'mei', 'help', inPrivate('mei')));
    await rig.until(() => rig.stood(own('mei')).length === 61);
    expect(waits).not.toEqual([]);
  });
});

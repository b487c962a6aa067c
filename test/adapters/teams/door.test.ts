import { connect } from 'node:net';
import { createServiceKey } from '../../fakes/teams/keys.ts';
import { APP, TENANT } from '../../fakes/teams/service.ts';
import { invoke, message, type Rig, said, sleep, startRig } from './support.ts';

let rig: Rig;
const { error } = console;
const printed: unknown[][] = [];
beforeAll(async () => {
  console.error = (...words: unknown[]) => void printed.push(words);
  rig = await startRig();
});
afterAll(async () => {
  console.error = error;
  await rig.close();
});
beforeEach(() => {
  rig.heard.splice(0);
  rig.logged.splice(0);
});

/** Windows drops an answer if the connection is closed while the request is still being sent. */
const cutOff = (status: number) => (error: unknown) =>
  process.platform === 'win32' ? { status, body: null } : Promise.reject(error);

const now = (): number => Math.floor(Date.now() / 1000);

describe('deliveries from Teams', () => {
  test('a delivery with a good token is heard', async () => {
    rig.bot.reply = async () => said('help.intro');
    expect(await rig.type('mei', 'status')).toEqual({ status: 200, body: null });
    expect({ heard: rig.heard.length, logged: rig.logged }).toEqual({ heard: 1, logged: [] });
  });

  const forged = createServiceKey('key-1');
  const unknown = createServiceKey('key-2');
  test.each<[string, () => string | null]>([
    ['no token', () => null],
    ['a token for another bot', () => rig.service.token({ aud: '55555555-5555-5555-5555-555555555555' })],
    ['a token of another issuer', () => rig.service.token({ iss: 'https://sts.windows.net/other/' })],
    [
      'a token of the emulator, though for this bot',
      () =>
        rig.service.token({
          iss: 'https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/',
          ver: '1.0',
          appid: '22222222-2222-2222-2222-222222222222',
        }),
    ],
    ['a token that has ended', () => rig.service.token({ nbf: now() - 7200, exp: now() - 3600 })],
    ['a token that has not begun', () => rig.service.token({ nbf: now() + 3600, exp: now() + 7200 })],
    ['a token for another address', () => rig.service.token({ serviceurl: 'https://elsewhere.example/' })],
    ['a token for no address', () => rig.service.token({ serviceurl: undefined })],
    ['a forged key under the right name', () => rig.service.token({}, forged)],
    ['a key that nobody published', () => rig.service.token({}, unknown)],
    ['a token without a signature', () => `${rig.service.token().split('.').slice(0, 2).join('.')}.`],
    ['letters that are not a token', () => 'abc'],
  ])('%s is answered with 401 and reaches nobody', async (_what, token) => {
    expect(await rig.deliver(message(rig.service, 'mei', 'status'), token())).toEqual({ status: 401, body: null });
    expect(await rig.deliver(invoke(rig.service, 'ana', 'approve', {}), token())).toEqual({ status: 401, body: null });
    expect(rig.heard).toEqual([]);
  });

  test('a refused token fills no disk: the library prints nothing of it, and what else is printed still comes out', async () => {
    const ended = rig.service.token({ nbf: now() - 7200, exp: now() - 3600 });
    for (const token of [ended, rig.service.token({}, forged)])
      expect((await rig.deliver(message(rig.service, 'mei', 'status'), token)).status).toBe(401);
    expect(printed).toEqual([]);
    console.error('of something else');
    expect(printed.splice(0)).toEqual([['of something else']]);
  });

  test.each([
    ['nothing', ''],
    ['a word', 'Authorization: Bearer abc\r\n'],
    ['a password', 'Authorization: Basic YTpi\r\n'],
  ])('a sender with %s for a token is refused without waiting for the body', async (_what, header) => {
    const { port, pathname } = new URL(rig.url());
    const head = `POST ${pathname} HTTP/1.1\r\nHost: x\r\n${header}Content-Length: 200000\r\n\r\n`;
    const heard = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.write(head));
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString();
      });
      socket.on('close', () => resolve(text)).on('error', reject);
    });
    expect(heard).toMatch(/^HTTP\/1\.1 401 /u);
  });

  test('fetching the keys of the service has a time limit', async () => {
    const { fetch: real } = globalThis;
    const limits = new Map<string, unknown>();
    globalThis.fetch = (url, init) => {
      limits.set(new URL(String(url)).pathname, init?.signal);
      return real(url, init);
    };
    const other = await startRig();
    try {
      other.bot.reply = async () => said('help.intro');
      expect((await other.type('mei', 'status')).status).toBe(200);
      const asked = other.service.calls.filter((call) => /openid|keys/u.test(call));
      expect(asked).toHaveLength(2);
      for (const call of asked) expect(limits.get(call.split(' ')[1] ?? '')).toBeInstanceOf(AbortSignal);
    } finally {
      globalThis.fetch = real;
      await other.close();
    }
  });

  test.each<[string, object]>([
    ['ended four minutes ago', { nbf: now() - 7200, exp: now() - 240 }],
    ['begins in four minutes', { nbf: now() + 240, exp: now() + 7200 }],
  ])('clocks may differ by five minutes: a token that %s is good', async (_what, claims) => {
    const answer = await rig.deliver(message(rig.service, 'mei', 'status'), rig.service.token(claims));
    expect(answer).toEqual({ status: 200, body: null });
  });

  test.each<[string, object]>([
    ['ended six minutes ago', { exp: now() - 360 }],
    ['is of Entra for this bot', { iss: `https://login.microsoftonline.com/${TENANT}/v2.0`, ver: '2.0', azp: APP }],
    ['is the bot’s own', { iss: `https://sts.windows.net/${TENANT}/`, ver: '1.0', appid: APP }],
    ['is for a list of bots', { aud: ['55555555-5555-5555-5555-555555555555'] }],
  ])('a token that %s is refused', async (_what, claims) => {
    const answer = await rig.deliver(message(rig.service, 'mei', 'status'), rig.service.token(claims));
    expect(answer).toEqual({ status: 401, body: null });
  });

  test.each<[string, (url: string) => string]>([
    ['another host', () => 'https://evil.example/teams/'],
    ['another path', (url) => `${url}more/`],
    ['none', () => ''],
  ])('a delivery with a reply address other than its token’s is refused: %s', async (_what, address) => {
    const serviceUrl = address(rig.service.serviceUrl);
    const answer = await rig.deliver(message(rig.service, 'mei', 'status', { serviceUrl }));
    expect(answer.status).toBe(401);
    expect(rig.heard).toEqual([]);
  });

  const odd = [null, 7, '', 'x'.repeat(2_000), [], {}, { id: 7 }, [[]], true];
  const parts = ['type', 'id', 'from', 'recipient', 'conversation', 'channelData', 'entities', 'value', 'text'].concat([
    'attachments',
    'deliveryMode',
    'locale',
    'timestamp',
    'replyToId',
    'relatesTo',
    'callerId',
    'action',
    'name',
  ]);
  test.each(parts)('whatever stands at %s, the delivery is answered and nothing breaks', async (part) => {
    for (const value of odd)
      for (const make of [message(rig.service, 'mei', 'status'), invoke(rig.service, 'mei', 'show', {})]) {
        const { status } = await rig.deliver({ ...make, [part]: value });
        expect([200, 401]).toContain(status);
      }
    expect(rig.logged.join()).not.toContain('a delivery of Teams failed');
  });

  test('a delivery that expects replies in the response is answered like any other', async () => {
    rig.bot.reply = async () => said('help.intro');
    const click = invoke(rig.service, 'mei', 'show', {}, { deliveryMode: 'expectReplies' });
    expect((await rig.deliver(click)).status).toBe(200);
  });

  test.each(['AseChannel', 'emulator', 'webchat', '', undefined])(
    'a delivery from another channel, %p, is refused',
    async (channelId) => {
      const activity = message(rig.service, 'mei', 'status', { channelId });
      expect(await rig.deliver(activity)).toEqual({ status: 401, body: null });
    },
  );

  test.each<[string, string, number]>([
    ['no JSON', '{"type":', 400],
    ['a list', '[]', 400],
    ['a word', '"message"', 400],
    ['bytes that are not text', '\u0000', 400],
    ['nested a thousand deep', `{"type":"message","value":${'['.repeat(1000)}${']'.repeat(1000)}}`, 400],
    ['nested a thousand deep in objects', `${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}`, 400],
    ['too much data', JSON.stringify({ type: 'message', text: 'x'.repeat(300_000) }), 413],
  ])('a bad body is refused unread: %s', async (_what, body, status) => {
    expect(await rig.deliver(body).catch(cutOff(status))).toEqual({ status, body: null });
    expect(rig.heard).toEqual([]);
  });

  test('a body that is too large and does not announce its length reaches nobody either', async () => {
    const knock = (blanks: number) =>
      fetch(rig.url(), {
        method: 'POST',
        headers: { authorization: `Bearer ${rig.service.token()}`, 'content-type': 'application/json' },
        body: new Blob([' '.repeat(blanks), JSON.stringify(message(rig.service, 'mei', 'status'))]).stream(),
        duplex: 'half',
      }).then(
        ({ status }) => status,
        () => 413,
      );
    expect([await knock(300_000), rig.heard.length]).toEqual([413, 0]);
    expect([await knock(10), rig.heard.length]).toEqual([200, 1]);
  });

  describe('a refused delivery is logged', () => {
    let now = Date.now();
    let offMs = 0;
    let own: Rig;
    // A kind of refusal is logged once a minute, so each is tried on a bot that has refused nothing yet.
    beforeEach(async () => {
      own = await startRig({ clock: { now: () => now + offMs, steady: () => now, sleep } });
      own.logged.splice(0);
    });
    afterEach(() => own.close());
    const line = (more: object = {}): object => message(own.service, 'mei', 'a private line', more);

    test.each<[string, object, () => Promise<unknown>]>([
      [
        'a client of another channel, as Azure’s own chat is',
        { code: 'ChannelNotTeams', found: 'webchat', wanted: 'msteams' },
        () => own.deliver(line({ channelId: 'webchat' })),
      ],
      [
        'a channel that is not a word',
        { code: 'ChannelNotTeams', found: 'none', wanted: 'msteams' },
        () => own.deliver(line({ channelId: 'a private line' })),
      ],
      ['no token', { code: 'TokenNotTaken', reason: 'none' }, () => own.deliver(line(), null)],
      [
        'a token that is not good',
        { code: 'TokenNotTaken', reason: 'not-valid' },
        () => own.deliver(line(), own.service.token({ aud: '55555555-5555-5555-5555-555555555555' })),
      ],
      [
        'a token of another issuer',
        { code: 'TokenNotTaken', reason: 'not-valid' },
        () => own.deliver(line(), own.service.token({ iss: 'https://sts.windows.net/other/' })),
      ],
      [
        'an address that is not the token’s',
        { code: 'TokenNotTaken', reason: 'another-address' },
        () => own.deliver(line({ serviceUrl: '' })),
      ],
      ['no JSON', { code: 'BodyNotJson' }, () => own.deliver('{"type":')],
      ['a body nested too deep', { code: 'BodyTooDeep', limit: 100 }, () => own.deliver(`{"a":${'['.repeat(1000)}`)],
      [
        'too much data',
        { code: 'BodyTooLarge', limit: 262_144 },
        () => own.deliver(`"${'x'.repeat(300_000)}"`).catch(cutOff(413)),
      ],
    ])('with the reason and nothing else: %s', async (_what, data, knock) => {
      await knock();
      expect(own.logged).toEqual([`a delivery of Teams was refused ${JSON.stringify({ platform: 'teams', ...data })}`]);
    });

    test('once per minute and kind, with a count in the next line, so that nobody fills the log', async () => {
      for (let time = 0; time < 30; time += 1) await own.deliver(line(), null);
      await own.deliver('[]');
      now += 61_000;
      await own.deliver(line(), null);
      expect(own.logged.map((one) => one.replace('a delivery of Teams was refused ', ''))).toEqual([
        '{"platform":"teams","code":"TokenNotTaken","reason":"none"}',
        '{"platform":"teams","code":"BodyNotJson"}',
        '{"platform":"teams","code":"TokenNotTaken","reason":"none","more":29}',
      ]);
    });

    test('again after a minute even if the clock was set back', async () => {
      await own.deliver(line(), null);
      offMs = -3_600_000;
      now += 61_000;
      await own.deliver(line(), null);
      expect(own.logged).toHaveLength(2);
      offMs = 0;
    });

    test('separately for each reason, so that a stranger without a token hides no other', async () => {
      const notValid = () => own.deliver(line(), own.service.token({ iss: 'https://sts.windows.net/other/' }));
      await own.deliver(line(), null);
      for (let time = 0; time < 3; time += 1) await notValid();
      await own.deliver(line({ serviceUrl: '' }));
      now += 61_000;
      await notValid();
      expect(own.logged.map((one) => one.replace('a delivery of Teams was refused ', ''))).toEqual([
        '{"platform":"teams","code":"TokenNotTaken","reason":"none"}',
        '{"platform":"teams","code":"TokenNotTaken","reason":"not-valid"}',
        '{"platform":"teams","code":"TokenNotTaken","reason":"another-address"}',
        '{"platform":"teams","code":"TokenNotTaken","reason":"not-valid","more":2}',
      ]);
    });
  });

  test('only POST is accepted', async () => {
    expect((await fetch(rig.url())).status).toBe(405);
  });
});

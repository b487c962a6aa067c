import { createServiceKey } from '../../fakes/teams/keys.ts';
import { invoke, message, type Rig, said, startRig } from './support.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
  // The library writes every refused token's key to the console.
  console.error = () => {};
});
const { error } = console;
afterAll(async () => {
  console.error = error;
  await rig.close();
});
beforeEach(() => rig.heard.splice(0));

const now = (): number => Math.floor(Date.now() / 1000);

describe('who may knock', () => {
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
    ['no token at all, only letters', () => 'abc'],
  ])('%s is answered with 401 and reaches nobody', async (_what, token) => {
    expect(await rig.deliver(message(rig.service, 'mei', 'status'), token())).toEqual({ status: 401, body: null });
    expect(await rig.deliver(invoke(rig.service, 'ana', 'approve', {}), token())).toEqual({ status: 401, body: null });
    expect(rig.heard).toEqual([]);
  });

  test.each(['AseChannel', 'emulator', 'webchat', '', undefined])(
    'another channel, %p, is not ours',
    async (channelId) => {
      const activity = message(rig.service, 'mei', 'status', { channelId });
      expect(await rig.deliver(activity)).toEqual({ status: 401, body: null });
    },
  );

  test.each<[string, string, number]>([
    ['no JSON', '{"type":', 400],
    ['a list', '[]', 400],
    ['a word', '"message"', 400],
    ['bytes that are no text', '\u0000', 400],
    ['nested a thousand deep', `{"type":"message","value":${'['.repeat(1000)}${']'.repeat(1000)}}`, 400],
    ['nested a thousand deep in objects', `${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}`, 400],
    ['too much', JSON.stringify({ type: 'message', text: 'x'.repeat(300_000) }), 413],
  ])('%s is refused unread', async (_what, body, status) => {
    expect(await rig.deliver(body)).toEqual({ status, body: null });
    expect(rig.heard).toEqual([]);
  });

  test('only POST is taken', async () => {
    expect((await fetch(rig.url())).status).toBe(405);
  });
});

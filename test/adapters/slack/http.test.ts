import { encode, sign } from '../../fakes/slack/index.ts';
import { EN, notice, type Rig, SECRET, startRig } from './rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.close());

const form = (payload: object) => encode(payload).body;
const now = () => Math.floor(rig.clock.now() / 1000);

test('a correctly signed delivery is taken', async () => {
  expect(await rig.raw(form(rig.payloads.command('U0MEI', 'status')))).toEqual({ status: 200, body: '' });
  await rig.settled();
  expect(rig.intents).toHaveLength(1);
});

describe('refused before anything is read', () => {
  const body = 'command=%2Fssis&text=status';
  test.each<[string, number, () => object]>([
    ['a signature of another secret', 401, () => ({ signature: sign('other', now(), body) })],
    ['a signature of another body', 401, () => ({ signature: sign(SECRET, now(), `${body}x`) })],
    ['a signature of another time', 401, () => ({ signature: sign(SECRET, now() - 1, body) })],
    ['an empty signature', 401, () => ({ signature: '' })],
    ['a signature of an unknown version', 401, () => ({ signature: sign(SECRET, now(), body).replace('v0', 'v1') })],
    ['a signature without its digits', 401, () => ({ signature: 'v0=' })],
    ['a timestamp of six minutes ago', 401, () => ({ at: now() - 360 })],
    ['a timestamp of six minutes ahead', 401, () => ({ at: now() + 360 })],
    ['a timestamp that is not a number', 401, () => ({ at: Number.NaN })],
    ['a timestamp just too old', 401, () => ({ at: now() - 305 })],
    ['a timestamp just too far ahead', 401, () => ({ at: now() + 305 })],
  ])('%s', async (_name, status, signing) => {
    expect((await rig.raw(body, signing())).status).toBe(status);
    expect(rig.intents).toEqual([]);
    expect(rig.lines.at(-1)).toMatchObject({ level: 'warn', sentence: 'a delivery was refused' });
  });

  test.each([
    ['behind', -360, 'TimestampBehind'],
    ['ahead', 360, 'TimestampAhead'],
  ])('a timestamp that is %s, which is logged as such whatever its signature', async (_name, seconds, code) => {
    await rig.raw(body, { at: now() + seconds });
    expect(rig.lines.at(-1)?.data.code).toBe(code);
  });

  test('no signature at all', async () => {
    const response = await fetch(rig.url, { method: 'POST', body });
    expect(response.status).toBe(401);
  });

  test('a method other than POST', async () => {
    expect((await fetch(rig.url)).status).toBe(404);
    expect((await fetch(rig.url, { method: 'DELETE' })).status).toBe(404);
  });

  test('a body larger than any payload of Slack', async () => {
    const sent = await rig.raw(`text=${'a'.repeat(1_100_000)}`).catch(() => ({ status: 413 }));
    expect(sent.status).toBe(413);
  });
});

test.each([
  ['no signature', undefined],
  ['a malformed signature', 'v0=1'],
])('with %s, no more than 4,096 bytes are read', async (_what, signature) => {
  const knock = (length: number) =>
    fetch(rig.url, {
      method: 'POST',
      body: 'a'.repeat(length),
      headers: {
        'x-slack-request-timestamp': String(now()),
        ...(signature === undefined ? {} : { 'x-slack-signature': signature }),
      },
    }).then(
      ({ status }) => status,
      () => 413,
    );
  expect([await knock(4096), await knock(4097)]).toEqual([401, 413]);
});

test('a click of several hundred thousand bytes is taken', async () => {
  const click = rig.payloads.click('U0ANA', {}, { action_id: 'approve', value: '{"v":1}' });
  const body = form({ ...click, message: { text: '证书'.repeat(40_000) } });
  expect(body.length).toBeGreaterThan(700_000);
  expect((await rig.raw(body)).status).toBe(200);
  await rig.settled();
  expect(rig.intents).toHaveLength(1);
});

test('repeated refusals do not fill the log: one line per minute and reason', async () => {
  for (let time = 0; time < 30; time += 1) await rig.raw('text=status', { signature: 'v0=' });
  await rig.raw('text=status', { at: now() - 360 });
  rig.clock.forward(61_000);
  await rig.raw('text=status', { signature: 'v0=' });
  expect(rig.lines.filter(({ sentence }) => sentence === 'a delivery was refused').map(({ data }) => data)).toEqual([
    { platform: 'slack', code: 'SignatureNotValid' },
    { platform: 'slack', code: 'TimestampBehind' },
    { platform: 'slack', code: 'SignatureNotValid', more: 29 },
  ]);
});

test('a delivery that somebody overheard and sends again is acknowledged and counts once', async () => {
  const body = form(rig.payloads.click('U0ANA', {}, { action_id: 'approve', value: '{"v":1}' }));
  const at = now();
  const signature = sign(SECRET, at, body);
  for (const again of [signature, signature, `${signature}=more`]) {
    expect((await rig.raw(body, { at, signature: again })).status).toBe(200);
  }
  await rig.settled();
  expect(rig.intents).toHaveLength(1);
});

test.each([
  ['with spaces', (at: number) => ` ${at} `],
  ['with a fraction', (at: number) => `${at}.0`],
  ['with a leading zero', (at: number) => `0${at}`],
])('a delivery sent again with its timestamp spelled differently, %s, does not count twice', async (_, spelled) => {
  const body = form(rig.payloads.click('U0ANA', {}, { action_id: 'approve', value: '{"v":1}' }));
  const at = now();
  expect((await rig.raw(body, { at })).status).toBe(200);
  await fetch(rig.url, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': spelled(at),
      'x-slack-signature': sign(SECRET, at, body),
    },
  });
  await rig.settled();
  expect(rig.intents).toHaveLength(1);
});

describe('a signed delivery that Slack would never send', () => {
  const json = { contentType: 'application/json' };
  test.each<[string, string, object]>([
    ['null', 'null', json],
    ['a number', '17', json],
    ['a list', '[{"type":"block_actions"}]', json],
    ['truncated JSON', '{"type":"event_callback","event":{"ty', json],
    ['an empty body', '', json],
    ['an empty form', '', {}],
    ['an empty object', '{}', json],
    ['an event that is null', '{"type":"event_callback","event":null}', json],
    ['an event that is a word', '{"type":"event_callback","event":"x"}', json],
    ['a thousand nested lists', `{"type":"event_callback","event":${'['.repeat(1000)}${']'.repeat(1000)}}`, json],
    [
      'a hundred thousand nested lists',
      `{"type":"block_actions","actions":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      json,
    ],
    ['a payload that is null', 'payload=null', {}],
    ['a payload that is truncated', 'payload=%7B%22type%22%3A', {}],
    ['two payloads', 'payload=%7B%7D&payload=%7B%7D', {}],
    ['a command that is a list', 'command=%2Fa&command=%2Fb', {}],
    ['a missing view', `payload=${encodeURIComponent('{"type":"view_submission"}')}`, {}],
    [
      'a click that names no actions',
      `payload=${encodeURIComponent('{"type":"block_actions","user":{"id":"U0ANA"}}')}`,
      {},
    ],
    ['a click without actions', `payload=${encodeURIComponent('{"type":"block_actions","actions":[]}')}`, {}],
    [
      'a team called __proto__',
      `payload=${encodeURIComponent('{"type":"block_actions","actions":[{}],"team":{"id":"__proto__"},"user":{"id":"U"}}')}`,
      {},
    ],
    ['a shortcut', `payload=${encodeURIComponent('{"type":"shortcut","callback_id":"x"}')}`, {}],
  ])('is answered and logged, reaches nobody, and does not stop the next one: %s', async (_name, body, signing) => {
    const sent = await rig.raw(body, signing);
    expect([200, 400]).toContain(sent.status);
    await rig.settled();
    expect(rig.intents).toEqual([]);
    expect(rig.lines.at(-1)?.level).toBe('warn');
    // And the next one is taken as usual.
    rig.answer(() => notice('summary.nothing-waits'));
    await rig.deliver(rig.payloads.command('U0MEI', 'status'));
    await rig.settled();
    expect(rig.intents).toHaveLength(1);
  });
});

test('Slack’s own checks of the URL are answered', async () => {
  const challenge = JSON.stringify({ type: 'url_verification', token: 'x', challenge: '3eZbrw1aB' });
  const sent = await rig.raw(challenge, { contentType: 'application/json' });
  expect(sent).toEqual({ status: 200, body: '{"challenge":"3eZbrw1aB"}' });
  const ssl = await fetch(rig.url, { method: 'POST', body: new URLSearchParams({ ssl_check: '1', token: 'x' }) });
  expect(ssl.status).toBe(200);
});

test('nothing gets in under cover of Slack’s certificate check, which is unsigned', async () => {
  const smuggled = new URLSearchParams({ ...rig.payloads.command('U0MEI', 'status'), ssl_check: '1' });
  const inPayload = new URLSearchParams({
    ssl_check: '1',
    payload: JSON.stringify(rig.payloads.click('U0ANA', {}, { action_id: 'approve', value: '{"v":1}' })),
  });
  for (const body of [smuggled, inPayload]) expect((await fetch(rig.url, { method: 'POST', body })).status).toBe(200);
  await rig.settled();
  expect(rig.intents).toEqual([]);
});

test.each(['app_uninstalled', 'tokens_revoked', 'channel_shared', 'app_home_opened'])(
  'an event that nobody handles is acknowledged: %s',
  async (type) => {
    const event = { ...rig.payloads.mention('U0MEI', ''), event: { type, event_ts: '1.1' } };
    expect((await rig.deliver(event)).status).toBe(200);
    await rig.settled();
    expect(rig.intents).toEqual([]);
  },
);

test('Slack’s notice that it is holding back deliveries is acknowledged', async () => {
  const held = { type: 'app_rate_limited', team_id: rig.slack.team, minute_rate_limited: 1, api_app_id: rig.slack.app };
  expect((await rig.raw(JSON.stringify(held), { contentType: 'application/json' })).status).toBe(200);
});

test('a content type with a charset is accepted as the same content type', async () => {
  const sent = await rig.raw(form(rig.payloads.command('U0MEI', 'status')), {
    contentType: 'application/x-www-form-urlencoded;charset=UTF-8',
  });
  expect(sent.status).toBe(200);
  await rig.settled();
  expect(rig.intents).toHaveLength(1);
});

test('a thousand clicks by fifty people are all answered', async () => {
  const people = Array.from({ length: 50 }, (_one, n) => `U0P${n}`);
  for (const id of people) rig.slack.addUser(id);
  rig.answer((intent) => notice('approved', { id: intent.person.account }));
  const clicks = Array.from({ length: 1000 }, (_one, n) =>
    rig.payloads.click(people[n % 50] ?? '', {}, { action_id: 'approve', value: '{"v":1}' }),
  );
  for (let from = 0; from < clicks.length; from += 50) {
    const sent = await Promise.all(clicks.slice(from, from + 50).map((click) => rig.deliver(click)));
    expect(sent.every(({ status }) => status === 200)).toBe(true);
    // An answer that a busy machine does not accept in time is sent again.
    await rig.settled();
  }
  expect(rig.intents).toHaveLength(1000);
  expect(rig.slack.whispers).toHaveLength(1000);
  expect(rig.slack.calledTimes('users.info')).toBe(50);
});

test('Slack is told to try again before the bot has started and after it has stopped', async () => {
  const idle = await startRig({ started: false });
  try {
    expect((await idle.deliver(idle.payloads.command('U0MEI', 'status'))).status).toBe(503);
    await idle.chat.start(async () => ({ type: 'nothing', locale: EN }));
    expect((await idle.deliver(idle.payloads.command('U0MEI', 'status'))).status).toBe(200);
    await idle.chat.stop();
    expect((await idle.deliver(idle.payloads.command('U0MEI', 'status'))).status).toBe(503);
  } finally {
    await idle.close();
  }
});

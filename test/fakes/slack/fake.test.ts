import { LIMITS } from '../../../cards/limits.ts';
import { type FakeSlack, startFakeSlack } from './index.ts';

let slack: FakeSlack;
beforeEach(async () => {
  slack = await startFakeSlack();
  slack.addUser('U0MEI');
  slack.addChannel('C0A');
});
afterEach(() => slack.close());

const call = async (method: string, args: { [name: string]: unknown }, token = slack.token) => {
  const form = Object.entries(args).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  const response = await fetch(`${slack.apiUrl}${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: new URLSearchParams(form),
  });
  return (await response.json()) as { ok: boolean; error?: string; ts?: string };
};

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
const button = (more: object) => ({
  type: 'actions',
  elements: [{ type: 'button', action_id: 'a', text: { type: 'plain_text', text: 'A' }, ...more }],
});
const { slack: S } = LIMITS;

/** What the fake refuses, so that a test against it means something. */
test.each<[string, object[], string]>([
  ['51 blocks', Array.from({ length: S.blocks + 1 }, () => ({ type: 'divider' })), 'invalid_blocks'],
  ['a block of an unknown kind', [{ type: 'table' }], 'invalid_blocks'],
  ['text that is too long', [section('x'.repeat(S.text + 1))], 'invalid_blocks'],
  ['text that is empty', [section('')], 'invalid_blocks'],
  ['a header in mrkdwn', [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }], 'invalid_blocks'],
  [
    'a header that is too long',
    [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(S.header + 1) } }],
    'invalid_blocks',
  ],
  [
    'eleven fields',
    [{ type: 'section', fields: Array.from({ length: S.fields + 1 }, () => ({ type: 'mrkdwn', text: 'x' })) }],
    'invalid_blocks',
  ],
  ['a value that is too long', [button({ value: 'x'.repeat(S.value + 1) })], 'invalid_blocks'],
  [
    'a button that is too long',
    [button({ text: { type: 'plain_text', text: 'x'.repeat(S.buttonText + 1) } })],
    'invalid_blocks',
  ],
  ['an unknown style', [button({ style: 'warning' })], 'invalid_blocks'],
  [
    'one action id twice',
    [{ type: 'actions', elements: [...button({}).elements, ...button({}).elements] }],
    'invalid_blocks',
  ],
  [
    'one block id twice',
    [
      { ...section('a'), block_id: 'x' },
      { ...section('b'), block_id: 'x' },
    ],
    'invalid_blocks',
  ],
  ['too much in all', Array.from({ length: 10 }, () => section('x'.repeat(1_300))), 'msg_blocks_too_long'],
])('refuses %s', async (_name, blocks, error) => {
  expect(await call('chat.postMessage', { channel: 'C0A', text: 'x', blocks })).toMatchObject({ ok: false, error });
});

describe('refuses with 429 and Retry-After', () => {
  const statusOf = async (method: string, channel: string) => {
    const response = await fetch(`${slack.apiUrl}${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${slack.token}` },
      body: new URLSearchParams({ channel, text: 'x', ts: '1.1', user: 'U0MEI' }),
    });
    await response.arrayBuffer();
    return [response.status, Number(response.headers.get('retry-after'))];
  };

  test.each(Object.entries(S.rates))('%s, once there are too many calls', async (method, { each, calls, seconds }) => {
    slack.addChannel('C0B');
    for (let count = 0; count < calls; count += 1) expect(await statusOf(method, 'C0A')).toEqual([200, 0]);
    const [status, after = 0] = await statusOf(method, 'C0A');
    expect(status).toBe(429);
    expect(after).toBeGreaterThan(seconds / 2);
    expect(after).toBeLessThanOrEqual(seconds);
    expect((await statusOf(method, 'C0B'))[0]).toBe(each === 'channel' ? 200 : 429);
    expect(slack.overRate).toHaveLength(each === 'channel' ? 1 : 2);
  });
});

test('refuses calls without a token, with a wrong one, and without the scope', async () => {
  expect(await call('auth.test', {}, '')).toMatchObject({ error: 'not_authed' });
  expect(await call('auth.test', {}, 'xoxb-other')).toMatchObject({ error: 'invalid_auth' });
  slack.scopes = [];
  expect(await call('chat.postMessage', { channel: 'C0A', text: 'x' })).toMatchObject({ error: 'missing_scope' });
});

test('refuses channels, threads and people that are not there', async () => {
  expect(await call('chat.postMessage', { channel: 'C0B', text: 'x' })).toMatchObject({ error: 'channel_not_found' });
  expect(await call('chat.postMessage', { channel: 'C0A', text: 'x', thread_ts: '1.1' })).toMatchObject({
    error: 'thread_not_found',
  });
  expect(await call('chat.postMessage', { channel: 'C0A' })).toMatchObject({ error: 'no_text' });
  expect(await call('chat.update', { channel: 'C0A', ts: '1.1', text: 'x' })).toMatchObject({
    error: 'message_not_found',
  });
  expect(await call('chat.postEphemeral', { channel: 'C0A', user: 'U0NOBODY', text: 'x' })).toMatchObject({
    error: 'user_not_found',
  });
});

test('a trigger opens one modal, within three seconds', async () => {
  const view = { type: 'modal', title: { type: 'plain_text', text: 'x' }, blocks: [section('x')] };
  const trigger_id = slack.trigger('U0MEI');
  expect(await call('views.open', { trigger_id: 'x', view })).toMatchObject({ error: 'invalid_trigger_id' });
  expect(await call('views.open', { trigger_id, view })).toMatchObject({ ok: true });
  expect(await call('views.open', { trigger_id, view })).toMatchObject({ error: 'exchanged_trigger_id' });
  const old = slack.trigger('U0MEI');
  slack.triggers.set(old, { user: 'U0MEI', at: slack.now() - 3_001, used: false });
  expect(await call('views.open', { trigger_id: old, view })).toMatchObject({ error: 'expired_trigger_id' });
});

test('metadata comes back only to whoever asks for all of it', async () => {
  const metadata = { event_type: 'x', event_payload: { key: '1' } };
  await call('chat.postMessage', { channel: 'C0A', text: 'x', metadata });
  expect(JSON.stringify(await call('conversations.history', { channel: 'C0A' }))).not.toContain('event_payload');
  expect(JSON.stringify(await call('conversations.history', { channel: 'C0A', include_all_metadata: true }))).toContain(
    'event_payload',
  );
});

test('a response address works five times', async () => {
  const url = slack.responseUrl('U0MEI', 'C0A');
  const body = JSON.stringify({ response_type: 'ephemeral', text: 'x' });
  const statuses: number[] = [];
  for (let n = 0; n < 6; n += 1) statuses.push((await fetch(url, { method: 'POST', body })).status);
  expect(statuses).toEqual([200, 200, 200, 200, 200, 404]);
});

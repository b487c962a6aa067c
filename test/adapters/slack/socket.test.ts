import { CertopsError } from '../../../src/domain/errors.ts';
import type { Reply } from '../../../src/ports/chat.ts';
import { CHANNEL, EN, notice, type Rig, startRig } from './rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig({ mode: 'socket' });
  rig.answer(() => notice('summary.nothing-waits'));
});
afterEach(() => rig.close());

async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const works = async () => {
  const before = rig.intents.length;
  await rig.deliver(rig.payloads.command('U0MEI', 'status'));
  await until(() => rig.intents.length === before + 1);
};

/** Slack leaves a connection open after saying goodbye: the library waits for it, and warns when its own ping fails. */
const warnings = () => rig.lines.filter(({ level }) => level === 'warn').map(({ data }) => data.said);

test('an envelope that arrives twice counts once', async () => {
  const payload = rig.payloads.click('U0ANA', {}, { action_id: 'approve', value: '{}' });
  await rig.deliver(payload, { envelope: 'e-1' });
  await rig.deliver(payload, { envelope: 'e-1' });
  await rig.settled();
  expect(rig.intents).toHaveLength(1);
});

test('what is wrong in a modal is sent with the acknowledgement', async () => {
  const view = { id: 'V1', callback_id: 'deny', private_metadata: '{"v":1}', blocks: [], opened_by: 'U0TOM' };
  const sent = await rig.deliver(rig.payloads.submit('U0TOM', view, {}));
  expect(JSON.parse(sent.body)).toEqual({ response_action: 'errors', errors: { reason: expect.any(String) } });
});

describe('reopens the socket', () => {
  test.each(['refresh_requested', 'warning'])('at once when Slack renews it (%s)', async (reason) => {
    const [old] = rig.slack.sockets;
    old?.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'applink-7' } }));
    await until(() => rig.slack.sockets.length === 1 && rig.slack.sockets[0] !== old);
    expect(warnings()).toEqual([]);
    await works();
  });

  test('ever more slowly when it is closed as soon as it opens', async () => {
    const startedAt = rig.clock.steady();
    for (let times = 0; times < 5; times += 1) {
      const [old] = rig.slack.sockets;
      old?.send(JSON.stringify({ type: 'disconnect', reason: 'link_disabled' }));
      await until(() => rig.slack.sockets.length === 1 && rig.slack.sockets[0] !== old);
      await until(() => rig.chat.deafSince?.() === null);
    }
    expect(rig.clock.steady() - startedAt).toBeGreaterThanOrEqual(500 + 1_000 + 2_000 + 4_000 + 8_000);
    await works();
  });

  test('when the connection is cut', async () => {
    rig.slack.sockets[0]?.cut();
    await until(() => rig.slack.calledTimes('apps.connections.open') === 2 && rig.slack.sockets.length === 1);
    await works();
  });

  test('after Slack was unreachable, unavailable and refusing the token', async () => {
    rig.slack.fail('apps.connections.open', { cut: true });
    rig.slack.fail('apps.connections.open', { status: 503 });
    rig.slack.fail('apps.connections.open', { error: 'invalid_auth' });
    rig.slack.sockets[0]?.cut();
    await until(() => rig.slack.calledTimes('apps.connections.open') === 5 && rig.slack.sockets.length === 1);
    await works();
    const failures = rig.lines.filter(({ sentence }) => sentence.includes('could not be opened'));
    expect(failures.map(({ data }) => data.code)).toEqual(['ChatAway', 'ChatAway', 'ChatRefused']);
  });
});

test('while the socket cannot be reopened, it is known since when nothing has been heard', async () => {
  expect(rig.chat.deafSince?.()).toBeNull();
  for (let n = 0; n < 3; n += 1) rig.slack.fail('apps.connections.open', { error: 'socket_mode_is_off' });
  const cutAt = rig.clock.now();
  rig.slack.sockets[0]?.cut();
  await until(() => rig.slack.calledTimes('apps.connections.open') === 3);
  // Reckoned back by the steady clock: rounding may put it a millisecond earlier.
  expect(rig.chat.deafSince?.()).toBeGreaterThanOrEqual(cutAt - 1);
  rig.clock.step(-3_600_000);
  expect(rig.chat.deafSince?.()).toBeLessThanOrEqual(rig.clock.now());
  await until(() => rig.slack.calledTimes('apps.connections.open') === 5 && rig.slack.sockets.length === 1);
  await works();
  expect(rig.chat.deafSince?.()).toBeNull();
});

test('if Slack asks to wait before a socket is reopened, the bot waits that long', async () => {
  rig.slack.fail('apps.connections.open', { status: 429, retryAfter: '2' });
  rig.slack.sockets[0]?.cut();
  await until(() => rig.slack.calledTimes('apps.connections.open') === 3 && rig.slack.sockets.length === 1);
  await works();
  const failures = rig.lines.filter(({ sentence }) => sentence.includes('could not be opened'));
  expect(failures.map(({ data }) => [data.code, data.waitMs])).toEqual([['ChatBusy', 2_000]]);
});

test.each([
  ['no JSON', 'no JSON'],
  ['null', 'null'],
  ['an event without a payload', '{"type":"events_api","envelope_id":"e-9"}'],
  ['an event without an event', '{"type":"events_api","envelope_id":"e-9","payload":{}}'],
  ['a click that is null', '{"type":"interactive","envelope_id":"e-9","payload":null}'],
  ['a click of nobody', '{"type":"interactive","envelope_id":"e-9","payload":{"type":"block_actions","actions":[{}]}}'],
  ['an envelope of an unknown kind', '{"type":"from_2031","envelope_id":"e-9","payload":{}}'],
  [
    'a thousand lists',
    `{"type":"interactive","envelope_id":"e-9","payload":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
  ],
])('%s ends neither the process nor the socket', async (_name, text) => {
  rig.slack.sockets[0]?.send(text);
  await works();
  expect(rig.intents).toHaveLength(1);
  expect(rig.slack.sockets).toHaveLength(1);
});

describe('at the start', () => {
  test.each([
    ['a token that is not valid', { error: 'invalid_auth' }, 'ChatRefused'],
    ['a Slack that opens no socket', { status: 503 }, 'ChatAway'],
  ] as const)(
    'with %s, cards are posted all the same, and the socket opens later by itself',
    async (_name, fault, code) => {
      const other = await startRig({ mode: 'socket', started: false });
      try {
        for (let n = 0; n < 2; n += 1) other.slack.fail('apps.connections.open', fault);
        await other.chat.start(async () => ({ type: 'nothing', locale: EN }));
        expect(other.chat.deafSince?.()).toEqual(expect.any(Number));
        const { notice: view } = notice('summary.nothing-waits') as Extract<Reply, { type: 'notice' }>;
        await other.chat.post(CHANNEL, view, { key: 'k', locale: EN, mention: [], readers: [] });
        expect(other.slack.calledTimes('chat.postMessage')).toBe(1);
        await until(() => other.slack.calledTimes('apps.connections.open') === 3 && other.slack.sockets.length === 1);
        await until(() => other.chat.deafSince?.() === null);
        const failures = other.lines.filter(({ sentence }) => sentence.includes('could not be opened'));
        expect(failures.map(({ data }) => data.code)).toEqual([code, code]);
      } finally {
        await other.close();
      }
    },
  );

  test('a Slack that is away altogether is reported, and the next start works', async () => {
    const other = await startRig({ mode: 'socket', started: false });
    try {
      other.slack.fail('auth.test', { status: 503 });
      const inbox = async () => ({ type: 'nothing', locale: EN }) as const;
      const failed = await other.chat.start(inbox).then(
        () => null,
        (error: unknown) => (error instanceof CertopsError ? error.code : String(error)),
      );
      expect(failed).toBe('ChatAway');
      await other.chat.start(inbox);
      await other.chat.start(inbox);
      expect(other.slack.sockets).toHaveLength(1);
    } finally {
      await other.close();
    }
  });

  test('a bot that stops while no socket opens asks for no more', async () => {
    const other = await startRig({ mode: 'socket', started: false, faster: 1_000 });
    try {
      for (let n = 0; n < 2_000; n += 1) other.slack.fail('apps.connections.open', { error: 'invalid_auth' });
      await other.chat.start(async () => ({ type: 'nothing', locale: EN }));
      await other.chat.stop();
      expect(other.chat.deafSince?.()).toBeNull();
      // One may have been under way.
      await other.settled();
      const asked = other.slack.calledTimes('apps.connections.open');
      await other.settled();
      expect(other.slack.calledTimes('apps.connections.open')).toBe(asked);
    } finally {
      await other.close();
    }
  });
});

test('after the bot has stopped no socket is open, and none is opened', async () => {
  await rig.chat.stop();
  await until(() => rig.slack.sockets.length === 0);
  expect(warnings()).toEqual([]);
  expect(rig.slack.calledTimes('apps.connections.open')).toBe(1);
});

test('no secret reaches the log', async () => {
  rig.slack.fail('apps.connections.open', { error: 'invalid_auth' });
  rig.slack.sockets[0]?.cut();
  await until(() => rig.slack.sockets.length === 1 && rig.slack.calledTimes('apps.connections.open') === 3);
  expect(JSON.stringify(rig.lines)).not.toMatch(/xapp-|xoxb-|ticket=/u);
});

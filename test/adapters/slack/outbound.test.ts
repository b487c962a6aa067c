import { CertopsError } from '../../../src/domain/errors.ts';
import type { Note, Posting } from '../../../src/ports/chat.ts';
import { crowded } from '../../cards/crowded.ts';
import { mei, message, plan, running, VIEWS } from '../../cards/views.ts';
import type { Fault } from '../../fakes/slack/index.ts';
import { CHANNEL, caught, EN, type Rig, startRig, ZH } from './rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.close());

const posting = (more: Partial<Posting> = {}): Posting => ({
  key: 'prod-17',
  locale: EN,
  mention: [],
  readers: [],
  ...more,
});
const note = (more: Partial<Note> = {}): Note => ({
  notice: { kind: 'notice', messages: [message('summary.nothing-waits')], actions: [] },
  locale: EN,
  mention: [],
  ...more,
});
const messages = (channel = CHANNEL) => rig.slack.channels.get(channel)?.messages ?? [];
const failure = async (work: Promise<unknown>): Promise<CertopsError> => {
  const error = await caught(work);
  if (!(error instanceof CertopsError)) throw new Error(`not refused: ${String(error)}`);
  return error;
};

describe('a card', () => {
  test.each(Object.entries(VIEWS))('such as %s is accepted by Slack', async (_name, view) => {
    for (const locale of [EN, ZH]) {
      const ts = await rig.chat.post(CHANNEL, view, posting({ locale }));
      await rig.chat.update(CHANNEL, ts, view, posting({ locale }));
    }
    expect(messages()).toHaveLength(2);
  });

  test('is known by its key, and keeps it through updates', async () => {
    const ts = await rig.chat.post(CHANNEL, plan, posting());
    await rig.chat.update(CHANNEL, ts, running, posting());
    expect(messages()).toMatchObject([
      { edits: 1, metadata: { event_type: 'certops_card', event_payload: { key: 'prod-17' } } },
    ]);
    expect(await rig.chat.find(CHANNEL, 'prod-17')).toBe(ts);
    expect(await rig.chat.find(CHANNEL, 'prod-1')).toBeNull();
  });

  test('that can no longer be changed is removed, with its buttons, once another stands for it', async () => {
    const old = await rig.chat.post(CHANNEL, plan, posting());
    const other = await rig.chat.post(CHANNEL, plan, posting({ key: 'prod-18' }));
    rig.slack.fail('chat.update', { error: 'edit_window_closed' }, 3);
    for (const key of ['prod-17', 'prod-17', 'prod-18']) {
      rig.clock.forward(2_000);
      const error = await failure(rig.chat.update(CHANNEL, key === 'prod-18' ? other : old, running, posting({ key })));
      expect(error.data).toMatchObject({ stays: true });
    }
    expect(messages().map(({ ts }) => ts)).toEqual([old, other]);
    rig.slack.fail('chat.delete', { error: 'compliance_exports_prevent_deletion' }, 1);
    await rig.chat.post(CHANNEL, running, posting({ key: 'prod-18' }));
    const next = await rig.chat.post(CHANNEL, running, posting());
    while (messages().length > 3) await new Promise((resolve) => setImmediate(resolve));
    expect(rig.slack.calledTimes('chat.delete')).toBe(2);
    expect(messages().map(({ ts }) => ts)).not.toContain(old);
    expect(messages().map(({ ts }) => ts)).toEqual(expect.arrayContaining([other, next]));
  });

  test('posted by somebody else is not ours, whatever its key', async () => {
    await rig.chat.post(CHANNEL, plan, posting());
    const [mine] = messages();
    if (mine === undefined) throw new Error('nothing posted');
    messages().splice(0, 1, { ...mine, user: 'U0EVE', bot_id: 'B0EVE' });
    expect(await rig.chat.find(CHANNEL, 'prod-17')).toBeNull();
  });

  test('whose posting got no answer is found again', async () => {
    rig.slack.fail('chat.postMessage', { lost: true });
    expect(await failure(rig.chat.post(CHANNEL, plan, posting()))).toMatchObject({ code: 'ChatAway' });
    expect(await rig.chat.find(CHANNEL, 'prod-17')).toBe(messages()[0]?.ts);
  });

  test('mentions those who are needed when it is posted, and nobody when it is updated', async () => {
    const mention = [{ ...mei, account: 'U0MEI' }];
    const ts = await rig.chat.post(CHANNEL, plan, posting({ mention }));
    expect(messages()[0]?.text).toContain('<@U0MEI>');
    await rig.chat.update(CHANNEL, ts, plan, posting({ mention }));
    expect(JSON.stringify(messages()[0])).not.toContain('<@U0MEI>');
  });

  test('shows names and reasons literally, and unfurls no link', async () => {
    const reason = '<!channel> <@U0ANA> <https://evil.test|click> *bold* & {{DATE(2026-01-01T00:00:00Z,SHORT)}}';
    await rig.chat.post(CHANNEL, { ...plan, reason, by: { id: 'mei', name: '<!here>' } }, posting());
    const said = JSON.stringify(messages()[0]);
    expect(said).not.toMatch(/<!(?:channel|here)>|<@U0ANA>|<https:\/\/evil/u);
    expect(rig.slack.calls.findLast(({ method }) => method === 'chat.postMessage')?.args).toMatchObject({
      unfurl_links: 'false',
      unfurl_media: 'false',
    });
  });
});

describe('a note', () => {
  test('goes into the thread and mentions whoever asked', async () => {
    const ts = await rig.chat.post(CHANNEL, plan, posting());
    await rig.chat.note(CHANNEL, ts, note({ mention: [{ ...mei, account: 'U0MEI' }] }));
    expect(messages()[1]).toMatchObject({ thread_ts: ts, text: expect.stringContaining('<@U0MEI>') });
  });

  test.each(['restricted_action_non_threadable_channel', 'restricted_action_thread_locked', 'cannot_reply_to_message'])(
    'is posted beside the card, once, where Slack allows nothing below it (%s)',
    async (error) => {
      const ts = await rig.chat.post(CHANNEL, plan, posting());
      rig.slack.fail('chat.postMessage', { error });
      await rig.chat.note(CHANNEL, ts, note({ mention: [{ ...mei, account: 'U0MEI' }] }));
      expect(messages().slice(1)).toMatchObject([{ thread_ts: null, text: expect.stringContaining('<@U0MEI>') }]);
    },
  );

  test('fails, with the reason, where Slack allows it nowhere in the channel', async () => {
    const ts = await rig.chat.post(CHANNEL, plan, posting());
    rig.slack.fail('chat.postMessage', { error: 'restricted_action' });
    expect(await failure(rig.chat.note(CHANNEL, ts, note()))).toMatchObject({ data: { reason: 'restricted_action' } });
    expect(messages()).toHaveLength(1);
  });

  test('below a card that is gone fails as not found', async () => {
    expect(await failure(rig.chat.note(CHANNEL, '1.1', note()))).toMatchObject({ code: 'MessageNotFound' });
  });
});

test('a person is told in their own conversation with the bot, which is opened once', async () => {
  await rig.chat.tell('U0MEI', note().notice, EN);
  await rig.chat.tell('U0MEI', note().notice, EN);
  expect(messages('D0MEI')).toHaveLength(2);
  expect(rig.slack.calledTimes('conversations.open')).toBe(1);
});

describe('a user group', () => {
  test('lists its accounts', async () => {
    rig.slack.groups.set('S0SQL', ['U0ANA', 'U0TOM']);
    expect(await rig.chat.group('S0SQL')).toEqual(['U0ANA', 'U0TOM']);
  });
  test.each<[string, Fault]>([
    ['may not be read', { error: 'missing_scope' }],
    ['cannot be asked about', { cut: true }],
  ])('that %s is unknown, not empty', async (_name, fault) => {
    rig.slack.fail('usergroups.users.list', fault);
    expect(await rig.chat.group('S0SQL')).toBeNull();
  });
  test('that was removed has nobody in it any more, and the log says so', async () => {
    rig.slack.groups.set('S0SQL', ['U0ANA']);
    expect(await rig.chat.group('S0SQL')).toEqual(['U0ANA']);
    rig.slack.groups.delete('S0SQL');
    expect(await rig.chat.group('S0SQL')).toEqual([]);
    expect(rig.lines.at(-1)).toMatchObject({ level: 'warn', sentence: 'a user group could not be read' });
  });
});

describe('nothing is posted to a channel', () => {
  test.each([
    ['shared with another company', { is_ext_shared: true }],
    ['about to be shared', { is_pending_ext_shared: true }],
  ])('that is %s', async (_name, facts) => {
    rig.slack.addChannel(CHANNEL, facts);
    expect(await failure(rig.chat.post(CHANNEL, plan, posting()))).toMatchObject({
      code: 'ChannelShared',
      data: { channel: CHANNEL },
    });
    expect(rig.slack.calledTimes('chat.postMessage')).toBe(0);
  });

  test('when Slack does not say whether it is shared', async () => {
    rig.slack.fail('conversations.info', { error: 'missing_scope', more: { needed: 'channels:read' } });
    expect(await failure(rig.chat.post(CHANNEL, plan, posting()))).toMatchObject({
      code: 'ChatRefused',
      data: { needed: 'channels:read' },
    });
    expect(messages()).toEqual([]);
  });

  test('that has since become shared, not even a note or an update', async () => {
    const ts = await rig.chat.post(CHANNEL, plan, posting());
    Object.assign(rig.slack.channels.get(CHANNEL) ?? {}, { is_ext_shared: true });
    rig.clock.forward(61_000);
    expect(await failure(rig.chat.note(CHANNEL, ts, note()))).toMatchObject({ code: 'ChannelShared' });
    expect(await failure(rig.chat.update(CHANNEL, ts, plan, posting()))).toMatchObject({ code: 'ChannelShared' });
  });
});

describe('when Slack fails', () => {
  const FAULTS: readonly [string, Fault, string, object][] = [
    ['429', { status: 429, retryAfter: '7' }, 'ChatBusy', { retryAfterMs: 7_000 }],
    ['429 without a time', { status: 429 }, 'ChatBusy', { retryAfterMs: 30_000 }],
    ['429 with a strange time', { status: 429, retryAfter: 'soon' }, 'ChatBusy', { retryAfterMs: 30_000 }],
    ['ratelimited in a good answer', { error: 'ratelimited' }, 'ChatBusy', { retryAfterMs: 30_000 }],
    ['an unknown channel', { error: 'channel_not_found' }, 'ChannelNotFound', { channel: CHANNEL }],
    ['a channel without the bot', { error: 'not_in_channel' }, 'ChannelNotFound', { reason: 'not_in_channel' }],
    ['an archived channel', { error: 'is_archived' }, 'ChannelNotFound', {}],
    ['a message that was deleted', { error: 'message_not_found' }, 'MessageNotFound', {}],
    ['a message that cannot be changed', { error: 'cant_update_message' }, 'MessageNotFound', { stays: true }],
    ['a token that is not valid', { error: 'invalid_auth' }, 'ChatRefused', { reason: 'invalid_auth' }],
    ['a token that was revoked', { error: 'token_revoked' }, 'ChatRefused', {}],
    ['an account that was deactivated', { error: 'account_inactive' }, 'ChatRefused', {}],
    [
      'a missing scope',
      { error: 'missing_scope', more: { needed: 'chat:write' } },
      'ChatRefused',
      { needed: 'chat:write' },
    ],
    ['a fault of its own', { error: 'internal_error' }, 'ChatAway', {}],
    ['a change that failed on its side', { error: 'update_failed' }, 'ChatAway', {}],
    ['a workspace that is being moved', { error: 'org_login_required' }, 'ChatAway', {}],
    ['a message too old to be changed', { error: 'edit_window_closed' }, 'MessageNotFound', { stays: true }],
    [
      '429 with a sentence',
      { status: 429, retryAfter: '2', body: 'Too Many Requests' },
      'ChatBusy',
      { retryAfterMs: 2_000 },
    ],
    ['500', { status: 500 }, 'ChatAway', { reason: 'http-500' }],
    ['503', { status: 503 }, 'ChatAway', {}],
    ['404', { status: 404 }, 'ChatRefused', { reason: 'http-404' }],
    ['a connection that is cut', { cut: true }, 'ChatAway', { reason: 'network' }],
    [
      'a page of a proxy',
      { status: 200, body: '<html>Sign in to xoxb-1-secret</html>' },
      'ChatAway',
      { reason: 'not-slack' },
    ],
    ['an answer without an error', { status: 200, body: '{"ok":false}' }, 'ChatAway', {}],
  ];
  test.each(FAULTS)('our own error says how, after one attempt: %s', async (_name, fault, code, data) => {
    const ts = await rig.chat.post(CHANNEL, plan, posting());
    rig.slack.fail('chat.update', fault);
    const error = await failure(rig.chat.update(CHANNEL, ts, plan, posting()));
    expect({ code: error.code, data: error.data }).toMatchObject({
      code,
      data: { platform: 'slack', method: 'chat.update', ...data },
    });
    expect(JSON.stringify([error, error.message, rig.lines])).not.toMatch(/xox|<html/u);
    // Asked once: the caller decides whether to try again.
    expect(rig.slack.calledTimes('chat.update')).toBe(1);
    rig.clock.forward(31_000);
    await rig.chat.update(CHANNEL, ts, plan, posting());
  });

  test('an address where nobody listens is reported as away', async () => {
    const away = await startRig({ started: false, options: { apiUrl: 'http://127.0.0.1:9/api/' } });
    try {
      expect(await failure(away.chat.start(async () => ({ type: 'nothing', locale: EN })))).toMatchObject({
        code: 'ChatAway',
      });
      expect(await failure(away.chat.post(CHANNEL, plan, posting()))).toMatchObject({ code: 'ChatAway' });
    } finally {
      await away.close();
    }
  });

  test('a call that hangs does not hold up any other', async () => {
    let go: () => void = () => {};
    rig.slack.groups.set('S0DBA', []);
    rig.slack.fail('usergroups.users.list', { until: new Promise((resolve) => (go = resolve)) }, 120);
    const hanging = Array.from({ length: 120 }, () => rig.chat.group('S0DBA'));
    await rig.chat.post(CHANNEL, plan, posting({ key: 'prod-18' }));
    go();
    expect(await Promise.all(hanging)).toHaveLength(120);
  });
});

test('a person’s token is refused, since the bot would speak in that person’s name', async () => {
  const person = await startRig({ started: false });
  try {
    person.slack.fail('auth.test', { status: 200, body: '{"ok":true,"user_id":"U0MEI","team_id":"T0CORP"}' });
    expect(await failure(person.chat.start(async () => ({ type: 'nothing', locale: EN })))).toMatchObject({
      code: 'ChatRefused',
      data: { reason: 'not_a_bot_token' },
    });
    // And the next start is another one.
    await person.chat.start(async () => ({ type: 'nothing', locale: EN }));
  } finally {
    await person.close();
  }
});

test('Slack accepts cards with two hundred workers too', async () => {
  for (const view of crowded(200, 'Mei Lin', 'Yearly renewal', 'bad')) await rig.chat.post(CHANNEL, view, posting());
});

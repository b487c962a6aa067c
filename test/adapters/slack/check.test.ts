import { SCOPES } from '../../../adapters/slack/scopes.ts';
import { isWorded, say } from '../../../cards/wording/index.ts';
import type { Fault } from '../../fakes/slack/index.ts';
import { CHANNEL, type Rig, type RigOptions, startRig } from './rig.ts';

let rig: Rig;
const check = async (options: RigOptions, prepare: (rig: Rig) => void) => {
  rig = await startRig({ started: false, ...options });
  prepare(rig);
  const findings = await rig.chat.check();
  for (const { message } of findings) {
    expect([message.id, isWorded(message.id, 'en'), isWorded(message.id, 'zh-CN')]).toEqual([message.id, true, true]);
  }
  return findings.map(({ ok, message }) => `${ok ? 'ok' : 'NO'} ${message.id.replace('validate.slack-', '')}`);
};
afterEach(() => rig.close());

test('a correct set-up passes every check, and nothing is changed', async () => {
  expect(await check({}, () => {})).toEqual(['ok token', 'ok scopes', 'ok app', 'ok secret', 'ok channel']);
  expect(rig.slack.calls.map(({ method }) => method)).toEqual(['auth.test', 'bots.info', 'conversations.info']);
});

test('in socket mode the socket’s token is tried as well, and no socket is opened', async () => {
  expect(await check({ mode: 'socket' }, () => {})).toEqual([
    'ok token',
    'ok scopes',
    'ok app',
    'ok channel',
    'ok socket',
  ]);
  expect(rig.slack.sockets).toEqual([]);
});

test.each<[string, Fault]>([
  ['is not valid', { error: 'invalid_auth' }],
  ['is a person’s', { status: 200, body: '{"ok":true,"user_id":"U0MEI","team_id":"T0CORP"}' }],
  ['cannot be tried', { cut: true }],
])('a token that %s is reported alone, to be corrected first', async (_name, fault) => {
  expect(await check({}, ({ slack }) => slack.fail('auth.test', fault))).toEqual(['NO token.failed']);
});

test.each<[string, Fault, RegExp, RegExp]>([
  ['cannot be reached', { cut: true }, /^Slack is out of reach just now \(network\)\./u, /^目前无法访问 Slack/u],
  [
    'answers with trouble',
    { error: 'internal_error' },
    /^Slack cannot answer just now \(internal_error\)\. Look/u,
    /^Slack 目前无法应答/u,
  ],
  ['asks to wait', { status: 429, body: '' }, /^Slack asks to be left alone/u, /^Slack 要求暂停/u],
])('a Slack that %s is not reported as a bad token', async (_what, fault, en, zh) => {
  rig = await startRig({ started: false });
  rig.slack.fail('auth.test', fault);
  const [finding] = await rig.chat.check();
  expect(finding?.ok).toBe(false);
  expect(finding === undefined ? '' : say(finding.message, 'en')).toMatch(en);
  expect(finding === undefined ? '' : say(finding.message, 'zh-CN')).toMatch(zh);
});

test.each(Object.keys(SCOPES))('the missing scope %s is reported', async (scope) => {
  const findings = await check({}, ({ slack }) => {
    slack.scopes = slack.scopes.filter((one) => one !== scope);
  });
  expect(findings).toContain('NO scope.failed');
  expect(findings).not.toContain('ok scopes');
});

test('a workspace that the farm file does not list is reported', async () => {
  const access = { app: 'A0CERTOPS', workspaces: ['T0OTHER'], enterprises: [] };
  expect(await check({ options: { access } }, () => {})).toContain('NO workspace.failed');
});

test('an organisation that the farm file does not list is reported', async () => {
  const access = { app: 'A0CERTOPS', workspaces: ['T0CORP'], enterprises: [] };
  expect(await check({ enterprise: 'E0CORP', options: { access } }, () => {})).toContain('NO enterprise.failed');
});

test('an organisation-wide token names the organisation in place of a workspace, and is good if that is listed', async () => {
  const whole = (listed: readonly string[]) => {
    const access = { app: 'A0CERTOPS', workspaces: ['T0CORP'], enterprises: listed };
    return check({ enterprise: 'E0CORP', options: { access } }, ({ slack }) => {
      slack.installedBy = 'organisation';
    });
  };
  expect(await whole(['E0CORP'])).toEqual(['ok token', 'ok scopes', 'ok app', 'ok secret', 'ok channel']);
  await rig.close();
  expect(await whole([])).toEqual(expect.arrayContaining(['NO workspace.failed', 'NO enterprise.failed']));
});

test('an app other than the farm file’s is reported, and nothing else is checked', async () => {
  const access = { app: 'A0TYPO', workspaces: ['T0CORP'], enterprises: [] };
  expect(await check({ options: { access } }, () => {})).toEqual(['ok token', 'ok scopes', 'NO app.failed']);
});

test.each<[string, Fault]>([
  ['refuses to say', { error: 'bot_not_found' }],
  ['does not say', { status: 200, body: '{"ok":true,"bot":{"id":"B0CERTOPS"}}' }],
])('when Slack %s which app the token belongs to, the rest is still checked', async (_what, fault) => {
  expect(await check({}, ({ slack }) => slack.fail('bots.info', fault))).toEqual([
    'ok token',
    'ok scopes',
    'NO app.unread',
    'ok secret',
    'ok channel',
  ]);
});

test('while Slack cannot answer, nobody is told to compare which app the token belongs to', async () => {
  rig = await startRig({ started: false });
  rig.slack.fail('bots.info', { error: 'service_unavailable' });
  const unread = (await rig.chat.check()).find(({ message }) => message.id === 'validate.slack-app.unread');
  for (const language of ['en', 'zh-CN'] as const)
    expect(unread === undefined ? '' : say(unread.message, language)).toMatch(
      /^Slack (?:cannot answer just now|目前无法应答)[^:：]*service_unavailable/u,
    );
});

test.each<[string, (rig: Rig) => void, string]>([
  ['is not there', ({ slack }) => void slack.channels.delete(CHANNEL), 'NO channel.failed'],
  ['is archived', ({ slack }) => void slack.addChannel(CHANNEL, { is_archived: true }), 'NO channel.failed'],
  ['is without the bot', ({ slack }) => void slack.addChannel(CHANNEL, { is_member: false }), 'NO channel.not-member'],
  ['is shared', ({ slack }) => void slack.addChannel(CHANNEL, { is_ext_shared: true }), 'NO channel.shared'],
])('a channel that %s is reported', async (_name, prepare, finding) => {
  expect(await check({}, prepare)).toContain(finding);
});

test('a user group of the farm file passes if it exists and is reported if it does not', async () => {
  const groups = ['S0DBA', 'S0GONE'];
  const findings = await check({ options: { groups } }, ({ slack }) => void slack.groups.set('S0DBA', ['U0ANA']));
  expect(findings.slice(-3)).toEqual(['ok channel', 'ok group', 'NO group.failed']);
});

test('a socket that Slack does not open is reported', async () => {
  const findings = await check({ mode: 'socket' }, ({ slack }) =>
    slack.fail('apps.connections.open', { error: 'not_allowed_token_type' }),
  );
  expect(findings).toContain('NO socket.failed');
});

describe('whether Slack turns the bot away', () => {
  const refused = async (options: RigOptions, prepare: (rig: Rig) => void) => {
    rig = await startRig({ started: false, ...options });
    prepare(rig);
    return rig.chat.refused?.();
  };

  test.each<[string, RigOptions, (rig: Rig) => void, boolean]>([
    ['it takes both tokens', { mode: 'socket' }, () => {}, false],
    ...['invalid_auth', 'account_inactive', 'token_revoked', 'token_expired'].map(
      (error): [string, RigOptions, (rig: Rig) => void, boolean] => [
        error,
        {},
        ({ slack }) => slack.fail('auth.test', { error }),
        true,
      ],
    ),
    [
      'the app’s token is not taken: nothing is heard',
      { mode: 'socket' },
      ({ slack }) => slack.fail('apps.connections.open', { error: 'invalid_auth' }),
      true,
    ],
  ])('%s', async (_what, options, prepare, wanted) => {
    expect(await refused(options, prepare)).toBe(wanted);
  });

  test.each<[string, Fault]>([
    ['nobody answers', { cut: true }],
    ['it has trouble of its own', { error: 'internal_error' }],
    ['it asks to wait', { status: 429, body: '' }],
  ])('cannot be told when %s', async (_what, fault) => {
    await expect(refused({}, ({ slack }) => slack.fail('auth.test', fault))).rejects.toMatchObject({
      code: expect.stringMatching(/^Chat(?:Away|Busy)$/u),
    });
  });
});

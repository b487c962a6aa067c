import { plan } from '../../cards/views.ts';
import { CHANNEL, notice, type Rig, type RigOptions, startRig, ZH } from './rig.ts';

let rig: Rig;
const start = async (options: RigOptions = {}) => {
  rig = await startRig(options);
};
afterEach(() => rig.close());

const approve = { action_id: 'approve', value: '{"v":1,"rotation":"prod-17","digest":"d1"}' };

describe('is not let in, and hears nothing', () => {
  const CLICK = () => rig.payloads.click('U0ANA', {}, approve) as { [name: string]: unknown };
  test.each<[string, () => object, string]>([
    ['another app', () => ({ ...CLICK(), api_app_id: 'A0OTHER' }), 'AppNotOurs'],
    ['another workspace', () => ({ ...CLICK(), team: { id: 'T0OTHER', domain: 'x' } }), 'TeamNotListed'],
    ['no workspace and no organisation', () => ({ ...CLICK(), team: null, enterprise: null }), 'TeamNotListed'],
    [
      'an organisation that nobody listed',
      () => ({ ...CLICK(), enterprise: { id: 'E0OTHER' } }),
      'EnterpriseNotListed',
    ],
    [
      'a person of another workspace',
      () => ({ ...CLICK(), user: { id: 'U0ANA', team_id: 'T0OTHER' } }),
      'PersonOfAnotherTeam',
    ],
    [
      'a command of another workspace',
      () => rig.payloads.command('U0MEI', 'status', CHANNEL, { team_id: 'T0OTHER' }),
      'TeamNotListed',
    ],
    [
      'a command of another app',
      () => rig.payloads.command('U0MEI', 'status', CHANNEL, { api_app_id: 'A0OTHER' }),
      'AppNotOurs',
    ],
    [
      'an event of another app',
      () => ({ ...rig.payloads.mention('U0MEI', 'status'), api_app_id: 'A0OTHER' }),
      'AppNotOurs',
    ],
    [
      'words of a stranger in a shared channel',
      () => rig.payloads.mention('U0MEI', 'status', CHANNEL, { team: 'T0OTHER' }),
      'PersonOfAnotherTeam',
    ],
  ])('%s', async (_name, make, code) => {
    await start();
    rig.answer(() => notice('summary.nothing-waits'));
    expect((await rig.deliver(make())).status).toBe(200);
    await rig.settled();
    expect(rig.intents).toEqual([]);
    expect(rig.slack.whispers).toEqual([]);
    expect(rig.lines.map(({ data }) => data.code)).toEqual([code]);
  });
});

describe('may not act, and is told so alone', () => {
  test.each<[string, object, string]>([
    ['a single-channel guest', { is_ultra_restricted: true, is_restricted: true }, 'Guests'],
    ['a guest', { is_restricted: true }, 'Guests'],
    ['somebody of another company', { is_stranger: true }, 'organisation'],
    ['somebody whose own team is another', { team_id: 'T0OTHER' }, 'organisation'],
    ['a bot', { is_bot: true }, 'Programs'],
    ['a deactivated account', { deleted: true }, 'deactivated'],
  ])('%s', async (_name, facts, words) => {
    await start();
    rig.slack.addUser('U0ODD', facts);
    // As the payload of a click in a shared channel may well name our own team.
    const click = { ...rig.payloads.click('U0ODD', {}, approve), user: { id: 'U0ODD', team_id: rig.slack.team } };
    await rig.deliver(click);
    await rig.deliver(rig.payloads.command('U0ODD', 'rotate-master because x'));
    await rig.settled();
    expect(rig.intents).toEqual([]);
    expect(rig.slack.whispers.map(({ to, text }) => [to, text.includes(words)])).toEqual([
      ['U0ODD', true],
      ['U0ODD', true],
    ]);
  });

  test.each<[string, object]>([
    ['does not know the account', { error: 'user_not_found' }],
    ['is away', { status: 503 }],
    ['asks to wait', { status: 429, retryAfter: '30' }],
    ['lacks the scope', { error: 'missing_scope', more: { needed: 'users:read' } }],
  ])('fails closed when Slack %s', async (_name, fault) => {
    await start();
    rig.slack.fail('users.info', fault as { error: string });
    await rig.deliver(rig.payloads.click('U0ANA', {}, approve));
    await rig.settled();
    expect(rig.intents).toEqual([]);
    expect(rig.slack.whispers[0]?.text).toContain('could not be checked');
    await rig.deliver(rig.payloads.click('U0ANA', {}, approve));
    await rig.settled();
    expect(rig.intents).toHaveLength(1);
  });

  test('an answer about somebody else lets nobody in', async () => {
    await start();
    const { users } = rig.slack;
    const tom = users.get('U0TOM');
    if (tom !== undefined) users.set('U0ANA', tom);
    await rig.deliver(rig.payloads.click('U0ANA', {}, approve));
    await rig.settled();
    expect(rig.intents).toEqual([]);
  });
});

test('Slack is asked once a minute about a person', async () => {
  await start();
  for (let n = 0; n < 5; n += 1) await rig.deliver(rig.payloads.click('U0ANA', {}, approve));
  await rig.settled();
  expect(rig.slack.calledTimes('users.info')).toBe(1);
  rig.clock.forward(61_000);
  rig.slack.addUser('U0ANA', { deleted: true });
  await rig.deliver(rig.payloads.click('U0ANA', {}, approve));
  await rig.settled();
  expect(rig.slack.calledTimes('users.info')).toBe(2);
  expect(rig.intents).toHaveLength(5);
});

test('the refusal is in the language of the channel', async () => {
  await start();
  await rig.chat.post(CHANNEL, plan, { key: 'prod-17', tongue: ZH, mention: [], readers: [] });
  rig.slack.addUser('U0ODD', { is_restricted: true });
  await rig.deliver(rig.payloads.command('U0ODD', 'status'));
  await rig.settled();
  expect(rig.slack.whispers[0]?.text).toContain('来宾');
});

describe('in an organisation', () => {
  test('its workspaces come in, and members by the organisation alone', async () => {
    await start({ enterprise: 'E0CORP' });
    rig.slack.addUser('U0ANA', { team_id: 'E0CORP', enterprise_user: { enterprise_id: 'E0CORP' } });
    await rig.deliver(rig.payloads.click('U0ANA', {}, approve));
    await rig.deliver({ ...rig.payloads.click('U0ANA', {}, approve), team: null });
    await rig.settled();
    expect(rig.intents).toHaveLength(2);
  });
});

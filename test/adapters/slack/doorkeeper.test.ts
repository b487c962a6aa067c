import { CHANNEL, CHINESE, notice, type Rig, type RigOptions, startRig } from './rig.ts';

let rig: Rig;
const start = async (options: RigOptions = {}) => {
  rig = await startRig(options);
};
afterEach(() => rig.close());

const approve = { action_id: 'approve', value: '{"v":1,"rotation":"prod-17","digest":"d1"}' };

describe('refused without an answer', () => {
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

describe('the check of an account', () => {
  test.each<[string, object, string]>([
    ['a single-channel guest', { is_ultra_restricted: true, is_restricted: true }, 'Guests'],
    ['a guest', { is_restricted: true }, 'Guests'],
    ['somebody of another company', { is_stranger: true }, 'organisation'],
    ['somebody whose own team is another', { team_id: 'T0OTHER' }, 'organisation'],
    ['a bot', { is_bot: true }, 'Programs'],
    ['a workflow', { is_workflow_bot: true }, 'Programs'],
    ['a deactivated account', { deleted: true }, 'deactivated'],
  ])('refuses %s, telling only that person', async (_name, facts, words) => {
    await start();
    rig.slack.addUser('U0ODD', facts);
    // The payload of a click in a shared channel may well name our own team.
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

  test.each<[string, object, string]>([
    ['does not know the account', { error: 'user_not_found' }, 'not of this organisation'],
    ['does not show the account', { error: 'user_not_visible' }, 'not of this organisation'],
    ['is away', { status: 503 }, 'Try again'],
    ['asks to wait', { status: 429, retryAfter: '30' }, 'Try again'],
    ['lacks the scope', { error: 'missing_scope', more: { needed: 'users:read' } }, 'certops validate'],
  ])('fails closed when Slack %s, and says whether trying again helps', async (_name, fault, words) => {
    await start();
    rig.slack.fail('users.info', fault as { error: string });
    await rig.deliver(rig.payloads.click('U0ANA', {}, approve));
    await rig.settled();
    expect(rig.intents).toEqual([]);
    expect(rig.slack.whispers[0]?.text).toContain(words);
    await rig.deliver(rig.payloads.click('U0ANA', {}, approve));
    await rig.settled();
    expect(rig.intents).toHaveLength(1);
  });

  test('lets nobody in on an answer about somebody else', async () => {
    await start();
    const { users } = rig.slack;
    const tom = users.get('U0TOM');
    if (tom !== undefined) users.set('U0ANA', tom);
    await rig.deliver(rig.payloads.click('U0ANA', {}, approve));
    await rig.settled();
    expect(rig.intents).toEqual([]);
  });
});

test.each([
  ['', 0],
  [', even if the clock is set back', -3_600_000],
])('Slack is asked about a person once a minute%s', async (_when, ms) => {
  // A delivery over HTTP carries Slack's time.
  await start({ mode: 'socket' });
  for (let n = 0; n < 5; n += 1) await rig.deliver(rig.payloads.click('U0ANA', {}, approve));
  await rig.settled();
  expect(rig.slack.calledTimes('users.info')).toBe(1);
  rig.clock.step(ms);
  rig.clock.forward(61_000);
  rig.slack.addUser('U0ANA', { deleted: true });
  await rig.deliver(rig.payloads.click('U0ANA', {}, approve));
  await rig.settled();
  expect(rig.slack.calledTimes('users.info')).toBe(2);
  expect(rig.intents).toHaveLength(5);
});

describe('the refusal is', () => {
  beforeEach(() => start());
  const alone = async (payload: object) => {
    await rig.deliver(payload);
    await rig.settled();
    return rig.slack.whispers.at(-1)?.text;
  };
  const direct = async (user: string) => {
    await rig.deliver(rig.payloads.direct(user, 'status'));
    await rig.settled();
    return rig.slack.channels.get(`D${user.slice(1)}`)?.messages.at(-1)?.text;
  };

  test('in the language of the channel, before any card was posted there', async () => {
    rig.slack.addChannel(CHINESE);
    rig.slack.addUser('U0ODD', { is_restricted: true });
    expect(await alone(rig.payloads.command('U0ODD', 'status', CHINESE))).toContain('来宾');
    expect(await alone(rig.payloads.command('U0ODD', 'status'))).toContain('Guests');
  });

  test('in the person’s own language, both in a direct message and in a channel that uses another', async () => {
    rig.slack.fail('users.info', { error: 'internal_error' }, 2);
    expect(await direct('U0WEI')).toContain('无法确认');
    expect(await alone(rig.payloads.command('U0WEI', 'status'))).toContain('无法确认');
    rig.answer(() => {
      throw new Error('a fault');
    });
    expect(await direct('U0WEI')).toContain('操作未成功');
    expect(await direct('U0ANA')).toContain('That did not work');
  });
});

describe('in an organisation', () => {
  const DENIAL: Parameters<Rig['payloads']['submit']>[1] = {
    id: 'V0X',
    callback_id: 'deny',
    private_metadata: '{"v":1,"rotation":"prod-17"}',
    blocks: [],
    opened_by: 'U0ANA',
  };
  const member = { team_id: 'T0CORP', enterprise_user: { id: 'W0ANA', enterprise_id: 'E0CORP' } };
  const by = (id: string, team: string) => ({ id, username: 'ana', name: 'ana', team_id: team });
  const codes = () => rig.lines.flatMap(({ level, data }) => (level === 'warn' ? [data.code] : []));
  beforeEach(() => start({ enterprise: 'E0CORP' }));

  test('clicks from its workspaces are let in, as are those that name only the organisation', async () => {
    rig.slack.addUser('U0ANA', { team_id: 'E0CORP', enterprise_user: { enterprise_id: 'E0CORP' } });
    await rig.deliver(rig.payloads.click('U0ANA', {}, approve));
    await rig.deliver({ ...rig.payloads.click('U0ANA', {}, approve), team: null, is_enterprise_install: true });
    await rig.settled();
    expect(rig.intents).toHaveLength(2);
  });

  test('a member of several workspaces can act, whichever of them a click or a mention names', async () => {
    rig.slack.addUser('U0ANA', member);
    const click = { ...rig.payloads.click('U0ANA', {}, approve), user: by('U0ANA', 'T0SISTER') };
    await rig.deliver(click);
    await rig.deliver(rig.payloads.mention('U0ANA', 'status', CHANNEL, { team: 'T0CORP', user_team: 'T0SISTER' }));
    await rig.settled();
    expect(rig.intents.map(({ type }) => type).sort()).toEqual(['action', 'command']);
    expect(codes()).toEqual([]);
  });

  test('a member of a sister workspace can deny in a form that names the sister for both form and person', async () => {
    rig.slack.addUser('U0ANA', member);
    const sent = rig.payloads.submit('U0ANA', DENIAL, {});
    await rig.deliver({
      ...sent,
      team: { id: 'T0SISTER', domain: 'sister', enterprise_id: 'E0CORP' },
      user: by('U0ANA', 'T0SISTER'),
      view: {
        ...sent.view,
        team_id: 'T0SISTER',
        app_installed_team_id: 'T0CORP',
        state: { values: { reason: { reason: { type: 'plain_text_input', value: 'not today' } } } },
      },
    });
    await rig.settled();
    expect(rig.intents).toMatchObject([{ verb: 'deny', inputs: { reason: 'not today' } }]);
    expect(codes()).toEqual([]);
  });

  test.each(['approve', 'show'])(
    'a member of a sister workspace is told that Slack cannot be asked: %s',
    async (verb) => {
      rig.slack.addUser('U0ANA', member);
      rig.slack.fail('users.info', { error: 'internal_error' }, 1);
      const click = rig.payloads.click('U0ANA', {}, { ...approve, action_id: verb });
      await rig.deliver({ ...click, user: by('U0ANA', 'T0SISTER') });
      await rig.settled();
      expect(rig.intents).toEqual([]);
      expect(rig.slack.whispers.map(({ text }) => text)).toEqual([expect.stringContaining('could not be checked')]);
      expect(codes()).toEqual(['ChatAway']);
    },
  );

  test('a member of a sister workspace is told at the field what is wrong in a request', async () => {
    rig.slack.addUser('U0ANA', member);
    rig.answer(() => ({ ...notice('refused.ticket-missing', { example: 'CHG0031877' }), field: 'ticket' }));
    const form = { ...DENIAL, callback_id: 'request', private_metadata: '{"v":1,"farm":"prod","lang":"en"}' };
    const sent = rig.payloads.submit('U0ANA', form, {});
    const { body } = await rig.deliver({
      ...sent,
      user: by('U0ANA', 'T0SISTER'),
      view: { ...sent.view, state: { values: { ticket: { ticket: { type: 'plain_text_input', value: 'CHG' } } } } },
    });
    expect(JSON.parse(body)).toMatchObject({ response_action: 'errors', errors: { ticket: expect.any(String) } });
    expect(rig.intents.map((intent) => (intent.type === 'action' ? intent.verb : ''))).toEqual(['check-request']);
  });

  test('a member of a sister workspace is heard although the event itself names the sister as its workspace', async () => {
    rig.slack.addUser('U0ANA', member);
    const said = rig.payloads.mention('U0ANA', 'status', CHANNEL, { team: 'T0SISTER', user_team: 'T0SISTER' });
    await rig.deliver({ ...said, team_id: 'T0SISTER' });
    await rig.settled();
    expect(rig.intents).toMatchObject([{ type: 'command', text: 'status' }]);
    expect(codes()).toEqual([]);
  });

  test('an app installed for the whole organisation is let in where the organisation stands in place of a workspace', async () => {
    rig.slack.addUser('U0ANA', member);
    const said = rig.payloads.direct('U0ANA', 'status', { team: 'E0CORP' });
    const authorizations = [{ enterprise_id: 'E0CORP', team_id: null, user_id: 'U0BOT', is_bot: true }];
    await rig.deliver({ ...said, team_id: 'E0CORP', authorizations, is_enterprise_install: true });
    await rig.deliver({ ...rig.payloads.direct('U0ANA', 'whoami'), team_id: 'E0CORP', authorizations: [] });
    const click = rig.payloads.click('U0ANA', {}, approve);
    await rig.deliver({ ...click, team: { id: 'E0CORP', domain: 'corp' }, is_enterprise_install: true });
    await rig.settled();
    expect(rig.intents).toHaveLength(3);
    expect(codes()).toEqual([]);
  });

  test('a person can vote under the ID that the organisation knows them by', async () => {
    rig.slack.addUser('U0ANA', member);
    const ana = rig.slack.users.get('U0ANA');
    if (ana !== undefined) rig.slack.users.set('W0ANA', ana);
    await rig.deliver({ ...rig.payloads.click('U0ANA', {}, approve), user: by('W0ANA', 'E0CORP') });
    await rig.settled();
    expect(rig.intents).toMatchObject([{ person: { account: 'W0ANA' } }]);
  });

  test.each<[string, object]>([
    ['of another company', { team_id: 'T0OTHER', is_stranger: true }],
    ['of another organisation', { team_id: 'T0OTHER', enterprise_user: { enterprise_id: 'E0OTHER' } }],
    ['about whom no organisation is given', { team_id: 'T0OTHER' }],
  ])('somebody %s is told nothing, although the channel is the organisation’s', async (_name, facts) => {
    rig.slack.addUser('U0ODD', facts);
    for (const verb of ['approve', 'show']) {
      const click = rig.payloads.click('U0ODD', {}, { ...approve, action_id: verb });
      await rig.deliver({ ...click, user: by('U0ODD', 'T0OTHER') });
    }
    const teams = { team: 'T0CORP', user_team: 'E0CORP', source_team: 'T0OTHER' };
    await rig.deliver(rig.payloads.mention('U0ODD', 'status', CHANNEL, teams));
    const inFront = rig.payloads.mention('U0ODD', 'whoami', CHANNEL, { team: 'T0CORP' });
    await rig.deliver({ ...inFront, team_id: 'T0OTHER' });
    const form = rig.payloads.submit('U0ODD', DENIAL, {});
    await rig.deliver({
      ...form,
      team: { id: 'T0OTHER', domain: 'other' },
      user: { id: 'U0ODD', name: 'odd' },
      view: {
        ...form.view,
        app_installed_team_id: 'T0CORP',
        state: { values: { reason: { reason: { type: 'plain_text_input', value: 'no' } } } },
      },
    });
    await rig.settled();
    expect(rig.intents).toEqual([]);
    expect(rig.slack.whispers).toEqual([]);
    expect(codes()).toEqual(Array.from({ length: 5 }, () => 'PersonOfAnotherTeam'));
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { jest } from '@jest/globals';
import { formCard as renderForm, sentenceCard as renderSentence } from '../../cards/adaptive/form.ts';
import { renderAdaptiveCard } from '../../cards/adaptive-card.ts';
import { say } from '../../cards/wording/index.ts';
import type { Farm } from '../../src/domain/farm/farm.ts';
import { createProgram } from '../../src/roots/commands.ts';
import { closeAll, start as startConsole } from '../adapters/web/visitor.ts';
import { FARM_IN_BOTH, openPlatforms, overheard, type Platforms, until, type Who } from './platforms.ts';
import { type E2e, openLab, saidOf, startE2e } from './rig.ts';

jest.setTimeout(300_000);

/** Everybody but eve may approve, and there are never enough votes: they are counted, and nothing starts. */
const APPROVERS: readonly Who[] = ['mei', 'ana', 'tom', 'wei', 'lea', 'kim', 'gus', 'zoe', 'dee', 'rob'];
const FARM: Partial<Farm> = {
  ...FARM_IN_BOTH,
  approval: { quorum: 6, approvers: APPROVERS, groups: [], lapsesAfterMs: 86_400_000 },
  channels: [...FARM_IN_BOTH.channels, { platform: 'web', id: 'sql-ops', name: 'sql-ops', language: 'en' }],
};

let lab: Awaited<ReturnType<typeof openLab>>;
let chats: Platforms;
let page: Awaited<ReturnType<typeof startConsole>>;
let rig: E2e;

beforeAll(async () => {
  lab = await openLab();
  chats = await openPlatforms();
  rig = await startE2e(lab.lab, {
    farm: FARM,
    chats: async (_own, farm) => {
      page = await startConsole({ farms: [farm], wording: { renderAdaptiveCard, renderForm, renderSentence, say } });
      return [...chats.chats, overheard(page.chat, chats.heard)];
    },
  });
  await chats.inTeams.join();
  await chats.inSlack.type('mei', 'rotate-master prod because Yearly renewal');
  await rig.planned();
  await until(() => chats.inSlack.cards().length > 0 && JSON.stringify(chats.teams.messages).includes('"approve"'));
});
afterAll(async () => {
  await rig.stop();
  await closeAll();
  await chats.close();
  await lab.end();
});

const ballot = () => ({ v: 1, rotation: 'prod-1', digest: rig.rotation().plan?.digest ?? '' });
const votes = (): readonly string[] =>
  rig.rotation().votes.map(({ by, vote, platform }) => `${by.id} ${vote} ${platform}`);

interface EntryPoint {
  readonly name: string;
  readonly platform: 'slack' | 'teams' | 'web';
  /** Votes as a client does; resolves with what this person then sees, or with the status of a refusal. */
  cast(who: Who, vote?: 'approve' | 'deny'): Promise<string>;
}

/** What Slack shows after this to this person only. */
async function whispered(who: Who, act: () => Promise<unknown>): Promise<string> {
  const before = whispersTo(who).length;
  await act();
  await until(() => whispersTo(who).length > before);
  return whispersTo(who)
    .slice(before)
    .map((one) => one.text)
    .join();
}

/** Slack delays what it is sent too fast, so messages to somebody else may come in between. */
const whispersTo = (who: Who) => chats.slack.whispers.filter(({ to }) => to === `U0${who.toUpperCase()}`);

/** The message that Teams shows after this, wherever it is: only the person is to read it. */
async function answered(act: () => Promise<unknown>): Promise<string> {
  const { messages } = chats.teams;
  const before = messages.length;
  await act();
  await until(() => messages.length > before);
  return String(messages.at(-1)?.body.summary);
}

const SLACK_BUTTON: EntryPoint = {
  name: 'Slack button',
  platform: 'slack',
  cast: (who) => whispered(who, () => chats.inSlack.click(who, 'approve')),
};

const SLACK_MODAL: EntryPoint = {
  name: 'Slack modal',
  platform: 'slack',
  // The product only has a dialog to deny, so this is the one vote that a dialog can cast.
  cast: (who) => whispered(who, () => chats.inSlack.submit(who, 'deny', ballot(), { reason: 'Not today' })),
};

const TEAMS_EXECUTE: EntryPoint = {
  name: 'Teams Execute',
  platform: 'teams',
  cast: async (who, vote = 'approve') => (await chats.inTeams.execute(who, vote, { reason: 'Not today' })).body,
};

const TEAMS_SUBMIT: EntryPoint = {
  name: 'Teams Submit',
  platform: 'teams',
  cast: (who, vote = 'approve') => answered(() => chats.inTeams.submit(who, vote, { reason: 'Not today' })),
};

const WEB_CONSOLE: EntryPoint = {
  name: 'web console',
  platform: 'web',
  cast: async (who, vote = 'approve') => {
    const inputs = vote === 'deny' ? { reason: 'Not today' } : {};
    const { status } = await page.send('/api/act', { as: who, verb: vote, data: ballot(), inputs });
    const { heard } = chats;
    return status === 200 ? JSON.stringify(heard.at(-1)?.reply) : `refused with ${status}`;
  },
};

const ENTRY_POINTS: readonly EntryPoint[] = [SLACK_BUTTON, SLACK_MODAL, TEAMS_EXECUTE, TEAMS_SUBMIT, WEB_CONSOLE];
const APPROVING = ENTRY_POINTS.filter((one) => one !== SLACK_MODAL);
const named = ENTRY_POINTS.map((one) => [one.name, one] as const);
/** The console knows neither guests nor companies: it asks nobody who they are. */
const withDoor = named.filter(([, { platform }]) => platform !== 'web');

/**
 * Casts a vote that must not count. Returns the bot's answer as ids of its sentences; [] if it did not get that far.
 */
async function refusedAt(entry: EntryPoint, who: Who): Promise<readonly string[]> {
  const before = votes();
  const heard = chats.heard.length;
  const shown = await entry.cast(who);
  expect(votes()).toEqual(before);
  expect(rig.rotation().gate).toBeNull();
  expect(shown).not.toBe('');
  return chats.heard.slice(heard).flatMap(({ reply }) => saidOf(reply));
}

describe.each(named)('%s', (_name, entry) => {
  test('the requester has no vote on their own request', async () => {
    expect(await refusedAt(entry, 'mei')).toEqual(['refused.own-request']);
  });

  test('somebody who is in no farm file has no vote', async () => {
    const answer = await refusedAt(entry, 'eve');
    // The console offers the people of the farm file, and knows no other.
    expect(answer).toEqual(entry.platform === 'web' ? [] : ['refused.unknown-person']);
  });
});

describe.each(withDoor)('%s', (_name, entry) => {
  test.each([
    ['a guest', 'gus'],
    ['somebody of another company', 'zoe'],
    ['somebody who has left', 'dee'],
    ['a bot', 'rob'],
  ] as const)('%s has no vote even if the farm file makes them an approver, and is told so', async (_what, who) => {
    const before = chats.heard.length;
    expect(await refusedAt(entry, who)).toEqual([]);
    expect(chats.heard.length).toBe(before);
  });
});

test('a delivery that names another app, workspace, company or tenant reaches nobody', async () => {
  const { inSlack, inTeams, heard, lines } = chats;
  const [before, written] = [heard.length, lines.length];
  await inSlack.click('ana', 'approve', { team: { id: 'T0OTHER', domain: 'other' } });
  await inSlack.click('ana', 'approve', { user: { id: 'U0ANA', team_id: 'T0OTHER' } });
  await inSlack.click('ana', 'approve', { enterprise: { id: 'E0OTHER', name: 'Other' } });
  await inSlack.click('ana', 'approve', { api_app_id: 'A0OTHER' });
  const refused = /TeamNotListed|PersonOfAnotherTeam|EnterpriseNotListed|AppNotOurs/u;
  await until(() => lines.slice(written).filter((line) => refused.test(line)).length === 4);
  const action = { type: 'Action.Execute', verb: 'approve', data: ballot() };
  const press = { type: 'invoke', name: 'adaptiveCard/action', value: { action } };
  const elsewhere = { tenant: { id: '99999999-9999-9999-9999-999999999999' } };
  await inTeams.deliver(inTeams.activity('tom', { ...press, channelData: elsewhere }));
  expect(votes()).toEqual([]);
  expect(heard.length).toBe(before);
});

test.each(['approve', 'withdraw', 'leave'])(
  'a signed dialog named %s, which we never open, is no vote',
  async (verb) => {
    const { inSlack, heard, lines } = chats;
    const [before, written] = [heard.length, lines.length];
    await inSlack.submit('ana', verb, ballot());
    await until(() => lines.slice(written).some((line) => line.includes('ActionNotUnderstood')));
    expect(votes()).toEqual([]);
    expect(heard.length).toBe(before);
  },
);

describe('words and the command line', () => {
  const lines = ['approve prod-1', '/ssis approve prod-1', 'deny prod-1', 'withdraw prod-1', 'yes', 'approve', '+1'];

  test.each(lines)('typed words are no vote, in any chat: %s', async (line) => {
    const { inSlack, inTeams, heard } = chats;
    const ways: readonly (() => Promise<unknown>)[] = [
      () => whispered('ana', () => inSlack.type('ana', line)),
      () => whispered('ana', () => inSlack.say('ana', line)),
      () => inSlack.tell('ana', line),
      () => inTeams.type('ana', line),
      () => page.send('/api/say', { as: 'ana', text: line }),
    ];
    for (const way of ways) {
      const before = heard.length;
      await way();
      await until(() => heard.length > before);
      const reply = heard.at(-1)?.reply;
      if (line.includes('prod-1')) expect(reply).toMatchObject({ type: 'card', view: { kind: 'plan' } });
    }
    expect(votes()).toEqual([]);
    expect(rig.rotation().closed).toBeNull();
  });

  test('the command line has no word that votes', () => {
    const words: string[] = [];
    const walk = (command: ReturnType<typeof createProgram>): void => {
      words.push(command.name(), ...command.aliases());
      for (const one of command.commands) walk(one);
    };
    walk(createProgram());
    expect(words).toContain('bot');
    expect(words.filter((word) => /approve|deny|vote|withdraw|act|say/u.test(word))).toEqual([]);
  });
});

describe('one person, one vote', () => {
  /** Each entry point, and the person who votes there first. */
  const first: readonly (readonly [EntryPoint, Who])[] = [
    [SLACK_BUTTON, 'ana'],
    [TEAMS_EXECUTE, 'tom'],
    [TEAMS_SUBMIT, 'lea'],
    [WEB_CONSOLE, 'kim'],
  ];

  test('a vote at each entry point counts, once', async () => {
    for (const [entry, who] of first) {
      await entry.cast(who);
      await until(() => votes().includes(`${who} approve ${entry.platform}`));
    }
    expect(votes()).toEqual(first.map(([{ platform }, who]) => `${who} approve ${platform}`));
  });

  test.each(first.map(([entry, who]) => [entry.name, who] as const))(
    'after the vote at the %s, %s has no second vote anywhere',
    async (_name, who) => {
      for (const entry of APPROVING) expect(await refusedAt(entry, who)).toEqual(['refused.already-voted']);
    },
  );

  test('a hundred clicks of one person, everywhere and at once, add nothing to the one vote', async () => {
    const clicks = Array.from({ length: 25 }, () => APPROVING.map((entry) => entry.cast('ana'))).flat();
    await Promise.all(clicks.map((click) => click.catch(() => '')));
    expect(votes().filter((vote) => vote.startsWith('ana'))).toEqual(['ana approve slack']);
  });
});

describe('a denial', () => {
  test('needs a reason, and with one it ends the request', async () => {
    await chats.inSlack.submit('tom', 'deny', ballot(), { reason: ' \u200b' });
    for (const reason of ['', '   ', '\u200b', '\u2800 \u3164']) {
      await chats.inTeams.execute('tom', 'deny', { reason });
      await chats.inTeams.submit('tom', 'deny', { reason });
      await page.send('/api/act', { as: 'tom', verb: 'deny', data: ballot(), inputs: { reason } });
    }
    expect(rig.rotation().closed).toBeNull();
    await SLACK_MODAL.cast('tom', 'deny');
    await until(() => rig.rotation().closed !== null);
    expect(rig.rotation().closed?.outcome).toBe('denied');
  });

  /** A client that has not drawn the new card yet still sends the old button. */
  const late: readonly (readonly [string, (held: ReturnType<typeof ballot>) => Promise<unknown>])[] = [
    [
      SLACK_BUTTON.name,
      (held) => {
        const { payloads, deliver, card } = chats.inSlack;
        const button = { action_id: 'approve', value: JSON.stringify(held) };
        return whispered('kim', () => deliver(payloads.click('U0KIM', { message: card() }, button)));
      },
    ],
    [SLACK_MODAL.name, () => SLACK_MODAL.cast('kim')],
    [
      TEAMS_EXECUTE.name,
      (held) => {
        const action = { type: 'Action.Execute', verb: 'approve', data: held };
        const { activity, deliver } = chats.inTeams;
        return deliver(activity('kim', { type: 'invoke', name: 'adaptiveCard/action', value: { action } }));
      },
    ],
    [
      TEAMS_SUBMIT.name,
      (held) => {
        const { activity, deliver } = chats.inTeams;
        return answered(() => deliver(activity('kim', { type: 'message', value: { ...held, verb: 'approve' } })));
      },
    ],
    [WEB_CONSOLE.name, () => WEB_CONSOLE.cast('kim')],
  ];

  test.each(late)('makes the %s say that the request is closed, and count nothing', async (_name, cast) => {
    const before = votes();
    const heard = chats.heard.length;
    await cast(ballot());
    expect(votes()).toEqual(before);
    expect(chats.heard.slice(heard).flatMap(({ reply }) => saidOf(reply))).toEqual(['refused.closed']);
  });
});

describe('the list of entry points is complete', () => {
  const sources = ['src', 'adapters', 'jobs', 'infra', 'cards'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
      .filter((file) => file.endsWith('.ts')),
  );
  const filesWith = (pattern: RegExp): readonly string[] =>
    sources.filter((file) => pattern.test(readFileSync(file, 'utf8'))).sort();

  test('what somebody did becomes an intent in one file of each chat, and nowhere else', () => {
    const files = filesWith(/type: '(?:action|command)',\s+(?:person|\.\.\.from|channel)/u);
    expect(files.map((file) => file.replace(/\/[^/]+$/u, ''))).toEqual([
      'adapters/slack',
      'adapters/teams',
      'adapters/web',
    ]);
  });

  test('one function decides, one caller records, one verb leads there', () => {
    expect(filesWith(/\bdecideVote\(/u)).toEqual(['src/app/bot/inbox/decide.ts', 'src/domain/approval/approval.ts']);
    expect(filesWith(/\[\{ type: 'voted'/u)).toEqual(['src/app/bot/inbox/decide.ts']);
    expect(filesWith(/await vote\(/u)).toEqual(['src/app/bot/inbox/click.ts']);
  });

  test('only the bot hands its inbox out, and only to chats', () => {
    expect(filesWith(/\banswer\(\{ desks/u)).toEqual(['src/app/bot/index.ts']);
    expect(filesWith(/\bbot\.inbox\b/u)).toEqual([]);
  });
});

import type { Farm, Group, SlackAccess, TeamsAccess } from '../domain/farm.ts';
import { ENTRA_ID, type FarmFile } from './farm-schema.ts';
import { type Report, shown } from './problem.ts';

interface Form {
  readonly pattern: RegExp;
  readonly meaning: string;
}

/** What the platforms' own ids look like: names, addresses and links are what people write there by mistake. */
const ACCOUNTS: { readonly [platform: string]: Form } = {
  slack: { pattern: /^[UW][A-Z0-9]{2,30}$/u, meaning: 'the member ID of the profile, such as U0123456789' },
  teams: { pattern: ENTRA_ID, meaning: 'the object id in Entra, such as 1b4e28ba-2fa1-4d3b-a3f5-ef19b5a7633b' },
};

const CHANNELS: { readonly [platform: string]: Form } = {
  slack: { pattern: /^[CG][A-Z0-9]{2,30}$/u, meaning: 'the channel ID, such as C0123456789' },
  teams: { pattern: /^(?!https?:)[^\s#]+$/u, meaning: 'the conversation id, such as 19:...@thread.tacv2' },
};

/** The chats of the farm; a channel in one of them needs the lines that say whom to believe there. */
export function resolveChat(file: FarmFile, report: Report): Farm['chat'] {
  const { slack = null, teams = null } = file;
  const seen = new Set<string>();
  file.channels.forEach(({ platform, id }, index) => {
    const at = ['channels', index];
    if (seen.has(`${platform} ${id}`))
      report(at, 'ChannelTwice', `${platform} ${shown(id)} a second time`, 'each channel once');
    seen.add(`${platform} ${id}`);
    if (platform === 'web' && !file.rehearsal)
      report([...at, 'platform'], 'WebOnlyInRehearsals', 'web', 'slack or teams');
    if ((platform === 'slack' && slack === null) || (platform === 'teams' && teams === null))
      report(
        [...at, 'platform'],
        'ChatNotDescribed',
        `${platform}, and no ${platform}: in this file`,
        NEEDED[platform],
      );
    const form = CHANNELS[platform];
    if (form !== undefined && !form.pattern.test(id))
      report([...at, 'id'], 'ChannelIdNotUnderstood', shown(id), form.meaning);
  });
  return {
    slack: slack satisfies SlackAccess | null,
    teams:
      teams === null
        ? null
        : ({ app: teams.app.toLowerCase(), tenant: teams.tenant.toLowerCase() } satisfies TeamsAccess),
  };
}

const NEEDED = {
  slack: 'slack: { app: A0..., workspaces: [T0...] } beside channels:',
  teams: 'teams: { app: ..., tenant: ... } beside channels:',
};

export function checkAccount(id: string, platform: string, account: string, report: Report): void {
  const form = ACCOUNTS[platform];
  if (form !== undefined && !form.pattern.test(account))
    report(['people', id, 'accounts', platform], 'AccountNotUnderstood', shown(account), form.meaning);
}

/** Every group that has a name anywhere in the file. */
export function resolveGroups(file: FarmFile, report: Report): readonly Group[] {
  const feeds = new Map<string, string>();
  for (const [id, { slack }] of Object.entries(file.groups)) {
    if (slack === undefined) continue;
    const at = ['groups', id, 'slack'];
    if (file.slack === undefined)
      report(at, 'ChatNotDescribed', 'a user group of Slack, and no slack: in this file', NEEDED.slack);
    const other = feeds.get(slack);
    if (other !== undefined)
      report(at, 'UserGroupTwice', `${shown(slack)}, which feeds ${other}`, 'one group for each');
    feeds.set(slack, id);
  }
  const named = Object.values(file.people).flatMap((person) => person.groups);
  return [...new Set([...Object.keys(file.groups), ...named])].map((id) => ({
    id,
    slack: (Object.hasOwn(file.groups, id) ? file.groups[id]?.slack : undefined) ?? null,
  }));
}

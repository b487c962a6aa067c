import { ENTRA_ID } from './farm-fields.ts';
import type { FarmFile } from './farm-schema.ts';
import { shown } from './problem.ts';
import { type Rule, rule } from './rule.ts';

type Platform = FarmFile['channels'][number]['platform'];

interface Form {
  readonly pattern: RegExp;
  readonly meaning: string;
}

/** The form of the platforms' own ids: people write names, addresses and links there by mistake. */
const ACCOUNTS: { readonly [platform in Platform]?: Form } = {
  slack: { pattern: /^[UW][A-Z0-9]{2,30}$/u, meaning: 'the member ID of the profile, such as U0123456789' },
  teams: { pattern: ENTRA_ID, meaning: 'the object id in Entra, such as 1b4e28ba-2fa1-4d3b-a3f5-ef19b5a7633b' },
};

const CHANNELS: { readonly [platform in Platform]?: Form } = {
  slack: { pattern: /^[CG][A-Z0-9]{2,30}$/u, meaning: 'the channel ID, such as C0123456789' },
  teams: { pattern: /^(?!https?:)[^\s#]+$/u, meaning: 'the conversation id, such as 19:...@thread.tacv2' },
};

const NEEDED = {
  slack: 'slack: { app: A0..., workspaces: [T0...] } beside channels:',
  teams: 'teams: { app: ..., tenant: ... } beside channels:',
};

const accountsAreIds = rule(['people'], ({ people }, report) => {
  for (const [id, { accounts }] of Object.entries(people))
    for (const [platform, account] of Object.entries(accounts)) {
      const form = ACCOUNTS[platform as Platform];
      if (form !== undefined && !form.pattern.test(account))
        report(['people', id, 'accounts', platform], 'AccountNotUnderstood', shown(account), form.meaning);
    }
});

const channelsAreIds = rule(['channels'], ({ channels }, report) => {
  const seen = new Set<string>();
  channels.forEach(({ platform, id }, index) => {
    if (seen.has(`${platform} ${id}`))
      report(['channels', index], 'ChannelTwice', `${platform} ${shown(id)} a second time`, 'each channel once');
    seen.add(`${platform} ${id}`);
    const form = CHANNELS[platform];
    if (form !== undefined && !form.pattern.test(id))
      report(['channels', index, 'id'], 'ChannelIdNotUnderstood', shown(id), form.meaning);
  });
});

/** A channel in a chat needs the section that says whose requests to believe there. */
const chatsAreDescribed = (platform: 'slack' | 'teams'): Rule =>
  rule(['channels', platform], (file, report) => {
    file.channels.forEach((channel, index) => {
      if (channel.platform === platform && file[platform] === undefined)
        report(
          ['channels', index, 'platform'],
          'ChatNotDescribed',
          `${platform}, and no ${platform}: in this file`,
          NEEDED[platform],
        );
    });
  });

const groupsAreFed = rule(['groups', 'slack'], ({ groups, slack }, report) => {
  const feeds = new Map<string, string>();
  for (const [id, group] of Object.entries(groups)) {
    if (group.slack === undefined) continue;
    const at = ['groups', id, 'slack'];
    if (slack === undefined)
      report(at, 'ChatNotDescribed', 'a user group of Slack, and no slack: in this file', NEEDED.slack);
    const other = feeds.get(group.slack);
    if (other !== undefined)
      report(at, 'UserGroupTwice', `${shown(group.slack)}, which feeds ${other}`, 'one group for each');
    feeds.set(group.slack, id);
  }
});

const noWebAccounts = rule(['people', 'rehearsal'], ({ people, rehearsal }, report) => {
  const allowed = 'slack or teams: the web console checks no names';
  for (const [id, { accounts }] of Object.entries(people))
    if (accounts.web !== undefined && !rehearsal)
      report(['people', id, 'accounts', 'web'], 'WebOnlyInRehearsals', 'a web account', allowed, 'key');
});

const noWebChannels = rule(['channels', 'rehearsal'], ({ channels, rehearsal }, report) => {
  channels.forEach(({ platform }, index) => {
    if (platform === 'web' && !rehearsal)
      report(['channels', index, 'platform'], 'WebOnlyInRehearsals', 'web', 'slack or teams');
  });
});

export const CHAT_RULES: readonly Rule[] = [
  accountsAreIds,
  channelsAreIds,
  chatsAreDescribed('slack'),
  chatsAreDescribed('teams'),
  groupsAreFed,
  noWebAccounts,
  noWebChannels,
];

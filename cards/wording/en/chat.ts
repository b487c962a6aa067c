import type { Lines } from '../line.ts';
import { list } from './grammar.ts';
import { proxyWords } from './proxy.ts';

/** What a chat platform says about somebody, and what it refuses to do. */
export const chatWords = {
  'refused.chat-guest': () =>
    'Guests cannot ask or decide here, so nothing was done. Let somebody do it who is a full member.',
  'refused.chat-bot': () => 'Programs cannot ask or decide here, so nothing was done. Do it as yourself.',
  'refused.chat-deleted': () =>
    'This account is deactivated, so nothing was done. An administrator of the workspace can activate it.',
  'refused.chat-not-member': () =>
    'You are not a member here, or your account is deactivated, so nothing was done. Ask an owner of this team or chat to add you.',
  'refused.chat-stranger': () =>
    'Your account is not of this organisation, so nothing was done. Use an account that is.',
  'refused.chat-unsure': () =>
    'It could not be checked just now who you are, so nothing was done. Try again in a minute.',
  'refused.chat-unread': () =>
    'Slack does not let me see who you are, so nothing was done, and trying again does not help. Tell whoever runs the bot: certops validate on its machine says what is missing.',
  'chat.not-opened': () => 'That window did not open in time. Press the button once more.',
  'chat.not-opened-again': () => 'That window did not open in time. Type the same once more.',
  'chat.failed': () => 'That did not work, and it is not certain what was done. /ssis shows how it stands.',
  'chat.shortened': (d: { held: boolean }) =>
    `Slack did not take all of this, so only its beginning stands here${d.held ? ', and nothing can be approved or let go on from it' : ''}. The bot's log names what was refused.`,
  'chat.unbuttoned': (d: { typed: string; id: string | null; isOver: boolean }) =>
    `Slack did not take all of this, so only its beginning stands here, without buttons. /ssis ${d.typed} asks for it again${d.id === null || d.isOver ? '' : `, /ssis stop ${d.id} works as ever`}. The bot's log names what was refused.`,
  /** For sentences shown without the buttons that belong to them. */
  'chat.unpressed': (d: { typed: readonly string[] }) =>
    `Its buttons are missing here: ${
      d.typed.length === 0
        ? '/ssis help tells what to type instead'
        : `type ${list(
            d.typed.map((one) => `/ssis ${one}`),
            'or',
          )} instead`
    }.`,
  'chat.alone': () =>
    'The answer is for you alone, and I could not write to you. Open a chat with me (Apps, search for me, Add), then ask again there.',
  /** Comes before the names of the people whom a card in Teams mentions. */
  'chat.called': () => 'Called: ',
  /** For a card whose content Teams rejects. */
  'chat.bare': (d: { typed: string; id: string | null; isOver: boolean }) =>
    `Teams did not take the whole card: what is to be read is missing here, and so are the buttons that need it. /ssis ${d.typed} tries again${d.id === null || d.isOver ? '' : `, /ssis stop ${d.id} works as ever`}, and the bot's log says why.`,
  'chat.more': (d: { buttons: boolean }) =>
    d.buttons
      ? 'The rest of this answer, and its buttons, will come in your own chat with me.'
      : 'The rest of this answer will come in your own chat with me.',
  'button.chat-form': () => 'Open the form',

  'validate.slack-token': (d: { bot: string; workspace: string }) => `Slack: signed in as ${d.bot} in ${d.workspace}.`,
  'validate.slack-token.failed': (d: { code?: string; reason: string }) =>
    unasked(d) ??
    `Slack does not take the bot token (${d.reason}). Install the app again and copy the Bot User OAuth Token (xoxb-...) from OAuth & Permissions.`,
  'validate.slack-workspace.failed': (d: { workspace: string; team: string }) =>
    `The bot token is of the workspace ${d.workspace} (${d.team}), which slack.workspaces of the farm file does not list. Add it there, or install the app elsewhere.`,
  'validate.slack-enterprise.failed': (d: { enterprise: string }) =>
    `The workspace belongs to the organisation ${d.enterprise}, which slack.enterprises of the farm file does not list. Add it there.`,
  'validate.slack-scopes': (d: { scopes: number }) => `Slack: all ${d.scopes} scopes are granted.`,
  'validate.slack-scope.failed': (d: { scope: string }) =>
    `Slack: the scope ${d.scope} is missing. Add it under OAuth & Permissions, then install the app again.`,
  'validate.slack-app': (d: { app: string }) => `Slack: the bot token is of the app ${d.app}, as the farm file says.`,
  'validate.slack-app.failed': (d: { app: string; named: string }) =>
    `Slack: the bot token is of the app ${d.app}, and slack.app of the farm file is ${d.named}: whatever people type or press is dropped. Correct slack.app (Basic Information, App ID), or take the token of that app.`,
  'validate.slack-app.unread': (d: { named: string; code?: string; reason: string }) =>
    unasked(d) ??
    `Slack does not say which app the bot token is of (${d.reason}). Compare slack.app of the farm file, ${d.named}, with Basic Information, App ID.`,
  'validate.slack-secret': () =>
    'Slack: whether the signing secret is right shows only when Slack calls: type /ssis whoami while the bot runs.',
  'validate.slack-channel': (d: { name: string }) => `Slack: #${d.name} is there, and the bot is in it.`,
  'validate.slack-channel.failed': (d: { channel: string; code?: string; reason: string }) =>
    unasked(d) ??
    `Slack: the channel ${d.channel} cannot be reached (${d.reason}). Compare its id in the farm file with "Copy link" in Slack; a private channel is seen only after /invite @certops there.`,
  'validate.slack-channel.shared': (d: { name: string }) =>
    `Slack: #${d.name} is shared with another company, or is about to be, so no card goes there. Name another channel in the farm file.`,
  'validate.slack-channel.not-member': (d: { name: string }) =>
    `Slack: the bot is not in #${d.name}. Type /invite @certops there.`,
  'validate.slack-group': (d: { group: string; members: number }) =>
    `Slack: the user group ${d.group} can be read, and has ${d.members === 1 ? '1 member' : `${d.members} members`}.`,
  'validate.slack-group.failed': (d: { group: string; code?: string; reason: string }) =>
    unasked(d) ??
    `Slack: the user group ${d.group} cannot be read (${d.reason}), so it gives the farm nobody. Compare its id in the farm file with the group in Slack: it may have been disabled or removed.`,
  'validate.slack-socket': () => 'Slack: a socket may be opened with the app-level token.',
  'validate.slack-socket.failed': (d: { code?: string; reason: string }) =>
    unasked(d) ??
    `Slack does not open a socket (${d.reason}). Switch Socket Mode on, and make an app-level token with connections:write under Basic Information.`,
} satisfies Lines;

/** A question that got no answer says nothing about what was asked. */
function unasked(d: { readonly code?: string; readonly reason: string }): string | null {
  const { code, reason } = d;
  if (code === 'ChatBusy') return 'Slack asks to be left alone for a while. Look again in a minute.';
  if (code !== 'ChatAway') return null;
  const throughProxy = proxyWords(d);
  if (throughProxy !== null) return `Slack: ${throughProxy}`;
  return reason === 'network' || reason === 'not-slack'
    ? `Slack is out of reach just now (${reason}). Check the way out to *.slack.com, port 443, and look again.`
    : `Slack cannot answer just now (${reason}). Look again later.`;
}

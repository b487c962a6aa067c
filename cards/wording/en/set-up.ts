import { isOutOfReach } from '../../../src/domain/calls/way-out.ts';
import type { Pen } from '../../pen.ts';
import type { Lines } from '../line.ts';
import { count } from './grammar.ts';
import { proxyWords } from './proxy.ts';

/** What `certops validate` finds in Teams, and the card that it sends as a sample. */
export const setUpWords = {
  'notice.sample': (d: { farm: string }, pen: Pen) =>
    `${pen.bold('A sample card.')} certops can post here for the farm ${d.farm}. Nothing was asked, and nothing changes.`,
  'validate.teams-token': () => 'Teams: Microsoft Entra gives the bot a token.',
  'validate.teams-token.failed': (d: Why) =>
    unanswered(d) ??
    (d.code === 'ChatAway'
      ? `Teams: Microsoft Entra cannot be reached${because(d)}. Check the way out to login.microsoftonline.com, port 443.`
      : `Teams: Microsoft Entra gives no token${because(d)}. Compare teams.app and teams.tenant in the farm file with the overview page of the app registration, and TEAMS_APP_PASSWORD with the value (not the id) of a client secret that has not expired.`),
  'validate.teams-channel': (d: { channel: string; members: number }) =>
    `Teams: the bot is in ${d.channel}, with ${count(d.members, 'member')}.`,
  'validate.teams-channel.unknown': (d: { channel: string }) =>
    `Teams: the bot has not heard from ${d.channel} yet. Add the app to that team or chat, or mention it there once while certops bot runs, and compare the id in the farm file. Private and shared channels do not take the app.`,
  'validate.teams-channel.failed': (d: Why & { channel: string }) =>
    unanswered(d) ??
    (d.code === 'ChatAway'
      ? `Teams cannot be reached${because(d)}. Check the way out to smba.trafficmanager.net, port 443.`
      : `Teams: the members of ${d.channel} cannot be read${because(d)}. See that the app is still installed there, and that the channel was not deleted.`),
} satisfies Lines;

interface Why {
  readonly code: string;
  readonly reason: string;
}

/** The platform's own word if there is one: people search for it. */
const because = ({ code, reason }: Why): string => ` (${reason === '' ? code : reason})`;

/** What the proxy says, or that Microsoft itself answers with an error: neither means that the way out is closed. */
function unanswered(d: Why): string | null {
  if (d.code !== 'ChatAway') return null;
  const throughProxy = proxyWords(d);
  if (throughProxy !== null) return `Teams: ${throughProxy}`;
  return isOutOfReach(d.reason) ? null : `Teams: Microsoft cannot answer just now${because(d)}. Look again later.`;
}

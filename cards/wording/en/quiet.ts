import type { Pen } from '../../pen.ts';
import type { Lines, Names } from '../line.ts';
import { list } from './grammar.ts';
import { tillItTakes, whyRefused } from './redis.ts';

type Quiet = { readonly farm: string; readonly names: Names; readonly since: string };
type Well = { readonly farm: string; readonly names: Names };

const CHATS: { readonly [platform: string]: string } = { slack: 'Slack', teams: 'Teams', web: 'The console' };
const chats = (names: Names): string => list(names.map((name) => CHATS[name] ?? name));
const addresses = (names: Names): string => list(names.map((name) => `notify.${name}`));
const channels = (names: Names, one: string, many: string): string =>
  `The ${names.length === 1 ? 'channel' : 'channels'} ${list(names)} ${names.length === 1 ? one : many}`;

const SEE_ITS_DISK =
  "See whether the disk of the bot's machine is full, and whether its account may write into its state folder; if that was moved or put back from a copy, restart the bot.";

/** What has gone quiet or is near its end, and what is well again; and what a webhook receives. */
export const quietWords = {
  'told.runner-quiet': (d: Quiet, pen: Pen) =>
    `${pen.bold(`${list(d.names, 'and', 6)}: no word from ${d.names.length === 1 ? 'its runner' : 'their runners'}`)} since ${pen.dateTime(d.since)}. Nothing can be rotated or seen there meanwhile: see whether ${d.names.length === 1 ? 'it runs, its clock was set back, or the farm file has another key for it' : 'they run, their clocks were set back, or the farm file has other keys for them'}.`,
  'told.runner-well': (d: Well) =>
    `${list(d.names, 'and', 6)}: ${d.names.length === 1 ? 'its runner is' : 'their runners are'} heard again.`,
  'told.scan-quiet': (d: Quiet, pen: Pen) =>
    `${pen.bold(`${list(d.names, 'and', 6)} ${d.names.length === 1 ? 'was' : 'were'} not looked at`)} since ${pen.dateTime(d.since)}, so reminders rest on old facts. /ssis certs ${d.farm} looks anew; the bot's log says why the daily look failed.`,
  'told.scan-well': (d: Well) =>
    `${list(d.names, 'and', 6)} ${d.names.length === 1 ? 'is' : 'are'} looked at daily again.`,
  'told.chat-quiet': (d: Quiet, pen: Pen) =>
    `${pen.bold(`${chats(d.names)} has taken nothing from the bot`)} since ${pen.dateTime(d.since)}. Cards there are old until it does: run certops validate on the bot's machine.`,
  'told.chat-well': (d: Well) => `${chats(d.names)} takes what the bot sends again.`,
  'told.channel-quiet': (d: Quiet, pen: Pen) =>
    `${pen.bold(`${channels(d.names, 'has taken', 'have taken')} nothing from the bot`)} since ${pen.dateTime(d.since)}. Cards are missing or old there, and whoever is called is called in another channel: run certops validate on the bot's machine.`,
  'told.channel-well': (d: Well) => `${channels(d.names, 'takes', 'take')} what the bot sends again.`,
  'told.chat-deaf': (d: Quiet, pen: Pen) =>
    `${pen.bold(`Nothing that is typed or pressed in ${chats(d.names)} has reached the bot`)} since ${pen.dateTime(d.since)}: no request, no vote and no stop. What the bot says may still arrive: run certops validate on the bot's machine.`,
  'told.chat-heard': (d: Well) => `What is typed or pressed in ${chats(d.names)} reaches the bot again.`,
  'told.credential-ends': (d: Quiet & { over: boolean }, pen: Pen) =>
    `${pen.bold(`The bot's client secret for ${chats(d.names)} ${d.over ? 'has ended' : 'ends'}`)}${d.over ? ',' : ''} on ${pen.date(d.since)}${d.over ? ', so the bot is silent there' : '; after that the bot is silent there'}. Make a new one in Entra, put it into TEAMS_APP_PASSWORD and its last day into TEAMS_APP_PASSWORD_ENDS, and restart the bot.`,
  'told.credential-well': (d: Well) => `The bot's client secret for ${chats(d.names)} is a new one.`,
  'told.refused': (d: Quiet, pen: Pen) =>
    `${pen.bold(`${chats(d.names)} has turned the bot away`)} since ${pen.dateTime(d.since)}: its own token or secret is not valid any more. Nothing is said or heard there until it has a new one: certops validate on the bot's machine says why.`,
  'told.refused-well': (d: Well) => `${chats(d.names)} takes the bot's own token or secret again.`,
  'told.queue-quiet': (d: Quiet & { refuses: string | null }, pen: Pen) =>
    `${pen.bold(d.refuses === null ? `The bot has not reached ${list(d.names)}` : `${list(d.names)} has taken nothing`)} since ${pen.dateTime(d.since)}${d.refuses === null ? '' : `, for ${whyRefused(d.refuses)}`}: no machine hears from the bot or is heard, nobody is looked at, and no reminder comes. ${d.refuses === null ? 'Start Redis, or look at the way to it.' : tillItTakes(d.refuses)} Votes are recorded meanwhile, and work that was approved goes on by itself.`,
  'told.queue-well': (d: Well) => `${list(d.names)} takes letters again.`,
  'told.address-quiet': (d: Quiet, pen: Pen) =>
    `${pen.bold(`${addresses(d.names)} ${d.names.length === 1 ? 'has' : 'have'} taken nothing from the bot`)} since ${pen.dateTime(d.since)}: whoever relies on it hears nothing. The bot's log says what was answered; the address stands in the farm file.`,
  'told.address-well': (d: Well) =>
    `${addresses(d.names)} ${d.names.length === 1 ? 'takes' : 'take'} what the bot sends again.`,
  'told.bots-many': (d: Quiet, pen: Pen) =>
    `${pen.bold(`More than one bot serves ${d.farm}`)} since ${pen.dateTime(d.since)}, connected to Redis from ${list(d.names)}: each gets a part of what runners and people say, and runners refuse one what they have taken from the other. End all but one; certops validate on the bot's machine says when that is done.`,
  'told.bots-one': (d: Well) => `Only one bot serves ${d.farm} again.`,
  'told.unwritable': (d: { farm: string; since: string }, pen: Pen) =>
    `${pen.bold(`The bot cannot write the journal of ${d.farm}`)} since ${pen.dateTime(d.since)}: no request, vote or stop is recorded, and it begins nothing. What machines have begun they end by themselves. ${SEE_ITS_DISK} Then it goes on by itself.`,
  'status.unwritable': (d: { farm: string; since: string; failed: string }, pen: Pen) =>
    `${pen.bold(`The bot could not write the journal of ${d.farm}`)} when it last had to, on ${pen.dateTime(d.failed)}${d.failed === d.since ? '' : ` (first on ${pen.dateTime(d.since)})`}: nothing of that is recorded. ${SEE_ITS_DISK} The next request, vote or stop shows whether it can again.`,
  'told.writable': (d: { farm: string; since: string }, pen: Pen) =>
    `The bot writes the journal of ${d.farm} again. What was said to it since ${pen.dateTime(d.since)} and refused has to be said again.`,
  'notify.queue-away': (d: { farm: string; since: string; refuses: string | null }, pen: Pen) =>
    d.refuses === null
      ? `${d.farm}: the bot has not reached Redis since ${pen.dateTime(d.since)}, so no machine hears from it or is heard. Start Redis, or look at the way to it.`
      : `${d.farm}: Redis has taken nothing since ${pen.dateTime(d.since)}, for ${whyRefused(d.refuses)}, so no machine hears from the bot or is heard. ${tillItTakes(d.refuses)}`,
  'notify.chat-refused': (d: { farm: string; platform: string; since: string }, pen: Pen) =>
    `${d.farm}: ${chats([d.platform])} has turned the bot away since ${pen.dateTime(d.since)}: its own token or secret is not valid any more. certops validate on the bot's machine says why.`,
  'notify.chat-deaf': (d: { farm: string; platform: string; since: string }, pen: Pen) =>
    `${d.farm}: nothing that is typed or pressed in ${chats([d.platform])} has reached the bot since ${pen.dateTime(d.since)}: no request, no vote and no stop. Run certops validate on the bot's machine.`,
  'notify.master-silent': (d: { farm: string; host: string; since: string }, pen: Pen) =>
    `${d.farm}: no word from the runner of the master ${d.host} since ${pen.dateTime(d.since)}.`,
  'notify.over': (d: { farm: string; id: string; event: string; hosts: Names }) =>
    d.event === 'master-silent'
      ? `${d.farm}: the runner of the master ${list(d.hosts)} is heard again.`
      : d.event === 'chat-refused'
        ? `${d.farm}: ${chats(d.hosts)} takes the bot's own token or secret again.`
        : d.event === 'chat-deaf'
          ? `${d.farm}: what is typed or pressed in ${chats(d.hosts)} reaches the bot again.`
          : d.event === 'queue-away'
            ? `${d.farm}: Redis takes letters again.`
            : d.event === 'journal-unwritable'
              ? `${d.farm}: the bot writes its journal again.`
              : `${d.farm}: ${d.id} needs no person any more.`,
} satisfies Lines;

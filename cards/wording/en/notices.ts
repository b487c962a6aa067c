import { inTable } from '../../../src/domain/in-table.ts';
import type { Data, Json } from '../../../src/domain/values.ts';
import type { Pen } from '../../pen.ts';
import type { Lines, Names } from '../line.ts';
import { type Choice, whatWasAsked } from './cards/person.ts';
import { compromisedNotices } from './compromised.ts';
import { freezeWords } from './freeze.ts';
import { all, buildOf, count, days, list } from './grammar.ts';
import { helpWords } from './help.ts';
import { inventoryWords } from './inventory.ts';
import { whole } from './measure.ts';
import { noteWords } from './notes.ts';
import { quietWords } from './quiet.ts';
import { reconnectNotices } from './reconnect.ts';
import { tillItTakes, whyRefused } from './redis.ts';
import { retireNotices } from './retire.ts';
import { reviewWords } from './review.ts';
import { rollbackWords } from './rollback.ts';
import { snoozeWords } from './snooze.ts';
import { standsStill, stopWords } from './stops.ts';
import { strangeWords } from './strange.ts';
import { makeWritable, whyUnwritable } from './unwritable.ts';
import { whenNotices } from './when.ts';
import { whoamiWords } from './whoami.ts';
import { wrong } from './wrong.ts';

type Id = { readonly id: string };
type Packages = Id & { readonly unseen: boolean };

const OUTCOMES: { readonly [outcome: string]: string } = {
  proved: 'was done',
  'put-back': 'was put back',
  stopped: 'was stopped and put back',
  'left-behind': 'was done, not everywhere',
  partly: 'was done in part',
  withdrawn: 'was withdrawn',
  denied: 'was denied',
  lapsed: 'lapsed',
  refused: 'was refused',
  untold: 'was ended as not known here',
  planned: 'was only a plan',
  approved: 'was approved already',
  settled: 'was decided already',
  unknown: 'is not known',
};

const PLATFORMS: { readonly [platform: string]: string } = { slack: ', in Slack', teams: ', in Teams' };

const others = (names: Names): string =>
  names.length === 0
    ? 'Nobody is left who may approve it: see approval.approvers in the farm file.'
    : `${list(names, 'or', 4)} can.`;

/** `withdraw`: the request itself is denied. */
type Own = Id & { others: Names; asked?: boolean; vote?: string; withdraw?: boolean };

/** A refusal goes to the person alone: one sentence, and one remedy. */
const refusals = {
  'refused.own-request': (d: Own, pen: Pen) => {
    const whose = pen.bold(d.asked ? `You ask for this on ${d.id}` : `${d.id} is yours`);
    if (d.withdraw) return `${whose}, so others deny it. To end it, withdraw it: its card has the button.`;
    return `${whose}, so your ${d.vote === 'deny' ? 'denial' : 'approval'} does not count. ${others(d.others)}`;
  },
  'refused.not-an-approver': (d: Id & { others: Names }, pen: Pen) =>
    `${pen.bold('You are not an approver of this farm.')} ${d.id} needs somebody who is: ${others(d.others)}`,
  'refused.already-voted': (d: Id & { vote: string; at: string; platform: string }, pen: Pen) =>
    `You ${d.vote === 'deny' ? 'denied' : 'approved'} ${d.id} on ${pen.dateTime(d.at)}${inTable(PLATFORMS, d.platform) ?? ''}. One person has one vote${d.vote === 'deny' ? '' : '; you may still deny it'}.`,
  'refused.stale-plan': (d: Id) =>
    `${d.id} has changed since that card was drawn. Show ${d.id} again and decide on what it says now.`,
  'refused.question-void': (d: Id & { by: string; choice: Choice; hosts: Names }) =>
    `${d.by} asked to ${whatWasAsked(d)}. That is void, so there is nothing to approve. The card of ${d.id} offers what can be done as it is now: choose there, and that is voted on.`,
  'refused.closed': (d: { id?: string | null; outcome?: string; at?: string | null; by?: string | null }, pen: Pen) =>
    d.id === null || d.id === undefined
      ? 'That is not open any more. /ssis shows what is.'
      : `${pen.bold(d.id)} ${inTable(OUTCOMES, d.outcome ?? '') ?? 'is not open any more'}${d.by == null ? '' : ` by ${d.by}`}${d.at == null ? '' : ` on ${pen.dateTime(d.at)}`}${d.outcome === 'approved' ? ': it needs no more approvals. Its card says what can still be done.' : '. Nothing can be decided there any more.'}`,
  'refused.ambiguous-person': (d: { people: Names }) =>
    `This account belongs to several people in the farm file (${list(d.people)}), so it cannot act. Ask its owner to correct that.`,
  'refused.reason-needed': () => 'A denial needs a reason: whoever asked will read it.',
  'refused.JournalNotWritable': (_: object, pen: Pen) =>
    `${pen.bold('The bot cannot write its journal, so nothing of this is recorded.')} See whether the disk of the bot's machine is full, and whether its account may write into its state folder, then do it again.`,
  'refused.master-not-left': (d: Id & { host: string; back: boolean; afterMs: number | null; tried?: boolean }) =>
    d.back
      ? `${d.host} is the master of ${d.id}: without it no worker runs. ${d.tried ? 'Look again. If that does not settle it' : 'Look again, or put all back. If neither settles it'}, bind the earlier certificate there by hand and write it into the settings (on a machine set up anew, if this one is lost for good), then look again. Once a look finds that certificate gone${d.afterMs === null ? '' : `, or once it has been silent for ${whole(d.afterMs)}`}, all can be left as it is.`
      : `${d.host} is the master of ${d.id}: as long as nobody knows whether it still trusts what is compromised, nothing is over. Start its runner, and look again; nothing goes back to what is compromised.`,
  'refused.nothing-left-to-undo': (d: Id & { hosts: Names }) =>
    `What ${d.id} asks about now, putting all back does not change. Put right by hand on ${list(d.hosts, 'and', 4)} what the last look found, then look again.`,
  'refused.nothing-unknown': (d: Id) => `Nothing about ${d.id} is unknown now. Show ${d.id} to see where it stands.`,
  'refused.packages-not-left': (d: Id & { alone: boolean }) =>
    d.alone
      ? `${d.id} waits for packages, and without that worker nobody would have a new certificate. Put all back leaves it on its old one.`
      : `${d.id} waits for packages before its master switches, and that cuts off whoever is left as well: what runs there would be run a second time beside the first. Wait longer, go on, or put all back.`,
  'refused.not-in-question': (d: Id & { hosts: Names; asked: Names }) =>
    `${d.hosts.length === 0 ? 'Nobody was named' : `${list(d.hosts, 'and', 4)} ${d.hosts.length === 1 ? 'is' : 'are'} not in question`}: ${d.id} asks about ${list(d.asked, 'and', 4)} now. Show ${d.id} and decide on what it says.`,
  'refused.too-many-left': (d: Id & { most: number }) =>
    `Of those ${d.id} asks about, ${d.most} at most are left behind by one decision, so that whoever approves reads every name. Ask for the others after that, or leave all of them behind.`,
  'refused.others-would-begin': (d: Id & { hosts: Names }) =>
    `${list(d.hosts, 'and', 4)} would begin if some of those ${d.id} asks about were left behind, and nobody was asked about that. Leave all of them behind, go on, or put all back.`,
  'refused.others-would-stay': (d: Id & { hosts: Names }) =>
    `${list(d.hosts, 'and', 4)} would not begin any more if some of those ${d.id} asks about were left behind, and nobody was asked about that. Look again, leave all of them behind, or put all back.`,
  'refused.decides-already': (d: Id & { by: string; choice: string; hosts?: Names | null }) =>
    `${d.by} asked to ${d.hosts != null ? `leave ${list(d.hosts, 'and', 4)} behind` : d.choice.startsWith('leave') ? 'leave it behind' : d.choice === 'go-on' ? 'go on' : 'put all back'} already. Approve or deny that on its card.`,
  'refused.open-rotation': (d: Id & { by: string; ends: 'stop' | 'waits-for-person' | 'itself' }) =>
    d.ends === 'waits-for-person'
      ? `${d.id}, asked by ${d.by}, needs a person, and a farm takes one at a time. Decide on its card: /ssis resolve ${d.id}.`
      : `${d.id}, asked by ${d.by}, is still open, and a farm takes one at a time. ${d.ends === 'stop' ? `Show it, wait until it is closed, or end it with /ssis stop ${d.id}` : 'It is ending already: wait until it is closed'}.`,
  'refused.too-many-requests': (d: { count: number; limit: number; at: string }, pen: Pen) =>
    `You have asked ${d.count} times within an hour, and ${d.limit} is the limit. Ask again after ${pen.time(d.at)}.`,
  'refused.no-runner': (d: { hosts: Names; others?: Names; unnamed?: Names; keys?: Names }) =>
    `No runner answers on ${list(d.hosts, 'and', 4)}, so nothing can be planned. Start ${d.hosts.length === 1 ? 'it' : 'them'} there, then ask again; take a worker that is gone for good out of the farm file.${d.others?.length ? ` Or ask for ${d.others.length === 1 ? d.others[0] : `the other ${d.others.length}`} alone.` : ''}${unnamed(d)}`,
  'refused.clock-off': (d: { host: string; hostClock: string; botClock: string; alike: number }, pen: Pen) =>
    d.alike > 0
      ? `${pen.bold("The bot's own clock is off")}, or those of ${all(d.alike, 'machine')}: they say ${pen.dateTime(d.hostClock)}, the bot's ${pen.dateTime(d.botClock)}. Set the one that is wrong, then ask again.`
      : `The clock of ${d.host} is off: it says ${pen.dateTime(d.hostClock)}, here it is ${pen.dateTime(d.botClock)}. Set it, then ask again.`,
  'refused.runner-not-ready': (d: { host: string; code: string; version?: string; bot?: string; data?: Data }) => {
    if (d.code === 'bot-key-unknown') return notPinned(d.host, d.data?.key);
    const isOther = d.code === 'not-understood' && d.version !== undefined && d.version !== d.bot;
    const versions = isOther ? ` Its version is ${buildOf(d.version ?? '')}, and the bot's ${d.bot}.` : '';
    return `${d.host} takes no work: ${inTable(NOTES, d.code) ?? `${d.code}.`}${versions}`;
  },
  'refused.quorum-unreachable': (d: { able: Names; quorum: number; missing: number; unread: Names }) =>
    `Without you ${d.able.length === 0 ? 'nobody' : `only ${list(d.able, 'and', 4)}`} may approve, and ${count(d.quorum, 'approval')} ${d.quorum === 1 ? 'is' : 'are'} needed: ${count(d.missing, 'person', 'people')} missing. ${d.unread.length === 0 ? `Add ${d.missing === 1 ? 'an approver' : 'approvers'} to the farm file, or let somebody else ask.` : `Slack has not said yet who is in ${list(d.unread, 'and', 4)}: ask again in a minute. If it stays so, the bot's log says why.`}`,
  'refused.unknown-id': (d: { id?: string }) =>
    d.id
      ? `There is no rotation ${d.id}. /ssis lists what is open.`
      : 'There is no such rotation. /ssis lists what is open.',
  ...rollbackWords,
  'refused.unknown-worker': (d: { said: string; farm: string; names: Names; near?: string }) =>
    `${d.farm} has no machine ${d.said}. Its workers: ${list(d.names, 'and', 8)}.${meant(d)}`,
  'refused.not-a-worker': (d: { host: string; farm: string; names: Names }) =>
    `${d.host} is no worker of ${d.farm}. Its workers: ${list(d.names, 'and', 8)}.`,
  'refused.no-workers': (d: { farm: string }) => `${d.farm} has no workers: see hosts in the farm file.`,
  'refused.unknown-farm': (d: { said: string; farms: Names; near?: string }) =>
    `There is no farm ${d.said} here. There ${d.farms.length === 1 ? 'is' : 'are'} ${list(d.farms, 'and', 6)}.${meant(d)}`,
  'refused.which-farm': (d: { farms: Names }) => `Which farm? Name one: ${list(d.farms, 'or', 8)}.`,
  'refused.reason-too-long': (d: { length: number; limit: number }) =>
    `That reason has ${d.length} characters, ${d.limit} is the limit. Shorten it.`,
  'refused.unknown-action': (d: { verb: string }) =>
    d.verb === ''
      ? 'That button says nothing that this version knows, so nothing was done. Show the card again.'
      : `"${d.verb}" is no action of this version. Show the card again.`,
} satisfies Lines;

const notPinned = (host: string, key: Json | undefined): string =>
  `The runner of ${host} does not go by the key of this bot, and refuses all that is ordered from here. Where the folder of bot or runner is a copy from before an exchange of keys, put back a newer one. Where the bot has another key than before, compare the key below with what certops keys prints at the bot, type this on ${host}, elevated, restart its runner and ask again: node runner.mjs keys --bot-key ${typeof key === 'string' ? key : 'KEY'}`;

const meant = ({ near }: { near?: string }): string => (near ? ` Did you mean ${near}?` : '');

const unnamed = ({ unnamed = [], keys = [] }: { unnamed?: Names; keys?: Names }): string =>
  unnamed.length === 0
    ? ''
    : ` But letters in the name of ${list(unnamed, 'and', 4)} come under ${keys.length === 1 ? 'a key' : 'keys'} that the farm file does not name (${list(keys, 'and', 4)}): where that runner has a new key, or its folder is a copy with an old one, put the key that node runner.mjs keys prints there into the farm file and restart the bot. Else somebody else writes them: see who can reach Redis.`;

const NOTES: { readonly [code: string]: string } = {
  paused: 'its runner is paused. Run node runner.mjs resume there, then ask again.',
  'journal-full':
    'it cannot write its journal. See whether its disk is full, and whether its state folder is still in its place and its account may write there, then ask again: it is noticed within seconds.',
  'orders-refused':
    'its Redis user lacks a right to take orders. Give it those that certops redis acl prints for this machine, then ask again: it is noticed within half a minute.',
  'not-understood':
    'what its runner says is not understood here, most likely because it is of a later version than the bot. Update the bot, then ask again.',
};

type Looked = Id & { hosts?: number; queueUp?: boolean };

function lookingAt({ id, hosts, queueUp = true }: Looked): string {
  const machines = hosts === undefined ? 'the machines' : count(hosts, 'machine');
  if (queueUp) return `${id}: looking at ${machines}.`;
  return `${id} is recorded. Redis takes no letters now, so work waits: it looks at ${machines} by itself once it does.`;
}

/** What was done with a click or a line. */
const answers = {
  looking: (d: Looked & { channels?: Names }) =>
    `${lookingAt(d)} The plan follows ${d.channels === undefined || d.channels.length === 0 ? 'here' : `in ${list(d.channels, 'and', 4)}`}.`,
  'looking-dry': (d: Looked & { alone?: boolean }) =>
    `${lookingAt(d)} The plan follows ${d.alone === true ? 'in your own chat with me' : 'here'}; nobody is asked.`,
  denied: (d: Id) => `${d.id} is denied. Whoever asked reads your reason.`,
  'resolve.look-again': (d: Id) => `${d.id}: looking again.`,
  'resolve.wait-longer': (d: Id) => `${d.id}: waiting longer for its packages.`,
  'resolve.leave-behind': (d: Id & { needed: number }) =>
    `${d.id}: leaving it behind needs ${count(d.needed, 'approval')} on its card.`,
  'resolve.leave-out': (d: Id & { needed: number }) =>
    `${d.id}: leaving behind where packages run needs ${count(d.needed, 'approval')} on its card.`,
  'resolve.leave-some': (d: Id & { hosts: Names; rest: Names; packages: boolean; toGo: Names }) => {
    const names = list(d.hosts, 'and', 4);
    if (d.rest.length > 0)
      return `${names} would be left behind, and what becomes of ${list(d.rest, 'and', 4)} is still to be decided.`;
    if (!d.packages) return `${d.id} would be closed without ${names}.`;
    const goesOn = d.toGo.length === 0 ? '' : ` ${list(d.toGo, 'and', 4)} would go on.`;
    return `${names} would be left behind on ${d.hosts.length === 1 ? 'its old certificate' : 'their old certificates'}, and nothing restarted there.${goesOn}`;
  },
  'resolve.go-on': (d: Id & { needed: number }) =>
    `${d.id}: going on needs ${count(d.needed, 'approval')} on its card.`,
  'resolve.put-all-back': (d: Id & { needed: number }) =>
    `${d.id}: putting all back needs ${count(d.needed, 'approval')} on its card.`,
  'how-to-ask': (d: { farm: string; request: string }, pen: Pen) =>
    `Say ${pen.bold(`/ssis ${d.request} in ${d.farm} because`)} and your reason, or ask without one.`,
  'button.farm': (d: { farm: string }) => d.farm,
  'button.leave': (d: { hosts: Names }) => `Leave ${list(d.hosts, 'and', 4)} behind`,
  'button.show': (d: Id) => `Show ${d.id}`,
  'button.rotate': (d: { farm: string }) => `Rotate ${d.farm}…`,
  'button.request': () => 'Ask without a reason',
  'button.with-ticket': () => 'Ask with a ticket…',
  'button.act-as': (d: { name: string }) => `Act as ${d.name}`,
  'button.time': (d: { time: string }) => d.time,
  'button.type': (d: { text: string }) => `/ssis ${d.text}`,
} satisfies Lines;

type Expiry = {
  readonly farm: string;
  readonly host: string;
  readonly role: string;
  readonly days: number;
  readonly notAfter: string;
  readonly asOf?: string;
};

/** `/ssis` alone, `status`. */
const lines = {
  'summary.waits-for-you': (d: Id & { by: string }, pen: Pen) =>
    `${pen.bold(`${d.id} waits for you`)}, asked by ${d.by}.`,
  'summary.waits': (d: Id & { by: string }) => `${d.id} waits for approvals, asked by ${d.by}.`,
  'summary.runs': (d: Id & { by: string }) => `${d.id} runs, asked by ${d.by}.`,
  'summary.looks': (d: Id & { by: string }) => `${d.id} looks at the machines for its plan, asked by ${d.by}.`,
  'summary.needs-person': (d: Id & { hosts: Names; paused: boolean }, pen: Pen) =>
    `${pen.bold(`${d.id} needs a person`)}: ${standsStill(d)}. Decide on its card: /ssis resolve ${d.id}.`,
  'summary.packages': (d: Packages, pen: Pen) =>
    `${pen.bold(`${d.id} waits for a decision`)}: ${d.unseen ? 'whether packages run cannot be seen' : 'packages still run'}. Decide on its card: /ssis resolve ${d.id}.`,
  'summary.nothing-waits': () => 'Nothing waits for you, and nothing runs.',
  'summary.farm': (d: Expiry, pen: Pen) => {
    const what = `${d.host}'s ${d.role} certificate`;
    const end =
      d.days === 0
        ? pen.bold(`${what} has ended, on ${pen.date(d.notAfter)}`)
        : `next to end is ${what}, in ${days(d.days)}, on ${pen.date(d.notAfter)}`;
    return `${pen.bold(d.farm)}: ${end}.${d.asOf == null ? '' : ` As of ${pen.dateTime(d.asOf)}.`}`;
  },
  'summary.farm-not-looked': (d: { farm: string }, pen: Pen) =>
    `${pen.bold(d.farm)}: not looked at yet. Start its runners, then say /ssis certs ${d.farm}.`,
  'status.waits': (d: Id & { approved: number; quorum: number }) =>
    `${d.id} waits: ${d.approved} of ${d.quorum} approved.`,
  'status.runners': (d: { answering: number; count: number; versions: Names }) =>
    `${d.answering} of ${count(d.count, 'runner')} ${d.answering === 1 ? 'answers' : 'answer'}${d.versions.length === 0 ? '' : `, ${d.versions.length === 1 ? 'version' : 'versions'} ${list(d.versions)}`}.`,
  'status.left-behind': (d: Id & { hosts: Names }) =>
    `${list(d.hosts, 'and', 4)} ${d.hosts.length === 1 ? 'was' : 'were'} left behind by ${d.id}, and not looked at since.`,
  'status.left-not-back': (d: Id & { hosts: Names }) =>
    `${list(d.hosts, 'and', 4)} ${d.hosts.length === 1 ? 'was' : 'were'} left behind by ${d.id}, and no look since has shown ${d.hosts.length === 1 ? 'it' : 'them'} connected: put right what is in the way there.`,
  'status.queue': (d: { refuses: string | null }) =>
    d.refuses === null
      ? 'Redis is away, so no runner can be heard, and work waits. What was decided is recorded; it goes on by itself.'
      : `Redis takes nothing, for ${whyRefused(d.refuses)}: no runner can be heard, and work waits. ${tillItTakes(d.refuses)} What was decided is recorded; it goes on by itself.`,
  'status.box-refused': (d: { farm: string; refuses: string }) =>
    `Redis does not hand out what another bot there has taken for ${d.farm}, for ${whyRefused(d.refuses)}: its runners may be heard late. ${tillItTakes(d.refuses)}`,
  'status.much-said': (d: { hosts: Names; code: string }) =>
    `${list(d.hosts, 'and', 4)}: far more was heard today than any day makes (${d.code}). Look at ${d.hosts.length === 1 ? 'its runner' : 'their runners'}: it fills the bot's journal.`,
  'status.journal-full': (d: { host: string; reason: string }) =>
    `${d.host}: its runner answers, and says that it cannot write its journal${whyUnwritable(d)}, so it takes no order. ${makeWritable(d)}: it is noticed within seconds.`,
  'status.unwell': (d: { hosts: Names }) =>
    `${list(d.hosts, 'and', 4)}: ${d.hosts.length === 1 ? 'its runner answers' : 'their runners answer'}, but a request may be refused because of it: /ssis runners says why.`,
  'status.silent': (d: { host: string; at: string }, pen: Pen) =>
    `${d.host}: its runner was last heard on ${pen.dateTime(d.at)}. See whether it runs.`,
} satisfies Lines;

export const notices = {
  ...refusals,
  ...wrong,
  ...answers,
  ...lines,
  ...freezeWords,
  ...whenNotices,
  ...inventoryWords,
  ...helpWords,
  ...noteWords,
  ...quietWords,
  ...snoozeWords,
  ...stopWords,
  ...strangeWords,
  ...whoamiWords,
  ...retireNotices,
  ...compromisedNotices,
  ...reviewWords,
  ...reconnectNotices,
};

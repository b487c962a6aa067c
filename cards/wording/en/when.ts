import type { Pen } from '../../pen.ts';
import type { Lines, Names } from '../line.ts';
import { all, approvers, canBeSeen, count, list, lookedAgain } from './grammar.ts';

type Id = { readonly id: string };
type Window = { readonly from: string; readonly to: string };
type Clocks = {
  readonly host: string;
  readonly hostClock: string;
  readonly botClock: string;
  readonly alike: number;
};

/** When a rotation begins, and the ticket that it is booked under. */
export const whenNotices = {
  approved: (
    d: Id & {
      missing: number;
      names: Names;
      starts: boolean;
      from: string | null;
      liftBy: string | null;
      queueUp: boolean;
    },
    pen: Pen,
  ) => {
    const recorded = `Your approval of ${d.id} is recorded.`;
    if (d.missing > 0)
      return `${recorded} ${d.missing === 1 ? 'One more is' : `${d.missing} more are`} needed${d.names.length === 0 ? '' : `: ${approvers(d.missing, d.names, 4)}`}.`;
    if (!d.queueUp && d.from === null) return `${recorded} It was the last one needed; work begins once Redis is back.`;
    return `${recorded} It was the last one needed, so it ${pen.bold(d.liftBy !== null ? `starts only if the freeze is lifted before ${pen.dateTime(d.liftBy)}` : d.from !== null ? `starts on ${pen.dateTime(d.from)}` : d.starts ? 'starts now' : 'is done now')}.`;
  },
  'summary.starts': (d: Id & { from: string }, pen: Pen) =>
    `${d.id} is approved and ${pen.bold(`starts on ${pen.dateTime(d.from)}`)}.`,
  'summary.starts-late': (d: Id & { from: string; until: string; hosts: Names; obstacle: boolean }, pen: Pen) => {
    const why =
      d.hosts.length > 0
        ? ` ${list(d.hosts, 'and', 4)} could not be looked at.`
        : d.obstacle
          ? ` What is in its way is on its card: /ssis show ${d.id}.`
          : '';
    return `${d.id} is approved and ${pen.bold('has not begun yet')}: its start was ${pen.dateTime(d.from)}, and it can begin until ${pen.dateTime(d.until)}.${why}`;
  },
  'summary.starts-if-lifted': (d: Id & { liftBy: string }, pen: Pen) =>
    `${d.id} is approved and ${pen.bold(`starts only if the freeze is lifted before ${pen.dateTime(d.liftBy)}`)}.`,
  'note.waits': (d: Id & { names: Names; from: string }, pen: Pen) =>
    `Approved by ${list(d.names, 'and', 4)}: ${pen.bold(`${d.id} starts on ${pen.dateTime(d.from)}`)}. Until then nothing is changed, and its requester or any approver can withdraw it.`,
  'note.held': (d: Id & { from: string; frozen: string; by: string; reason: string; asks: boolean }, pen: Pen) =>
    `The freeze until ${pen.dateTime(d.frozen)}, by ${d.by}${d.reason === '' ? '' : ` (${d.reason})`}, covers its start, so ${pen.bold(d.asks ? `${d.id} is asked again` : `${d.id} now starts`)} on ${pen.dateTime(d.from)}.`,
  'note.too-late': (d: Id & { farm: string; frozen: string; by: string; reason: string; liftBy: string }, pen: Pen) =>
    `The freeze until ${pen.dateTime(d.frozen)}, by ${d.by}${d.reason === '' ? '' : ` (${d.reason})`}, leaves ${d.id} no time before the certificate ends: ${pen.bold(`it starts only if the freeze is lifted before ${pen.dateTime(d.liftBy)}`)}, with /ssis unfreeze ${d.farm}; else it is refused then.`,
  'note.unseen': (d: Id & { from: string; hosts: Names; answered: boolean }, pen: Pen) =>
    `${pen.bold(`${d.id} starts on ${pen.dateTime(d.from)}`)}, and ${list(d.hosts, 'and', 4)} could not be looked at. It begins only when ${d.answered ? canBeSeen(d.hosts) : d.hosts.length === 1 ? 'that runner answers' : 'those runners answer'}.`,
  'note.unseen-at-start': (d: Id & { from: string; until: string; hosts: Names; answered: boolean }, pen: Pen) => {
    const said = `${pen.bold(`${d.id} has not begun`)}: it was to start on ${pen.dateTime(d.from)}, and ${list(d.hosts, 'and', 4)} could not be looked at.`;
    const until = `until ${pen.dateTime(d.until)}.`;
    if (d.answered) return `${said} It begins once ${canBeSeen(d.hosts)}, ${until}`;
    return `${said} It begins once ${d.hosts.length === 1 ? 'that runner answers' : 'those runners answer'}, ${until} /ssis runners may say why ${d.hosts.length === 1 ? 'it does' : 'they do'} not.`;
  },
  'note.obstacle': (d: Id & { from: string; until: string; mark: string }, pen: Pen) =>
    `${pen.bold(`${d.id} could not begin as it is.`)} Its start: ${pen.dateTime(d.from)}. Put right what follows; ${lookedAgain(d.mark, pen.dateTime(d.until))}.`,
  'freeze.yields': (d: Id) => `${d.id} begins in the first change window after the freeze.`,
  'freeze.moves': (d: Id & { from: string }, pen: Pen) =>
    `${pen.bold(`${d.id} starts on ${pen.dateTime(d.from)}`)} instead.`,
  'freeze.too-late': (d: Id) =>
    `${d.id} is refused: after the freeze it could begin only once its certificate has ended. Its card says what to ask for.`,
  'freeze.holds': (d: Id & { liftBy: string }, pen: Pen) =>
    `After the freeze ${d.id} could begin only once its certificate has ended. ${pen.bold(`It starts only if the freeze is lifted before ${pen.dateTime(d.liftBy)}.`)}`,
  'freeze.lapses': (d: Id & { at: string }, pen: Pen) =>
    `${d.id} can be approved until ${pen.dateTime(d.at)}, and the approval that would start it is refused as long as the farm is frozen: so it lapses then.`,
  'freeze.asks-again': (d: Id) => `${d.id} cannot begin at its time: the same is asked again when the freeze is over.`,
  'refused.no-windows': (d: { farm: string }) =>
    `${d.farm} has no change windows: a rotation starts as soon as it is approved, or at a time. Say at tomorrow 08:00, or leave the word out.`,
  'refused.outside-windows': (d: { farm: string; at: string; next: Window | null }, pen: Pen) =>
    `${pen.dateTime(d.at)} is in no change window of ${d.farm}.${d.next === null ? '' : ` The next one after it is open from ${pen.dateTime(d.next.from)} to ${pen.dateTime(d.next.to)}.`} Say a time in a window, at next-window, or now.`,
  'refused.when-after-end': (d: { at: string; notAfter: string; last: Window | null }, pen: Pen) =>
    `The certificate ends on ${pen.dateTime(d.notAfter)}, before ${pen.dateTime(d.at)}. ${d.last === null ? 'No change window that is still to come opens before it ends: say now' : `The last change window before it ends is open from ${pen.dateTime(d.last.from)} to ${pen.dateTime(d.last.to)}: say a time in it, or now`}.`,
  'refused.window-closed': (d: { id: string; at: string }, pen: Pen) =>
    `The change window for ${d.id} closed on ${pen.dateTime(d.at)}, and a longer wait would begin the outage whenever packages end. Decide on its card whether it goes on, or stop it and ask again.`,
  'refused.window-closes': (d: { id: string; at: string }, pen: Pen) =>
    `The change window for ${d.id} closes on ${pen.dateTime(d.at)}, before a longer wait would end, and the outage may then begin outside of it. Decide on its card whether it goes on now, or stop it and ask again.`,
  'refused.ticket-missing': (d: { example: string }) =>
    `A request for this farm needs a ticket, such as ${d.example}. In a typed line it stands before because: ticket ${d.example}.`,
  'refused.ticket-not-matching': (d: { said: string; example: string }) =>
    `"${d.said}" is no ticket of this farm. One looks like ${d.example}.`,
  'wrong.at-what': (d: { word: string }) =>
    `At what time? Say /ssis ${d.word} at tomorrow 08:00, at next-window, or now.`,
  'wrong.form-when-twice': (d: { said: string }) =>
    `"${d.said}" is typed as the time, and another start is chosen. Choose the start at a set time, or empty the time.`,
  'wrong.form-at-what': () => 'A start at a set time needs the time: type one, such as tomorrow 22:00.',
  'wrong.form-when-unknown': (d: { said: string }) =>
    `This form is of another version, and "${d.said}" is no start that is known here. Open it once more.`,
  'wrong.ticket-what': (d: { word: string }) =>
    `Which ticket? Say it after the word, as in /ssis ${d.word} ticket CHG0012345.`,
  'wrong.ticket-twice': (d: { said: string }) => `The ticket is said twice ("${d.said}" too). Say it once.`,
  'wrong.when-twice': (d: { said: string }) =>
    `When it starts is said twice ("${d.said}" too). Say one of at TIME, at next-window and now.`,
  'why.start-after-end': (d: { notAfter: string; from: string; last: Window | null }, pen: Pen) =>
    `${pen.bold('The certificate would end before the start:')} it ends on ${pen.dateTime(d.notAfter)}, and this would start on ${pen.dateTime(d.from)}.`,
  'why.start-after-end.todo': (
    d: { farm: string; last: Window | null; frozen: string | null; windows?: boolean | undefined },
    pen: Pen,
  ) => {
    if (d.last !== null)
      return `The last change window before it ends is open from ${pen.dateTime(d.last.from)} to ${pen.dateTime(d.last.to)}. Ask again for a time in it${d.frozen === null ? ', or with now' : ''}.`;
    if (d.frozen === null && d.windows === false) return 'Ask again for an earlier time, or with now.';
    return d.frozen === null
      ? 'No change window that is still to come opens before it ends. Ask again with now, or at an earlier time.'
      : `Nothing begins before the freeze ends on ${pen.dateTime(d.frozen)}, and then it is too late. An approver ends the freeze with /ssis unfreeze ${d.farm}; then ask again${d.windows === false ? ' with now' : ', with now only if no change window is left before that end'}.`;
  },
  'why.bot-clock-off': (d: Clocks, pen: Pen) =>
    `${pen.bold(`The bot's clock is off, or ${ofMachines(d)}:`)} ${said(d, pen)}. Set the one that is wrong: if that is in time, it begins by itself.`,
  'refused.lapsed-by-clock': (d: Clocks & { id: string }, pen: Pen) =>
    `${pen.bold(`The bot's clock is off, or ${ofMachines(d)}`)}, and by the bot's ${d.id} has lapsed: ${said(d, pen)}. Set the one that is wrong; unless its time is up then too, decide again.`,
  'why.start-missed': (d: { from: string; until: string; hosts: Names; names?: Names; clocks?: Clocks }, pen: Pen) =>
    `${pen.bold('Its start was missed:')} it was to begin between ${pen.dateTime(d.from)} and ${pen.dateTime(d.until)}, ${
      d.names !== undefined && d.names.length > 0
        ? `and Slack did not say whether ${list(d.names, 'and', 4)} may still approve.`
        : d.hosts.length === 0
          ? d.clocks != null
            ? `and the bot's clock was off, or ${ofMachines(d.clocks)}: ${said(d.clocks, pen)}.`
            : "and the bot was not there, the farm was frozen, or the bot's clock was set ahead."
          : `and ${list(d.hosts, 'and', 4)} could not be looked at.`
    }`,
  'next.asked-anew': () =>
    'The same is asked again under a new id, with a new plan; votes do not carry over. As long as it cannot be asked, a word below this card says why.',
  'note.not-asked': (d: Id & { until: string; words: string }, pen: Pen) =>
    `${pen.bold(`What ${d.id} was for cannot be asked again yet.`)} It is asked by itself as soon as it can be, until ${pen.dateTime(d.until)}. Anybody may ask for it before, with /ssis ${d.words}`,
  'note.lacks-ticket': (d: Id & { words: string }, pen: Pen) =>
    `${pen.bold(`${d.id} lacks the ticket that is asked for now`)}, and nothing asks for the same again without it. Ask with a ticket, on its card or with /ssis ${d.words}`,
  'anew.no-runner': (d: { hosts: Names }) =>
    `No runner answers on ${list(d.hosts, 'and', 4)}: start ${d.hosts.length === 1 ? 'it' : 'them'} there.`,
  'anew.clock-off': (d: { host: string; hostClock: string; botClock: string; alike: number }, pen: Pen) =>
    d.alike > 0
      ? `The bot's own clock is off, or those of ${all(d.alike, 'machine')}: they say ${pen.dateTime(d.hostClock)}, the bot's ${pen.dateTime(d.botClock)}. Set the one that is wrong.`
      : `The clock of ${d.host} is off: it says ${pen.dateTime(d.hostClock)}, here it is ${pen.dateTime(d.botClock)}. Set it.`,
  'anew.quorum-unreachable': (d: { by: string; able: Names; quorum: number; missing: number; unread: Names }) =>
    `Without ${d.by}, who asked, ${d.able.length === 0 ? 'nobody' : `only ${list(d.able, 'and', 4)}`} may approve, and ${count(d.quorum, 'approval')} ${d.quorum === 1 ? 'is' : 'are'} needed: ${count(d.missing, 'person', 'people')} missing. ${d.unread.length === 0 ? `Add ${d.missing === 1 ? 'an approver' : `${d.missing} approvers`} to the farm file, or let somebody else ask.` : `Slack has not said yet who is in ${list(d.unread, 'and', 4)}.`}`,
  'anew.too-many-requests': (d: { by: string; count: number; limit: number }) =>
    `${d.by} has asked ${d.count} times within an hour, and ${d.limit} is the limit. Wait, or let somebody else ask.`,
  'refused.requester-gone': (d: { by: string }) =>
    `${d.by}, who asked, is not in the farm file any more, and nobody is asked in that name: let somebody else ask.`,
} satisfies Lines;

const ofMachines = ({ host, alike }: Clocks): string =>
  alike > 0 ? `those of ${all(alike, 'machine')}` : `that of ${host}`;

const said = ({ hostClock, botClock, alike }: Clocks, pen: Pen): string =>
  `${alike > 0 ? 'they say' : 'it says'} ${pen.dateTime(hostClock)}, the bot's ${pen.dateTime(botClock)}`;

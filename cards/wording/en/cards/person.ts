import type { Pen } from '../../../pen.ts';
import type { Lines } from '../../line.ts';
import { approvers, capital, count, list } from '../grammar.ts';
import { whole } from '../measure.ts';
import { type Returns, returning } from '../returning.ts';
import { agreedBack, type Back, before, THEN_PREPARED, theirsBefore, whatBack } from './put-back.ts';

type Names = readonly string[];
type Choice = 'leave-behind' | 'put-all-back' | 'go-on' | 'leave-out';
type Leave = 'cut-off' | 'not-known' | 'as-it-is' | 'all-as-it-is';

/** What stands against going on: packages that run, or may (unseen); a freeze; a change window that has closed. */
export interface Despite {
  readonly unseen: boolean;
  readonly frozen: boolean;
  readonly late: boolean;
  /** Workers were cut off before the rotation began. */
  readonly cutOffAlready: boolean;
}

const APPROVE: { readonly [choice in Choice]: string } = {
  'leave-behind': 'Approve and close',
  'put-all-back': 'Approve and put back',
  'go-on': 'Approve and go on',
  'leave-out': 'Approve and leave',
};

const ASKED: { readonly [choice in Choice]: string } = {
  'leave-behind': 'leave behind what was unknown',
  'put-all-back': 'put all back',
  'go-on': 'go on without waiting for packages',
  'leave-out': 'leave workers behind where packages ran',
};

function though({ unseen, frozen, late }: Despite): string {
  const outside = late ? ', and outside of its change window' : '';
  const freeze = frozen ? `, ${late ? '' : 'and '}though the farm is frozen` : '';
  return `though packages ${unseen ? 'may ' : ''}run${freeze}${outside}`;
}

/** What happens to the other workers when some are left behind because of their packages. */
function others({ toGo, frozen, late }: { readonly toGo: Names } & Pick<Despite, 'frozen' | 'late'>): string {
  if (toGo.length === 0) return 'the others keep their new certificates';
  const freeze = frozen ? ` though the farm is frozen${late ? ',' : ''}` : '';
  return `${list(toGo, 'and', 3)} ${toGo.length === 1 ? 'goes' : 'go'} on${freeze}${late ? `${frozen ? ' and' : ''} outside of its change window` : ''}`;
}

const old = (names: Names): string =>
  names.length === 1 ? 'keeps its old certificate' : 'keep their old certificates';

function leaving(
  leave: Exclude<Leave, 'all-as-it-is'>,
  one: boolean,
  { farm, silent }: { readonly farm: string; readonly silent: boolean },
): string {
  if (leave === 'as-it-is') return 'what is wrong there stays as it is';
  if (leave === 'not-known')
    return `how ${one ? 'it stands' : 'they stand'} is not known, and /ssis certs ${farm} shows what is there${silent ? ` once ${one ? 'it answers' : 'they answer'}` : ''}`;
  return `${one ? 'it runs no package until it is reconnected, which is offered when it is' : 'they run no package until they are reconnected, which is offered when they are'} back`;
}

const LEAVE_ALL = 'Leave all as it is';

const it = (names: Names): string => (names.length === 1 ? 'it' : 'them');
const is = (names: Names): string => (names.length === 1 ? 'is' : 'are');

export const personWords = {
  'person.state': () => 'NEEDS A PERSON · STOPPED',
  'person.title': (d: { unknown: Names; farm: string; rest: boolean; paused: boolean }) =>
    d.unknown.length === 0
      ? `${d.farm} waits for a decision`
      : d.paused
        ? `${list(d.unknown, 'and', 3)} ${is(d.unknown)} paused, and not put back yet`
        : d.rest
          ? `${list(d.unknown, 'and', 3)} ${is(d.unknown)} unknown, the rest is proved`
          : `${list(d.unknown, 'and', 3)} ${is(d.unknown)} unknown`,
  'person.title-packages': (d: { farm: string; unseen: boolean }) =>
    d.unseen ? `Whether packages run in ${d.farm} cannot be seen` : `Packages still run in ${d.farm}`,
  'person.about-packages': (d: { id: string; cutOffAlready: boolean; goesOn: boolean }) =>
    `${d.id} · ${d.cutOffAlready ? 'every worker is cut off already' : 'nobody is cut off'}, and nothing more is changed until ${d.goesOn ? 'no package is seen to run, or ' : ''}somebody decides`,
  'person.choices-packages': (
    d: {
      ms: number;
      cutOffAlready: boolean;
      looks: boolean;
      heldUp: Names;
      /** Who goes on if these are left behind; null: they cannot be left behind. */
      toGo: Names | null;
      frozen: { until: string; by: string; reason: string } | null;
      closedAt: string | null;
      closesAt: string | null;
      of?: string | null;
    },
    pen: Pen,
  ) => {
    const late = d.closedAt !== null;
    const closed = d.closedAt === null ? '' : pen.bold(`Its change window closed on ${pen.dateTime(d.closedAt)}`);
    const wait =
      d.frozen !== null
        ? `${pen.bold(`${d.frozen.by} has frozen the farm until ${pen.dateTime(d.frozen.until)}`)}${d.frozen.reason === '' ? '' : ` (${d.frozen.reason})`}, so nobody waits any longer.${late ? ` ${closed}.` : ''}`
        : late
          ? `${closed}, so nobody waits any longer.`
          : d.closesAt !== null
            ? `${pen.bold(`Its change window closes on ${pen.dateTime(d.closesAt)}`)}, and packages may run for longer, so nobody waits any longer.`
            : `Once none is seen to run any more it goes on by itself.${d.looks ? ' It looks every minute, later less often.' : ''}\n${pen.bold('Wait longer')} looks all the time, for up to ${whole(d.ms)} more.`;
    const all = d.frozen === null ? '' : late ? ' all the same, and' : ' all the same';
    const goesOn =
      d.heldUp.length === 0
        ? `${d.cutOffAlready ? 'ends' : 'begins'} the outage${all}${late ? ' outside of the change window' : ''}: a package whose worker is away for longer than its lease is put back into the queue and run a second time`
        : `restarts ${list(d.heldUp, 'and', 3)}${all}${late ? ' outside of the change window' : ''}: a package that runs there may be ended by it and run a second time`;
    const leave =
      d.toGo === null || d.heldUp.length === 0
        ? ''
        : `\n${pen.bold(`Leave ${it(d.heldUp)} behind`)} restarts nothing there: ${list(d.heldUp, 'and', 3)} ${old(d.heldUp)} until ${d.heldUp.length === 1 ? 'it is' : 'they are'} asked for again, what was prepared for ${it(d.heldUp)} goes, and ${others({ toGo: d.toGo, frozen: d.frozen !== null, late })}.`;
    const switched = d.heldUp.length === 0 ? '' : `, and brings those that have switched back to ${theirsBefore(d.of)}`;
    const again =
      d.frozen !== null
        ? '; then the same can be asked when the freeze is over'
        : late
          ? '; then the same can be asked for the next window'
          : '';
    return `${wait}\n${pen.bold('Go on')} ${goesOn}.${leave}\n${pen.bold('Put all back')} takes away what was prepared${switched}${again}.\nDisabling workers is no way: it ends their packages with error 27252.`;
  },
  'person.unwatched': (d: { host: string; how: 'silent' | 'paused' | 'unanswered' }, pen: Pen) =>
    d.how === 'silent'
      ? `${pen.bold(`${d.host} is silent, so nobody sees whether packages have ended`)} until it speaks again.`
      : d.how === 'paused'
        ? `${pen.bold(`${d.host} is paused, so nobody sees whether packages have ended`)}: run node runner.mjs resume there.`
        : `The last look from ${d.host} whether packages have ended brought no answer. It looks again.`,
  'person.approval-packages': (d: { quorum: number; waits: boolean; leaves: boolean }) =>
    `${d.waits ? (d.leaves ? 'The last three' : 'The last two') : d.leaves ? 'All three' : 'Both'} need ${count(d.quorum, 'approval')} on this card.`,
  'person.wait': () => 'Wait longer',
  'person.go-on': () => 'Go on…',
  'person.go-on-what': (d: { id: string; heldUp: Names } & Despite) =>
    d.heldUp.length === 0
      ? `${d.cutOffAlready ? `${d.id} goes on` : `The outage of ${d.id} begins`} ${though(d)}.`
      : `${list(d.heldUp, 'and', 4)} ${d.heldUp.length === 1 ? 'is' : 'are'} restarted ${though(d)}.`,
  'person.go-on-do': () => 'Go on',
  'person.leave-out-what': (d: { unknown: Names; toGo: Names } & Despite) =>
    `${list(d.unknown, 'and', 4)} ${old(d.unknown)}, nothing is restarted there, and ${others(d)}.`,
  'person.back-packages': (d: { heldUp: Names; back: Back; of?: string | null }) =>
    d.back === 'unbound' || d.back === 'unbound-alone'
      ? 'What was prepared is taken away again. The port stays without a binding.'
      : d.heldUp.length === 0
        ? `What was prepared is taken away again. ${capital(before(d.of))} stays in use.`
        : `What was prepared is taken away again, and workers that have switched go back to ${theirsBefore(d.of)}.`,
  'person.about': (d: { id: string }) => `${d.id} · nothing more is changed until somebody decides`,
  'person.what': () => 'What you can do',
  'person.choices': (
    d: {
      farm: string;
      unknown: Names;
      silent: boolean;
      leave: Leave | null;
      leaveFrom: string | null;
      returns: Returns | null;
      back: Back | null;
      paused: boolean;
      of?: string | null;
    },
    pen: Pen,
  ) => {
    const names = d.unknown.length === 0 ? 'the machine' : list(d.unknown, 'and', 3);
    const one = d.unknown.length < 2;
    const look = !d.silent
      ? `reads ${names} once more`
      : one
        ? `when ${names} is up: its runner reads its own journal and finishes or puts back its last change`
        : `when ${names} are up: their runners read their own journals and finish or put back their last change`;
    const left =
      d.leave === null
        ? d.leaveFrom === null
          ? ''
          : `\n${pen.bold(LEAVE_ALL)}, for a master that is lost for good, is offered from ${pen.dateTime(d.leaveFrom)} on, should nothing be heard of it until then.`
        : d.leave === 'all-as-it-is'
          ? d.returns === null
            ? `\n${pen.bold(LEAVE_ALL)} ends this with every machine as it is now: workers that do not follow what their master presents stay cut off until they are reconnected.`
            : `\n${pen.bold(LEAVE_ALL)}, for a master that is lost for good, ends this with every machine as it is now. ${returning(d.returns)}`
          : `\n${pen.bold(`Leave ${it(d.unknown.length === 0 ? ['x'] : d.unknown)} behind`)} closes this without ${names}; ${leaving(d.leave, one, d)}.`;
    const first = d.paused
      ? `${pen.bold('node runner.mjs resume')} on ${names} ends that: ${one ? 'it is put back by itself' : 'they are put back by themselves'} then.`
      : `${pen.bold('Look again')} ${look}.`;
    return `${first}${left}${d.back === null ? '' : `\n${pen.bold('Put all back')} ${whatBack(d.back, d.of)}.`}`;
  },
  'person.approval': (d: { quorum: number; leave: boolean; back: boolean; paused: boolean }) =>
    `${d.leave || d.back ? `The last ${d.leave && d.back ? 'two need' : 'one needs'} ${count(d.quorum, 'approval')} on this card. ` : ''}${d.paused ? 'Until then the farm' : 'A farm with an unknown machine'} takes no other rotation.`,
  'person.asked': (
    d: { by: string; choice: Choice; unknown: Names; toGo: Names; all: boolean; returns: Returns | null } & Despite,
    pen: Pen,
  ) =>
    `${pen.bold(d.by)} asks to ${d.choice === 'leave-out' ? `leave ${list(d.unknown, 'and', 3)} behind: ${others(d)}` : d.choice === 'leave-behind' ? (d.all ? 'leave all as it is' : `leave ${list(d.unknown, 'and', 3)} behind`) : d.choice === 'go-on' ? `go on ${though(d)}` : 'put all back'}.${riskOf(d)}`,
  'person.voided': (d: { by: string; choice: Choice; hosts: Names }, pen: Pen) =>
    `${pen.bold(d.by)} asked to ${d.hosts.length === 0 ? ASKED[d.choice] : `leave ${list(d.hosts, 'and', 4)} behind`}. That is void, and every vote on it: what is seen has changed since. Decide on what is seen now.`,
  'person.approve-what': (
    d: {
      id: string;
      choice: Choice;
      unknown: Names;
      toGo: Names;
      all: boolean;
      returns: Returns | null;
      starts: boolean;
      back: Back;
      of?: string | null;
    } & Despite,
    pen: Pen,
  ) => {
    const what =
      d.choice === 'leave-behind'
        ? d.all
          ? `You agree to end ${d.id} with ${pen.bold('every machine as it is now')}${d.returns === null ? ': nothing goes back.' : `.${riskOf(d)}`}`
          : `You agree to close ${d.id} without ${pen.bold(list(d.unknown, 'and', 4))}.`
        : d.choice === 'leave-out'
          ? `You agree that ${pen.bold(list(d.unknown, 'and', 4))} ${old(d.unknown)}, and ${others(d)}.`
          : d.choice === 'go-on'
            ? `You agree that ${d.id} goes on ${pen.bold(though(d))}: some may be run a second time.`
            : agreedBack(d.back, pen.bold, d.of);
    return `${what} ${d.starts ? `It is done ${pen.bold('at once')}.` : 'Nothing is done before the others agree.'}`;
  },
  'person.approve-do': (d: { choice: Choice; starts: boolean }) => (d.starts ? APPROVE[d.choice] : 'Approve'),
  'person.look': () => 'Look again',
  'person.leave': (d: { unknown: Names; all: boolean }) => (d.all ? `${LEAVE_ALL}…` : `Leave ${it(d.unknown)} behind…`),
  'person.leave-what': (d: {
    id: string;
    others: Names;
    back: boolean;
    unknown: Names;
    all: boolean;
    returns: Returns | null;
  }) => {
    if (d.all)
      return `Ends ${d.id} with every machine as it is now. ${d.returns === null ? 'Nothing goes back any more.' : returning(d.returns)}`;
    return d.others.length === 0
      ? `Closes ${d.id} without ${list(d.unknown, 'and', 4)}.`
      : `Closes ${d.id} as ${d.back ? 'put back' : 'done'} on ${list(d.others, 'and', 4)}, without ${list(d.unknown, 'and', 4)}.`;
  },
  'person.leave-do': (d: { unknown: Names; all: boolean }) =>
    d.all ? LEAVE_ALL : `Leave ${d.unknown.length === 1 ? (d.unknown[0] ?? 'it') : 'them'} behind`,
  'person.back': () => 'Put all back…',
  'person.back-what': (d: { others: Names; unknown: Names; back: Back; of?: string | null }) => {
    if (d.back === 'prepared') return 'What was prepared is taken away again. Nobody is cut off.';
    if (d.back === 'unbound')
      return 'What was done is taken back. The port has no binding then, as before, and every worker is cut off.';
    if (d.back === 'unbound-alone') return 'What was done is taken back. The port has no binding then, as before.';
    if (d.back === 'unbound-imported')
      return 'What was done is taken back once the old certificate is imported there again. The port has no binding then, as before.';
    if (d.back === 'cut-off') return 'Workers are put back as they were: cut off.';
    if (d.back === 'once-more')
      return `${list(d.unknown, 'and', 4)} ${d.unknown.length === 1 ? 'tries' : 'try'} once more to put back what is left there, from ${d.unknown.length === 1 ? 'its' : 'their'} own journal. Whoever is back already stays so, and ${THEN_PREPARED}.`;
    const to = `back to ${before(d.of)}${d.back === 'once-imported' ? ', once that is imported there again' : ''}`;
    return d.others.length === 0
      ? `All machines go ${to}.`
      : `${list(d.others, 'and', 4)} ${d.others.length === 1 ? 'goes' : 'go'} ${to}, and ${list(d.unknown, 'and', 4)} as soon as ${d.unknown.length === 1 ? 'it answers' : 'they answer'}.`;
  },
  'person.back-do': () => 'Put all back',
  'person.row-cut-off': () => 'cut off',
  'person.row-cut-at': (d: { at: string }, pen: Pen) => `; cut off on ${pen.dateTime(d.at)}`,
  'person.fallback-asked': (d: {
    id: string;
    asked: string;
    approved: number;
    quorum: number;
    needed: number;
    names: Names;
  }) =>
    `${d.id} needs a person: ${d.asked} ${d.approved} of ${d.quorum} approved${
      d.needed === 0 || d.names.length === 0 ? '' : `, ${d.needed} more needed: ${approvers(d.needed, d.names)}`
    }.`,
  'person.fallback': (d: {
    id: string;
    unknown: Names;
    others: Names;
    why: string | null;
    provedOn: 'new' | 'old' | 'mixed';
  }) => {
    const others =
      d.others.length === 0 || d.provedOn === 'mixed'
        ? ''
        : ` ${list(d.others, 'and', 4)} ${is(d.others)} proved on the ${d.provedOn} certificate.`;
    const what =
      d.why ?? (d.unknown.length === 0 ? 'a decision is due' : `${list(d.unknown, 'and', 3)} ${is(d.unknown)} unknown`);
    return `${d.id} needs a person: ${what.replace(/\.$/u, '')}.${others}`;
  },
} satisfies Lines;

/** Approvers must know this too. */
const riskOf = ({ choice, returns }: { readonly choice: Choice; readonly returns: Returns | null }): string =>
  choice !== 'leave-behind' || returns === null ? '' : ` ${returning(returns)}`;

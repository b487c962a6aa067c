import type { Pen } from '../../../pen.ts';
import type { Lines, Names } from '../../line.ts';
import { approvers, count, list } from '../grammar.ts';
import { type Returns, returning } from '../returning.ts';
import { type Despite, it, old, others, though } from './person-packages.ts';
import { agreedBack, type Back, before, THEN_PREPARED, whatBack } from './put-back.ts';

export type Choice = 'leave-behind' | 'put-all-back' | 'go-on' | 'leave-out';
type Leave = 'cut-off' | 'not-known' | 'as-it-is' | 'all-as-it-is';

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

export const whatWasAsked = (d: { readonly choice: Choice; readonly hosts: Names }): string =>
  d.hosts.length === 0 ? ASKED[d.choice] : `leave ${list(d.hosts, 'and', 4)} behind`;

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

interface Choices {
  readonly farm: string;
  readonly unknown: Names;
  readonly silent: boolean;
  readonly leave: Leave | null;
  /** When everything may be left as it is; null: it may not, or may already. */
  readonly leaveFrom: string | null;
  readonly returns: Returns | null;
  readonly back: Back | null;
  /** It was put back once more already, which changed nothing. */
  readonly tried: boolean;
  /** Each machine is back by its own word. */
  readonly nothingLeft: boolean;
  readonly paused: boolean;
  readonly of?: string | null;
}

const named = (unknown: Names): string => (unknown.length === 0 ? 'the machine' : list(unknown, 'and', 3));

/** The first way on: a fresh look, or the end of a pause. */
function lookingAgain({ unknown, silent, paused }: Choices, pen: Pen): string {
  const names = named(unknown);
  const one = unknown.length < 2;
  if (paused)
    return `${pen.bold('node runner.mjs resume')} on ${names} ends that: ${one ? 'it is put back by itself' : 'they are put back by themselves'} then.`;
  const look = pen.bold('Look again');
  if (!silent) return `${look} reads ${names} once more.`;
  return one
    ? `${look} when ${names} is up: its runner reads its own journal and finishes or puts back its last change.`
    : `${look} when ${names} are up: their runners read their own journals and finish or put back their last change.`;
}

function leavingBehind(d: Choices, pen: Pen): string {
  const all = `\n${pen.bold(LEAVE_ALL)}`;
  if (d.leave === null && d.leaveFrom === null) return '';
  if (d.leave === null)
    return `${all}, for a master that is lost for good, is offered from ${pen.dateTime(d.leaveFrom ?? '')} on, should nothing be heard of it until then.`;
  if (d.leave !== 'all-as-it-is') {
    const one = d.unknown.length < 2;
    return `\n${pen.bold(`Leave ${one ? 'it' : 'them'} behind`)} closes this without ${named(d.unknown)}; ${leaving(d.leave, one, d)}.`;
  }
  return d.returns === null
    ? `${all} ends this with every machine as it is now: workers that do not follow what their master presents stay cut off until they are reconnected.`
    : `${all}, for a master that is lost for good, ends this with every machine as it is now. ${returning(d.returns)}`;
}

/** After `is` or `are`, with how the others stand. */
const REST = { new: 'unknown, the rest is proved', old: 'unknown, the rest is put back', mixed: 'unknown' } as const;

const is = (names: Names): string => (names.length === 1 ? 'is' : 'are');

export const personWords = {
  'person.state': () => 'NEEDS A PERSON · STOPPED',
  'person.title': (d: { unknown: Names; farm: string; rest: keyof typeof REST; paused: boolean }) =>
    d.unknown.length === 0
      ? `${d.farm} waits for a decision`
      : `${list(d.unknown, 'and', 3)} ${is(d.unknown)} ${d.paused ? 'paused, and not put back yet' : REST[d.rest]}`,
  'person.ended': (
    d: { master: string; at: string; clustered: boolean; farm: string; unknown: Names; leaves: boolean },
    pen: Pen,
  ) => {
    const first = d.leaves ? `Leave ${it(d.unknown)} behind, then` : 'Once this is closed,';
    const then = d.clustered
      ? `give the cluster of ${d.master} a new certificate by hand`
      : `ask for /ssis rotate-master in ${d.farm}, which takes ${it(d.unknown)} along`;
    return `${pen.bold(`The certificate that ${d.master} presents ended on ${pen.dateTime(d.at)}`)}, and workers refuse one that has ended: nothing here connects ${it(d.unknown)} again. ${first} ${then}.`;
  },
  'person.about': (d: { id: string }) => `${d.id} · nothing more is changed until somebody decides`,
  'person.went-back': () => 'Why all was put back',
  'person.what': () => 'What you can do',
  'person.choices': (d: Choices, pen: Pen) => {
    const put = `\n${pen.bold('Put all back')}`;
    const byHand = `what is wrong on ${named(d.unknown)} is put right by hand`;
    const back = d.tried
      ? `${put} was tried, and the look found the same since: ${byHand}.`
      : d.nothingLeft
        ? `${put} has nothing left to do, because each machine has put back what was done there: ${byHand}.`
        : d.back === null
          ? ''
          : `${put} ${whatBack(d.back, d.of)}.`;
    return `${lookingAgain(d, pen)}${leavingBehind(d, pen)}${back}`;
  },
  'person.approval': (d: { quorum: number; leave: boolean; back: boolean; paused: boolean }) =>
    `${d.leave || d.back ? `The last ${d.leave && d.back ? 'two need' : 'one needs'} ${count(d.quorum, 'approval')} on this card. ` : ''}${d.paused ? 'Until then the farm' : 'A farm with an unknown machine'} takes no other rotation.`,
  'person.asked': (d: { by: string } & Asked, pen: Pen) => `${pen.bold(d.by)} asks to ${whatIsAsked(d)}.${riskOf(d)}`,
  'person.voided': (d: { by: string; choice: Choice; hosts: Names; waits?: string | null }, pen: Pen) =>
    `${pen.bold(d.by)} asked to ${whatWasAsked(d)}. That is void, and every vote on it: ${d.waits == null ? 'what is seen has changed since. Decide on what is seen now.' : `${pen.bold(d.waits)} chose to wait longer instead.`}`,
  'person.approve-what': (d: { id: string; starts: boolean; back: Back; of?: string | null } & Asked, pen: Pen) =>
    `${whatIsAgreed(d, pen)} ${d.starts ? `It is done ${pen.bold('at once')}.` : 'Nothing is done before the others agree.'}`,
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
  'person.back-what': (d: { others: Names; areBack: boolean; unknown: Names; back: Back; of?: string | null }) => {
    if (d.back === 'prepared') return 'What was prepared is taken away again, which cuts nobody off.';
    if (d.back === 'unbound')
      return 'What was done is taken back. The port has no binding then, as before, and every worker is cut off.';
    if (d.back === 'unbound-alone') return 'What was done is taken back. The port has no binding then, as before.';
    if (d.back === 'unbound-imported')
      return 'What was done is taken back once the old certificate is imported there again. The port has no binding then, as before.';
    if (d.back === 'cut-off') return 'Workers are put back as they were: cut off.';
    if (d.back === 'once-more')
      return `${list(d.unknown, 'and', 4)} ${d.unknown.length === 1 ? 'tries' : 'try'} once more to put back what is left there, from ${d.unknown.length === 1 ? 'its' : 'their'} own journal. Whoever is back already stays so, and ${THEN_PREPARED}.`;
    const to = `back to ${before(d.of)}${d.back === 'once-imported' ? ', once that is imported there again' : ''}`;
    if (d.areBack)
      return `${list(d.unknown, 'and', 4)} ${d.unknown.length === 1 ? 'goes' : 'go'} ${to}, as soon as ${d.unknown.length === 1 ? 'it answers' : 'they answer'}. Whoever is back already stays so.`;
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
    of?: string | null;
  }) => {
    const theNew = d.of == null ? 'the new certificate' : `the certificate from before ${d.of}`;
    const others =
      d.others.length === 0 || d.provedOn === 'mixed'
        ? ''
        : ` ${list(d.others, 'and', 4)} ${is(d.others)} proved on ${d.provedOn === 'new' ? theNew : before(d.of)}.`;
    const what =
      d.why ?? (d.unknown.length === 0 ? 'a decision is due' : `${list(d.unknown, 'and', 3)} ${is(d.unknown)} unknown`);
    return `${d.id} needs a person: ${what.replace(/\.$/u, '')}.${others}`;
  },
} satisfies Lines;

interface Asked extends Despite {
  readonly choice: Choice;
  readonly unknown: Names;
  readonly toGo: Names;
  /** Everything is left as it is. */
  readonly all: boolean;
  readonly returns: Returns | null;
}

function whatIsAsked(d: Asked): string {
  if (d.choice === 'put-all-back') return 'put all back';
  if (d.choice === 'go-on') return `go on ${though(d)}`;
  if (d.choice === 'leave-behind' && d.all) return 'leave all as it is';
  const behind = `leave ${list(d.unknown, 'and', 3)} behind`;
  return d.choice === 'leave-behind' ? behind : `${behind}: ${others(d)}`;
}

function whatIsAgreed(
  d: Asked & { readonly id: string; readonly back: Back; readonly of?: string | null },
  pen: Pen,
): string {
  const unknown = pen.bold(list(d.unknown, 'and', 4));
  switch (d.choice) {
    case 'put-all-back':
      return agreedBack(d.back, pen.bold, d.of);
    case 'go-on':
      return `You agree that ${d.id} goes on ${pen.bold(though(d))}: some may be run a second time.`;
    case 'leave-out':
      return `You agree that ${unknown} ${old(d.unknown)}, and ${others(d)}.`;
    case 'leave-behind':
      if (!d.all) return `You agree to close ${d.id} without ${unknown}.`;
      return `You agree to end ${d.id} with ${pen.bold('every machine as it is now')}${d.returns === null ? ': nothing goes back.' : `.${riskOf(d)}`}`;
  }
}

/** Approvers must know this too. */
const riskOf = ({ choice, returns }: { readonly choice: Choice; readonly returns: Returns | null }): string =>
  choice !== 'leave-behind' || returns === null ? '' : ` ${returning(returns)}`;

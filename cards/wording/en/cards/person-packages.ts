import type { Pen } from '../../../pen.ts';
import type { Lines, Names } from '../../line.ts';
import { capital, count, list } from '../grammar.ts';
import { whole } from '../measure.ts';
import { type Back, before, theirsBefore } from './put-back.ts';

/** What stands against going on: packages that run, or may (unseen); a freeze; a change window that has closed. */
export interface Despite {
  readonly unseen: boolean;
  readonly frozen: boolean;
  readonly late: boolean;
  /** Workers were cut off before the rotation began. */
  readonly cutOffAlready: boolean;
}

/** In spite of what it goes on. */
export function though({ unseen, frozen, late }: Despite): string {
  const outside = late ? ', and outside of its change window' : '';
  const freeze = frozen ? `, ${late ? '' : 'and '}though the farm is frozen` : '';
  return `though packages ${unseen ? 'may ' : ''}run${freeze}${outside}`;
}

/** What happens to the other workers when some are left behind because of their packages. */
export function others({ toGo, frozen, late }: { readonly toGo: Names } & Pick<Despite, 'frozen' | 'late'>): string {
  if (toGo.length === 0) return 'the others keep their new certificates';
  const freeze = frozen ? ` though the farm is frozen${late ? ',' : ''}` : '';
  return `${list(toGo, 'and', 3)} ${toGo.length === 1 ? 'goes' : 'go'} on${freeze}${late ? `${frozen ? ' and' : ''} outside of its change window` : ''}`;
}

export const old = (names: Names): string =>
  names.length === 1 ? 'keeps its old certificate' : 'keep their old certificates';

interface Choices {
  readonly ms: number;
  readonly unseen: boolean;
  readonly cutOffAlready: boolean;
  readonly looks: boolean;
  readonly heldUp: Names;
  /** Who goes on if these are left behind; null: they cannot be left behind. */
  readonly toGo: Names | null;
  readonly frozen: { readonly until: string; readonly by: string; readonly reason: string } | null;
  readonly closedAt: string | null;
  readonly closesAt: string | null;
  readonly of?: string | null;
}

/** Why nobody waits any longer for packages to end, or for how long that is awaited. */
function waiting({ frozen, closedAt, closesAt, looks, unseen, ms }: Choices, pen: Pen): string {
  const closed = closedAt === null ? null : pen.bold(`Its change window closed on ${pen.dateTime(closedAt)}`);
  if (frozen !== null) {
    const by = pen.bold(`${frozen.by} has frozen the farm until ${pen.dateTime(frozen.until)}`);
    const reason = frozen.reason === '' ? '' : ` (${frozen.reason})`;
    return `${by}${reason}, so nobody waits any longer.${closed === null ? '' : ` ${closed}.`}`;
  }
  if (closed !== null) return `${closed}, so nobody waits any longer.`;
  if (closesAt !== null)
    return `${pen.bold(`Its change window closes on ${pen.dateTime(closesAt)}`)}, and packages may run for longer, so nobody waits any longer.`;
  const looking = looks ? ' It looks every minute, later less often.' : '';
  const then = unseen ? 'looks at once, and if packages are seen again, waits' : 'looks all the time,';
  return `Once none is seen to run any more it goes on by itself.${looking}\n${pen.bold('Wait longer')} ${then} for up to ${whole(ms)} more.`;
}

/** What *Go on* does: it begins or ends the outage, or restarts the workers that are held up. */
function goingOn({ frozen, closedAt, cutOffAlready, heldUp }: Choices): string {
  const late = closedAt !== null;
  const against = frozen === null ? '' : late ? ' all the same, and' : ' all the same';
  const how = `${against}${late ? ' outside of the change window' : ''}`;
  return heldUp.length === 0
    ? `${cutOffAlready ? 'ends' : 'begins'} the outage${how}: a package whose worker is away for longer than its lease is put back into the queue and run a second time`
    : `restarts ${list(heldUp, 'and', 3)}${how}: a package that runs there may be ended by it and run a second time`;
}

function leavingBehind({ heldUp, toGo, frozen, closedAt }: Choices, pen: Pen): string {
  if (toGo === null || heldUp.length === 0) return '';
  const until = `until ${heldUp.length === 1 ? 'it is' : 'they are'} asked for again`;
  const rest = others({ toGo, frozen: frozen !== null, late: closedAt !== null });
  return `\n${pen.bold(`Leave ${it(heldUp)} behind`)} restarts nothing there: ${list(heldUp, 'and', 3)} ${old(heldUp)} ${until}, what was prepared for ${it(heldUp)} goes, and ${rest}.`;
}

/** What *Put all back* does, after what was prepared is taken away. */
function puttingBack({ heldUp, frozen, closedAt, of }: Choices): string {
  const switched = heldUp.length === 0 ? '' : `, and brings those that have switched back to ${theirsBefore(of)}`;
  if (frozen !== null) return `${switched}; then the same can be asked when the freeze is over`;
  return closedAt === null ? switched : `${switched}; then the same can be asked for the next window`;
}

export const it = (names: Names): string => (names.length === 1 ? 'it' : 'them');

/** The question to people when packages run, or may run, where the rotation is about to cut off or restart. */
export const personPackagesWords = {
  'person.title-packages': (d: { farm: string; unseen: boolean }) =>
    d.unseen ? `Whether packages run in ${d.farm} cannot be seen` : `Packages still run in ${d.farm}`,
  'person.about-packages': (d: { id: string; cutOffAlready: boolean; goesOn: boolean }) =>
    `${d.id} · ${d.cutOffAlready ? 'every worker is cut off already' : 'nobody is cut off'}, and nothing more is changed until ${d.goesOn ? 'no package is seen to run, or ' : ''}somebody decides`,
  'person.choices-packages': (d: Choices, pen: Pen) =>
    `${waiting(d, pen)}\n${pen.bold('Go on')} ${goingOn(d)}.${leavingBehind(d, pen)}\n${pen.bold('Put all back')} takes away what was prepared${puttingBack(d)}.\nDisabling workers is no way: it ends their packages with error 27252.`,
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
} satisfies Lines;

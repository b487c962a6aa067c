import { onFarmsClock } from '../../../on-farms-clock.ts';
import type { Pen } from '../../../pen.ts';
import type { Lines } from '../../line.ts';
import { canBeSeen, count, list, lookedAgain } from '../grammar.ts';

type Held = { readonly until: string; readonly by: string; readonly reason: string };

type Zone = { readonly zone?: string | undefined };

type Began = { readonly executions?: number | null | undefined };

/** When a plan's work begins, and the ticket that it is booked under. */
export const whenWords = {
  'plan.starts': () => 'Starts',
  'plan.starts-when': (
    d: {
      quorum: number;
      dry: boolean;
      from: string | null;
      until: string | null;
      outside: boolean;
      frozenUntil?: string | null;
    } & Began &
      Zone,
    pen: Pen,
  ) => {
    const approved = `${d.dry ? 'it is asked for and ' : ''}${d.quorum === 1 ? 'one has' : `${d.quorum} have`} approved`;
    if (d.from !== null)
      return `${onClocks(d.from, d, pen)}, once ${approved}; ${late(d.until, pen)}${began(d.executions)}`;
    if (d.frozenUntil != null)
      return `as soon as ${approved} and the freeze until ${pen.dateTime(d.frozenUntil)} is over or lifted${d.outside ? `, ${pen.bold('outside of the change windows')}` : ''}`;
    if (d.outside) return `as soon as ${approved}, ${pen.bold('outside of the change windows')}`;
    return `as soon as ${approved}${d.until === null ? '' : `, in the window until ${onClocks(d.until, d, pen)}; later in the next one`}${began(d.executions)}`;
  },
  'plan.state-waits': () => 'APPROVED · WAITING',
  'plan.waits': (d: { from: string; until: string; looks: readonly string[] } & Began & Zone, pen: Pen) =>
    `${pen.bold(`Starts on ${onClocks(d.from, d, pen)}`)}, ${late(d.until, pen)}${began(d.executions)}. The machines are looked at ${whenLooked(d.looks)}: if a fact has moved, approval is asked again.`,
  'plan.held': (d: Held, pen: Pen) =>
    `The farm is frozen until ${pen.dateTime(d.until)}, by ${d.by}${d.reason === '' ? '' : ` (${d.reason})`}: nothing is begun before that.`,
  'plan.too-late': (d: { farm: string; liftBy: string }, pen: Pen) =>
    `${pen.bold(`It begins only if the freeze is lifted before ${pen.dateTime(d.liftBy)}`)}, with /ssis unfreeze ${d.farm}: a start after the freeze would come after the end of the certificate.`,
  'plan.asked-then': (d: { at: string }, pen: Pen) =>
    `${pen.bold('It cannot begin at its time.')} The same is asked again on ${pen.dateTime(d.at)}.`,
  'plan.looked': (d: { at: string }, pen: Pen) => `Last looked at on ${pen.dateTime(d.at)}: all is as approved.`,
  'plan.unseen': (d: { hosts: readonly string[]; answered: boolean }) =>
    `${list(d.hosts, 'and', 4)} could not be looked at: it begins only when ${d.answered ? canBeSeen(d.hosts) : d.hosts.length === 1 ? 'its runner answers' : 'their runners answer'}.`,
  'plan.obstacle': (d: { mark: string; until: string }, pen: Pen) =>
    `${pen.bold('As it was looked at last, it could not begin.')} Put right what follows; ${lookedAgain(d.mark, pen.dateTime(d.until))}.`,
  'plan.ticket': () => 'Ticket',
  'plan.ticket-id': (d: { id: string }) => d.id,
} satisfies Lines;

const whenLooked = (looks: readonly string[]): string => {
  if (looks.includes('day')) return 'a day before, an hour before and at the start';
  return looks.includes('hour') ? 'an hour before and at the start' : 'once more at the start';
};

/** A sentence of its own, without its full stop. */
const began = (executions: number | null | undefined): string =>
  executions == null
    ? ''
    : `. ${executions === 0 ? 'No package' : count(executions, 'package')} began in the same hours on the same days of the last week`;

/** On the reader's clock, and on the farm's. */
function onClocks(at: string, { zone }: Zone, pen: Pen): string {
  const said = pen.dateTime(at);
  return `${said}${onFarmsClock(at, zone, { language: 'en', said })}`;
}

const late = (until: string | null, pen: { dateTime(at: string): string }): string =>
  until === null ? 'and not earlier' : `not later than ${pen.dateTime(until)}`;

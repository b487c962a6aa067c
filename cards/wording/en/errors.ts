import type { Pen } from '../../pen.ts';
import { foundBeside, isForbidden, isInstant, type Lead, lateOf, restOf } from '../fault-words.ts';
import type { Lines } from '../line.ts';
import { toolSaid } from '../tool-said.ts';
import { AGAIN, type ErrorData, type Fault, text } from './faults/fault.ts';
import { faultOf, sentence, wayOn } from './faults/index.ts';
import { brief, capital, list } from './grammar.ts';
import { nameOf } from './names.ts';

export { errors, inBrief } from './faults/index.ts';

const LEADS: { readonly [lead in Lead | 'failed']: string } = {
  failed: 'failed',
  'not-back': 'did not come back',
  silent: 'went silent',
  overdue: 'makes no progress',
  unknown: 'is unknown',
};

type Cause = { readonly host?: string | null; readonly code: string; readonly data?: ErrorData };

/** Why a rotation went back or waits: `why.*` is the lead, `why.*.detail` what was found, `why.*.todo` the remedy. */
export const why = {
  'why.stop-asked': (d: Cause, pen: Pen) => {
    const by = typeof d.data?.by === 'string' ? d.data.by : 'Somebody';
    const reason = typeof d.data?.reason === 'string' ? d.data.reason : '';
    return reason === '' ? pen.bold(`${by} asked to stop.`) : `${pen.bold(`${by} asked to stop`)}: ${reason}`;
  },
  'why.farm': (d: Cause, pen: Pen) => withLate(pen.bold(capital(sentence(d.code, d.data ?? {}, pen))), d.data, pen),
  'why.host': (d: Cause, pen: Pen) => {
    const fault = faultOf(d.code);
    const { host, data = {} } = d;
    if (fault?.alone !== undefined) {
      const about = fault.alone.about(data, host ?? 'the machine');
      const head = about === '' ? pen.bold(`${fault.alone.head}.`) : `${pen.bold(`${fault.alone.head}:`)} ${about}`;
      return withLate(head, data, pen);
    }
    const said =
      typeof data.since === 'string' && fault?.since !== undefined
        ? fault.since(pen.dateTime(data.since))
        : sentence(d.code, data, pen);
    return `${pen.bold(`${host ?? 'A machine'} ${LEADS[fault?.lead ?? 'failed']}:`)} ${said}`;
  },
  'why.farm.detail': (d: Cause, pen: Pen) => detail(d.code, d.data ?? {}, pen),
  /** Both at once, for a machine that is one row among others. */
  'why.host.in-full': (d: Cause, pen: Pen): string =>
    `${why['why.host'](d, pen)} ${detail(d.code, d.data ?? {}, pen)}`.trim(),
  'why.host.detail': (d: Cause, pen: Pen) => detail(d.code, d.data ?? {}, pen),
  /** What can be done on the machine before anybody decides; empty if nothing is asked of people there. */
  'why.host.hand': (d: Cause) => {
    const fault = faultOf(d.code);
    const host = d.host ?? 'the machine';
    const hand = typeof fault?.hand === 'function' ? fault.hand(d.data ?? {}) : fault?.hand;
    if (hand !== undefined) return hand === '' ? '' : there(hand, host, fault);
    const isByHand =
      ['unknown', 'silent', 'overdue'].includes(fault?.lead ?? '') ||
      (d.code === 'WorkerRefused' && isForbidden(d.data ?? {}));
    return isByHand ? todoOf(d, host) : '';
  },
  'why.farm.todo': (d: Cause) => {
    const late = lateOf(d.data);
    return late === null ? wayOn(d.code, d.data) : todoOf(late, late.host);
  },
  'why.host.todo': (d: Cause) => {
    const late = lateOf(d.data);
    return late === null ? todoOf(d, d.host ?? 'the machine') : todoOf(late, late.host);
  },
  'why.denied': (d: { by: string; reason: string }, pen: Pen) =>
    `${pen.bold(`${d.by} denied it${d.reason === '' ? '.' : ':'}`)} ${d.reason}`.trim(),
  'why.refused': (d: Cause, pen: Pen) => {
    const said = sentence(d.code, d.data ?? {}, pen);
    return d.host == null ? pen.bold(capital(said)) : `${pen.bold(`${d.host}:`)} ${said}`;
  },
  'why.refused.detail': (d: Cause, pen: Pen) => detail(d.code, d.data ?? {}, pen),
  'why.refused.todo': (d: Cause) => wayOn(d.code, d.data),
  'why.as-it-is': (d: { host: string }, pen: Pen) =>
    `${pen.bold('All was left as it is:')} the certificate that ${d.host} was to go back to cannot be used there any more.`,
  'why.left-silent': (d: { host: string }, pen: Pen) =>
    `${pen.bold('All was left as it is:')} ${d.host} was silent for so long that it may be lost.`,
  'why.left': (d: { hosts: readonly string[] }, pen: Pen) =>
    `${pen.bold(`${list(d.hosts, 'and', 4)} ${d.hosts.length === 1 ? 'was' : 'were'} left behind:`)} ${d.hosts.length === 1 ? 'it is' : 'they are'} cut off until reconnected.`,
} satisfies Lines;

/** A machine's own failure, behind a cause that names none. */
function withLate(said: string, data: ErrorData | undefined, pen: Pen): string {
  const late = lateOf(data);
  return late === null ? said : `${said} ${late.host}: ${sentence(late.code, late.data, pen)}`;
}

/**
 * The one remedy for a code, with the machine's name if it concerns that machine: right before it a card speaks of the
 * certificate that still ends, which "remove it" must not seem to mean.
 */
function todoOf({ code, data }: Cause, host: string): string {
  const todo = wayOn(code, data) || AGAIN;
  const fault = faultOf(code);
  if (fault?.alone !== undefined) return todo;
  return fault?.lead === undefined ? `${host}: ${todo}` : there(todo, host, fault);
}

const there = (todo: string, host: string, fault: Fault | undefined): string =>
  `${fault?.elsewhere === true ? '' : 'On '}${host}: ${todo.charAt(0).toLowerCase()}${todo.slice(1)}`;

function detail(code: string, data: ErrorData, pen: Pen): string {
  if (faultOf(code)?.alone !== undefined) {
    const late = lateOf(data);
    return late === null ? '' : detail(late.code, late.data, pen);
  }
  const parts: string[] = [];
  if (data.wanted !== undefined) parts.push(`wanted ${brief(data.wanted)}`);
  if (data.found !== undefined) parts.push(`found ${brief(foundBeside(code, data))}`);
  parts.push(
    ...restOf(code, data).map(
      ([name, value]) => `${nameOf(name)} ${isInstant(value) ? pen.dateTime(value) : text(value)}`,
    ),
  );
  const printed = toolSaid(data.output);
  if (printed !== null) parts.push(`printed "${printed}"`);
  const told = parts.join(', ');
  // A silent machine leaves nothing to add.
  if (told === '' && faultOf(code)?.lead === 'silent') return '';
  return `${told === '' ? '' : `${told.charAt(0).toUpperCase()}${told.slice(1)}. `}Code ${code}.`;
}

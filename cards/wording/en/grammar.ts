import { inTable } from '../../../src/domain/in-table.ts';
import { shortThumbprint } from '../../../src/domain/values.ts';
import { isAlone } from '../alone.ts';
import { nameOf } from './names.ts';

/** `a, b and c`; beyond `limit` names: `a, b and 188 more`. */
export function list(names: readonly string[], word: 'and' | 'or' = 'and', limit = 6): string {
  if (names.length > limit) {
    const shown = names.slice(0, Math.max(1, limit - 1));
    return `${shown.join(', ')} ${word} ${names.length - shown.length} more`;
  }
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1)}`;
}

/** Who has to approve: where it takes them all, `or` would promise that fewer will do. */
export const approvers = (needed: number, names: readonly string[], limit = 5): string =>
  list(names, needed < names.length ? 'or' : 'and', limit);

/** `1 worker`, `3 workers`. */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`;

/** `both workers`, `all 3 workers`; there is more than one. */
export const all = (number: number, one: string): string => `${number === 2 ? 'both' : `all ${number}`} ${one}s`;

export const days = (number: number): string => count(number, 'day');

/** A build is named after a plus; older versions had no such mark. */
export const buildOf = (version: string): string => (version.includes('+') ? version : `${version} (unknown build)`);

/** `first`, `second` ...; digits (`21st`) beyond the numbers listed here. */
export function ordinal(number: number): string {
  const written = ['zeroth', 'first', 'second', 'third', 'fourth', 'fifth', 'sixth'][number];
  if (written !== undefined) return written;
  const tail = number % 100 > 10 && number % 100 < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th');
  return `${number}${tail}`;
}

/** `3BD91B…A498`; null is the certificate that does not exist yet. Anything but a thumbprint stays as it is. */
export function short(thumbprint: string | null | undefined): string {
  if (thumbprint == null) return 'new';
  return /^[0-9A-F]{40}$/u.test(thumbprint) ? shortThumbprint(thumbprint) : thumbprint;
}

/** `sqlm01 and 3 workers`; a machine that is both is named once. */
export function machines(master: string, workers: number, both: boolean): string {
  const others = both ? workers - 1 : workers;
  const name = both ? `${master}, which is a worker too,` : master;
  if (others === 0) return both ? `${master}, master and worker` : master;
  return `${name} and ${count(others, both ? 'more worker' : 'worker')}`;
}

/** The master of these workers, not named beside itself where one machine is both. */
export const masterOf = (hosts: readonly string[], master: string): string =>
  isAlone(hosts, [master]) ? 'its own master' : master;

const SERVICE_STATES: { readonly [state: string]: string } = {
  'start-pending': 'starting',
  'stop-pending': 'stopping',
  'continue-pending': 'resuming',
  'pause-pending': 'pausing',
};

/** `running`, `starting`: a service's state as a word within a sentence. */
export const serviceState = (state: string): string => inTable(SERVICE_STATES, state) ?? state;

/** A capital first letter, where a sentence begins with words of ours. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What was found or wanted, in short: scalars as they are, the rest as `name value`. */
export function brief(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'string') return value === '' ? 'nothing' : short(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.length === 0 ? 'nothing' : list(value.map(brief), 'and', 4);
  // A service: its state says everything, its process id nothing.
  if (typeof value === 'object' && 'state' in value && typeof value.state === 'string')
    return value.state.toUpperCase();
  if (typeof value === 'object')
    return list(
      Object.entries(value).flatMap(([name, one]) =>
        one === null || one === '' ? [] : [`${nameOf(name)} ${brief(one)}`],
      ),
      'and',
      5,
    );
  return String(value);
}

/**
 * When a waiting rotation is checked again after a check found that it could not begin. A clause, without its full
 * stop.
 */
export function lookedAgain(mark: string, until: string): string {
  if (mark === 'day') return 'it is looked at again an hour before and at the start';
  if (mark === 'hour') return 'it is looked at again at the start';
  return `it is looked at again every few minutes, and refused if that still stands by ${until}`;
}

/** Of machines whose runners answer, though their last look failed. */
export const canBeSeen = (hosts: readonly string[]): string =>
  `${hosts.length === 1 ? 'that machine' : 'those machines'} can be looked at again`;

import { instantOf, MINUTE_MS } from '../../../domain/time.ts';
import type { Quiet } from '../chats/quiet-chats.ts';

/** How well an address of the farm file accepts what it is sent, as far as this process knows. */
export interface AddressHealth {
  readonly subject: 'webhook' | 'ping';
  /** null: no failure is known. */
  readonly failingForMs: number | null;
  /** Something answered there and rejected it for good, not just for now. */
  readonly isRefused: boolean;
  /** Whether something has got through since it last failed. */
  readonly isProved: boolean;
}

/** By then it was tried more than once. */
const REFUSED_MS = 5 * MINUTE_MS;
/** As with a chat: a brief restart of the receiver is not worth a word. */
const AWAY_MS = 15 * MINUTE_MS;

/** A reported fault lasts until the contrary is seen, as with chats. */
export const quietAddresses = (known: readonly Quiet[], now: number, addresses: readonly AddressHealth[]): Quiet[] =>
  addresses.flatMap(({ subject, failingForMs, isRefused, isProved }) => {
    const before = known.find((one) => one.what === 'address' && one.subject === subject);
    if (before !== undefined && !isProved) return [before];
    if (failingForMs === null || failingForMs <= (isRefused ? REFUSED_MS : AWAY_MS)) return [];
    return [{ what: 'address', subject, since: instantOf(now - failingForMs) }];
  });

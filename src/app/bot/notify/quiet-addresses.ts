import { MINUTE_MS } from '../../../domain/time.ts';
import type { Quiet } from '../chats/quiet-chats.ts';

/** How an address of the farm file takes what it is sent, as far as this process knows. */
export interface AddressHealth {
  readonly subject: 'webhook' | 'ping';
  /** null: nothing is known to fail. */
  readonly failingForMs: number | null;
  /** Something answered there that this is not wanted, and not that it can be had later. */
  readonly isRefused: boolean;
  /** Whether something has got through since. */
  readonly isProved: boolean;
}

/** It was asked more than once by then. */
const REFUSED_MS = 5 * MINUTE_MS;
/** As with a chat: a restart of what answers there is none of anybody's business. */
const AWAY_MS = 15 * MINUTE_MS;

/** What was told lasts until the contrary is seen, as with chats. */
export const quietAddresses = (known: readonly Quiet[], now: number, addresses: readonly AddressHealth[]): Quiet[] =>
  addresses.flatMap(({ subject, failingForMs, isRefused, isProved }) => {
    const before = known.find((one) => one.what === 'address' && one.subject === subject);
    if (before !== undefined && !isProved) return [before];
    if (failingForMs === null || failingForMs <= (isRefused ? REFUSED_MS : AWAY_MS)) return [];
    return [{ what: 'address', subject, since: new Date(now - failingForMs).toISOString() }];
  });

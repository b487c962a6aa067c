import type { SilenceEntry } from '../journal/silence-entries.ts';
import { isHeard } from '../presence/presence.ts';
import { unwritableOf } from '../presence/unwritable.ts';
import type { RotationState } from '../rotation/rotation.ts';
import { instantOf } from '../time.ts';
import type { HostName } from '../values.ts';
import type { Cause, Moment } from './moment.ts';
import { isHeld } from './stages.ts';

/**
 * Why a machine takes no order: it cannot write its journal. null: it does not say so. Its runner tries by itself, and
 * says as soon as it can.
 */
export function notWritable({ presence, now }: Moment, host: HostName): Pick<Cause, 'code' | 'data'> | null {
  const hello = presence[host];
  const said = isHeard(hello, now) ? unwritableOf(hello) : null;
  return said === null ? null : { code: 'JournalNotWritable', data: { reason: said.reason } };
}

/**
 * Orders that have ended, as their machines say, who cannot write how: nothing more will come of them, and what came of
 * them is unknown until that is written. One that is not even heard any more is silent like any other.
 */
export const unwrittenEnds = (rotation: RotationState, moment: Moment): readonly SilenceEntry[] =>
  rotation.orders.flatMap((order): readonly SilenceEntry[] => {
    const { host, n, status, unwritten = null } = order;
    if (status !== 'accepted' || isHeld(order)) return [];
    const hello = moment.presence[host];
    const heardAt = Math.max(hello?.at ?? 0, moment.since);
    const base = { type: 'silent', id: rotation.id, host } as const;
    if (unwritten !== null) return isHeard({ at: heardAt }, moment.now) ? [] : [{ ...base, since: instantOf(heardAt) }];
    const said = isHeard(hello, moment.now) ? unwritableOf(hello) : null;
    const outcome = said?.ended.get(n);
    if (hello === undefined || said === null || outcome === undefined) return [];
    const since = order.silentSince ?? instantOf(hello.at);
    return [{ ...base, since, unwritten: { n, reason: said.reason, outcome } }];
  });

import { workersIn } from '../../../domain/plan/scope.ts';
import type { Wish } from '../../../domain/plan/wish.ts';
import { refusedStart } from '../../../domain/rotation/start.ts';
import type { Instant, Refusal } from '../../../domain/values.ts';
import type { Freeze } from '../../../domain/when/freeze-state.ts';
import type { Desk } from '../desk.ts';
import { farmExpiry } from '../reminders/expiry.ts';

/** Why what is asked for cannot begin at its time, as far as that is known before a machine is looked at for it. */
export const refusedWhen = (desk: Desk, wish: Wish, freeze: Freeze | null, now: number): Refusal | null =>
  refusedStart(desk.farm, wish.when, freeze, now, firstEnd(desk, wish, now));

/** The first end still to come of a certificate that it would replace, by the newest looks; null: none is known. */
function firstEnd(desk: Desk, wish: Wish, now: number): Instant | null {
  if (wish.kind !== 'rotate-master' && wish.kind !== 'rotate-worker') return null;
  const role = wish.kind === 'rotate-master' ? 'master' : 'worker';
  const workers = new Set(workersIn(desk.farm, wish).map(({ name }) => name));
  const ends = farmExpiry(desk, now).filter((one) => one.role === role && (role === 'master' || workers.has(one.host)));
  return ends.map(({ notAfter }) => notAfter).find((end) => Date.parse(end) > now) ?? null;
}

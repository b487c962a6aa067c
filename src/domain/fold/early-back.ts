import type { OrderState } from '../rotation/rotation.ts';
import { instantOf } from '../time.ts';
import type { Data, Instant } from '../values.ts';

/** Anything less may be imprecision in comparing two clocks. Milliseconds. */
const EARLY_MS = 5_000;

interface Told {
  readonly line: { readonly at: Instant };
  readonly when: Instant;
  readonly isClocked: boolean;
  readonly boot: string;
}

/** When the master goes back unless confirmed, on the bot's clock, if the offset between the two clocks is known. */
export function dueBack(
  { line, when, isClocked, boot }: Told,
  goesBackAt: Instant | null | undefined,
): Pick<OrderState, 'goesBackAt' | 'switchedBoot'> {
  if (goesBackAt == null || !isClocked) return {};
  const skewMs = Date.parse(line.at) - Date.parse(when);
  return { goesBackAt: instantOf(Date.parse(goesBackAt) - skewMs), switchedBoot: boot };
}

/**
 * By how many seconds an unconfirmed master announced too early that it goes back: since then its clock was set forward
 * or the bot's back, and its runner restarted. A runner that did not restart counts on a monotonic clock, so only the
 * bot's clock can be wrong. `at`: when the bot heard of it.
 */
export function earlyBack(
  order: Pick<OrderState, 'goesBackAt' | 'switchedBoot'> | undefined,
  code: string,
  { at, boot }: { readonly at: Instant; readonly boot: string },
): Data {
  if (code !== 'NotConfirmed' || order?.goesBackAt === undefined || order.switchedBoot === boot) return {};
  const ms = Date.parse(order.goesBackAt) - Date.parse(at);
  return ms > EARLY_MS ? { early: Math.round(ms / 1000) } : {};
}

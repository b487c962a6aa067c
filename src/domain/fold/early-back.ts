import type { OrderState } from '../rotation/rotation.ts';
import type { Instant, Json } from '../values.ts';

/** What is earlier by less may be how exactly two clocks are compared. Milliseconds. */
const EARLY_MS = 5_000;

interface Told {
  readonly line: { readonly at: Instant };
  readonly when: Instant;
  readonly isClocked: boolean;
  readonly boot: string;
}

/** When it goes back unless it is confirmed, by the bot's clock, where it is known how its own stands against that. */
export function dueBack(
  { line, when, isClocked, boot }: Told,
  goesBackAt: Instant | null | undefined,
): Pick<OrderState, 'goesBackAt' | 'switchedBoot'> {
  if (goesBackAt == null || !isClocked) return {};
  const skewMs = Date.parse(line.at) - Date.parse(when);
  return { goesBackAt: new Date(Date.parse(goesBackAt) - skewMs).toISOString(), switchedBoot: boot };
}

/**
 * By how many seconds a master that nobody has confirmed told too early that it goes back: its clock was set forward
 * since, or the bot's back, and its runner began anew. One that did not has counted by a clock that nobody sets, so
 * that only the bot's can be wrong. `at`: when the bot heard of it.
 */
export function earlyBack(
  order: Pick<OrderState, 'goesBackAt' | 'switchedBoot'> | undefined,
  code: string,
  { at, boot }: { readonly at: Instant; readonly boot: string },
): { readonly [name: string]: Json } {
  if (code !== 'NotConfirmed' || order?.goesBackAt === undefined || order.switchedBoot === boot) return {};
  const ms = Date.parse(order.goesBackAt) - Date.parse(at);
  return ms > EARLY_MS ? { early: Math.round(ms / 1000) } : {};
}

import type { OrderState } from '../rotation/rotation.ts';
import type { Instant, Json } from '../values.ts';

/** What is earlier by less may be how exactly two clocks are compared. Milliseconds. */
const EARLY_MS = 5_000;

/** When it goes back unless it is confirmed, by the bot's clock, where it is known how its own stands against that. */
export function dueBack(
  {
    line,
    when,
    isClocked,
  }: { readonly line: { readonly at: Instant }; readonly when: Instant; readonly isClocked: boolean },
  goesBackAt: Instant | null | undefined,
): Pick<OrderState, 'goesBackAt'> {
  if (goesBackAt == null || !isClocked) return {};
  const skewMs = Date.parse(line.at) - Date.parse(when);
  return { goesBackAt: new Date(Date.parse(goesBackAt) - skewMs).toISOString() };
}

/**
 * By how many seconds a master that nobody has confirmed told too early that it goes back: its clock was set forward
 * since, or the bot's back, and its runner began anew. `at`: when the bot heard of it.
 */
export function earlyBack(
  order: Pick<OrderState, 'goesBackAt'> | undefined,
  code: string,
  at: Instant,
): { readonly [name: string]: Json } {
  if (code !== 'NotConfirmed' || order?.goesBackAt === undefined) return {};
  const ms = Date.parse(order.goesBackAt) - Date.parse(at);
  return ms > EARLY_MS ? { early: Math.round(ms / 1000) } : {};
}

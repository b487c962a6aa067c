import { clockOff } from '../../../domain/next/start/clock-off.ts';
import { isEndUnknown } from '../../../domain/rotation/end-unknown.ts';
import type { RotationState } from '../../../domain/rotation/rotation.ts';
import { instantOf } from '../../../domain/time.ts';
import { type Data, type Refusal, refuse } from '../../../domain/values.ts';
import type { Desk } from '../desk.ts';

interface Ending {
  readonly outcome: string;
  readonly at: string | null;
  readonly by: string | null;
}

/**
 * A refusal because something is over says how it ended, when, and by whom; or that only the bot's clock calls it over.
 * Other refusals stay as they are.
 */
export function withEnding(desk: Desk, refused: Refusal): Refusal {
  const { id } = refused.data;
  const { rotations } = desk.state();
  if (refused.code !== 'closed' || typeof id !== 'string' || !Object.hasOwn(rotations, id)) return refused;
  const rotation = rotations[id];
  if (rotation === undefined) return refused;
  const moment = desk.moment();
  const ending = endingOf(rotation, moment.now);
  const off = rotation.closed === null && ending.outcome === 'lapsed' ? clockOff(moment) : null;
  if (off !== null && ending.at !== null && off.theirs < Date.parse(ending.at))
    return refuse('lapsed-by-clock', { id, ...off });
  const data: Data = { ...refused.data, ...ending };
  return { ...refused, data };
}

function endingOf(rotation: RotationState, now: number): Ending {
  const { closed, gate, plan, resolved } = rotation;
  if (isEndUnknown(rotation)) return { outcome: 'untold', at: closed?.at ?? null, by: null };
  const lapsesAt = Date.parse(rotation.plannedAt ?? rotation.at) + (plan?.header.approval.lapsesAfterMs ?? 0);
  // A bot that was off records the lapse late; it lapsed at the time that its card says.
  if (closed?.outcome === 'lapsed' && plan !== null)
    return { outcome: 'lapsed', at: instantOf(Math.min(lapsesAt, Date.parse(closed.at))), by: null };
  if (closed !== null) return { outcome: closed.outcome, at: closed.at, by: endedBy(rotation, closed.outcome) };
  const settled = Object.values(resolved).at(-1);
  if (settled !== undefined) return { outcome: 'settled', at: settled.at, by: null };
  if (gate !== null) return { outcome: gate.how, at: gate.at, by: endedBy(rotation, gate.how) };
  // Its time is up, and the next tick will record that.
  if (plan !== null && now >= lapsesAt) return { outcome: 'lapsed', at: instantOf(lapsesAt), by: null };
  return { outcome: 'not-open', at: null, by: null };
}

function endedBy({ votes, stop, plan }: RotationState, how: string): string | null {
  if (how === 'denied') return votes.findLast(({ vote }) => vote === 'deny')?.by.name ?? null;
  if (how === 'approved')
    return votes.findLast(({ vote, digest }) => vote === 'approve' && digest === plan?.digest)?.by.name ?? null;
  return how === 'withdrawn' || how === 'stopped' ? (stop?.by.name ?? null) : null;
}

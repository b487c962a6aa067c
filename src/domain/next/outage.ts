import { switchStage } from '../plan/plan-phases.ts';
import type { FarmState } from '../rotation/farm-state.ts';
import type { RotationState } from '../rotation/rotation.ts';
import type { RotationId } from '../values.ts';
import type { Moment } from './moment.ts';
import { cutAt, latestOrder } from './stages.ts';

/** An outage as observed by this bot, by its steady clock. Milliseconds. */
export interface Outage {
  readonly id: RotationId;
  /** When the order that cuts everybody off was first seen to be out; -Infinity: before this bot started. */
  readonly outAt: number;
  /** Since when the workers are cut off; null: they are not (yet). */
  readonly since: number | null;
  /** For how long; null: they are not (yet). */
  readonly forMs: number | null;
}

interface Look {
  readonly now: number;
  readonly steady: number;
  /** What is out at a bot's first look was out before it started. */
  readonly isFirst: boolean;
}

/**
 * Counts on from when the cut was heard of. How long ago that was only two wall clocks can tell, and either may have
 * been set; so it is capped at how long the order has been out.
 */
export function seeOutage(
  last: Outage | null,
  { open, rotations }: Pick<FarmState, 'open' | 'rotations'>,
  { now, steady, isFirst }: Look,
): Outage | null {
  const rotation = open === null ? undefined : rotations[open];
  if (rotation === undefined || leadIssuedAt(rotation) === null) return null;
  const { id } = rotation;
  const known = last?.id === id ? last : null;
  const byWall = cutForByWall(rotation, now);
  const outAt = known?.outAt ?? (byWall === null && !isFirst ? steady : Number.NEGATIVE_INFINITY);
  if (byWall === null) return { id, outAt, since: null, forMs: null };
  const since = known?.since ?? steady - Math.min(byWall, steady - outAt);
  return { id, outAt, since, forMs: steady - since };
}

/** For how long the workers have been cut off, milliseconds; null: they are not (yet). */
export const cutForMs = (rotation: RotationState, { now, outage }: Moment): number | null =>
  (outage?.id === rotation.id ? outage.forMs : null) ?? cutForByWall(rotation, now);

/** Nobody is cut off before that was ordered, whatever the machine's clock says. */
function cutForByWall(rotation: RotationState, now: number): number | null {
  const cut = cutAt(rotation);
  return cut === null ? null : Math.max(0, now - Math.max(cut, leadIssuedAt(rotation) ?? cut));
}

/** When the newest order that cuts everybody off was written, by the bot's clock; null: there is none. */
function leadIssuedAt(rotation: RotationState): number | null {
  const lead = rotation.plan === null ? undefined : switchStage(rotation.plan);
  const [host] = lead?.hosts ?? [];
  const order = lead === undefined || host === undefined ? undefined : latestOrder(rotation, host, lead.name, 'apply');
  return order === undefined ? null : Date.parse(order.issued);
}

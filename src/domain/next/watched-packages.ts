import { isHeard } from '../presence/presence.ts';
import type { OrderState, RotationState } from '../rotation/rotation.ts';
import { isPaused } from './armed-hosts.ts';
import { asksAboutPackages, waitsOf } from './drain.ts';
import type { Action, Assessment, Moment } from './moment.ts';
import { tellingOrder, waitOrder, waitWork } from './stages.ts';
import { isToCome } from './to-come.ts';
import { waitAction } from './waits.ts';

/** How long one look lasts, and how long after one the next begins at the earliest. Milliseconds. */
const LOOKS_MS = 10_000;
const EVERY_MS = 60_000;

/** Later a look comes after so much of the time for which people are asked: each is kept in both journals. */
const PART = 1 / 20;

/**
 * While people are asked about packages it is looked once more whether they have ended: then it goes on, as approved,
 * and nobody need vote. Not where an outage may not begin by itself, nor while somebody asks to put all back.
 */
export function watchedPackages(
  rotation: RotationState,
  moment: Moment,
  { attention, actions, frozen, windowClosed, windowCloses }: Assessment,
): readonly Action[] {
  const isAsked = attention.length > 0 && attention.every(asksAboutPackages) && actions.length === 0;
  const isUntimely = (frozen ?? windowClosed ?? windowCloses) !== undefined;
  if (!isAsked || isUntimely || rotation.plan === null || rotation.resolve?.choice === 'put-all-back') return [];
  return waitsOf(rotation.plan).flatMap((wait) => {
    const [asked, last] = [tellingOrder(rotation, wait), waitOrder(rotation, wait)];
    const isOpen = waitWork(rotation, wait) === 'unknown' && asked !== undefined && last !== undefined;
    const reaches = isHeard(moment.presence[wait.host], moment.now) && !isPaused(moment, wait.host);
    if (!isOpen || !reaches || !isDue(moment, asked, last)) return [];
    return [{ ...waitAction(wait), timeLimitMs: Math.min(wait.limitMs, LOOKS_MS) } as const];
  });
}

function isDue(moment: Moment, asked: OrderState, { status, finishedAt }: OrderState): boolean {
  if (status !== 'finished' || finishedAt === null) return false;
  const [since, at] = [Date.parse(asked.finishedAt ?? asked.issued), Date.parse(finishedAt)];
  return isToCome(at, moment) || moment.now - at >= Math.max(EVERY_MS, (moment.now - since) * PART);
}

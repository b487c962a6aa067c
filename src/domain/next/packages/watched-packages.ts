import { isHeard, mayStillSpeak } from '../../presence/presence.ts';
import type { OrderState, RotationState } from '../../rotation/rotation.ts';
import { isPaused } from '../armed-hosts.ts';
import { asksAboutPackages, type Wait, waitsOf } from '../drain.ts';
import type { Action, Assessment, Moment } from '../moment.ts';
import { isUnderWay, tellingOrder, waitOrder, waitWork } from '../stages.ts';
import { isToCome } from '../to-come.ts';
import { endOf, waitAction } from './waits.ts';

/** How long one look lasts, and the earliest start of the next after it. Milliseconds. */
const LOOKS_MS = 10_000;
const EVERY_MS = 60_000;

/** Later looks are spaced by this part of the time people have been asked: each one is kept in both journals. */
const PART = 1 / 20;

/**
 * While people are asked about packages, these look whether the packages have ended: then it goes on, as approved, and
 * nobody need vote. Not where an outage may not begin by itself, nor while somebody asks to put all back.
 */
export function watchedPackages(
  rotation: RotationState,
  moment: Moment,
  { attention, actions, frozen, windowClosed, windowCloses }: Assessment,
): readonly Action[] {
  const isUntimely = (frozen ?? windowClosed ?? windowCloses) !== undefined;
  if (actions.length > 0 || isUntimely || rotation.resolve?.choice === 'put-all-back') return [];
  return openOnes(rotation, attention).flatMap(({ wait, asked, last }) => {
    const reaches = isHeard(moment.presence[wait.host], moment.now) && !isPaused(moment, wait.host);
    if (!reaches || !isDue(moment, asked, last)) return [];
    return [{ ...waitAction(wait), timeLimitMs: Math.min(wait.limitMs, LOOKS_MS) } as const];
  });
}

/** Why nobody sees now whether the packages in question have ended; left out: somebody does. */
export function unwatched(
  rotation: RotationState,
  moment: Moment,
  { attention }: Pick<Assessment, 'attention'>,
): Pick<Assessment, 'unwatched'> {
  const [first] = openOnes(rotation, attention);
  if (first === undefined) return {};
  const { host } = first.wait;
  if (isPaused(moment, host)) return { unwatched: { host, how: 'paused' } };
  // A bot that has just started listening will hear of it soon.
  if (!isHeard(moment.presence[host], moment.now))
    return mayStillSpeak(moment, host) ? {} : { unwatched: { host, how: 'silent' } };
  return isUnderWay(first.last) || first.last.status === 'finished' ? {} : { unwatched: { host, how: 'unanswered' } };
}

interface OpenWait {
  readonly wait: Wait;
  /** The order people are asked about, and the newest, which may have looked since. */
  readonly asked: OrderState;
  readonly last: OrderState;
}

function openOnes(rotation: RotationState, attention: Assessment['attention']): readonly OpenWait[] {
  if (attention.length === 0 || !attention.every(asksAboutPackages) || rotation.plan === null) return [];
  return waitsOf(rotation.plan).flatMap((wait) => {
    const [asked, last] = [tellingOrder(rotation, wait), waitOrder(rotation, wait)];
    const isOpen = waitWork(rotation, wait) === 'unknown' && asked !== undefined && last !== undefined;
    return isOpen ? [{ wait, asked, last }] : [];
  });
}

/** A look that was refused, lapsed or went unanswered has seen nothing; the next one comes as after any other. */
function isDue(moment: Moment, asked: OrderState, last: OrderState): boolean {
  if (isUnderWay(last)) return false;
  const [since, at] = [endOf(asked, moment), endOf(last, moment)];
  return isToCome(at, moment) || moment.now - at >= Math.max(EVERY_MS, (moment.now - since) * PART);
}

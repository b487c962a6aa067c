import { PROTOCOL } from '../letters/protocol.ts';
import type { PhaseHead } from '../plan.ts';
import { isAwaited } from '../presence.ts';
import type { Planned } from '../rotation.ts';
import { advance, applyLimitMs, type Progress } from './advance.ts';
import { isOut, worksOf } from './armed-hosts.ts';
import { failure } from './cause.ts';
import type { Action, Moment } from './moment.ts';
import { latestOrder } from './stages.ts';
import { agedWaits } from './waits.ts';

/**
 * An armed cutover: everybody who follows holds his order before the lead begins, the lead is confirmed when they have
 * followed, and each of them is told to go by a signal.
 */
export function forthArmed(rotation: Planned, moment: Moment, { stages: [lead, ...follow] }: PhaseHead): Progress {
  if (lead === undefined) return { actions: [], attention: [], done: true };
  const works = worksOf(rotation, follow);
  if (!isOut(rotation, lead)) {
    const actions = works
      .filter(({ work }) => work === 'none')
      .map(({ host, stage }): Action => {
        return { do: 'order', host, kind: 'apply', stage, timeLimitMs: applyLimitMs(rotation) };
      });
    // Who has not been heard yet may be paused.
    const isReady = works.every(({ host, work }) => (work === 'armed' && !isAwaited(moment, host)) || work === 'left');
    if (!isReady) return { actions, attention: [], done: false };
    // Arming took long: a package may have begun meanwhile.
    const waits = agedWaits(rotation, moment);
    if (waits.length > 0) return { actions: waits, attention: [], done: false };
  }
  for (const stage of [lead, ...follow]) {
    const state = advance(rotation, stage);
    if (!state.done) return state;
  }
  const unconfirmed = lead.hosts.filter(
    (host) => latestOrder(rotation, host, lead.name, 'apply')?.status === 'accepted',
  );
  // It goes back by itself when nobody reaches it.
  const attention = unconfirmed.flatMap((host) => {
    const heard = moment.presence[host]?.at ?? moment.since;
    if (moment.now - Math.max(heard, moment.since) <= PROTOCOL.silentAfterMs) return [];
    const data = { since: new Date(heard).toISOString() };
    return [{ ...failure(rotation, host, lead.name), code: 'RunnerSilent', data }];
  });
  return { actions: [], attention, done: unconfirmed.length === 0 };
}

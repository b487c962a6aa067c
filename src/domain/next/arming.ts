import { PROTOCOL } from '../letters/protocol.ts';
import type { PhaseHead } from '../plan/plan.ts';
import { makesBinding } from '../plan/plan-phases.ts';
import { isAwaited } from '../presence/presence.ts';
import { unwritableOf } from '../presence/unwritable.ts';
import type { OrderState, Planned } from '../rotation/rotation.ts';
import { instantOf } from '../time.ts';
import type { HostName } from '../values.ts';
import { advance, applyLimitMs, type Progress } from './advance.ts';
import { isOut, worksOf } from './armed-hosts.ts';
import { failure } from './cause/failure.ts';
import type { Action, Cause, Moment } from './moment.ts';
import { cutForMs } from './outage.ts';
import { agedWaits } from './packages/waits.ts';
import { latestOrder } from './stages.ts';
import { notWritable } from './unwritten-ends.ts';

/**
 * An armed cutover: every follower holds its order before the lead begins, each is told to go by a signal, and the lead
 * is confirmed once they have followed.
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
    // A host that has not been heard yet may be paused.
    const isReady = works.every(({ host, work }) => (work === 'armed' && !isAwaited(moment, host)) || work === 'left');
    if (!isReady) return { actions, attention: [], done: false };
    // Arming took long: a package may have started meanwhile.
    const waits = agedWaits(rotation, moment);
    if (waits.length > 0) return { actions: waits, attention: [], done: false };
  }
  for (const stage of [lead, ...follow]) {
    const state = advance(rotation, stage);
    if (!state.done) return state;
  }
  const unconfirmed = lead.hosts
    .flatMap((host) => latestOrder(rotation, host, lead.name, 'apply') ?? [])
    .filter(({ status }) => status === 'accepted');
  const attention = unconfirmed.flatMap((order) => {
    const why = silentLead(moment, order.host) ?? endlessLead(rotation, moment, order);
    return why === null ? [] : [{ ...failure(rotation, order.host, lead.name), ...why }];
  });
  return { actions: [], attention, done: unconfirmed.length === 0 };
}

/** The lead goes back by itself if nobody reaches it. */
function silentLead({ presence, now, since }: Moment, host: HostName): Pick<Cause, 'code' | 'data'> | null {
  const heard = presence[host]?.at ?? since;
  if (now - Math.max(heard, since) <= PROTOCOL.silentAfterMs) return null;
  return { code: 'RunnerSilent', data: { since: instantOf(heard) } };
}

/**
 * This long after the limit, a lead that can go back has ended, one way or the other, and has said so. Milliseconds.
 */
const END_WITHIN_MS = 10_000;

/**
 * The lead speaks, but does not report its end. If its journal cannot be written, it remembers only in memory that it
 * is to stay: restarted, it would take everybody back, unless there was no binding before, to which it never goes back.
 */
function endlessLead(rotation: Planned, moment: Moment, { host, n }: OrderState): Pick<Cause, 'code' | 'data'> | null {
  const { now, since, presence } = moment;
  const full = notWritable(moment, host);
  const outcome = full === null ? undefined : unwritableOf(presence[host])?.ended.get(n);
  const gone = cutForMs(rotation, moment) ?? 0;
  const isDue = gone > rotation.plan.header.gap.limitMs + END_WITHIN_MS;
  // A bot that has just started listening has not been told yet. Where it has ended, nothing more comes of it.
  if ((!isDue && outcome === undefined) || now - since <= END_WITHIN_MS) return null;
  if (full === null) return { code: 'StateUnknown', data: {} };
  if (makesBinding(rotation.plan)) return full;
  if (outcome === undefined) return { ...full, code: 'EndNotWritten' };
  return { code: outcome === 'applied' ? 'EndNotWritten' : 'OutcomeNotWritten', data: { ...full.data, outcome } };
}

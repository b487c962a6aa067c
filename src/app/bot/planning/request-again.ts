import { PROTOCOL } from '../../../domain/letters/protocol.ts';
import { hostsIn } from '../../../domain/plan/scope.ts';
import { isHeard } from '../../../domain/presence/presence.ts';
import { owedAnew, wishAnew } from '../../../domain/request/anew.ts';
import type { RotationState } from '../../../domain/rotation/rotation.ts';
import { isRefusal, type Refusal, refuse } from '../../../domain/values.ts';
import type { SteadyClock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { Desk } from '../desk.ts';
import { type Request, refusedRequest, request } from './request.ts';

/** A request that fails, as when the journal refuses, is not tried every second. */
const PAUSE_MS = 60_000;

/** A request that has to be made again, and what is in its way. */
export interface Owed {
  readonly rotation: RotationState;
  readonly wanted: Request | null;
  /** null: it can be made now. */
  readonly why: Refusal | null;
}

/**
 * When facts moved before a phase's first change, or while an approved rotation waited, it ends and the same is
 * requested under a new id, with a new plan. Votes do not carry over. If it cannot be requested at once, as while a
 * machine is silent, it is as soon as it can be; the channels are told why not yet.
 */
export function requestAgain(desk: Desk, { clock, log }: { readonly clock: SteadyClock; readonly log: Log }): void {
  let notBefore = Number.NEGATIVE_INFINITY;
  desk.onChange(() => {
    const now = clock.steady();
    if (now < notBefore) return;
    const owed = owedNow(desk);
    if (owed === null || owed.wanted === null || owed.why !== null) return;
    notBefore = now + PAUSE_MS;
    const { id } = owed.rotation;
    void request(desk, owed.wanted).then(
      (asked) => {
        if (isRefusal(asked)) log.info({ id, code: asked.code }, 'the request is made anew later');
      },
      (error: unknown) => log.warn({ id, error: String(error) }, 'the request could not be made anew'),
    );
  });
}

/**
 * null if nothing is owed; if a bot that has just started, or was without its queue, cannot know yet whom it hears; or
 * if a runner remembers more than this journal has, which is not recorded yet.
 */
export function owedNow(desk: Desk): Owed | null {
  const { now, since } = desk.moment();
  const rotation = owedAnew(desk.state(), now);
  if (rotation === null || Object.values(desk.presence).some(({ bot }) => bot != null && !desk.knows(bot))) return null;
  const { by, reason, origin } = rotation;
  const person = desk.farm.people.find((one) => one.id === by.id);
  if (person === undefined) return { rotation, wanted: null, why: refuse('requester-gone', { by: by.name }) };
  const wanted = { person, wish: wishAnew(rotation, now), reason, dry: false, origin };
  const areHeard = hostsIn(desk.farm, wanted.wish).every(({ name }) => isHeard(desk.presence[name], now));
  const isEarly = now - since <= PROTOCOL.silentAfterMs && !areHeard;
  return isEarly ? null : { rotation, wanted, why: refusedRequest(desk, desk.state(), wanted) };
}

import { frozenNow } from '../../../../domain/approval/freeze.ts';
import type { Farm } from '../../../../domain/farm/farm.ts';
import { ticketLink } from '../../../../domain/farm/ticket.ts';
import { unseenAtStart } from '../../../../domain/next/start/start-looks.ts';
import { votersUnseen } from '../../../../domain/next/start/voters.ts';
import { marksOf } from '../../../../domain/next/start/waiting.ts';
import type { FarmState } from '../../../../domain/rotation/farm-state.ts';
import { isWaiting, type RotationState } from '../../../../domain/rotation/rotation.ts';
import { refusedStart, startIfLifted, startOf } from '../../../../domain/rotation/start.ts';
import { instantOf } from '../../../../domain/time.ts';
import type { PlanView } from '../../../../domain/views/view.ts';
import { failedLooks, obstacleOf } from './obstacle.ts';

/** When the work of a plan begins: as scheduled, else as it would be if the last approval came now. */
export const whenView = (farm: Farm, state: FarmState, rotation: RotationState, now: number): PlanView['when'] => ({
  ...startView(farm, state, rotation, now),
  zone: farm.timeZone,
});

function startView(farm: Farm, state: FarmState, rotation: RotationState, now: number): PlanView['when'] {
  const { start, wish } = rotation;
  const freeze = frozenNow(state, now);
  const held = freeze === null ? null : { until: freeze.until, by: freeze.by.name, reason: freeze.reason };
  if (isWaiting(rotation) && start !== null) {
    const { from, until, checks } = start;
    const last = checks.start ?? checks.hour ?? checks.day;
    const atStart = unseenAtStart(rotation, start);
    const { at: looked = null } = last ?? {};
    const unseen = atStart.length > 0 ? atStart : (last?.unseen ?? []);
    const waits = {
      held: start.held === null ? null : held,
      looks: marksOf(start).map(({ mark }) => mark),
      looked,
      unseen,
      failed: failedLooks(rotation, unseen),
      obstacle: obstacleOf(start) ?? unseenVoters(farm, rotation),
    };
    return { from, until, liftBy: start.held?.tooLate === true ? until : null, outside: false, waits };
  }
  const lifted = startIfLifted(farm, rotation, { now, freeze });
  if (lifted !== null) {
    const until = instantOf(lifted.until);
    return { from: instantOf(lifted.from), until, liftBy: until, outside: false, waits: null };
  }
  const refused = refusedStart(farm, wish.when, freeze, now);
  const planned = startOf(farm, wish.when, Math.max(now, Date.parse(freeze?.until ?? '') || now));
  return {
    // null while a window is open: it begins as soon as it is approved.
    from: planned === null || planned.from <= now ? null : instantOf(planned.from),
    until: planned === null ? null : instantOf(planned.until),
    ...(freeze !== null && refused?.code === 'frozen' ? { frozenUntil: freeze.until } : {}),
    outside: wish.when.by === 'now' && farm.windows.length > 0,
    waits: null,
  };
}

/** It does not begin on the votes of people who may no longer be in their group, as nobody can tell. */
function unseenVoters(farm: Farm, rotation: RotationState): ReturnType<typeof obstacleOf> {
  const names = votersUnseen(rotation, farm);
  if (names.length === 0) return null;
  return { mark: 'start', why: { id: 'why.refused', data: { code: 'ApproverUnseen', host: null, data: { names } } } };
}

/** The ticket with its address in the farm's ticket system; null: none was named. */
export function ticketView(farm: Farm, { wish: { ticket } }: RotationState): PlanView['ticket'] {
  return ticket === null ? null : { id: ticket, link: ticketLink(farm.ticket, ticket) };
}

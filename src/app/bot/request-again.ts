import type { RotationState } from '../../domain/rotation.ts';
import { isRefusal, type RotationId } from '../../domain/values.ts';
import type { Desk, Log } from './desk.ts';
import { request } from './request.ts';

/**
 * Facts that moved before a phase's first change: the rotation ends, and the same is asked anew under a new id, with a
 * new plan. Votes do not carry over.
 */
export function requestAgain(desk: Desk, log: Log): void {
  const asked = new Set<RotationId>();
  desk.onChange(() => {
    const state = desk.state();
    const id = state.order.at(-1);
    const rotation = id === undefined ? undefined : state.rotations[id];
    if (rotation === undefined || asked.has(rotation.id) || !moved(rotation)) return;
    asked.add(rotation.id);
    void anew(desk, rotation, log);
  });
}

const moved = (rotation: RotationState): boolean =>
  rotation.closed !== null && rotation.turned?.code === 'FactsMoved' && rotation.closed.outcome === 'put-back';

async function anew(desk: Desk, rotation: RotationState, log: Log): Promise<void> {
  const person = desk.farm.people.find((one) => one.id === rotation.by.id);
  if (person === undefined) return;
  const { reason, origin } = rotation;
  const again = await request(desk, { person, reason, dry: false, origin });
  if (isRefusal(again)) log.warn({ id: rotation.id, code: again.code }, 'the request could not be made anew');
}

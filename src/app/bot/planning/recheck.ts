import type { Recheck } from '../../../domain/drive/drive.ts';
import { unseenHosts } from '../../../domain/next/start/start-looks.ts';
import { refusedNow } from '../../../plans/index.ts';
import { movedSince } from '../../../plans/recheck.ts';
import type { Log } from '../../../ports/log.ts';
import type { Desk } from '../desk.ts';
import { planRequest } from './plan-request.ts';

/**
 * Compares the fresh looks of a waiting rotation with what its plan rests on, and asks whether it would be planned
 * today: not every obstacle is a fact of a step, such as a worker that is not in the plan at all.
 */
export function createRechecker(desk: Desk, log: Log): void {
  const busy = new Set<string>();
  desk.onRecheck((wanted) => {
    if (busy.has(wanted.id)) return;
    busy.add(wanted.id);
    // After a failure the next tick asks again, since the looks are still all in.
    void recheck(desk, wanted)
      .catch((error: unknown) => log.warn({ id: wanted.id, error: String(error) }, 'a check could not be recorded'))
      .finally(() => busy.delete(wanted.id));
  });
}

async function recheck(desk: Desk, { id, mark }: Recheck): Promise<void> {
  const rotation = desk.state().rotations[id];
  if (rotation === undefined || rotation.plan === null || rotation.start === null) return;
  const unseen = unseenHosts(rotation, desk.farm);
  const seen = Object.entries(rotation.proofs).filter(([host]) => !unseen.some((one) => one === host));
  const fresh = Object.fromEntries(seen);
  const moved = await movedSince(rotation.plan, fresh);
  // Machines that could not be looked at are named, and taken as they were.
  const looks = { ...rotation.looks, ...fresh };
  const refusal = refusedNow(planRequest(desk, rotation, { wish: rotation.plan.header.wish, looks }));
  const refused = refusal === null ? null : { code: refusal.code, data: refusal.data };
  const { from, checks } = rotation.start;
  await desk.commit((state) => {
    const now = state.rotations[id];
    const isWanted =
      now?.closed === null && now.start?.from === from && now.start.checks[mark]?.at === checks[mark]?.at;
    return { entries: isWanted ? [{ type: 'rechecked', id, mark, moved, unseen, refused }] : [], answer: null };
  });
}

import type { BotEntry } from '../../domain/entries.ts';
import { isRefusal, type RotationId } from '../../domain/values.ts';
import { planRotateMaster } from '../../plans/rotate-master.ts';
import type { Desk } from './desk.ts';

/** Makes the plan once every machine has answered its look, or records why there is none. */
export function createPlanner(desk: Desk): void {
  const busy = new Set<RotationId>();
  desk.onPlan((id) => {
    if (busy.has(id)) return;
    busy.add(id);
    void makePlan(desk, id).finally(() => busy.delete(id));
  });
}

async function makePlan(desk: Desk, id: RotationId): Promise<void> {
  const rotation = desk.state().rotations[id];
  if (rotation === undefined || rotation.plan !== null) return;
  const at = new Date(desk.moment().now).toISOString();
  const { by, reason, looks } = rotation;
  const plan = await planRotateMaster({ farm: desk.farm, looks, id, by, reason, at });
  const before = replaced(desk, id);
  const entries: readonly BotEntry[] = isRefusal(plan)
    ? [
        { type: 'refused', id, code: plan.code, data: plan.data },
        { type: 'closed', id, outcome: 'refused', data: { ...plan.data, code: plan.code } },
      ]
    : [{ type: 'planned', id, lines: plan.lines, digest: plan.digest, replaces: before }];
  await desk.commit((state) => ({
    entries: state.rotations[id]?.plan === null && state.rotations[id]?.closed === null ? entries : [],
    answer: null,
  }));
}

/** The rotation before this one, when its facts moved and this one was asked in its place. */
function replaced(desk: Desk, id: RotationId): RotationId | null {
  const { order, rotations } = desk.state();
  const before = rotations[order[order.indexOf(id) - 1] ?? ''];
  return before?.turned?.code === 'FactsMoved' && before.reason === rotations[id]?.reason ? before.id : null;
}

import { frozenNow } from '../../../domain/approval/freeze.ts';
import { isCertopsError } from '../../../domain/errors.ts';
import { hostsWith } from '../../../domain/farm/farm.ts';
import type { BotEntry } from '../../../domain/journal/entries.ts';
import { presentedIn } from '../../../domain/machine/presented.ts';
import type { Plan } from '../../../domain/plan/plan.ts';
import type { Wish } from '../../../domain/plan/wish.ts';
import { makerOf } from '../../../domain/rotation/maker.ts';
import { refusedEnd } from '../../../domain/rotation/refused-end.ts';
import { asksAnew, type RotationState } from '../../../domain/rotation/rotation.ts';
import { startUnder } from '../../../domain/rotation/start.ts';
import { isRefusal, type Json, type Refusal, type RotationId, refuse } from '../../../domain/values.ts';
import { planRotation } from '../../../plans/index.ts';
import type { Log } from '../../../ports/log.ts';
import type { Desk } from '../desk.ts';
import { planRequest } from './plan-request.ts';
import { unreachable } from './request.ts';

/** Makes the plan once every machine has answered its look, or records why there is none. */
export function createPlanner(desk: Desk, log: Log): void {
  const busy = new Set<RotationId>();
  desk.onPlan((id) => {
    if (busy.has(id)) return;
    busy.add(id);
    // After a failure the next tick asks again, since the looks are still all in.
    void makePlan(desk, id)
      .catch((error: unknown) => log.warn({ id, error: String(error) }, 'a plan could not be recorded'))
      .finally(() => busy.delete(id));
  });
}

async function makePlan(desk: Desk, id: RotationId): Promise<void> {
  const rotation = desk.state().rotations[id];
  if (rotation === undefined || rotation.plan !== null) return;
  const plan = await planOf(desk, rotation);
  const before = replaced(desk, id);
  const entries: readonly BotEntry[] = isRefusal(plan)
    ? [
        { type: 'refused', id, code: plan.code, data: plan.data },
        { type: 'closed', id, outcome: 'refused', data: refusedEnd(plan.code, plan.data) },
      ]
    : [{ type: 'planned', id, lines: plan.lines, digest: plan.digest, replaces: before }];
  await desk.commit((state) => ({
    entries: state.rotations[id]?.plan === null && state.rotations[id]?.closed === null ? entries : [],
    answer: null,
  }));
}

/** By now every machine was heard: this says what a bot that had just started could not know when it was asked. */
async function planOf(desk: Desk, rotation: RotationState): Promise<Plan | Refusal> {
  const wish = followed(desk, rotation);
  const blocked = unreachable(desk, wish);
  if (blocked !== null) return onCard(blocked);
  try {
    const plan = await planRotation(planRequest(desk, rotation, { wish, looks: rotation.looks }));
    return isRefusal(plan) ? plan : (tooLate(desk, rotation, plan) ?? plan);
  } catch (error) {
    if (!isCertopsError(error)) return refuse('PlanFailed', { reason: String(error) });
    return refuse(error.code, error.data);
  }
}

/** A reconnect follows the rotation that made what the master presents now, so nobody has to know its id. */
function followed(desk: Desk, { wish, looks }: RotationState): Wish {
  if (wish.kind !== 'reconnect') return wish;
  // A worker's machine has no say in what its master presents.
  const masters = hostsWith(desk.farm, 'master').flatMap(({ name }) => looks[name] ?? []);
  return { ...wish, of: makerOf(desk.state(), presentedIn(masters)) };
}

/** Refuses a start that comes after the end of what is to be replaced. */
function tooLate(desk: Desk, rotation: RotationState, plan: Plan): Refusal | null {
  const { now } = desk.moment();
  const start = startUnder(desk.farm, { ...rotation, plan }, { now, freeze: frozenNow(desk.state(), now) });
  return isRefusal(start) ? start : null;
}

const NOT_READY = new Map([
  ['paused', 'RunnerPaused'],
  ['orders-refused', 'OrdersRefused'],
  ['not-understood', 'EntryNotUnderstood'],
]);

/** A refusal that answers a person has a sentence of its own; a card names the machine and a fault. */
function onCard({ code, data }: Refusal): Refusal {
  const { hosts, lastHeard, unnamed, keys, ...rest } = data;
  if (code === 'clock-off') return refuse('ClockOff', data);
  if (code === 'runner-not-ready' && data.code === 'bot-key-unknown')
    return refuse('BotKeyNotPinned', { host: data.host ?? null, ...(data.data as object) });
  if (code === 'runner-not-ready') {
    const { reason = '' } = (data.data ?? {}) as { readonly reason?: Json };
    return refuse(NOT_READY.get(String(data.code)) ?? 'JournalNotWritable', { ...data, reason });
  }
  const host = Array.isArray(hosts) ? (hosts[0] ?? null) : null;
  const since = Array.isArray(lastHeard) ? (lastHeard[0] ?? null) : null;
  if (Array.isArray(unnamed) && Array.isArray(keys) && unnamed.length > 0)
    return refuse('RunnerKeyNotNamed', { host: unnamed[0] ?? null, key: keys[0] ?? null });
  return refuse('RunnerSilent', { ...rest, host, since });
}

/** The rotation before this one, if its facts moved and this one was requested in its place. */
function replaced(desk: Desk, id: RotationId): RotationId | null {
  const { order, rotations } = desk.state();
  const before = order
    .slice(0, order.indexOf(id))
    .flatMap((one) => rotations[one] ?? [])
    .findLast((one) => !one.dry);
  return before !== undefined && asksAnew(before) && before.reason === rotations[id]?.reason ? before.id : null;
}

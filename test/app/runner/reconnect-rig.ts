import type { MadeRef, Order } from '../../../src/domain/letters/protocol.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import { plainWish, type Wish } from '../../../src/domain/plan/wish.ts';
import { isRefusal, type Role } from '../../../src/domain/values.ts';
import { planRotation } from '../../../src/plans/index.ts';
import { CUTOVER, createRig, host, PREPARE, type Rig } from './rig.ts';

export const STAGE = 'reconnect';

interface LeftBehind {
  readonly rig: Rig;
  readonly plan: Plan;
  /** What the bot sends along with an order of the reconnect. */
  readonly how: Partial<Order> & { readonly refs: { readonly [name: string]: MadeRef } };
}

/**
 * A farm after a rotation of its master, prod-17, which that worker slept through, or only these stages of it; and the
 * plan of its reconnect, prod-18.
 */
export async function leftBehind(
  name = 'sqlw02',
  hosts: { readonly [name: string]: readonly Role[] } = { sqlm01: ['master'], sqlw01: ['worker'], sqlw02: ['worker'] },
  how: { readonly wish?: Wish; readonly missed?: readonly string[] } = {},
): Promise<LeftBehind> {
  const { missed = ['trust', 'workers'] } = how;
  const rig = await createRig({ hosts, ...(how.wish === undefined ? {} : { wish: how.wish }) });
  const rotation = await rig.plan();
  for (const [one, stage] of [...PREPARE, ...CUTOVER]) {
    const isTheirs = one === name && missed.includes(stage);
    if (isTheirs || rotation.slices.every((slice) => slice.host !== one || slice.stages[stage] === undefined)) continue;
    const outcome = await rig.run(rotation, one, 'apply', stage);
    if (outcome !== 'applied') throw new Error(`${one} ${stage}: ${outcome}`);
  }
  const { new: made } = rig.refs();
  if (made === undefined) throw new Error('nothing was made');
  const plan = await planReconnect(rig, name);
  return { rig, plan, how: { rotation: 'prod-18', refs: { present: made } } };
}

export async function planReconnect(rig: Rig, name: string): Promise<Plan> {
  const plan = await planRotation({
    farm: rig.farm,
    looks: await rig.looks(),
    id: 'prod-18',
    wish: { ...plainWish('reconnect'), workers: [host(name)], of: 'prod-17' },
    by: { id: 'mei', name: 'Mei Lin' },
    reason: 'It is back',
    at: new Date(rig.clock.now()).toISOString(),
  });
  if (isRefusal(plan)) throw new Error(`no plan: ${JSON.stringify(plan)}`);
  return plan;
}

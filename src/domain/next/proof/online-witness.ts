import { type SsisdbLook, workerOn } from '../../machine/ssisdb.ts';
import { makesBinding } from '../../plan/plan-phases.ts';
import { stepParams } from '../../plan/step-params.ts';
import { seenBack } from '../../rotation/as-before.ts';
import { lastLookOrder, type OrderState, type RotationState } from '../../rotation/rotation.ts';
import type { HostName } from '../../values.ts';
import { isKept, withdrawn } from '../stages.ts';

/** AgentHeartbeatInterval; two to three of them are waited for. Milliseconds. */
const HEARTBEAT_MS = 60_000;
export const HEARTBEATS_MS = 3 * HEARTBEAT_MS;

/** A worker that this rotation restarted, as SSISDB has seen it since. */
interface Online {
  readonly host: HostName;
  /** When its restart was done, by the bot's clock, in milliseconds. */
  readonly restartedAt: number;
  readonly online: boolean;
}

/**
 * Witness (d): whether `worker_agents.LastOnlineTime` is newer than the worker's restart, by the SQL Server's clock.
 * Only a master's host can ask, so it is read from its final look. Workers that cannot be seen there are left out:
 * nothing is said about them, and nobody waits for them.
 */
export function onlineWitness(rotation: RotationState): readonly Online[] {
  const asked = askedLast(rotation);
  if (asked === null || asked.ssisdb.now === null || asked.ssisdb.workers.seen === null) return [];
  const { workers, now } = asked.ssisdb;
  // An upper bound on how far the SQL Server's clock is ahead: it was asked after the order was accepted.
  const aheadMs = Date.parse(now) - Date.parse(asked.order.acceptedAt ?? asked.order.issued);
  return (rotation.plan?.slices ?? []).flatMap(({ host }): readonly Online[] => {
    const restartedAt = restarted(rotation, host);
    if (!mayBeOnline(rotation, host)) return [];
    const row = workerOn(workers.seen, host);
    if (restartedAt === null || row === undefined) return [];
    const online = row.lastOnline !== null && Date.parse(row.lastOnline) > restartedAt + aheadMs;
    return [{ host, restartedAt, online }];
  });
}

/**
 * A worker that a reconnect put back, or did not require to be connected, stays cut off, and so does everybody if the
 * master has no binding again: nobody waits for them.
 */
function mayBeOnline(rotation: RotationState, host: HostName): boolean {
  const { plan, turned } = rotation;
  if (plan !== null && turned !== null && makesBinding(plan)) return false;
  if (plan?.header.kind !== 'reconnect') return true;
  const { reconnect } = plan.slices.find((one) => one.host === host)?.stages ?? {};
  const isAsked = reconnect?.checks.some(({ kind }) => kind === 'worker-connected') ?? false;
  return isAsked && (turned === null || (isKept(rotation) && !withdrawn(rotation).includes(host)));
}

interface Asked {
  readonly host: HostName;
  readonly ssisdb: SsisdbLook;
  readonly order: OrderState;
}

/**
 * The newest look that asked SSISDB, and the order it answered: in a cluster, from a node that sees the workers,
 * preferably the running one.
 */
function askedLast(rotation: RotationState): Asked | null {
  const asked = Object.values(rotation.proofs).flatMap(({ host, ssisdb, master }) => {
    const order = lastLookOrder(rotation, host);
    return ssisdb == null || order === null ? [] : [{ host, ssisdb, order, runs: master?.service.state === 'running' }];
  });
  const seeing = asked.filter(({ ssisdb }) => ssisdb.workers.seen !== null);
  return seeing.find(({ runs }) => runs) ?? seeing[0] ?? asked[0] ?? null;
}

/** Whose look shows whether workers are back; null: no look asked. */
export const askerOf = (rotation: RotationState): HostName | null => askedLast(rotation)?.host ?? null;

/**
 * When the worker's service was last restarted, forward or back; null: never, or by a person at the machine, at a time
 * that nobody knows, or after the end: the final look, which came before that, says nothing about it.
 */
function restarted(rotation: RotationState, host: HostName): number | null {
  const look = rotation.proofs[host];
  const isBack = rotation.orders.some((order) => order.host === host && order.seenBack === true);
  if (isBack || (look !== undefined && seenBack(rotation, look).length > 0)) return null;
  const end = rotation.closed === null ? Number.POSITIVE_INFINITY : Date.parse(rotation.closed.at);
  const slice = rotation.plan?.slices.find((one) => one.host === host);
  const times = Object.values(slice?.stages ?? {})
    .flatMap(({ steps }) => steps)
    .filter((step) => step.kind === 'restart-service' && stepParams('restart-service', step).role === 'worker')
    .flatMap(({ id }) => rotation.steps[host]?.[id] ?? [])
    .filter(({ changed }) => changed)
    .map(({ at }) => Date.parse(at));
  return times.length === 0 || Math.max(...times) > end ? null : Math.max(...times);
}

/** The master's certificate according to the catalog, in the final look; null: nobody could see it. */
export const enteredThumbprint = (rotation: RotationState): SsisdbLook['thumbprint'] =>
  askedLast(rotation)?.ssisdb.thumbprint ?? null;

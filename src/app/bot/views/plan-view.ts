import { approvalsMissing, openGate, stillNeeded, votesAt } from '../../../domain/approval.ts';
import type { Farm } from '../../../domain/farm.ts';
import { followStages, switchStage } from '../../../domain/next/stages.ts';
import type { FarmState, RotationState } from '../../../domain/rotation.ts';
import type { HostName, Message } from '../../../domain/values.ts';
import type { HostChangesView, PlanView, VoteView } from '../../../domain/view.ts';
import { lastGap } from './gaps.ts';

export const DAY_MS = 86_400_000;

/** Days until the end; a day that has begun counts, and 0 means that it has ended. */
export const daysLeft = (notAfter: string, now: number): number =>
  Math.max(0, Math.ceil((Date.parse(notAfter) - now) / DAY_MS));

/** The plan card; null while there is no plan. */
export function planView(
  farm: Farm,
  state: FarmState,
  rotation: RotationState,
  parts: { readonly changes: readonly HostChangesView[]; readonly warnings: readonly Message[] },
  now: number,
): PlanView | null {
  const plan = rotation.plan;
  if (plan === null) return null;
  const { header } = plan;
  const gate = openGate(farm, rotation);
  const workers = [...new Set(followStages(plan).flatMap((stage) => stage.hosts))];
  const canary = followStages(plan).flatMap((stage) => stage.hosts.slice(0, stage.canary));
  const master = switchStage(plan)?.hosts[0] ?? header.profile.host;
  const made = Date.parse(rotation.plannedAt ?? header.at);
  const votes: readonly VoteView[] = (gate === null ? rotation.votes : votesAt(rotation, gate)).map(
    ({ by, vote, at, reason }) => ({ by, vote, at, reason }),
  );
  return {
    kind: 'plan',
    id: rotation.id,
    farm: farm.name,
    digest: plan.digest,
    dry: rotation.dry,
    master,
    port: header.endpoint.port,
    workers,
    canary: canary.length === workers.length ? [] : canary,
    by: rotation.by,
    reason: rotation.reason,
    at: rotation.at,
    old: { ...header.old, daysLeft: daysLeft(header.old.notAfter, now) },
    next: {
      host: header.profile.host as HostName,
      notAfter: new Date(made + header.profile.lifetimeDays * DAY_MS).toISOString(),
      keyBits: header.profile.keyBits,
      hash: header.profile.hash,
      exportable: header.profile.exportable,
      names: header.profile.names,
      store: header.profile.store,
    },
    gap: lastGap(state),
    gapLimitMs: header.gap.limitMs,
    leaveBehind: header.gap.leaveBehind,
    quorum: header.approval.quorum,
    votes,
    needed: gate === null ? header.approval.quorum : approvalsMissing(rotation, gate),
    mayApprove: gate === null ? [] : stillNeeded(farm, rotation, gate),
    openUntil: new Date(made + header.approval.lapsesAfterMs).toISOString(),
    changes: parts.changes,
    warnings: parts.warnings,
    replaces: rotation.replaces,
  };
}

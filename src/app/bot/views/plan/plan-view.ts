import { contains, followStages, isArmed, makesBinding } from '../../../../domain/plan/plan-phases.ts';
import type { RotationState } from '../../../../domain/rotation/rotation.ts';
import { daysLeft } from '../../../../domain/time.ts';
import type { PlanView } from '../../../../domain/views/view.ts';
import type { Taken } from '../../../../plans/existing-of.ts';
import { lastGap } from '../evidence/gaps.ts';
import { type AskingParts, askingView, type FarmNow } from './asking-view.ts';
import { type NowAndAfter, nowAndAfter } from './own-plan.ts';
import { executionsThen, packagesOf, quietOf, tellerOf } from './packages.ts';

/** The plan card; null while there is no plan. */
export function planView(
  here: FarmNow,
  rotation: RotationState,
  parts: AskingParts & { readonly existing: Taken | null },
): PlanView | null {
  const { farm, state, now } = here;
  const plan = rotation.plan;
  if (plan === null) return null;
  const { header } = plan;
  const workers = [...new Set(followStages(plan).flatMap((stage) => stage.hosts))];
  const canary = followStages(plan).flatMap((stage) => stage.hosts.slice(0, stage.canary));
  const certificates = nowAndAfter(rotation, plan, workers, parts.existing);
  if (certificates === null) return null;
  const { old, next, master } = certificates;
  const asking = askingView(here, rotation, plan, parts);
  const { when } = asking;
  const teller = tellerOf(rotation) ?? master;
  return {
    kind: 'plan',
    ...asking,
    master,
    port: header.endpoint.port,
    workers,
    canary: canary.length === workers.length ? [] : canary,
    ...(workers.length - canary.length > header.gap.concurrency ? { atOnce: header.gap.concurrency } : {}),
    old: old === null ? null : { ...old, daysLeft: old.notAfter === null ? null : daysLeft(old.notAfter, now) },
    next: next.thumbprint === undefined ? next : { ...next, daysLeft: daysLeft(next.notAfter, now) },
    ...(replacesOld(rotation, certificates)
      ? { retireAfterMs: rotation.wish.compromised ? 0 : farm.retire.graceMs }
      : {}),
    existing: parts.existing?.lines,
    gap: lastGap(state, header.kind, contains(plan)),
    ...(makesBinding(plan) && workers.length > 0 ? { cutOffAlready: true } : {}),
    gapLimitMs: header.gap.limitMs,
    aloneWithinMs: isArmed(plan) ? 2 * header.gap.limitMs : null,
    leaveBehind: header.gap.leaveBehind,
    packages: packagesOf(rotation, teller),
    quiet: quietOf(rotation, teller, farm.timeZone),
    when: { ...when, executions: executionsThen(farm, rotation, { master: teller, when, now }) },
  };
}

/**
 * Whether something is left to remove later. A contained certificate is not trusted even before that, and a rollback
 * says its own.
 */
const replacesOld = ({ wish, plan }: RotationState, { old, next }: NowAndAfter): boolean =>
  wish.of === null &&
  old !== null &&
  old.notAfter !== null &&
  old.thumbprint !== next.thumbprint &&
  !(plan !== null && contains(plan));

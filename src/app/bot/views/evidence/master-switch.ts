import { cutAt } from '../../../../domain/next/stages.ts';
import { switchStage } from '../../../../domain/plan/plan-phases.ts';
import type { RotationState } from '../../../../domain/rotation/rotation.ts';
import { timeOf } from '../../../../domain/time.ts';
import { isMasterStuckBack } from './stuck-stopping.ts';

/** When the master switched: from the first change of its cutover to the proof. */
export function masterSwitch(rotation: RotationState): { from: number; cut: number | null; to: number | null } | null {
  const { steps, checks, states } = masterWork(rotation);
  const begun = steps.flatMap((step) => timeOf(states[step.id]?.startedAt) ?? []);
  if (begun.length === 0) return null;
  const proofs = checks.map((check) => timeOf(states[check.id]?.provedAt));
  const proved =
    proofs.length > 0 && proofs.every((at) => at !== null) ? Math.max(...proofs.map((at) => at ?? 0)) : null;
  return { from: Math.min(...begun), cut: cutAt(rotation), to: proved };
}

/** The same on the way back: from its restart to the proof of the old certificate; null if not there (yet). */
export function masterBack(rotation: RotationState): { cut: number | null; to: number | null } {
  const { steps, checks, states } = masterWork(rotation);
  const restart = steps.find((step) => step.kind === 'restart-service');
  const cut = restart === undefined ? null : timeOf(states[restart.id]?.backAt);
  const proofs = checks.flatMap((check) => timeOf(states[check.id]?.provedBackAt) ?? []);
  return { cut, to: cut === null || proofs.length === 0 ? null : Math.max(...proofs) };
}

/**
 * How long its restarts took so far, forth and back, in milliseconds; one that is under way counts up to `now`. Empty
 * if none was measured.
 */
export function masterLengths(rotation: RotationState, now: number | null = null): readonly number[] {
  const forth = masterSwitch(rotation);
  const back = isMasterStuckBack(rotation) ? { cut: null, to: null } : masterBack(rotation);
  const to = forth?.to ?? (back.to === null ? now : null);
  return [
    ...(forth === null || to === null ? [] : [Math.max(0, to - (forth.cut ?? forth.from))]),
    ...(back.cut === null || back.to === null ? [] : [back.to - back.cut]),
  ];
}

/** The steps and checks with which the master switches, and how far they are; none if no master does. */
function masterWork({ plan, steps }: RotationState) {
  const stage = plan === null ? undefined : switchStage(plan);
  const host = stage?.hosts[0] ?? '';
  const work = plan?.slices.find((slice) => slice.host === host)?.stages[stage?.name ?? ''];
  return { steps: work?.steps ?? [], checks: work?.checks ?? [], states: steps[host] ?? {} };
}

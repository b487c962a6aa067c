import { sameJson } from '../domain/equal.ts';
import type { PlannedStep } from '../domain/plan/plan.ts';
import { type Facts, type Refusal, refuse } from '../domain/values.ts';
import type { Step } from './index.ts';

/** The first fact that the approval rests on and that has changed, as `FactsMoved`; null: all is as planned. */
export function movedFact(step: Step, planned: PlannedStep, now: Facts): Refusal | null {
  const { expected, id } = planned;
  const names = step.decisive === '*' ? [...new Set([...Object.keys(expected), ...Object.keys(now)])] : step.decisive;
  const fact = names.find((name) => !sameJson(now[name], expected[name]));
  if (fact === undefined) return null;
  const found = now[fact] ?? null;
  return refuse('FactsMoved', { step: id, fact, found, wanted: expected[fact] ?? null });
}

import { CertopsError } from '../domain/errors.ts';
import { inTable } from '../domain/in-table.ts';
import {
  type CheckKind,
  type CheckParams,
  readCheckParams,
  readStepParams,
  type StepKind,
  type StepParams,
} from '../domain/plan/step-params.ts';
import { isRefusal, type Json, type Thumbprint } from '../domain/values.ts';
import type { Refs, ThumbprintOrRef, Verdict } from '../ports/step.ts';

/** Strict parameters of a step. Throws CertopsError `StepNotUnderstood` with path and problem. */
export function parseStep<K extends StepKind>(kind: K, raw: Json): StepParams<K> {
  const params = readStepParams(kind, raw);
  if (isRefusal(params)) throw new CertopsError(params.code, { ...params.data, kind });
  return params;
}

/** The same for a check. */
export function parseCheck<K extends CheckKind>(kind: K, raw: Json): CheckParams<K> {
  const params = readCheckParams(kind, raw);
  if (isRefusal(params)) throw new CertopsError(params.code, { ...params.data, kind });
  return params;
}

/** A certificate that a step names; `der` is known only for one that was made in this rotation. */
export interface ResolvedCertificate {
  readonly thumbprint: Thumbprint;
  readonly der: string | null;
}

/** null: made later in the rotation, and not there yet. */
export function resolve(named: ThumbprintOrRef, refs: Refs): ResolvedCertificate | null {
  if (typeof named === 'string') return { thumbprint: named, der: null };
  const made = inTable(refs, named.ref);
  return made ?? null;
}

/** Marks a change of a file as part of an undo. */
export const wayBack = (direction: 'forth' | 'back'): { readonly isWayBack?: true } =>
  direction === 'back' ? { isWayBack: true } : {};

export const MET: Verdict = { met: true };

/** `pending`: it may still become so by itself. */
export const notMet = (code: string, found: Json, wanted: Json, pending = false): Verdict => ({
  met: false,
  pending,
  code,
  found,
  wanted,
});

import { types } from 'node:util';
import { errorCode, isCertopsError } from '../../domain/errors.ts';
import type { Data, Refusal } from '../../domain/values.ts';

/** Why something did not work, as it goes into the journal: a line there may hold nothing else. */
export interface Failure {
  readonly code: string;
  readonly data: Data;
  /**
   * A refusal has to go through `reasonOf` first: its mark would go into the journal, where the line could not be read
   * again.
   */
  readonly refused?: never;
}

/** A refusal as a failure. */
export const reasonOf = ({ code, data }: Refusal): Failure => ({ code, data });

/** Thrown at the next safe place when the runner is being stopped: what is open stays open in the journal. */
export class RunnerStopping extends Error {
  override readonly name = 'RunnerStopping';
}

/** For whoever goes on after an error, whatever it was: a runner that is being stopped does not. */
export function throwIfStopping(error: unknown): void {
  if (error instanceof RunnerStopping) throw error;
}

/**
 * Our own errors by code and data; anything else only by its kind, because a foreign message may contain anything.
 * Throws RunnerStopping on.
 */
export function failureOf(error: unknown): Failure {
  throwIfStopping(error);
  if (isCertopsError(error)) return { code: error.code, data: error.data };
  const reason = errorCode(error) || (types.isNativeError(error) ? error.name : typeof error);
  return { code: 'Unexpected', data: { reason } };
}

/** The runner's own journal could not be written, as on a full disk. */
export const isNotWritable = (error: unknown): boolean => isCertopsError(error) && error.code === 'JournalNotWritable';

/** What is planned, or done, about a service: a step, a check or a change. */
export type About = { readonly kind: string; readonly params: unknown };

/** A onebox has two services: which of them does not run. */
export function ofService({ code, data }: Failure, { kind, params }: About): Failure {
  const { role } = (params ?? {}) as { readonly role?: unknown };
  const its =
    typeof role === 'string' ? role : kind === 'presents' ? 'master' : kind === 'worker-connected' ? 'worker' : null;
  return code !== 'ServiceNotRunning' || its === null ? { code, data } : { code, data: { ...data, role: its } };
}

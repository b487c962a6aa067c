import type { MadeCertificate } from '../domain/plan/plan.ts';
import type { Facts, Json, Message, Refusal, Thumbprint } from '../domain/values.ts';
import type { HostChange, HostMaker, HostReader, Secret } from './windows-host.ts';

/** Certificates made earlier in the rotation, by name, as far as they exist. */
export type Refs = { readonly [name: string]: MadeCertificate };

/** `pending`: not there yet and may still come (a service that starts): look again until the time limit. */
export type Verdict =
  | { readonly met: true }
  | {
      readonly met: false;
      readonly pending: boolean;
      readonly code: string;
      readonly found: Json;
      readonly wanted: Json;
    };

export interface StepDefinition<P, F extends Facts> {
  readonly kind: string;
  /**
   * Strict: throws CertopsError `StepNotUnderstood`. An unresolved `{ref}` gives null where a thumbprint would stand.
   */
  parse(raw: Json, refs: Refs): P;
  /** One line of *Every change*. */
  say(params: P, expected: F): Message;
  /** Names of facts that the approval rests on; '*' for all. */
  readonly decisive: readonly string[] | '*';
  /**
   * What stands in the plan where no look holds these facts, and no approval rests on them; left out: they are
   * observed.
   */
  assumed?(params: P): F;
  observe(host: HostReader, params: P, made: MadeCertificate | null): Promise<F>;
  /** Creation only: the thumbprint is journaled in `started` before the import. */
  make?(host: HostMaker, params: P): Promise<{ made: MadeCertificate; secret: Secret }>;
  /** Facts wanted after the step. */
  goal(before: F, params: P, made: MadeCertificate | null): F | Refusal;
  /** `begun`: the facts at `started`; null when the step was not begun. */
  judge(now: F, wanted: F, begun: F | null): Verdict;
  /** From a fresh look to the wish, in order; serves apply, resume and undo. */
  move(now: F, wanted: F, params: P, context: MoveContext): readonly HostChange[] | Refusal;
  /** Facts that an undo wants; left out: the facts at the first `started`. */
  back?(before: F): F;
  /**
   * True for a restart: facts alone never show that it is met, because a running service says nothing about what it
   * read. It runs whenever a step before it in its stage has changed something since its last run.
   */
  readonly rereads?: true;
  /**
   * Whether a change that failed like this is believed though a later look finds all as wanted: it has looked itself,
   * and what it saw is not to be seen at every moment. Left out: a later look is believed.
   */
  stands?(trouble: { readonly code: string; readonly data: { readonly [name: string]: Json } }): boolean;
  /** Taken back behind all others of its stage, which rest on it until then. Nothing has to read that it is gone. */
  readonly backLast?: true;
  /** What it took away cannot come back: it has no way back, and whatever failed stays as it was left. */
  readonly isFinal?: true;
}

export interface MoveContext {
  readonly made: MadeCertificate | null;
  readonly secret: Secret | null;
  readonly refs: Refs;
  readonly direction: 'forth' | 'back';
}

export interface CheckDefinition<P, F extends Facts> {
  readonly kind: string;
  parse(raw: Json, refs: Refs): P;
  say(params: P): Message;
  observe(host: HostReader, params: P): Promise<F>;
  judge(now: F, wanted: Json, refs: Refs): Verdict;
  /**
   * What keeps it from ever holding, whatever is changed, and can be seen before anything is; null: nothing. Left out:
   * nobody can tell.
   */
  standsInWay?(host: HostReader, params: P): Promise<{ readonly fact: string; readonly found: Json } | null>;
  /** 'farm': it can hold only when other machines are right too, so a runner that puts back its own steps skips it. */
  readonly reach: 'host' | 'farm';
  /** Met counts only when it is still met so many milliseconds later; left out: at once. */
  settleMs?(now: F): number;
  /** While it is not met, it is looked at again after so many milliseconds; left out: very soon, then rarer. */
  readonly everyMs?: number;
}

export type ThumbprintOrRef = Thumbprint | { readonly ref: string };

import type { MadeCertificate } from '../domain/plan/plan.ts';
import type { Data, Facts, Json, Message, Refusal, Thumbprint } from '../domain/values.ts';
import type { HostChange, HostMaker, HostReader, Secret } from './windows-host.ts';

/** Certificates made earlier in the rotation, by name, as far as they exist. */
export type Refs = { readonly [name: string]: MadeCertificate };

/** `pending`: not met yet, but it may still be (a service that is starting): look again until the time limit. */
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
  /** Strict: throws CertopsError `StepNotUnderstood`. An unresolved `{ref}` gives null instead of a thumbprint. */
  parse(raw: Json, refs: Refs): P;
  /** One line of *Every change*. */
  say(params: P, expected: F): Message;
  /** Names of facts that the approval rests on; '*' for all. */
  readonly decisive: readonly string[] | '*';
  /** What the plan says when no look has these facts and no approval rests on them; left out: they are observed. */
  assumed?(params: P): F;
  observe(host: HostReader, params: P, made: MadeCertificate | null): Promise<F>;
  /** Creation only: the thumbprint is journaled in `started` before the import. */
  make?(host: HostMaker, params: P): Promise<{ made: MadeCertificate; secret: Secret }>;
  /** Facts wanted after the step. */
  goal(before: F, params: P, made: MadeCertificate | null): F | Refusal;
  /** `begun`: the facts at `started`; null when the step was not begun. */
  judge(now: F, wanted: F, begun: F | null): Verdict;
  /** The changes, in order, from a fresh look to the wanted facts; serves apply, resume and undo. */
  move(now: F, wanted: F, params: P, context: MoveContext): readonly HostChange[] | Refusal;
  /** Facts that an undo wants; left out: the facts at the first `started`. */
  back?(before: F): F;
  /**
   * True for a restart: facts alone never show that it is met, because a running service says nothing about what it
   * read. It runs whenever a step before it in its stage has changed something since its last run.
   */
  readonly rereads?: true;
  /**
   * Whether this failure of a change counts even if a later look finds everything as wanted: the change has looked for
   * itself, and what it saw cannot be seen at every moment. Left out: the later look counts.
   */
  stands?(trouble: { readonly code: string; readonly data: Data }): boolean;
  /**
   * Undone after all other steps of its stage, which rest on it until then. No service has to reread once it is gone.
   */
  readonly backLast?: true;
  /** Cannot be undone: what it removed cannot come back, and after a failure everything stays as it was left. */
  readonly isFinal?: true;
}

interface MoveContext {
  readonly made: MadeCertificate | null;
  readonly secret: Secret | null;
  readonly refs: Refs;
  readonly direction: 'forth' | 'back';
}

export type StandsInWay = Data & { readonly fact: string; readonly found: Json };

export interface CheckDefinition<P, F extends Facts> {
  readonly kind: string;
  parse(raw: Json, refs: Refs): P;
  say(params: P): Message;
  /** `since`: what was so before then may have ended; milliseconds since 1970. Left out: everything counts. */
  observe(host: HostReader, params: P, since?: number): Promise<F>;
  judge(now: F, wanted: Json, refs: Refs): Verdict;
  /**
   * What would keep the check from ever being met, whatever is changed, and can be seen before the first change; null:
   * nothing. Left out: it cannot be told.
   */
  standsInWay?(host: HostReader, params: P): Promise<StandsInWay | null>;
  /**
   * 'farm': it can be met only when other machines are right too, so a runner that puts back its own steps skips it.
   */
  readonly reach: 'host' | 'farm';
  /** What is not pending counts only if it is still so this many milliseconds later; left out: at once. */
  settleMs?(now: F): number;
  /**
   * While it is not met, it is checked again after this many milliseconds; left out: very soon at first, then less
   * often.
   */
  readonly everyMs?: number;
}

export type ThumbprintOrRef = Thumbprint | { readonly ref: string };

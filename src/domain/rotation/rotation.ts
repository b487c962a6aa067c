import type { BotEntry, Held, RecheckMark, RunnerOutcome, TurnCause } from '../journal/entries.ts';
import type { Resolve, Voided } from '../journal/resolve.ts';
import type { Envelope, OrderKind } from '../letters/protocol.ts';
import type { HostLook } from '../machine/host-facts.ts';
import { type MadeCertificate, NEW, type Plan } from '../plan/plan.ts';
import type { Wish } from '../plan/wish.ts';
import type { Digest, Facts, HostName, Instant, Json, RotationId, Thumbprint } from '../values.ts';

type Data = { readonly [name: string]: Json };
type Closed = Extract<BotEntry, { type: 'closed' }>;
export type Outcome = Closed['outcome'];

export interface Vote {
  readonly by: { readonly id: string; readonly name: string };
  readonly vote: 'approve' | 'deny';
  readonly reason: string;
  readonly digest: Digest;
  readonly at: Instant;
  readonly platform: string;
}

/** One order as far as its host has spoken of it. */
export interface OrderState {
  readonly host: HostName;
  readonly n: number;
  readonly kind: OrderKind;
  readonly stage: string | null;
  /** These steps or checks of the stage alone; null: all of them. */
  readonly only: readonly string[] | null;
  readonly issued: Instant;
  readonly startBy: Instant;
  readonly timeLimitMs: number;
  /** What is sent until its host answers. null: it has taken it, or it could not be written. */
  readonly envelope: Envelope | null;
  readonly status: 'sent' | 'accepted' | 'refused' | 'lapsed' | 'finished';
  readonly acceptedAt: Instant | null;
  readonly finishedAt: Instant | null;
  /** When its host's word of the end was heard, which may be long after that; left out: it has said none. */
  readonly endHeardAt?: Instant;
  /** When its host goes back unless it is confirmed, by the bot's clock; left out: it does not, or nobody can tell. */
  readonly goesBackAt?: Instant;
  /** The start of the runner that told `goesBackAt`: until its next it counts by a clock that nobody sets. */
  readonly switchedBoot?: string;
  /** When it was heard that a person at its machine has undone it, or begun to, since the rotation ended. */
  readonly undoneAt?: Instant;
  /** It was refused for its date alone, and how far its host's clock was ahead then. Milliseconds; left out: not so. */
  readonly aheadMs?: number;
  readonly outcome: RunnerOutcome | null;
  /** Of a refusal, or of the step that failed. */
  readonly code: string | null;
  readonly data: Data;
  readonly failedStep: string | null;
  /** The host holds it until the master switches. */
  readonly armedAt: Instant | null;
  /** It went forth, is proved, and is held until somebody confirms. */
  readonly switchedAt: Instant | null;
  /** Set by `silent`, cleared as soon as the host speaks of this order again. */
  readonly silentSince: Instant | null;
  /** It is not silent: it speaks, and what it says is not understood here. */
  readonly isUnread?: boolean;
  /** A second look has shown how the host stands, and nothing was heard or missed of this order since. */
  readonly seen: boolean;
  /** The farm was frozen, or somebody asked to put all back, before it had ended. */
  readonly isOvertaken?: boolean;
}

/** One planned step or check on its host. Times are the host's own clock, less its skew. */
export interface StepState {
  readonly state: 'started' | 'done' | 'proved' | 'failed' | 'undone';
  readonly direction: 'forth' | 'back';
  readonly startedAt: Instant | null;
  readonly at: Instant;
  /** When the way back of this step was begun; null while it was never undone. */
  readonly backAt: Instant | null;
  readonly facts: Facts;
  readonly made: MadeCertificate | null;
  readonly changed: boolean;
  /** Latest moment at which it was proved forth, kept when it is undone later. */
  readonly provedAt: Instant | null;
  /** Latest moment at which its check held with the old values, on the way back. */
  readonly provedBackAt: Instant | null;
}

export interface Posted {
  readonly platform: string;
  readonly channel: string;
  readonly message: string;
  /** It stands in for one that somebody deleted. */
  readonly again: boolean;
  /** It was posted with mentions. */
  readonly calls: boolean;
}

/** A note in one place. `message` null: it was about to be sent so many times, and nobody knows whether it was. */
export interface NoteState {
  readonly attempts: number;
  readonly calls: boolean;
  readonly message: string | null;
}

export interface Scheduled {
  readonly from: Instant;
  readonly until: Instant;
  readonly held: Held | null;
  readonly at: Instant;
  /** What was found before this start. */
  readonly checks: { readonly [mark in RecheckMark]?: RecheckResult };
}

export type RecheckResult = Pick<Extract<BotEntry, { type: 'rechecked' }>, 'moved' | 'unseen' | 'refused'> & {
  readonly at: Instant;
};

export const noteKey = (platform: string, place: string, note: string): string => `${platform} ${place} ${note}`;

export interface Made {
  readonly certificate: MadeCertificate;
  readonly host: HostName;
  readonly seq: number;
  readonly report: Envelope;
}

/** When it was heard that a worker is in line with its master again, and what that presents to it. */
export interface Rejoined {
  readonly at: Instant;
  readonly presented: Thumbprint;
}

export interface RotationState {
  readonly id: RotationId;
  readonly wish: Wish;
  readonly dry: boolean;
  readonly by: { readonly id: string; readonly name: string };
  readonly reason: string;
  readonly origin: { readonly platform: string; readonly channel: string };
  readonly at: Instant;
  readonly looks: { readonly [host: string]: HostLook };
  /** Looks taken after the plan: the final proof, and *Look again*. */
  readonly proofs: { readonly [host: string]: HostLook };
  /** Of each host the look before that one: a service that is another process every time does not run well. */
  readonly earlier: { readonly [host: string]: HostLook };
  readonly plan: Plan | null;
  readonly plannedAt: Instant | null;
  readonly replaces: RotationId | null;
  readonly votes: readonly Vote[];
  readonly gate:
    | (Pick<Extract<BotEntry, { type: 'gate-closed' }>, 'how' | 'counted'> & { readonly at: Instant })
    | null;
  /** When an approved rotation may begin that has to wait; null: it need not. */
  readonly start: Scheduled | null;
  /** When one that waited was begun; null: it waits, or never had to. */
  readonly begunAt: Instant | null;
  readonly stop: {
    readonly by: { readonly id: string; readonly name: string };
    readonly at: Instant;
    /** '': none was given. */
    readonly reason: string;
  } | null;
  /** A machine that knows more of it than this journal does, which was put back from a copy; null: none. */
  readonly cutShort: HostName | null;
  /** Why all is put back, once it is. */
  readonly turned: TurnCause | null;
  readonly orders: readonly OrderState[];
  readonly steps: { readonly [host: string]: { readonly [step: string]: StepState } };
  /**
   * Machines of which steps were told while nobody knew how their clocks stood: their times are compared with no
   * other's.
   */
  readonly unclocked: readonly HostName[];
  /** The maker's signed entry of each new certificate, by the name that steps call it. */
  readonly made: { readonly [ref: string]: Made };
  readonly resolve: Resolve | null;
  /** The last question, where what it was about has moved; null once another is asked or decided. */
  readonly voided: Voided | null;
  /** Who asked for the last second look, and when it was over and nothing settled; null: it is not, or nobody has. */
  readonly lookedAgain: { readonly by: Resolve['by']; readonly at: Instant | null } | null;
  /** Hosts that a person or a second look has settled, by choice, and how many orders had been given by then. */
  readonly resolved: { readonly [host: string]: Pick<Resolve, 'choice' | 'at'> & { readonly orders: number } };
  /**
   * Workers that are not told to switch, for packages run there, and who asked for that. Apart from `resolved`, where
   * what was decided about a master stands, which may be the same machine.
   */
  readonly leftOut: { readonly [host: string]: Resolve['by'] };
  readonly posted: readonly Posted[];
  /** By `noteKey`. */
  readonly notes: { readonly [key: string]: NoteState };
  /** Machines that it left behind and that a look has shown connected since it ended; see `rejoinedIn`. */
  readonly rejoined: { readonly [host: string]: Rejoined };
  /** Who looked at it once more; null: nobody has (yet), or nobody need. */
  readonly reviewed: {
    readonly by: { readonly id: string; readonly name: string };
    readonly note: string;
    readonly at: Instant;
  } | null;
  readonly closed: { readonly outcome: Outcome; readonly at: Instant; readonly data: Data } | null;
  /** What the channel's Journal shows, oldest first. */
  readonly trail: readonly TrailEntry[];
}

/** One that has a plan: there is something to do. */
export type Planned = RotationState & { readonly plan: Plan };

export const isPlanned = (rotation: RotationState): rotation is Planned => rotation.plan !== null;

/** The master's certificate that this rotation has made, or takes as it is; null: none (yet). */
export const newMaster = ({ made, plan }: Pick<RotationState, 'made' | 'plan'>): Thumbprint | null =>
  made[NEW]?.certificate.thumbprint ?? plan?.header.existing?.[NEW]?.thumbprint ?? null;

/** The newest look order of a host that brought a look home. */
export const lastLookOrder = ({ orders }: RotationState, host: string): OrderState | null =>
  orders.findLast((order) => order.host === host && order.kind === 'look' && order.outcome === 'looked') ?? null;

/** A line of the journal as a person reads it: what, where, when. */
export interface TrailEntry {
  readonly at: Instant;
  readonly host: string;
  readonly code: string;
  readonly data: Data;
}

/** When work was begun, or could be; null: it has not been approved, or waits for its start. */
export function startedAt({ gate, start, begunAt }: RotationState): Instant | null {
  if (gate?.how !== 'approved') return null;
  return start === null ? gate.at : begunAt;
}

/** Whether it is approved and its time has not come. */
export const isWaiting = (rotation: RotationState): boolean =>
  rotation.closed === null && rotation.gate?.how === 'approved' && startedAt(rotation) === null;

const MOVED: readonly Json[] = ['FactsMoved', 'AddressSilent'];
const ASKED_ANEW: readonly Json[] = [...MOVED, 'PolicyChanged', 'MachinesChanged', 'ApproverGone', 'StartMissed'];

/** Whether it ended so that the same is asked again: what its approval rested on moved before its start. */
export function asksAnew({ closed, turned, gate }: RotationState): boolean {
  if (closed?.outcome === 'put-back') return MOVED.includes(turned?.code ?? null);
  return closed?.outcome === 'refused' && gate?.how === 'approved' && ASKED_ANEW.includes(closed.data.code ?? null);
}

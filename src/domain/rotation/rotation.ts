import type { BotEntry, Held, RecheckMark, RunnerOutcome, TurnCause } from '../journal/entries.ts';
import type { Resolve, Voided } from '../journal/resolve.ts';
import type { Unwritten } from '../journal/silence-entries.ts';
import type { Envelope, OrderKind } from '../letters/protocol.ts';
import type { Looks } from '../machine/host-facts.ts';
import { type MadeCertificate, NEW, type Plan } from '../plan/plan.ts';
import type { Wish } from '../plan/wish.ts';
import type { Data, Digest, Facts, HostName, Instant, Json, RotationId, Thumbprint } from '../values.ts';

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

/** One order, as far as its host has reported on it. */
export interface OrderState {
  readonly host: HostName;
  readonly n: number;
  readonly kind: OrderKind;
  readonly stage: string | null;
  /** Only these steps or checks of the stage; null: all of them. */
  readonly only: readonly string[] | null;
  readonly issued: Instant;
  readonly startBy: Instant;
  readonly timeLimitMs: number;
  /** What is sent until its host answers. null: accepted, or it could not be written. */
  readonly envelope: Envelope | null;
  readonly status: 'sent' | 'accepted' | 'refused' | 'lapsed' | 'finished';
  readonly acceptedAt: Instant | null;
  readonly finishedAt: Instant | null;
  /** When the bot heard of its end, which may be long after the end itself; left out: not yet. */
  readonly endHeardAt?: Instant;
  /** When its host goes back unless confirmed, by the bot's clock; left out: it does not, or nobody can tell. */
  readonly goesBackAt?: Instant;
  /** Boot of the runner that reported `goesBackAt`: until it restarts, it counts on a clock that nobody sets. */
  readonly switchedBoot?: string;
  /** When the bot heard that a person at its machine has undone it, or begun to, after the rotation ended. */
  readonly undoneAt?: Instant;
  /** How far its host's clock was ahead when it was refused for its date alone. Milliseconds; left out: it was not. */
  readonly aheadMs?: number;
  readonly outcome: RunnerOutcome | null;
  /** Of a refusal, or of the step that failed. */
  readonly code: string | null;
  readonly data: Data;
  readonly failedStep: string | null;
  /** The host holds it until the master switches. */
  readonly armedAt: Instant | null;
  /** It went forward, is proved, and is held until confirmed. */
  readonly switchedAt: Instant | null;
  /** On the way back it found its service stopped, and started it; left out: it did not. */
  readonly foundStopped?: true;
  /** Set by `silent`, cleared as soon as the host reports on this order again. */
  readonly silentSince: Instant | null;
  /** It is not silent: it reports, but the bot does not understand it. */
  readonly isUnread?: boolean;
  /** It is not silent: it speaks, and has reported nothing of this order since then, for longer than that may take. */
  readonly isOverdue?: boolean;
  /** It is not silent: it says that the order has ended there, and that it cannot write how. */
  readonly unwritten?: Unwritten | null;
  /** A second look has shown the state of the host, and nothing was heard or missed of this order since. */
  readonly seen: boolean;
  /** That look has shown its machine as before, so `outcome` says put back, and not what its runner had said. */
  readonly seenBack?: true;
  /** The farm was frozen, or somebody asked to put all back, before it had ended. */
  readonly isOvertaken?: boolean;
}

/** One planned step or check on its host. Times are from the host's own clock, corrected for its skew. */
export interface StepState {
  readonly state: 'started' | 'done' | 'proved' | 'failed' | 'undone';
  readonly direction: 'forth' | 'back';
  readonly startedAt: Instant | null;
  readonly at: Instant;
  /** When this step was first started backward; null while it never was. */
  readonly backAt: Instant | null;
  readonly facts: Facts;
  readonly made: MadeCertificate | null;
  readonly changed: boolean;
  /** First moment it was proved forward; kept when it is undone later. */
  readonly provedAt: Instant | null;
  /** First moment its check held with the old values, on the way back. */
  readonly provedBackAt: Instant | null;
}

interface Posted {
  readonly platform: string;
  readonly channel: string;
  readonly message: string;
  /** It replaces one that somebody deleted. */
  readonly again: boolean;
  /** It was posted with mentions. */
  readonly calls: boolean;
}

/** A note in one place. `message` null: that many attempts were made, and nobody knows whether one succeeded. */
interface NoteState {
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

type RecheckResult = Pick<Extract<BotEntry, { type: 'rechecked' }>, 'moved' | 'unseen' | 'refused'> & {
  readonly at: Instant;
};

export const noteKey = (platform: string, place: string, note: string): string => `${platform} ${place} ${note}`;

export interface Made {
  readonly certificate: MadeCertificate;
  readonly host: HostName;
  readonly seq: number;
  readonly report: Envelope;
}

/** When the bot heard that a worker is in line with its master again, and what the master presents. */
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
  readonly looks: Looks;
  /** Looks taken after the plan: the final proof, and *Look again*. */
  readonly proofs: Looks;
  /** For each host, the look before that one: a service with a different process every time is not running well. */
  readonly earlier: Looks;
  readonly plan: Plan | null;
  readonly plannedAt: Instant | null;
  readonly replaces: RotationId | null;
  readonly votes: readonly Vote[];
  readonly gate:
    | (Pick<Extract<BotEntry, { type: 'gate-closed' }>, 'how' | 'counted'> & { readonly at: Instant })
    | null;
  /** When a waiting approved rotation may begin; null: it need not wait. */
  readonly start: Scheduled | null;
  /** When a waiting rotation began; null: it still waits, or never had to. */
  readonly begunAt: Instant | null;
  readonly stop: {
    readonly by: { readonly id: string; readonly name: string };
    readonly at: Instant;
    /** '': none was given. */
    readonly reason: string;
  } | null;
  /** A machine that knows more about it than this journal, which was restored from a copy; null: none. */
  readonly cutShort: HostName | null;
  /** Why all is being put back, once it is. */
  readonly turned: TurnCause | null;
  readonly orders: readonly OrderState[];
  readonly steps: { readonly [host: string]: { readonly [step: string]: StepState } };
  /** Machines that reported step times while their clock skew was unknown: these are not compared with any other's. */
  readonly unclocked: readonly HostName[];
  /** The maker's signed entry for each new certificate, by the name steps use. */
  readonly made: { readonly [ref: string]: Made };
  readonly resolve: Resolve | null;
  /** The last question, if the facts it was about have moved; null once another is asked or decided. */
  readonly voided: Voided | null;
  /**
   * Who asked for the last second look, and when it ended without settling anything (`at` null: not yet); null: nobody
   * did, or it settled something.
   */
  readonly lookedAgain: { readonly by: Resolve['by']; readonly at: Instant | null } | null;
  /** Hosts settled by a person or a second look: the choice, and how many orders had been given by then. */
  readonly resolved: { readonly [host: string]: Pick<Resolve, 'choice' | 'at'> & { readonly orders: number } };
  /**
   * Workers that are not told to switch because packages run there, and who asked for that. Kept apart from `resolved`,
   * which may hold a decision about the same machine as master.
   */
  readonly leftOut: { readonly [host: string]: Resolve['by'] };
  readonly posted: readonly Posted[];
  /** By `noteKey`. */
  readonly notes: { readonly [key: string]: NoteState };
  /** Machines it left behind that a look has shown connected since it ended; see `rejoinedIn`. */
  readonly rejoined: { readonly [host: string]: Rejoined };
  /** Who reviewed it; null: nobody (yet), or no review is needed. */
  readonly reviewed: {
    readonly by: { readonly id: string; readonly name: string };
    readonly note: string;
    readonly at: Instant;
  } | null;
  readonly closed: { readonly outcome: Outcome; readonly at: Instant; readonly data: Data } | null;
  /** What the channel's journal shows, oldest first. */
  readonly trail: readonly TrailEntry[];
}

/** One that has a plan: there is something to do. */
export type Planned = RotationState & { readonly plan: Plan };

export const isPlanned = (rotation: RotationState): rotation is Planned => rotation.plan !== null;

/** The master's certificate that this rotation made, or uses as it exists; null: none (yet). */
export const newMaster = ({ made, plan }: Pick<RotationState, 'made' | 'plan'>): Thumbprint | null =>
  made[NEW]?.certificate.thumbprint ?? plan?.header.existing?.[NEW]?.thumbprint ?? null;

/** The newest look order of a host that returned a look. */
export const lastLookOrder = ({ orders }: RotationState, host: string): OrderState | null =>
  orders.findLast((order) => order.host === host && order.kind === 'look' && order.outcome === 'looked') ?? null;

/** A line of the journal as a person reads it: what, where, when. */
export interface TrailEntry {
  readonly at: Instant;
  readonly host: string;
  readonly code: string;
  readonly data: Data;
}

/** When work began, or could have; null: not approved, or still waiting for its start. */
export function startedAt({ gate, start, begunAt }: RotationState): Instant | null {
  if (gate?.how !== 'approved') return null;
  return start === null ? gate.at : begunAt;
}

/** Whether it is approved and still waiting for its start. */
export const isWaiting = (rotation: RotationState): boolean =>
  rotation.closed === null && rotation.gate?.how === 'approved' && startedAt(rotation) === null;

const MOVED: readonly Json[] = ['FactsMoved', 'AddressSilent'];
const ASKED_ANEW: readonly Json[] = [
  ...MOVED,
  'PolicyChanged',
  'MachinesChanged',
  'FarmFileChanged',
  'ApproverGone',
  'StartMissed',
];

/** Whether it ended so that the same is requested again: what its approval rested on moved before its start. */
export function asksAnew({ closed, turned, gate }: RotationState): boolean {
  if (closed?.outcome === 'put-back') return MOVED.includes(turned?.code ?? null);
  return closed?.outcome === 'refused' && gate?.how === 'approved' && ASKED_ANEW.includes(closed.data.code ?? null);
}

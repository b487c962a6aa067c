import type { Data, Digest, HostName, Instant, RotationId, Thumbprint } from '../values.ts';

/**
 * What travels. The body is a string and the signature covers `certops/<type>/1\n` + body, so nothing is serialised
 * twice and nothing needs a canonical form. `key` is the id of the signing key.
 */
export interface Envelope {
  readonly type: 'order' | 'report' | 'ack' | 'entry' | 'signal';
  readonly key: string;
  readonly body: string;
  /** Ed25519, base64url. */
  readonly sig: string;
}

export type OrderKind = 'look' | 'apply' | 'undo' | 'stop';

/** What the bot tells the holder of an armed order. */
export type Say = 'wait' | 'go' | 'confirm';

/** A certificate made during the rotation. `report` is the maker's signed journal entry, as received. */
export interface MadeRef {
  readonly thumbprint: Thumbprint;
  readonly der: string;
  readonly host: HostName;
  readonly seq: number;
  readonly report: Envelope;
}

/**
 * Where the bot's journal stood when an order was written. A bot whose folder was restored from a copy is behind what
 * its runners remember. `epoch`: how often that has happened and people were told.
 */
export interface BotHead {
  readonly epoch: number;
  readonly seq: number;
  readonly hash: Digest;
}

export interface Order {
  readonly v: 1;
  readonly farm: string;
  readonly host: HostName;
  /** Grows by one per host. */
  readonly n: number;
  readonly rotation: RotationId;
  readonly kind: OrderKind;
  readonly stage: string | null;
  readonly digest: Digest | null;
  /** Plan lines, as written: the header, and this host's own slice. */
  readonly header: string | null;
  readonly slice: string | null;
  readonly lineHashes: readonly Digest[];
  readonly refs: { readonly [name: string]: CertificateRef };
  /** For a look: also report what the machine holds of these. */
  readonly certificates?: readonly Thumbprint[] | undefined;
  /**
   * Only these steps of the stage, for an undo and for trust in workers that are cut off; for a wait for packages, only
   * these checks. Left out: all of them.
   */
  readonly only?: readonly string[] | undefined;
  /** Left out: the runner's version does not read it. */
  readonly bot?: BotHead | undefined;
  /** Approved rotations that are not closed; all others are over. Left out: the runner does not read it. */
  readonly open?: readonly RotationId[] | undefined;
  readonly issued: Instant;
  readonly startBy: Instant;
  readonly timeLimitMs: number;
}

/** A certificate that no runner made in this rotation, as brought by a look. No report vouches for it. */
export interface ExistingRef {
  readonly thumbprint: Thumbprint;
  readonly der: string;
  /** Where it was seen. */
  readonly host: HostName;
}

export type CertificateRef = MadeRef | ExistingRef;

/** What a runner reports: its journal since the last acknowledged entry. No entries: a hello. */
export interface Report {
  readonly v: 1;
  readonly farm: string;
  readonly host: HostName;
  /** Random, new at each start of the runner. */
  readonly boot: string;
  readonly version: string;
  readonly clock: Instant;
  readonly lastN: number;
  /** Sequence number of the first entry carried (or of the next one, in a hello). */
  readonly from: number;
  /** Journal lines as the runner wrote and signed them. */
  readonly entries: readonly Envelope[];
  /** What is worth knowing and no journal entry: `paused`, `journal-full`, `orders-refused`, `bot-key-unknown`. */
  readonly notes: readonly { readonly code: string; readonly data: Data }[];
}

export interface Ack {
  readonly v: 1;
  readonly farm: string;
  readonly host: HostName;
  readonly boot: string;
  /** All entries up to this sequence number are recorded. */
  readonly upTo: number;
}

/**
 * A message about one armed order. Not an order itself: it has no number, is not journaled and is repeated while it
 * holds; the runner's own journal shows what came of it.
 */
export interface Signal {
  readonly v: 1;
  readonly farm: string;
  readonly host: HostName;
  readonly rotation: RotationId;
  /** Number of the armed order. */
  readonly n: number;
  readonly digest: Digest;
  readonly say: Say;
  /** Grows from one signal to the next about the same order; older ones are ignored. */
  readonly issued: Instant;
}

/** One line of a journal file, inside an Envelope of type `entry`. `prev` is the SHA-256 of the previous line. */
export interface JournalLine<E> {
  readonly stream: string;
  readonly seq: number;
  readonly prev: Digest;
  readonly at: Instant;
  readonly entry: E;
}

export const PROTOCOL = {
  helloEveryMs: 15_000,
  /** Reports that somebody waits for are not merged; the others only show progress. */
  mergeReportsMs: 600,
  /**
   * The same while a worker follows its master: it is cut off, and its progress comes with the news that it is back.
   */
  mergeFollowingMs: 3_000,
  resendReportsMs: 10_000,
  silentAfterMs: 45_000,
  /** An accepted order with nothing heard for its `timeLimitMs` + this counts as silent. */
  overdueMs: 60_000,
  /**
   * How much longer, on the way back, a runner waits for a service that is still stopping when time is up: turning away
   * then would leave it stopped for good.
   */
  stoppingMs: 60_000,
  clockToleranceMs: 60_000,
  /**
   * How far an order's number may be above the last one: the thief of a key cannot use up all numbers with one letter.
   */
  orderNumbersAhead: 1_000_000,
  /**
   * How many restores ahead of the bot a runner may claim to be. Far below what runners accept from a bot: what one of
   * them claims goes into every order to all the others.
   */
  epochsAhead: 100,
  /** The longest a look may take. */
  lookLimitMs: 60_000,
  issuedToleranceMs: 300_000,
  startByToleranceMs: 120_000,
} as const;

import type { Say } from '../letters/protocol.ts';
import { stepParams } from '../plan/step-params.ts';
import { HOUR_MS } from '../time.ts';
import { parseThumbprint, type Thumbprint } from '../values.ts';
import type { OrderWork } from './order-work.ts';

/** A runner's part in an armed cutover: the switch that cuts everybody off, or a host that follows it. */
export type Part = 'lead' | 'follow';

/** The setting that says which master a worker accepts. */
const PIN = 'MasterHttpsCertThumbprint';

/** null: an order of a phase that is not armed, carried out at once. */
export function partOf({ phase, stage }: Pick<OrderWork, 'phase' | 'stage'>): Part | null {
  if (phase.armed !== true) return null;
  return phase.stages[0]?.name === stage ? 'lead' : 'follow';
}

/** The two certificates between which a follower switches. */
export interface Followed {
  readonly old: Thumbprint;
  readonly next: Thumbprint;
}

/** Read from the pin that the order changes; null: it changes none, so there is nothing to follow. */
export function followedOf(
  { steps }: Pick<OrderWork, 'steps'>,
  refs: { readonly [name: string]: { readonly thumbprint: Thumbprint } },
): Followed | null {
  const pin = steps.find((step) => step.kind === 'write-setting' && stepParams('write-setting', step).key === PIN);
  if (pin === undefined) return null;
  const { thumbprint: named } = stepParams('write-setting', pin);
  const next = typeof named === 'string' ? named : Object.hasOwn(refs, named.ref) ? refs[named.ref]?.thumbprint : null;
  const old = parseThumbprint(String(pin.expected.value));
  return old === null || next == null ? null : { old, next };
}

type Seen = 'old' | 'next' | 'other';

/** Anything but these two, including an error, moves nobody. */
export const seenAs = ({ old, next }: Followed, presented: Thumbprint | null): Seen =>
  presented === next ? 'next' : presented === old ? 'old' : 'other';

/** What a runner has seen of the master and heard from the bot since it holds an order; when, by its steady clock. */
export interface Watch {
  readonly nextSince: number | null;
  readonly oldSince: number | null;
  /** The master was seen with the new certificate at least once. */
  readonly sawNext: boolean;
  /** When the bot last spoke. */
  readonly wordAt: number | null;
  readonly go: boolean;
  /** When it was first confirmed. */
  readonly confirmedAt: number | null;
  /** `issued` of the newest signal, milliseconds since 1970: any that is not newer is ignored. */
  readonly issued: number;
}

export const NEW_WATCH: Watch = {
  nextSince: null,
  oldSince: null,
  sawNext: false,
  wordAt: null,
  go: false,
  confirmedAt: null,
  issued: 0,
};

export const ARMED = {
  /** A follower switches alone after the master has presented the new certificate for this long without a signal. */
  aloneAfterMs: 10_000,
  /** The old certificate counts as back after it was seen for this long. */
  backAfterMs: 2_000,
  /** How long after the gap limit a lead that does not go back is held: a bot that returns later finds it ended. */
  endsAfterMs: 3_600_000,
  watchEveryMs: 2_000,
  /** How often the bot repeats each signal. */
  sayEveryMs: 3_000,
} as const;

/** With what the master presents. `now`: by the steady clock. */
export const see = (watch: Watch, seen: Seen, now: number): Watch => ({
  ...watch,
  nextSince: seen === 'next' ? (watch.nextSince ?? now) : null,
  oldSince: seen === 'old' ? (watch.oldSince ?? now) : null,
  sawNext: watch.sawNext || seen === 'next',
});

/** With a signal of the bot, unless a newer one came first. `now`: by the steady clock. */
export function hear(watch: Watch, say: Say, issued: number, now: number): Watch {
  if (issued <= watch.issued) return watch;
  return {
    ...watch,
    issued,
    wordAt: now,
    go: say === 'go',
    confirmedAt: watch.confirmedAt ?? (say === 'confirm' ? now : null),
  };
}

/** null: not by itself. Otherwise the lead goes back or ends at that time if nobody has confirmed it. */
export interface HeldSwitch {
  readonly goesBackAt: number | null;
  readonly endsAt?: number | null;
}

/** No farm waits longer for its workers: by then an unconfirmed master is back on its old certificate. */
export const LONGEST_GAP_MS = HOUR_MS;

/** How far a held order is, according to the runner's own journal. */
export interface HeldState {
  readonly part: Part;
  /** One of its steps was begun. */
  readonly begun: boolean;
  readonly switched: HeldSwitch | null;
  /** A follower that failed was put back and still follows. A lead fails if its service fell after it had switched. */
  readonly failed: boolean;
  /** Its rotation is over, by a later order of the bot; left out: it is not. */
  readonly isOver?: boolean;
}

/** `hold`: nothing to do now. `end`: stays as it is, and is no longer held. */
export type Decision = 'hold' | 'forth' | 'back' | 'end';

/**
 * What the holder of an armed order does now. The lead goes back by itself if nobody confirmed in time; what counts is
 * when it was confirmed, not when the machine gets to act on it. A lead that does not go back ends as it is. A follower
 * goes on the bot's signal, or alone; once it or the master has moved, it goes where the master is. One that has not
 * moved by the time its rotation is over, because the bot forgot the order, ends where its master still is.
 */
export const decide = (state: HeldState, watch: Watch, now: number): Decision =>
  state.part === 'lead' ? decideLead(state, watch, now) : decideFollower(state, watch, now);

function decideLead({ switched, failed }: HeldState, { confirmedAt }: Watch, now: number): Decision {
  if (switched === null) return 'forth';
  if (failed) return 'back';
  const until = switched.goesBackAt ?? Number.POSITIVE_INFINITY;
  if (confirmedAt !== null && confirmedAt < until) return 'end';
  if (now >= until) return 'back';
  return now >= (switched.endsAt ?? Number.POSITIVE_INFINITY) ? 'end' : 'hold';
}

function decideFollower({ switched, failed, begun, isOver = false }: HeldState, watch: Watch, now: number): Decision {
  if (watch.confirmedAt !== null && (switched !== null || failed || !begun)) return 'end';
  const isBack = watch.oldSince !== null && now - watch.oldSince >= ARMED.backAfterMs;
  if (isBack && (begun || watch.sawNext)) return 'back';
  if (isBack && isOver && !failed) return 'end';
  if (switched !== null || failed || watch.nextSince === null) return 'hold';
  if (begun || watch.go) return 'forth';
  return now >= aloneAt(watch) ? 'forth' : 'hold';
}

/** When a follower switches without a signal; Infinity while the master does not present the new certificate. */
export const aloneAt = ({ nextSince, wordAt }: Watch): number =>
  nextSince === null ? Number.POSITIVE_INFINITY : Math.max(nextSince, wordAt ?? 0) + ARMED.aloneAfterMs;

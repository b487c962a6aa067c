import type { BotEntry } from '../journal/entries.ts';
import type { HostHead, Refused } from '../journal/host-head.ts';
import type { QuietKind } from '../journal/reminder-entries.ts';
import type { HostLook } from '../machine/host-facts.ts';
import type { Instant, RotationId } from '../values.ts';
import type { Freeze, FreezeWord } from '../when/freeze-state.ts';
import type { RotationState } from './rotation.ts';
import type { Standing } from './standing.ts';
import type { QuietWord, StandingWord } from './standing-word.ts';

/** The fold of one farm's journal. */
export interface FarmState {
  readonly nextNumber: number;
  /** How often this journal was found to be put back from a copy. */
  readonly epoch: number;
  /** When that was last; null: never. */
  readonly cutShortAt: Instant | null;
  readonly rotations: { readonly [id: RotationId]: RotationState };
  readonly order: readonly RotationId[];
  /** The one rotation that is open; null: the farm takes a request. */
  readonly open: RotationId | null;
  readonly hosts: { readonly [host: string]: HostHead };
  /** Refusals that belong to no order of ours: somebody else wrote into a queue. */
  readonly strange: readonly Refused[];
  /** The newest of each machine and code about what it says itself: no number of refusals may push these out. */
  readonly untaken: readonly Refused[];
  /** By `toldKey`: words about the farm that stand in a channel. */
  readonly told: readonly string[];
  /** The newest of them, and the messages that say them: a word that is over is changed where it stands. */
  readonly words: readonly StandingWord[];
  /** The newest reminder that was due, and since when. */
  readonly reminding: (Extract<BotEntry, { type: 'reminding' }> & { readonly at: Instant }) | null;
  readonly reminded: readonly Extract<BotEntry, { type: 'reminded' }>[];
  /** As it was recorded last; whether its time is over is asked of `isSnoozed`. */
  readonly snooze: (Extract<BotEntry, { type: 'snoozed' }> & { readonly at: Instant }) | null;
  /** The sample of a reminder that was asked for last. */
  readonly sample: (Extract<BotEntry, { type: 'sample-asked' }> & { readonly at: Instant }) | null;
  /** The newest word about reviews that are late, and since when. */
  readonly nagging: (Extract<BotEntry, { type: 'nagging' }> & { readonly at: Instant }) | null;
  /** What nothing is heard of now. */
  readonly quiet: readonly {
    readonly what: QuietKind;
    readonly subject: string;
    readonly since: Instant;
    /** Of Redis, as it was told last: see `quiet` of the journal. */
    readonly refuses?: string;
  }[];
  /** The newest words about it, to be told in the channels. */
  readonly quietWords: readonly QuietWord[];
  /** When certificates end that a service named once and names no more: it may present one of them still. */
  readonly endsOnce: { readonly [thumbprint: string]: Instant };
  /** As it was recorded last; whether its time is over is asked of `frozenNow`. */
  readonly freeze: Freeze | null;
  /** The last word about a freeze, to be told in the channels. */
  readonly freezeWord: (Extract<BotEntry, { type: 'frozen' | 'unfrozen' }> & FreezeWord) | null;
  /** Newest look of each host, whatever it was for. */
  readonly latest: { readonly [host: string]: HostLook };
  /** The newest rotations of a master that left machines behind, oldest first. */
  readonly behind: readonly RotationId[];
  /** What each host has presented and pinned, and since when. */
  readonly standings: { readonly [host: string]: Standing };
}

/** Looks that belong to no rotation carry this id: no farm can be named so, for ids end in a number. */
export const SCAN: RotationId = 'scan';

export const initialFarmState: FarmState = {
  nextNumber: 1,
  epoch: 0,
  cutShortAt: null,
  rotations: {},
  order: [],
  open: null,
  hosts: {},
  strange: [],
  untaken: [],
  told: [],
  words: [],
  reminding: null,
  reminded: [],
  snooze: null,
  sample: null,
  nagging: null,
  quiet: [],
  quietWords: [],
  endsOnce: {},
  freeze: null,
  freezeWord: null,
  latest: {},
  behind: [],
  standings: {},
};

/** Changes one rotation; an id nobody knows changes nothing. */
export function change(
  state: FarmState,
  id: RotationId,
  how: (rotation: RotationState) => Partial<RotationState>,
): FarmState {
  const rotation = state.rotations[id];
  if (rotation === undefined) return state;
  return { ...state, rotations: { ...state.rotations, [id]: { ...rotation, ...how(rotation) } } };
}

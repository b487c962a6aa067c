import type { BotEntry } from '../journal/entries.ts';
import type { HostHead, Refused } from '../journal/host-head.ts';
import type { QuietKind } from '../journal/reminder-entries.ts';
import type { Looks } from '../machine/host-facts.ts';
import type { Instant, RotationId } from '../values.ts';
import type { Freeze, FreezeWord } from '../when/freeze-state.ts';
import type { RotationState } from './rotation.ts';
import type { Standing } from './standing.ts';
import type { QuietWord, StandingWord } from './standing-word.ts';

/** The fold of one farm's journal. */
export interface FarmState {
  /**
   * A journal is being read, and nobody else has this state: the table of rotations is then changed in place. Copied
   * for every line, it would make a start cost the square of what there is to read.
   */
  readonly isReplay: boolean;
  readonly nextNumber: number;
  /** How often this journal was found to be restored from a copy. */
  readonly epoch: number;
  /** When that last happened; null: never. */
  readonly cutShortAt: Instant | null;
  readonly rotations: { readonly [id: RotationId]: RotationState };
  readonly order: readonly RotationId[];
  /** Those that have not ended, dry ones included, oldest first: years of ended ones are not gone through each time. */
  readonly unclosed: readonly RotationId[];
  /** The one open rotation; null: the farm takes requests. */
  readonly open: RotationId | null;
  readonly hosts: { readonly [host: string]: HostHead };
  /** Refusals that belong to no order of ours: somebody else wrote into a queue. */
  readonly strange: readonly Refused[];
  /**
   * For each machine and code, the newest problem with its own reports: kept apart, so that no number of refusals can
   * push it out.
   */
  readonly untaken: readonly Refused[];
  /** By `toldKey`: messages about the farm that were posted in a channel. */
  readonly told: readonly string[];
  /** The newest of these, with their message ids: one that no longer holds is edited in place. */
  readonly words: readonly StandingWord[];
  /** The newest reminder that was due, and when it was recorded. */
  readonly reminding: (Extract<BotEntry, { type: 'reminding' }> & { readonly at: Instant }) | null;
  readonly reminded: readonly Extract<BotEntry, { type: 'reminded' }>[];
  /** As last recorded; `isSnoozed` says whether it is still in force. */
  readonly snooze: (Extract<BotEntry, { type: 'snoozed' }> & { readonly at: Instant }) | null;
  /** The last sample reminder that was asked for. */
  readonly sample: (Extract<BotEntry, { type: 'sample-asked' }> & { readonly at: Instant }) | null;
  /** The newest message about late reviews, and when it was recorded. */
  readonly nagging: (Extract<BotEntry, { type: 'nagging' }> & { readonly at: Instant }) | null;
  /** What is silent now. */
  readonly quiet: readonly {
    readonly what: QuietKind;
    readonly subject: string;
    readonly since: Instant;
    /** For Redis, as last told: see `quiet` in the journal. */
    readonly refuses?: string;
  }[];
  /** The newest messages about it, for the channels. */
  readonly quietWords: readonly QuietWord[];
  /** When certificates expire that a service named before and no longer names: it may still present one of them. */
  readonly endsOnce: { readonly [thumbprint: string]: Instant };
  /** As last recorded; `frozenNow` says whether it is still in force. */
  readonly freeze: Freeze | null;
  /** The last message about a freeze, for the channels. */
  readonly freezeWord: (Extract<BotEntry, { type: 'frozen' | 'unfrozen' }> & FreezeWord) | null;
  /** Who has sent something to all channels within an hour before the last of it, and when: see `toldTooOften`. */
  readonly toAll: readonly { readonly by: string; readonly at: Instant }[];
  /** The same for who had machines looked at again, or waited longer for packages: see `lookedTooOften`. */
  readonly lookedAgain: FarmState['toAll'];
  /** Newest look of each host, whatever it was for. */
  readonly latest: Looks;
  /** The newest rotations that left machines behind in a cutover led by the master, oldest first. */
  readonly behind: readonly RotationId[];
  /** What each host has presented and pinned, and since when. */
  readonly standings: { readonly [host: string]: Standing };
}

/** Looks that belong to no rotation carry this id; it cannot clash, because rotation ids end in a number. */
export const SCAN: RotationId = 'scan';

export const initialFarmState: FarmState = {
  isReplay: false,
  nextNumber: 1,
  epoch: 0,
  cutShortAt: null,
  rotations: {},
  order: [],
  unclosed: [],
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
  toAll: [],
  lookedAgain: [],
  latest: {},
  behind: [],
  standings: {},
};

/** Changes one rotation; an unknown id changes nothing. */
export function change(
  state: FarmState,
  id: RotationId,
  how: (rotation: RotationState) => Partial<RotationState>,
): FarmState {
  const rotation = state.rotations[id];
  return rotation === undefined ? state : withRotation(state, { ...rotation, ...how(rotation) });
}

/** With this rotation in place of what was under its id. */
export function withRotation(state: FarmState, rotation: RotationState): FarmState {
  if (!state.isReplay) return { ...state, rotations: { ...state.rotations, [rotation.id]: rotation } };
  (state.rotations as { [id: RotationId]: RotationState })[rotation.id] = rotation;
  return state;
}

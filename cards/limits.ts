/** The platforms' limits in one place: the renderers keep them, and fakes refuse what exceeds them. */
export const LIMITS = {
  adaptiveCard: {
    /** Teams refuses a message over 28 KB; the card leaves room for what is around it. Bytes of UTF-8 JSON. */
    bytes: 28_000,
    /** How many buttons Teams shows in a row before it folds them. */
    actions: 6,
    /** The longest text that a person may type into an input. */
    inputLength: 500,
    /** How many people may get their own version of a card. */
    refreshFor: 60,
  },
  /** Messages to one conversation: how many Teams takes in how many seconds. */
  teams: [
    { seconds: 1, calls: 7 },
    { seconds: 2, calls: 8 },
    { seconds: 30, calls: 60 },
    { seconds: 3600, calls: 1800 },
  ],
  /** Characters are UTF-16 units, never fewer than Slack counts. */
  slack: {
    /** Blocks of a message, and of a modal. */
    blocks: 50,
    modalBlocks: 100,
    /**
     * Over all blocks of a message together, as JSON. Not documented: Slack answers `msg_blocks_too_long` at about
     * 12,000 characters.
     */
    sum: 12_000,
    /** Characters of JSON of a modal. */
    modalSum: 250_000,
    /** A text object in a section or a context. */
    text: 3000,
    field: 2000,
    fields: 10,
    contextElements: 10,
    header: 150,
    buttonText: 75,
    value: 2000,
    /** action_id, block_id and callback_id. */
    actionId: 255,
    /** Elements of an actions block. */
    elements: 25,
    confirmTitle: 100,
    confirmText: 300,
    confirmButton: 30,
    /** Title, submit and close of a modal. */
    modalTitle: 24,
    privateMetadata: 3000,
    label: 2000,
    options: 100,
    /** Text and description of an option. */
    optionText: 75,
    optionValue: 150,
    inputLength: 500,
    /**
     * Calls of a method, counted per channel or over the whole workspace. Messages: one a second, with short bursts
     * allowed; the others are Slack's tiers 3 and 4.
     */
    rates: {
      'chat.postMessage': { each: 'channel', seconds: 10, calls: 10 },
      'chat.update': { each: 'workspace', seconds: 60, calls: 50 },
      'chat.postEphemeral': { each: 'workspace', seconds: 60, calls: 100 },
    },
  },
} as const;

/** How much a card may show: entries of each list, characters of each text that people wrote. */
export interface Room {
  readonly rows: number;
  readonly text: number;
}

const LARGEST: Room = { rows: 200, text: 600 };
const SMALLEST: Room = { rows: 2, text: 40 };

const ROOMS: readonly Room[] = [
  LARGEST,
  { rows: 150, text: 600 },
  { rows: 110, text: 600 },
  { rows: 80, text: 600 },
  { rows: 60, text: 600 },
  { rows: 40, text: 500 },
  { rows: 24, text: 500 },
  { rows: 16, text: 300 },
  { rows: 10, text: 200 },
  { rows: 6, text: 120 },
  { rows: 4, text: 80 },
  SMALLEST,
];

export const sizeOf = (card: object): number => Buffer.byteLength(JSON.stringify(card), 'utf8');

/**
 * The largest version that fits the platform's limit. Less room never gives a larger card, so the rooms are searched by
 * halving.
 */
export function squeeze<T extends object>(draw: (room: Room) => T, fits: (card: T) => boolean): T {
  const whole = draw(LARGEST);
  if (fits(whole)) return whole;
  let [best, large, small] = [draw(SMALLEST), 0, ROOMS.length - 1];
  while (small - large > 1) {
    const middle = Math.floor((large + small) / 2);
    const card = draw(ROOMS[middle] ?? SMALLEST);
    if (fits(card)) [best, small] = [card, middle];
    else large = middle;
  }
  return best;
}

/** Keeps at most `room` entries, those with the lowest ranks, in their original order. */
export function keepWorst<T>(
  all: readonly T[],
  room: number,
  rank: (one: T) => number,
): { readonly kept: readonly T[]; readonly left: readonly T[] } {
  if (all.length <= room) return { kept: all, left: [] };
  const chosen = new Set(
    all
      .map((one, at) => ({ at, rank: rank(one) }))
      .sort((a, b) => a.rank - b.rank || a.at - b.at)
      .slice(0, room)
      .map(({ at }) => at),
  );
  return { kept: all.filter((_, at) => chosen.has(at)), left: all.filter((_, at) => !chosen.has(at)) };
}

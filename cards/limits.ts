/** Limits of the platforms in one place: the renderers keep them, and fakes refuse what breaks them. */
export const LIMITS = {
  adaptiveCard: {
    /** Teams refuses a message over 28 KB; the card leaves room for what is around it. Bytes of UTF-8 JSON. */
    bytes: 28_000,
    /** Buttons in a row that Teams shows before it folds them. */
    actions: 6,
    /** What a person may type into an input. */
    inputLength: 500,
  },
} as const;

/** How much a card may show: entries of each list, characters of each text that people wrote. */
export interface Room {
  readonly rows: number;
  readonly text: number;
}

const ROOMS: readonly Room[] = [
  { rows: 200, text: 600 },
  { rows: 60, text: 600 },
  { rows: 40, text: 500 },
  { rows: 24, text: 500 },
  { rows: 16, text: 300 },
  { rows: 10, text: 200 },
  { rows: 6, text: 120 },
  { rows: 4, text: 80 },
  { rows: 2, text: 40 },
];

export const sizeOf = (card: object): number => Buffer.byteLength(JSON.stringify(card), 'utf8');

/** The most that fits into the platform's limit. */
export function squeeze<T extends object>(draw: (room: Room) => T): T {
  for (const room of ROOMS.slice(0, -1)) {
    const card = draw(room);
    if (sizeOf(card) <= LIMITS.adaptiveCard.bytes) return card;
  }
  return draw(ROOMS.at(-1) ?? { rows: 1, text: 40 });
}

/** Keeps at most `room` entries, those of the lowest rank first, in the order in which they came. */
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

import type { BotEntry } from '../../domain/journal/entries.ts';
import { type BotHead, PROTOCOL } from '../../domain/letters/protocol.ts';
import type { FarmState } from '../../domain/rotation/farm-state.ts';
import type { Journal } from '../../ports/journal.ts';

/** How many positions are remembered: runners name few, since a round of looks names one. */
const MOST_KNOWN = 1000;

/**
 * Whether a position that a runner remembers is one of this journal; if not, the bot's folder was restored from a copy.
 * People have been told about anything before the last such time.
 */
export function createOwnHead(journal: Journal<FarmState, BotEntry>): (head: BotHead) => boolean {
  const known = new Map<number, string | null>();
  const hashAt = (seq: number): string | null => {
    const head = journal.head();
    if (seq >= head.seq) return seq === head.seq ? head.hash : null;
    const found = known.get(seq) ?? journal.read(seq + 1, seq + 1)[0]?.line.prev ?? null;
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(seq, found);
    return found;
  };
  return ({ epoch, seq, hash }) => {
    const own = journal.state().epoch;
    if (epoch === own) return seq === 0 || hashAt(seq) === hash;
    // Nobody who was restored is so far ahead: a compromised machine must not use up all epochs with one word.
    return epoch < own || epoch > own + PROTOCOL.epochsAhead;
  };
}

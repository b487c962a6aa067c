import type { Envelope } from '../domain/letters/protocol.ts';

/** Letters out. Rejects at once with `QueueAway` while Redis is not there: the journal sends again. */
export interface PostOffice {
  /** Into `orders.<host>`: orders and acks. */
  toHost(host: string, letter: Envelope): Promise<void>;
  /** Into `reports`. */
  toBot(letter: Envelope): Promise<void>;
  /** Whether letters can be sent right now. */
  up(): boolean;
}

/** The bot's own, which meets in `reports` what is for the bots of other farms. */
export interface BotPostOffice extends PostOffice {
  /** To the bot of that farm. false: too many letters wait for it already. */
  toBotOf(farm: string, letter: Envelope): Promise<boolean>;
  /** The word in which a Redis that is there refuses all that is written: `OOM`, `READONLY`; null: it does not. */
  refusal(): string | null;
}

/**
 * Handles one letter: verify, record, return in milliseconds. What it throws is logged; the letter is gone either way.
 */
export type LetterHandler = (letter: unknown) => Promise<void>;

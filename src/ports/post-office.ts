import type { Envelope } from '../domain/letters/protocol.ts';

/**
 * Sends letters. Rejects at once with `QueueAway` while Redis is unreachable: letters are sent again from the journal.
 */
export interface PostOffice {
  /** Into `orders.<host>`: orders and acks. */
  toHost(host: string, letter: Envelope): Promise<void>;
  /** Into `reports`. */
  toBot(letter: Envelope): Promise<void>;
  /** Whether letters can be sent right now, and the answers taken. */
  up(): boolean;
}

/** The bot's own post office: in `reports` it also meets letters for the bots of other farms. */
export interface BotPostOffice extends PostOffice {
  /** To the bot of that farm. false: too many letters are waiting for it already. */
  toBotOf(farm: string, letter: Envelope): Promise<boolean>;
  /**
   * The error word with which a reachable Redis refuses every write (`OOM`, `READONLY`) or to hand out letters
   * (`NOPERM`), or that of its certificate, which is not trusted (`CERT_HAS_EXPIRED`); null: none is known.
   */
  refusal(): string | null;
  /** That with which it refuses to hand out what another bot took for this farm; null: none is known. */
  refusalOf(farm: string): string | null;
}

/**
 * Handles one letter: verify, record, return in milliseconds. What it throws is logged; the letter is gone either way.
 */
export type LetterHandler = (letter: unknown) => Promise<void>;

/** In which there are words: each message exists in every one. */
export type Language = 'en' | 'zh-CN';

/** Whose words, and whose clock: of a channel, or of the person who is answered. */
export interface Tongue {
  readonly language: Language;
  /** IANA name. */
  readonly timeZone: string;
  /** How the bot is called where it is read, before a command; left out: by `/ssis`. */
  readonly call?: string;
}

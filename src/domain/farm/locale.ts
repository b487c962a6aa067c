/** The languages we have wording for: every message exists in each of them. */
export type Language = 'en' | 'zh-CN';

/** Language and time zone of a channel, or of the person being answered. */
export interface Locale {
  readonly language: Language;
  /** IANA name. */
  readonly timeZone: string;
  /** How to address the bot there, before a command; left out: `/ssis`. */
  readonly call?: string;
}

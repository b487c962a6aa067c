import { DAY_MS } from '../../../domain/time.ts';
import type { Instant } from '../../../domain/values.ts';
import type { NoticeView } from '../../../domain/views/view.ts';
import type { Place } from '../chats/places.ts';

/** Anything older was told, or is not worth a word any more. */
export const WORD_IS_NEWS_MS = DAY_MS;

/** Something that a channel is told once, beside cards. */
export interface ToldWord {
  /** The same key is never told twice in one place. */
  readonly key: string;
  readonly at: Instant;
  readonly view: NoticeView;
  /** Where it is told; left out: in every channel. */
  readonly isFor?: (place: Place) => boolean;
  /** It is replaced where it was posted when somebody has done what it asks, or nobody needs to: see `endedWords`. */
  readonly ends?: boolean;
}

import { DAY_MS } from '../../../domain/time.ts';
import type { Instant } from '../../../domain/values.ts';
import type { NoticeView } from '../../../domain/views/view.ts';
import type { Place } from '../chats/places.ts';

/** What is older was told, or is not worth a word any more. */
export const WORD_IS_NEWS_MS = DAY_MS;

/** What a channel is told once, beside cards. */
export interface ToldWord {
  /** The same is never told twice in one place. */
  readonly key: string;
  readonly at: Instant;
  readonly view: NoticeView;
  /** Where it is told; left out: in every channel. */
  readonly isFor?: (place: Place) => boolean;
  /** What it says ends where it stands, when somebody has done it or nobody needs to any more: see `endedWords`. */
  readonly ends?: boolean;
}

import type { ChatIntent, Inbox, Reply } from '../../src/ports/chat.ts';
import type { Wording } from './show.ts';

/** What is wrong at one of a form's fields, in words. */
export interface WrongField {
  readonly field: string;
  readonly words: string;
}

/**
 * What the bot would reject in one of the request fields that the page shows, checked before the request is sent:
 * nothing is recorded, and what was filled in stays. null: nothing, or nothing that could be put right there.
 */
export async function judgeForm(
  intent: ChatIntent,
  deps: { readonly fields: readonly string[]; readonly bot: Inbox; readonly wording: Wording },
): Promise<WrongField | null> {
  const { fields, bot, wording } = deps;
  if (intent.type !== 'action' || intent.verb !== 'request' || fields.length === 0) return null;
  const reply = await bot({ ...intent, verb: 'check-request' });
  if (reply.type !== 'notice' || reply.field === undefined || !fields.includes(reply.field)) return null;
  return { field: reply.field, words: wordsOf(reply, wording) };
}

export type NoticeReply = Extract<Reply, { readonly type: 'notice' }>;

/** An answer as one paragraph, for a place that cannot show buttons. */
export function wordsOf({ notice, locale }: NoticeReply, wording: Wording): string {
  const { language, timeZone } = locale;
  return notice.messages.map((message) => wording.say(message, language, undefined, timeZone)).join(' ');
}

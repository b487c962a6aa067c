import type { Desk } from '../desk.ts';
import { snoozedNow } from '../reminders/snoozed.ts';
import { say } from '../views/notices.ts';
import { type ToldWord, WORD_IS_NEWS_MS } from './told-word.ts';

/**
 * Says that somebody put the reminders off, until when and why, to the people who count on them. One word per channel.
 */
export function snoozeWords(desk: Desk): readonly ToldWord[] {
  const snooze = snoozedNow(desk);
  if (snooze === null || desk.moment().now - Date.parse(snooze.at) > WORD_IS_NEWS_MS) return [];
  const { by, untilDay, reason, at } = snooze;
  const message = say('told.snoozed', { farm: desk.farm.name, by: by.name, untilDay, reason });
  return [{ key: `snooze ${at}`, at, view: { kind: 'notice', messages: [message], actions: [] } }];
}

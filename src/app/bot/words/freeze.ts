import { frozenNow } from '../../../domain/approval/freeze.ts';
import type { Desk } from '../desk.ts';
import { say } from '../views/notices.ts';
import { type ToldWord, WORD_IS_NEWS_MS } from './told-word.ts';

/**
 * Says that the farm is frozen, or no longer is: one word per channel. A word that a later one or time has overtaken is
 * not said, so that after an outage a chat learns only how things are.
 */
export function freezeWords(desk: Desk): readonly ToldWord[] {
  const { freezeWord: word } = desk.state();
  const { now } = desk.moment();
  if (word === null || now - Date.parse(word.at) > WORD_IS_NEWS_MS) return [];
  if (word.type === 'frozen' && frozenNow(desk.state(), now) === null) return [];
  const { by, reason, at, before } = word;
  const data = { farm: desk.farm.name, by: by.name, reason, before: before?.until ?? null };
  const message =
    word.type === 'frozen' ? say('told.frozen', { ...data, until: word.until }) : say('told.unfrozen', data);
  return [{ key: `freeze ${at}`, at, view: { kind: 'notice', messages: [message], actions: [] } }];
}

import type { Desk } from '../desk.ts';
import { say } from '../views/notices.ts';
import type { ToldWord } from './told-word.ts';

/**
 * Says that the journal cannot be written, and later that it can. The first one is posted without being recorded: it is
 * not posted again as long as this process lives.
 */
export function journalUnwritableWords(desk: Desk): readonly ToldWord[] {
  const known = desk.unwritable();
  if (known === null) return [];
  const { since, isOver } = known;
  const id = isOver ? 'told.writable' : 'told.unwritable';
  const messages = [say(id, { farm: desk.farm.name, since })];
  return [{ key: `${id} ${since}`, at: since, view: { kind: 'notice', messages, actions: [] } }];
}

import type { Desk } from '../desk.ts';
import { freezeWords } from './freeze.ts';
import { journalUnwritableWords } from './journal-unwritable.ts';
import { quietWords } from './quiet.ts';
import { reconnectWords } from './reconnect.ts';
import { retireWords } from './retire.ts';
import { reviewWords } from './review.ts';
import { snoozeWords } from './snooze.ts';
import { strangeWords } from './strange.ts';
import type { ToldWord } from './told-word.ts';

/** Everything that the farm's channels should be told now beside cards. */
export const toldWords = (desk: Desk): readonly ToldWord[] => [
  ...freezeWords(desk),
  ...snoozeWords(desk),
  ...quietWords(desk),
  ...retireWords(desk),
  ...reviewWords(desk),
  ...reconnectWords(desk),
  ...strangeWords(desk),
  ...journalUnwritableWords(desk),
];

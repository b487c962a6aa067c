import { closedWords } from './cards/closed.ts';
import { compromisedWords } from './cards/compromised.ts';
import { dialogWords } from './cards/dialogs.ts';
import { existingWords } from './cards/existing.ts';
import { leaveOneWords } from './cards/leave-one.ts';
import { personWords } from './cards/person.ts';
import { personPackagesWords } from './cards/person-packages.ts';
import { planWords } from './cards/plan.ts';
import { reconnectWords } from './cards/reconnect.ts';
import { reminderWords } from './cards/reminder.ts';
import { retireWords } from './cards/retire.ts';
import { runningWords } from './cards/running.ts';
import { whenWords } from './cards/when.ts';

/** Words of the cards themselves. What happens on machines is worded in steps.ts, what goes wrong in errors.ts. */
export const cards = {
  ...planWords,
  ...existingWords,
  ...whenWords,
  ...retireWords,
  ...compromisedWords,
  ...reconnectWords,
  ...runningWords,
  ...closedWords,
  ...personWords,
  ...personPackagesWords,
  ...leaveOneWords,
  ...reminderWords,
  ...dialogWords,
};

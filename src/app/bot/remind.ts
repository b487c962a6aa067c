import type { BotEntry } from '../../domain/entries.ts';
import { reminderDay, reminderDue } from '../../domain/reminders.ts';
import type { FarmState } from '../../domain/rotation.ts';
import type { Desk } from './desk.ts';
import { farmExpiry } from './expiry.ts';
import { everybodyHeard, type ScanDeps, scan, staleHosts } from './scan.ts';

/**
 * Looks at the farm, and records that a word is due when something crossed a threshold: at most one a day. From there
 * it is brought to every channel as any card is. Called daily, and at start.
 */
export async function remind(desk: Desk, deps: ScanDeps): Promise<void> {
  await everybodyHeard(desk, deps.clock);
  await scan(desk, deps, staleHosts(desk));
  await desk.commit((state) => {
    const due = dueNow(desk, state);
    return { entries: due === null ? [] : [due], answer: null };
  });
}

function dueNow(desk: Desk, state: FarmState): BotEntry | null {
  const { now } = desk.moment();
  const { reminders, timeZone } = desk.farm;
  const { day, come } = reminderDay(reminders, timeZone, now);
  const endings = farmExpiry(desk);
  const said = state.reminding === null ? state.reminded : [...state.reminded, state.reminding];
  if (!come || endings.length === 0 || !reminderDue(reminders, endings, said, day)) return null;
  return {
    type: 'reminding',
    day,
    hosts: endings.map(({ host, thumbprint, days }) => ({ host, thumbprint, days })),
  };
}

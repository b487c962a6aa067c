import type { HostName } from '../../../domain/values.ts';
import type { CardView } from '../../../domain/views/view.ts';
import type { Desk } from '../desk.ts';
import { farmExpiry } from '../reminders/expiry.ts';
import { reminderView } from '../reminders/reminder-view.ts';
import { notice, say } from '../views/notices.ts';

/** So many of the newest reminders are brought up to date where they stand. */
const NEWEST = 3;

export interface SettledReminder {
  readonly key: string;
  /** What of it is left, by which two views are told apart; empty: nothing. */
  readonly left: string;
  readonly view: CardView;
}

/**
 * What stands in the place of a reminder once looks have seen that what it reminded of is in use no more: that it is
 * settled, or in that of the newest one what is left. Never while a rotation is open, which may go back, and never of
 * a machine of which nobody knows what it uses now, or that is of the farm no more.
 */
export function settledReminders(desk: Desk): readonly SettledReminder[] {
  const { open, reminded } = desk.state();
  if (open !== null) return [];
  const { name: farm, reminders } = desk.farm;
  const most = Math.max(...reminders.days);
  const expiry = farmExpiry(desk);
  const inUse = new Set(expiry.map(({ host, thumbprint }) => `${host} ${thumbprint}`));
  const isKnown = (name: HostName): boolean =>
    desk.farm.hosts.some(
      ({ name: host, roles }) =>
        host === name && roles.every((role) => expiry.some((one) => one.host === host && one.role === role)),
    );
  const newest = [...new Map(reminded.map((one) => [one.day, one])).values()].slice(-NEWEST);
  return newest.flatMap(({ day, hosts }, at): readonly SettledReminder[] => {
    const near = hosts.filter(({ days }) => days <= most);
    const left = near.flatMap(({ host, thumbprint }) => {
      const one = `${host} ${thumbprint}`;
      return inUse.has(one) || !isKnown(host) ? [one] : [];
    });
    const key = `reminder ${day}`;
    if (left.length === near.length) return [];
    if (left.length === 0) return [{ key, left: '', view: notice([say('told.reminder-settled', { farm })]).notice }];
    const view = at === newest.length - 1 ? reminderView(desk) : null;
    return view === null ? [] : [{ key, left: left.join(), view: { ...view, day } }];
  });
}

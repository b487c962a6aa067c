import type { Role } from '../../../domain/values.ts';
import type { CardView } from '../../../domain/views/view.ts';
import type { Desk } from '../desk.ts';
import { notice, say } from '../views/notices.ts';
import { type Expiry, farmExpiry } from './expiry.ts';
import { reminderView } from './reminder-view.ts';

/** How many of the newest reminders are updated where they were posted, and for how long. */
const NEWEST = 3;
const NEWS_MS = 60 * 86_400_000;

interface StandingReminder {
  readonly day: string;
  readonly isSettled: boolean;
  /** Tells two states of it apart. */
  readonly text: string;
  readonly view: CardView;
}

type Reminded = { readonly host: string; readonly thumbprint: string; readonly days: number };

/**
 * What replaces a reminder once looks have seen that what it was about is no longer in use: that it is settled, or, for
 * the newest one, what is left; all of it if a rotation since then was rolled back. Never while a rotation is open, as
 * it may go back. A machine that left the farm, or whose present certificate is unknown, never counts as settled.
 */
export function settledReminders(desk: Desk): readonly StandingReminder[] {
  const { open, reminded } = desk.state();
  const { now } = desk.moment();
  const newest = [...new Map(reminded.map((one) => [one.day, one])).values()]
    .slice(-NEWEST)
    .filter(({ day }) => now - Date.parse(day) < NEWS_MS);
  if (open !== null || newest.length === 0) return [];
  const leftOf = leftIn(desk);
  return newest.flatMap(({ day, hosts }, at): readonly StandingReminder[] => {
    const { near, left } = leftOf(hosts);
    const text = textOf(day, left);
    const isWhole = left.length === near.length;
    if (near.length === 0 || (isWhole && !hasRotatedSince(desk, day))) return [];
    if (left.length === 0)
      return [
        { day, isSettled: true, text, view: notice([say('told.reminder-settled', { farm: desk.farm.name })]).notice },
      ];
    const view = at === newest.length - 1 ? reminderView(desk) : null;
    return view === null ? [] : [{ day, isSettled: false, text, view: { ...view, day } }];
  });
}

/** The same text, for a reminder that is posted now. */
export const reminderText = (desk: Desk, day: string, hosts: readonly Reminded[]): string =>
  textOf(day, leftIn(desk)(hosts).left);

const textOf = (day: string, left: readonly string[]): string => `reminder ${day} ${left.join()}`;

/** By UTC days: one more or less only means one update more or less. */
const hasRotatedSince = (desk: Desk, day: string): boolean =>
  Object.values(desk.state().rotations).some(({ closed }) => closed !== null && closed.at.slice(0, 10) >= day);

function leftIn(desk: Desk) {
  const expiry = farmExpiry(desk);
  const most = Math.max(...desk.farm.reminders.days);
  const inUse = new Set(expiry.map(certificateOf));
  const known = new Set(expiry.map(({ host, role }: Expiry) => roleOf(host, role)));
  const isKnown = new Set(
    desk.farm.hosts
      .filter(({ name, roles }) => roles.every((role) => known.has(roleOf(name, role))))
      .map(({ name }) => name as string),
  );
  return (hosts: readonly Reminded[]) => {
    const near = hosts.filter(({ days }) => days <= most);
    const left = near.filter((one) => inUse.has(certificateOf(one)) || !isKnown.has(one.host)).map(certificateOf);
    return { near, left };
  };
}

const certificateOf = ({ host, thumbprint }: Pick<Reminded, 'host' | 'thumbprint'>): string => `${host} ${thumbprint}`;
const roleOf = (host: string, role: Role): string => `${host} ${role}`;

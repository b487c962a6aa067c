import { frozenNow } from '../../../domain/approval/freeze.ts';
import { peopleOf } from '../../../domain/approval/people.ts';
import { type Farm, hostsWith } from '../../../domain/farm/farm.ts';
import {
  firstEnd,
  hourOf,
  isWaiting,
  mostSnooze,
  nextWordOfAny,
  reminderDay,
  toEscalate,
} from '../../../domain/follow-up/reminders.ts';
import { plainWish } from '../../../domain/plan/wish.ts';
import { askFields } from '../../../domain/request/ask-fields.ts';
import type { FarmState } from '../../../domain/rotation/farm-state.ts';
import { isWaiting as isWaitingRotation } from '../../../domain/rotation/rotation.ts';
import { DAY_MS, instantOf } from '../../../domain/time.ts';
import type { Instant } from '../../../domain/values.ts';
import type { ReminderView } from '../../../domain/views/view.ts';
import { lastWindowBefore, type Span } from '../../../domain/when/windows.ts';
import type { Desk } from '../desk.ts';
import { lastGap } from '../views/evidence/gaps.ts';
import { type Expiry, farmExpiry } from './expiry.ts';
import { snoozedNow } from './snoozed.ts';

/**
 * The reminder that is due and not stale, as of now: what it was about is still in use. `at`: since when, in
 * milliseconds since 1970. After an outage of days only the newest one is said.
 */
export function dueReminder(desk: Desk): {
  readonly view: ReminderView;
  readonly at: number;
  readonly hosts: NonNullable<FarmState['reminding']>['hosts'];
} | null {
  const { reminding } = desk.state();
  const { now } = desk.moment();
  if (reminding === null || !isWaiting(reminding, now)) return null;
  const inUse = new Set(farmExpiry(desk).map(({ host, thumbprint }) => `${host} ${thumbprint}`));
  if (!reminding.hosts.some(({ host, thumbprint }) => inUse.has(`${host} ${thumbprint}`))) return null;
  const view = reminderView(desk);
  if (view === null) return null;
  const { owner } = desk.farm.reminders;
  const called = (reminding.escalates ?? []).length > 0 ? desk.farm.approval.approvers : [];
  const escalatedTo = peopleOf(
    desk.farm,
    called.filter((id) => id !== owner),
  );
  return { view: { ...view, day: reminding.day, escalatedTo }, at: Date.parse(reminding.at), hosts: reminding.hosts };
}

/** A sample that somebody asked for, while it is still news. */
export function dueSample(
  desk: Desk,
): { readonly view: ReminderView; readonly key: string; readonly at: number } | null {
  const { sample } = desk.state();
  if (sample === null || desk.moment().now - Date.parse(sample.at) > DAY_MS) return null;
  const view = reminderView(desk);
  return view === null
    ? null
    : { view: { ...view, sample: sample.by }, key: `sample ${sample.at}`, at: Date.parse(sample.at) };
}

/** The reminder card as of now; null if no machine was ever looked at. */
export function reminderView(desk: Desk): ReminderView | null {
  const certificates = farmExpiry(desk);
  const master = hostsWith(desk.farm, 'master')[0]?.name;
  const worst = certificates[0];
  if (master === undefined || worst === undefined) return null;
  const { reminders, timeZone } = desk.farm;
  const { now } = desk.moment();
  const { day } = reminderDay(reminders, timeZone, now);
  const frozen = Date.parse(frozenNow(desk.state(), now)?.until ?? '') || 0;
  const { owner } = reminders;
  const snoozed = snoozedNow(desk);
  const next = nextWordOfAny(reminders, certificates, desk.state().snooze, { timeZone, now });
  return {
    kind: 'reminder',
    farm: desk.farm.name,
    day,
    owner: owner === null ? null : (peopleOf(desk.farm, [owner])[0] ?? null),
    escalatedTo: [],
    sample: null,
    snooze: {
      now: snoozed === null ? null : { by: snoozed.by, untilDay: snoozed.untilDay, reason: snoozed.reason },
      mostDays: mostSnooze(reminders, certificates, timeZone, now),
    },
    master,
    certificates: certificates.map(({ host, role, thumbprint, notAfter, days }) => ({
      host,
      role,
      thumbprint,
      notAfter,
      days,
    })),
    ...unseenOf(certificates, now),
    ...(Object.values(desk.state().latest).some((look) => look.master?.clustered === true) ? { clustered: true } : {}),
    asks: askFields([desk.farm], plainWish('rotate-master')),
    ...openOf(desk.state()),
    gap: lastGap(desk.state(), 'rotate-master'),
    lastWindows: worst.days === 0 ? null : lastWindows(desk.farm, firstEnd(certificates), { now, frozen }),
    nextWord: next,
    nextToApprovers:
      next !== null &&
      toEscalate(reminders, farmExpiry(desk, hourOf(reminders, timeZone, next)), desk.state().snooze, next).length >
        0 &&
      desk.farm.approval.approvers.some((id) => id !== owner),
  };
}

/** A removal or a reconnect gives nobody a new certificate. */
function openOf({ open, rotations }: FarmState): Pick<ReminderView, 'open'> {
  const rotation = open === null ? undefined : rotations[open];
  if (rotation === undefined || !['rotate-master', 'rotate-worker'].includes(rotation.wish.kind)) return {};
  const { id, by, start } = rotation;
  const starts = isWaitingRotation(rotation) && start?.held?.tooLate !== true ? (start?.from ?? null) : null;
  return { open: { id, by, starts } };
}

/** A look is asked for daily, so anything older means that one was not answered. */
const OLD_MS = 1.5 * DAY_MS;

function unseenOf(certificates: readonly Expiry[], now: number): Pick<ReminderView, 'unseen'> {
  const old = certificates.filter(({ asOf }) => now - Date.parse(asOf) > OLD_MS);
  const since = old.map(({ asOf }) => asOf).sort()[0];
  return since === undefined ? {} : { unseen: { hosts: [...new Set(old.map(({ host }) => host))].sort(), since } };
}

/**
 * When the last two change windows before that end open, without those that are over; null if the farm has none.
 * `frozen`: when a freeze ends, before which no window is open; 0: there is none.
 */
function lastWindows(
  { windows }: Farm,
  notAfter: Instant,
  { now, frozen }: { readonly now: number; readonly frozen: number },
): ReminderView['lastWindows'] {
  if (windows.length === 0) return null;
  const end = Date.parse(notAfter);
  const last = lastWindowBefore(windows, end);
  const before = last === null ? null : lastWindowBefore(windows, last.from);
  const isLeft = ({ to }: Span): boolean => now < to && frozen < Math.min(to, end);
  return [last, before].flatMap((span) =>
    span !== null && isLeft(span) ? [instantOf(Math.max(span.from, frozen))] : [],
  );
}

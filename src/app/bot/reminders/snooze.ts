import { mayApprove, peopleOf } from '../../../domain/approval/people.ts';
import { sameJson } from '../../../domain/equal.ts';
import type { Person } from '../../../domain/farm/farm.ts';
import { dayAfter, mostSnooze, requestFor } from '../../../domain/follow-up/reminders.ts';
import { saysNothing } from '../../../domain/request/grammar.ts';
import { toldTooOften } from '../../../domain/request/per-hour.ts';
import { isRefusal, type Message, type Refusal, refuse } from '../../../domain/values.ts';
import type { Answer } from '../../../ports/chat.ts';
import type { Desk } from '../desk.ts';
import { nothing } from '../record-together.ts';
import { notice, refusal, say } from '../views/notices.ts';
import { reminderView } from './reminder-view.ts';
import { crossedNow, snoozedLine } from './snoozed.ts';

/** A sample goes to every channel; this keeps anybody from flooding them. */
const SAMPLE_EVERY_MS = 60_000;

/** *Snooze...*: recorded, and told in the channels from there. `days` as it came from a form. */
export async function snooze(
  desk: Desk,
  person: Person | Refusal,
  { days: said, reason }: { readonly days: string; readonly reason: string },
): Promise<Answer> {
  const done = await desk.commit<readonly Message[] | Refusal>((state) => {
    const by = allowed(desk, person);
    if (isRefusal(by)) return nothing(by);
    if (saysNothing(reason)) return nothing(refuse('snooze-why'));
    const { now } = desk.moment();
    const { reminders, timeZone, name: farm } = desk.farm;
    const crossed = crossedNow(desk);
    const [worst] = crossed;
    if (worst === undefined) return nothing(refuse('nothing-to-snooze', { farm }));
    const most = mostSnooze(reminders, crossed, timeZone, now);
    if (most === 0) return nothing(refuse('snooze-too-late', { farm, days: worst.days, request: requestFor(crossed) }));
    const days = /^\d{1,3}$/u.test(said) ? Number(said) : 0;
    if (days < 1 || days > most) return nothing(refuse('snooze-too-long', { most }));
    const untilDay = dayAfter(days, timeZone, now);
    const thumbprints = [...new Set(crossed.map(({ thumbprint }) => thumbprint))];
    const { snooze: last } = state;
    const isSame = last?.untilDay === untilDay && last.reason === reason && sameJson(last.thumbprints, thumbprints);
    if (isSame) return { entries: [], answer: [snoozedLine(desk, last)] };
    const often = toldTooOften(state, by.id, now);
    if (often !== null) return nothing(often);
    return {
      entries: [{ type: 'snoozed', thumbprints, untilDay, by: { id: by.id, name: by.name }, reason }],
      answer: [say('snoozed', { farm, untilDay })],
    };
  });
  return isRefusal(done) ? refusal(done) : notice(done);
}

/** `reminders [FARM]`: the card as of now, for this person alone. */
export function showReminder(desk: Desk): Answer {
  const view = reminderView(desk);
  if (view === null) return notice([say('summary.farm-not-looked', { farm: desk.farm.name })]);
  return { type: 'card', view, reader: 'other' };
}

/** `reminders test`: recorded, and a sample goes to every channel from there. */
export async function askSample(desk: Desk, person: Person | Refusal): Promise<Answer> {
  const farm = desk.farm.name;
  const done = await desk.commit<Message | Refusal>((state) => {
    const by = allowed(desk, person);
    if (isRefusal(by)) return nothing(by);
    if (reminderView(desk) === null) return nothing(refuse('no-sample', { farm }));
    const { now } = desk.moment();
    if (state.sample !== null && now - Date.parse(state.sample.at) < SAMPLE_EVERY_MS)
      return nothing(refuse('sample-too-soon', { by: state.sample.by.name }));
    const often = toldTooOften(state, by.id, now);
    if (often !== null) return nothing(often);
    return {
      entries: [{ type: 'sample-asked', by: { id: by.id, name: by.name } }],
      answer: say('sample-asked', { farm, channels: desk.farm.channels.map(({ name }) => name) }),
    };
  });
  return isRefusal(done) ? refusal(done) : notice([done]);
}

/** The person who looks after the farm, and those who decide about it. */
function allowed(desk: Desk, person: Person | Refusal): Person | Refusal {
  const { owner } = desk.farm.reminders;
  if (isRefusal(person) || mayApprove(desk.farm, person.id) || person.id === owner) return person;
  const others = [...(owner === null ? [] : [owner]), ...desk.farm.approval.approvers.filter((id) => id !== owner)];
  return refuse('may-not-snooze', {
    farm: desk.farm.name,
    others: peopleOf(desk.farm, others).map(({ name }) => name),
  });
}

import type { CardView } from '../../../domain/views/view.ts';
import { channelsOf } from '../chats/places.ts';
import type { Desk } from '../desk.ts';
import { dueReminder, dueSample } from '../reminders/reminder-view.ts';
import { reminderText, settledReminders } from '../reminders/settled.ts';
import { endedWords } from '../words/ended.ts';
import { toldWords } from '../words/index.ts';
import type { Card } from './card.ts';

/** The reminder that is due, and those that already stand somewhere, as they should look now. */
export function reminderCards(desk: Desk): readonly Card[] {
  const due = dueReminder(desk);
  const standing = settledReminders(desk);
  const cards = standing.map(({ day, isSettled, text, view }): Card => {
    // A place that does not have it yet still gets what is left.
    const isDue = day === due?.view.day && !isSettled;
    const card = once(desk, 'reminder', `reminder ${day}`, due?.at ?? 0, isDue ? due.view : view);
    return { ...card, text, changes: isDue ? 'live' : 'over' };
  });
  if (due === null || standing.some(({ day }) => day === due.view.day)) return cards;
  const { view, at, hosts } = due;
  return [
    { ...once(desk, 'reminder', `reminder ${view.day}`, at, view), text: reminderText(desk, view.day, hosts) },
    ...cards,
  ];
}

/** A sample of the reminder, while it is still news that somebody asked for one. */
export function sampleCards(desk: Desk): readonly Card[] {
  const due = dueSample(desk);
  return due === null ? [] : [once(desk, 'word', due.key, due.at, due.view)];
}

/** Words to all channels: those that hold now, and those that are over, where they still stand. */
export function wordCards(desk: Desk): readonly Card[] {
  const live = toldWords(desk).map(({ key, at, view, isFor = () => true, ends = false }): Card => {
    const card = once(desk, 'word', key, Date.parse(at), view);
    return { ...card, places: card.places.filter(isFor), ...(ends ? { changes: 'live' } : {}) };
  });
  const isLive = new Set(live.map(({ key }) => key));
  const over = endedWords(desk).filter(({ key }) => !isLive.has(key));
  return [
    ...live,
    ...over.map(({ key, at, view }): Card => {
      const card = once(desk, 'word', key, Date.parse(at), view);
      return { ...card, text: JSON.stringify(view), changes: 'over' };
    }),
  ];
}

const once = (desk: Desk, about: 'reminder' | 'word', key: string, since: number, view: CardView): Card => ({
  about,
  key,
  since,
  view,
  text: key,
  rotation: null,
  places: channelsOf(desk.farm),
});

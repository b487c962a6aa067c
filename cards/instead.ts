import type { Message } from '../src/domain/values.ts';
import type { CardView, NoticeAction, NoticeView } from '../src/domain/views/view.ts';

/** Nobody types more than this, and a command cut short would ask for something else. */
const LONGEST = 200;
const MOST = 3;

/** The command that shows a card again, to be typed after the bot's name. */
export const typedFor = (view: Exclude<CardView, NoticeView>): string =>
  // `farm` is typed out because a farm may be called `test`.
  view.kind === 'reminder' ? `reminders farm ${view.farm}` : `show ${view.id}`;

/** For a notice shown without its buttons: what to type instead. Empty if it had no buttons. */
export function insteadOfButtons({ actions }: Pick<NoticeView, 'actions'>): readonly Message[] {
  if (actions.length === 0) return [];
  const typed = [...new Set(actions.flatMap(typedInstead))].filter((one) => one.length <= LONGEST);
  return [{ id: 'chat.unpressed', data: { typed: typed.slice(0, MOST) } }];
}

function typedInstead({ data }: NoticeAction): readonly string[] {
  const { rotation, request, farm, text } = data;
  if (typeof rotation === 'string') return [`show ${rotation}`];
  if (typeof text === 'string') return [text.replace(/^\/ssis /u, '')];
  if (typeof request !== 'string' || request === '') return [];
  return [typeof farm === 'string' && farm !== '' ? `${request} in ${farm}` : request];
}

import { DateTime } from 'luxon';
import type { Farm } from '../farm/farm.ts';
import { untold } from '../follow-up/compromised.ts';
import type { Wish } from '../plan/wish.ts';
import type { AskFields, StartChoice } from '../views/ask-form.ts';
import { parseWhen } from '../when/when.ts';

type Asked = Pick<Farm, 'name' | 'windows' | 'ticket'>;

/** What a form asks about a request to one of these farms; what the line already said is filled in, a time as `at`. */
export function askFields(farms: readonly Asked[], { when, ticket }: Wish, at = ''): AskFields {
  const usual = usualStart(farms);
  const choices: readonly StartChoice[] = [usual, 'now', 'time'];
  const start = at !== '' ? 'time' : when.by === 'policy' ? usual : when.by;
  const policies = farms.flatMap(({ name, ticket: policy }) =>
    policy === null
      ? []
      : [{ farm: name, pattern: policy.pattern, example: policy.example, required: policy.required }],
  );
  const isSpoken = policies.length > 0 || ticket !== null;
  return {
    starts: [...new Set(choices.includes(start) ? choices : [start, ...choices])],
    start,
    at,
    ticket: isSpoken
      ? { said: ticket ?? '', required: farms.every((farm) => farm.ticket?.required === true), policies }
      : null,
  };
}

/** When it begins if nobody says: derived from the farms' windows, and selectable by its own name. */
function usualStart(farms: readonly Asked[]): StartChoice {
  const withWindows = farms.filter(({ windows }) => windows.length > 0).length;
  if (withWindows === 0) return 'now';
  return withWindows === farms.length ? 'window' : 'policy';
}

/** The same request again, without a time that was meant for the first one. */
export const askedAgain = (wish: Wish): Wish => (wish.when.by === 'time' ? { ...wish, when: untold(wish) } : wish);

/** The time as its reader may type it, to the exact moment; '' if none was named. */
export function typedAt({ when }: Wish, zone: string, now: number): string {
  if (when.by !== 'time') return '';
  const shown = `${DateTime.fromISO(when.at, { zone }).toFormat('yyyy-MM-dd HH:mm')} ${zone}`;
  const read = parseWhen(shown, { word: 'at', zone, now, limitDays: 366 });
  return read === Date.parse(when.at) ? shown : when.at;
}

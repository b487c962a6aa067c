import type { Pen } from '../../pen.ts';
import type { Lines, Names } from '../line.ts';
import { list } from './grammar.ts';

type Freeze = { readonly farm: string; readonly by: string; readonly until: string; readonly reason: string };
type Told = { readonly farm: string; readonly by: string; readonly reason: string; readonly before: string | null };
type Time = { readonly zone: string; readonly word: string; readonly would: string };

const EXAMPLES: Names = ['2026-12-24', '2026-12-24 18:00', '18:00', 'sat 22:00', '3 days'];

const aside = (reason: string): string => (reason === '' ? '' : ` (${reason})`);
/** Without a name it is typed without one: where several could be meant, the answer asks which. */
const named = (farm: string): string => (farm === '' ? '' : ` ${farm}`);

/** Freezes, and times that people type. */
export const freezeWords = {
  frozen: (d: { farm: string; until: string; before: string | null }, pen: Pen) =>
    `${pen.bold(`${d.farm} is frozen`)} until ${pen.dateTime(d.until)}${d.before === null ? '' : `, and not until ${pen.dateTime(d.before)} as before`}. No rotation is begun before then; the channels hear of it.`,
  unfrozen: (d: { farm: string }, pen: Pen) =>
    `${pen.bold(`${d.farm} is not frozen any more.`)} The channels hear of it.`,
  'freeze.waits': (d: { id: string }) =>
    `${d.id} stays open, but the approval that would start it is refused until then.`,
  'freeze.runs': (d: { id: string }) => `${d.id} runs already, and is not touched: /ssis stop ${d.id} ends it.`,
  'freeze.decides': (d: { id: string }) =>
    `${d.id} runs already, and its outage waits for a decision about packages: whoever lets it begin is told of the freeze. /ssis stop ${d.id} puts it back.`,
  'told.frozen': (d: Told & { until: string }, pen: Pen) =>
    `${pen.bold(`${d.farm} is frozen`)} until ${pen.dateTime(d.until)}${d.before === null ? '' : `, and not until ${pen.dateTime(d.before)} as before`}, by ${d.by}${aside(d.reason)}. No rotation is begun before then.`,
  'told.unfrozen': (d: Told, pen: Pen) =>
    `${pen.bold(`${d.farm} is not frozen any more`)}: ${d.by} ended the freeze${d.before === null ? '' : ` that was to last until ${pen.dateTime(d.before)}`}${aside(d.reason)}.`,
  'status.frozen': (d: Freeze, pen: Pen) =>
    `${pen.bold(`${d.farm} is frozen`)} until ${pen.dateTime(d.until)}, by ${d.by}${aside(d.reason)}.`,
  'warning.frozen': (d: { by: string; until: string }, pen: Pen) =>
    `The farm is frozen until ${pen.dateTime(d.until)}, by ${d.by}: the approval that would start this is refused before then.`,
  'warning.frozen-moves': (d: { by: string; until: string }, pen: Pen) =>
    `The farm is frozen until ${pen.dateTime(d.until)}, by ${d.by}: nothing is begun before then, and the start on this card allows for that.`,
  'refused.frozen': (d: Freeze, pen: Pen) =>
    `${pen.bold(`${d.farm} is frozen`)} until ${pen.dateTime(d.until)}, by ${d.by}${aside(d.reason)}: nothing is begun before then. An approver can end that with /ssis unfreeze ${d.farm}; the word plan in front of your request shows what would be done.`,
  'refused.frozen-vote': (d: Freeze & { id: string }, pen: Pen) =>
    `${pen.bold(`${d.farm} is frozen`)} until ${pen.dateTime(d.until)}, by ${d.by}${aside(d.reason)}, and your approval would start ${d.id}: it does not count yet. Approve again after that, or once an approver has ended the freeze with /ssis unfreeze ${d.farm}.`,
  'refused.frozen-meanwhile': (d: { id: string; farm: string; by: string; until: string }, pen: Pen) =>
    `${d.farm} is frozen until ${pen.dateTime(d.until)}, by ${d.by}, and a longer wait would begin the outage of ${d.id} whenever packages end. Decide on its card whether it goes on, stop it, or say /ssis unfreeze ${d.farm} first.`,
  'refused.may-not-freeze': (d: { farm: string; others: Names }) =>
    d.others.length === 0
      ? `Only approvers of ${d.farm} may freeze it or end a freeze, and it has none: see approval.approvers in the farm file.`
      : `Only approvers may freeze ${d.farm} or end a freeze. Ask ${list(d.others, 'or', 4)}.`,
  'refused.not-frozen': (d: { farm: string }) =>
    `${d.farm} is not frozen. Say /ssis freeze ${d.farm} until tomorrow 08:00 because ... to freeze it.`,
  'refused.when-past': (d: Time & { at: string | null }, pen: Pen) =>
    `${d.at === null ? 'That time' : pen.dateTime(d.at)} is over already. Say a time to come, as in ${d.word} ${d.would}.`,
  'refused.when-hole': (d: Time & { said: string; earlier: string; later: string }) =>
    `${d.said} does not exist in ${d.zone}, because clocks go forward over it. The nearest times that exist are ${d.earlier} and ${d.later}. Say ${d.word} ${d.would}.`,
  'refused.when-either': (d: Time & { said: string; or: string }) =>
    `"${d.said}" may mean two times in ${d.zone}. Say ${d.word} ${d.would}, or ${d.word} ${d.or}.`,
  'refused.when-too-far': (d: Time & { at: string | null; limit: number }, pen: Pen) =>
    `${d.at === null ? 'That time' : pen.dateTime(d.at)} is too far away: ${d.limit} days is the limit. Say ${d.word} ${d.would}, and again later.`,
  'refused.when-unknown-zone': (d: Time & { said: string }) =>
    `${d.said} is no time zone that is known here. Say ${d.word} ${d.would} for the time in ${d.zone}, or add a zone, such as Europe/Berlin.`,
  'refused.when-no-such-day': (d: { said: string; word: string; would: string }) =>
    `There is no ${d.said}. Say ${d.word} ${d.would}.`,
  'refused.when-unreadable': (d: Time & { said: string }) =>
    `"${d.said}" is no time that can be read here. Say ${d.word} ${list([d.would, ...EXAMPLES.filter((one) => one !== d.would)], 'or', 9)}; it is taken for the time in ${d.zone}.`,
  'wrong.freeze-until': (d: { farm: string }) =>
    `Until when? Say /ssis freeze${named(d.farm)} until tomorrow 08:00 because ..., the reason last.`,
  'wrong.freeze-why': (d: { farm: string; until: string }) =>
    `Why? Whoever is refused will read it. Say /ssis freeze${named(d.farm)} until ${d.until} because ...`,
} satisfies Lines;

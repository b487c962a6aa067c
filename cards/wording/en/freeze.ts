import type { Line, Lines } from '../line.ts';
import { list } from './grammar.ts';

type Names = readonly string[];
type Freeze = { readonly farm: string; readonly by: string; readonly until: string; readonly reason: string };
type Told = { readonly farm: string; readonly by: string; readonly reason: string; readonly before: string | null };
type Time = { readonly zone: string; readonly word: string; readonly would: string };

const aside = (reason: string): string => (reason === '' ? '' : ` (${reason})`);
const farmOr = (farm: string): string => (farm === '' ? 'FARM' : farm);

/** Freezes, and times that people type. */
export const freezeWords = {
  frozen: ((d, pen) =>
    `${pen.bold(`${d.farm} is frozen`)} until ${pen.dateTime(d.until)}${d.before === null ? '' : `, and not until ${pen.dateTime(d.before)} as before`}. No rotation is begun before then; the channels hear of it.`) as Line<{
    farm: string;
    until: string;
    before: string | null;
  }>,
  unfrozen: ((d, pen) => `${pen.bold(`${d.farm} is not frozen any more.`)} The channels hear of it.`) as Line<{
    farm: string;
  }>,
  'freeze.waits': ((d) => `${d.id} stays open, but the approval that would start it is refused until then.`) as Line<{
    id: string;
  }>,
  'freeze.runs': ((d) => `${d.id} runs already, and is not touched: /ssis stop ${d.id} ends it.`) as Line<{
    id: string;
  }>,
  'freeze.decides': ((d) =>
    `${d.id} runs already, and its outage waits for a decision about packages: whoever lets it begin is told of the freeze. /ssis stop ${d.id} puts it back.`) as Line<{
    id: string;
  }>,
  'told.frozen': ((d, pen) =>
    `${pen.bold(`${d.farm} is frozen`)} until ${pen.dateTime(d.until)}${d.before === null ? '' : `, and not until ${pen.dateTime(d.before)} as before`}, by ${d.by}${aside(d.reason)}. No rotation is begun before then.`) as Line<
    Told & { until: string }
  >,
  'told.unfrozen': ((d, pen) =>
    `${pen.bold(`${d.farm} is not frozen any more`)}: ${d.by} ended the freeze${d.before === null ? '' : ` that was to last until ${pen.dateTime(d.before)}`}${aside(d.reason)}.`) as Line<Told>,
  'status.frozen': ((d, pen) =>
    `${pen.bold(`${d.farm} is frozen`)} until ${pen.dateTime(d.until)}, by ${d.by}${aside(d.reason)}.`) as Line<Freeze>,
  'warning.frozen': ((d, pen) =>
    `The farm is frozen until ${pen.dateTime(d.until)}, by ${d.by}: the approval that would start this is refused before then.`) as Line<{
    by: string;
    until: string;
  }>,
  'refused.frozen': ((d, pen) =>
    `${pen.bold(`${d.farm} is frozen`)} until ${pen.dateTime(d.until)}, by ${d.by}${aside(d.reason)}: nothing is begun before then. An approver can end that with /ssis unfreeze ${d.farm}; the word plan in front of your request shows what would be done.`) as Line<Freeze>,
  'refused.frozen-meanwhile': ((d, pen) =>
    `${d.farm} is frozen until ${pen.dateTime(d.until)}, by ${d.by}, and a longer wait would begin the outage of ${d.id} whenever packages end. Decide on its card whether it goes on, stop it, or say /ssis unfreeze ${d.farm} first.`) as Line<{
    id: string;
    farm: string;
    by: string;
    until: string;
  }>,
  'refused.may-not-freeze': ((d) =>
    d.others.length === 0
      ? `Only approvers of ${d.farm} may freeze it or end a freeze, and it has none: see approval.approvers in the farm file.`
      : `Only approvers may freeze ${d.farm} or end a freeze. Ask ${list(d.others, 'or', 4)}.`) as Line<{
    farm: string;
    others: Names;
  }>,
  'refused.not-frozen': ((d) =>
    `${d.farm} is not frozen. Say /ssis freeze ${d.farm} until tomorrow 08:00 because ... to freeze it.`) as Line<{
    farm: string;
  }>,
  'refused.when-past': ((d, pen) =>
    `${d.at === null ? 'That time' : pen.dateTime(d.at)} is over already. Say a time to come, as in ${d.word} ${d.would}.`) as Line<
    Time & { at: string | null }
  >,
  'refused.when-hole': ((d) =>
    `${d.said} never comes in ${d.zone}: clocks are put forward over it. Say ${d.word} ${d.would}.`) as Line<
    Time & { said: string }
  >,
  'refused.when-too-far': ((d, pen) =>
    `${d.at === null ? 'That time' : pen.dateTime(d.at)} is too far away: ${d.limit} days is the limit. Say ${d.word} ${d.would}, and again later.`) as Line<
    Time & { at: string | null; limit: number }
  >,
  'refused.when-unknown-zone': ((d) =>
    `${d.said} is no time zone that is known here. Say ${d.word} ${d.would} for the time in ${d.zone}, or add a zone, such as Europe/Berlin.`) as Line<
    Time & { said: string }
  >,
  'refused.when-no-such-day': ((d) => `There is no ${d.said}. Say ${d.word} ${d.would}.`) as Line<{
    said: string;
    word: string;
    would: string;
  }>,
  'refused.when-unreadable': ((d) =>
    `"${d.said}" is no time that can be read here. Say ${d.word} ${d.would}, 2026-12-24, 2026-12-24 18:00, 18:00 or 3 days; it is taken for the time in ${d.zone}.`) as Line<
    Time & { said: string }
  >,
  'wrong.freeze-until': ((d) =>
    `Until when? Say /ssis freeze ${farmOr(d.farm)} until tomorrow 08:00 because ..., the reason last.`) as Line<{
    farm: string;
  }>,
  'wrong.freeze-why': ((d) =>
    `Why? Whoever is refused will read it. Say /ssis freeze ${farmOr(d.farm)} until ${d.until} because ...`) as Line<{
    farm: string;
    until: string;
  }>,
} satisfies Lines;

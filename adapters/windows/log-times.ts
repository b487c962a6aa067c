/** Which number of `02/12/2026` is the month: it depends on the culture of the account that a service runs as. */
type DayOrder = 'day-first' | 'month-first';

/** When a line was written: the earliest and latest instant that its digits allow, in milliseconds since 1970. */
interface Written {
  readonly from: number;
  readonly to: number;
}

/** Without dots and blanks, which languages write or not: `a. m.` */
const BEFORE_NOON = ['am', '午前', '上午', '오전', 'πμ', 'ص', 'sa'];
const AFTER_NOON = ['pm', '午後', '下午', '오후', 'μμ', 'م', 'ch'];
const HALF = `(${[...BEFORE_NOON, ...AFTER_NOON].map((word) => [...word].join('\\.?\\s?')).join('|')})\\.?`;

/** `2026-02-12T09:05:07.5Z`, `12/2/2026 9:05:07 PM`, `12.02.2026 09:05:07`, `2026. 2. 12. 오후 9:05:07` */
const BEGIN = new RegExp(
  [
    '^[^\\p{L}\\p{N}]{0,3}(\\d{4}|\\d{1,2})([-/.])\\s?(\\d{1,2})\\2\\s?(\\d{4}|\\d{1,2})(?!\\d)[.,]?[T\\s]\\s?',
    `(?:${HALF}\\s?)?(\\d{1,2})[:.](\\d\\d)[:.](\\d\\d)(?:[.,](\\d{1,7}))?(?:\\s?${HALF}(?![\\p{L}\\p{N}]))?`,
    '(?:\\s?(Z|[+-]\\d\\d:?\\d\\d))?',
  ].join(''),
  'iu',
);

/**
 * When a line was written; null when it does not begin with a date, or with one that may mean two days and no `order`
 * is known. Without a zone it is this machine's local time.
 */
export function timeOf(line: string, order: DayOrder | null = null): Written | null {
  const [begin, one = '', , two = '', three = '', before, hour, minute, second, fraction, after, zone] =
    BEGIN.exec(line) ?? [];
  if (begin === undefined || (one.length !== 4 && (three.length !== 4 || order === null))) return null;
  const [year, month, day] =
    one.length === 4 ? [one, two, three] : order === 'day-first' ? [three, two, one] : [three, one, two];
  const hours = hourOf(Number(hour), before ?? after);
  if (hours === null || Number(day) > new Date(Number(year), Number(month), 0).getDate()) return null;
  const date = `${year}-${twoDigits(month)}-${twoDigits(day)}`;
  const milliseconds = (fraction ?? '').slice(0, 3).padEnd(3, '0');
  const from = Date.parse(`${date}T${twoDigits(hours)}:${minute}:${second}.${milliseconds}${zone ?? ''}`);
  if (Number.isNaN(from)) return null;
  return { from, to: fraction === undefined ? from + 999 : from };
}

const twoDigits = (number: string | number): string => String(number).padStart(2, '0');

/** null: there is no such hour. */
function hourOf(hour: number, half: string | undefined): number | null {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return null;
  const isAfterNoon = AFTER_NOON.includes(half.replace(/[.\s]/gu, '').toLowerCase());
  return (hour % 12) + (isAfterNoon ? 12 : 0);
}

/** Zones lie up to 14 hours apart, and a log may use another one without saying so. */
const NEAR_MS = 24 * 3_600_000;

/**
 * How a log writes its days, told by its last date, since that was written when the file was (`writtenAt`): the two
 * orders never give days that are near each other. null: it writes the year first, or its last date is not near in
 * either order.
 */
export function orderIn(lines: readonly string[], writtenAt: number): DayOrder | null {
  const last = lines.findLast((line) => timeOf(line, 'day-first') !== null || timeOf(line, 'month-first') !== null);
  if (last === undefined || timeOf(last) !== null) return null;
  const isNear = (order: DayOrder): boolean => {
    const at = timeOf(last, order)?.from;
    return at !== undefined && Math.abs(at - writtenAt) <= NEAR_MS;
  };
  return (['day-first', 'month-first'] as const).find(isNear) ?? null;
}

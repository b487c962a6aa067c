import { readLog } from '../../../adapters/windows/log-lines.ts';
import { orderIn, timeOf } from '../../../adapters/windows/log-times.ts';

/** On this machine's clock, as a log writes it. */
const local = (month: number, day: number, hour: number, minute = 5, second = 7): number =>
  new Date(2026, month - 1, day, hour, minute, second).getTime();

test.each([
  ['2026/2/12 9:05:07 x', 9],
  ['2026/02/12 上午 09:05:07 x', 9],
  ['2026-02-12 下午 09:05:07 x', 21],
  ['2026. 2. 12. 오후 9:05:07 x', 21],
  ['2026. 02. 12. 9:05:07 x', 9],
  ['[2026/02/12 12:05:07 AM] x', 0],
  ['2026/02/12 12:05:07 PM x', 12],
])('a date that begins with its year means one day: %s', (line, hour) => {
  expect(timeOf(line)?.from).toBe(local(2, 12, hour));
});

test.each([
  ['12/2/2026 9:05:07 PM x', 'day-first', 21],
  ['2/12/2026 9:05:07 PM x', 'month-first', 21],
  ['12.02.2026 09:05:07 x', 'day-first', 9],
  ['12.02.2026 09.05.07 x', 'day-first', 9],
  ['12. 2. 2026 9:05:07 x', 'day-first', 9],
  ['12-2-2026 09:05:07 x', 'day-first', 9],
  ['12/02/2026 9:05:07 p.\u00a0m. x', 'day-first', 21],
  ['12/2/2026 9:05:07 μμ x', 'day-first', 21],
  ['12/02/2026 09:05:07 ص x', 'day-first', 9],
  ['12/02/2026 09:05:07 amber', 'day-first', 9],
] as const)('in a log of that order %s is that day', (line, order, hour) => {
  expect(timeOf(line, order)?.from).toBe(local(2, 12, hour));
  expect(timeOf(line)).toBeNull();
});

test.each([
  '31.02.2026 09:05:07 x',
  '13.13.2026 09:05:07 x',
  '00.02.2026 09:05:07 x',
  '12.02.2026 25:05:07 x',
  '12/02/2026 13:05:07 PM x',
  '12/02/2026 0:05:07 AM x',
  '12/02/26 09:05:07 x',
  '12/02/20261 09:05:07 x',
  '12/02.2026 09:05:07 x',
  'at 12.02.2026 09:05:07',
])('is no date: %s', (line) => {
  expect(timeOf(line, 'day-first')).toBeNull();
});

test('the last date of a log shows in which order it writes its days, since the file was written then', () => {
  const lines = ['03/02/2026 10:00:00 a', '12/02/2026 09:05:07 b', '   at System.Net'];
  expect(orderIn(lines, local(2, 12, 9))).toBe('day-first');
  expect(orderIn(lines, local(12, 2, 9))).toBe('month-first');
  // a day that no month has
  expect(orderIn([...lines, '25.12.2026 09:05:07 c'], local(12, 25, 9))).toBe('day-first');
  expect(orderIn([...lines, '12/25/2026 09:05:07 c'], local(12, 25, 9))).toBe('month-first');
  // in another time zone
  expect(orderIn(lines, local(2, 12, 23))).toBe('day-first');
  expect(orderIn(lines, local(2, 14, 9))).toBeNull();
  expect(orderIn([...lines, '2026-02-12 09:05:08 c'], local(2, 12, 9))).toBeNull();
  expect(orderIn(['a'], local(2, 12, 9))).toBeNull();
});

const REFUSED = 'The remote certificate is invalid.';

test.each([
  ['day-first', (hour: number) => `02.12.2026 ${hour}:05:07`],
  ['month-first', (hour: number) => `12/2/2026 ${hour}:05:07`],
])('a log that writes its days %s tells why its worker is refused, and since when', (_order, at) => {
  const present = { pid: 9, now: local(12, 2, 12), since: local(12, 2, 10) };
  const lines = [`${at(9)} Connected to Scale Out Master at https://m:8391.`, `${at(11)} ${REFUSED}`];
  expect(readLog(lines, present)).toEqual({ state: 'cut', line: lines[1], at: local(12, 2, 11) });
  expect(readLog([`${at(9)} ${REFUSED}`], present)).toMatchObject({ state: 'silent' });
});

test('an old log is not taken for a fresh one because its date reads like one in the other order', () => {
  const present = { pid: 9, now: local(12, 2, 12), since: local(12, 2, 10) };
  const old = [`12.02.2026 11:05:07 ${REFUSED}`];
  expect(readLog(old, { ...present, writtenAt: local(2, 12, 11) })).toMatchObject({ state: 'silent' });
  expect(readLog(old, { ...present, writtenAt: local(12, 2, 11) })).toMatchObject({ state: 'cut' });
});

import { readLine, readLog } from '../../../adapters/windows/log-lines.ts';
import { timeOf } from '../../../adapters/windows/log-times.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const SINCE = Date.parse('2026-03-01T10:00:00Z');
const PRESENT = { pid: 11, since: SINCE, now: NOW };
const OLDER = '2026-03-01 09:00:00Z';
const NEWER = '2026-03-01 11:00:00Z';

test('a refusal that reads like a success is a refusal', () => {
  const said = 'the worker is registered with the master';
  expect(readLine(said)).toBe('connected');
  expect(readLine(`There was no endpoint listening at https://a:8391: ${said}`)).toBe('cut');
  expect(readLine(`(403) Forbidden: ${said}`)).toBe('refused');
  expect(readLine(`the worker service is started: The remote certificate is invalid`)).toBe('cut');
});

test.each([
  ['2026-03-01 11:00:00Z a', '2026-03-01T11:00:00.000Z', 999],
  ['[2026-03-01T11:00:00.5+01:00] a', '2026-03-01T10:00:00.500Z', 0],
  ['2026-03-01 11:00:00,1234567Z a', '2026-03-01T11:00:00.123Z', 0],
])('a line that begins with its time: %s', (line, from, blur) => {
  expect(timeOf(line)).toEqual({ from: Date.parse(from), to: Date.parse(from) + blur });
});

test.each(['at 2026-03-01 11:00:00Z', '2026-13-01 11:00:00Z', '01.03.2026 11:00:00', ''])('has no time: %j', (line) => {
  expect(timeOf(line)).toBeNull();
});

describe('what the present process says last', () => {
  test.each([
    ['nothing', [`${NEWER} [11] a`], 'silent'],
    ['a refusal below its line, not indented', [`${NEWER} [11] error`, 'System.Exception: (403) Forbidden'], 'refused'],
    [
      'another one’s refusal below its line',
      [`${NEWER} [11] a`, `${NEWER} [12] error`, 'x: (403) Forbidden'],
      'silent',
    ],
    [
      'a refusal before an older start under its id',
      [`${NEWER} [11] (403)`, `${OLDER} [11] worker started`],
      'refused',
    ],
    ['a refusal before its own start', [`${NEWER} [11] (403)`, `${NEWER} [11] worker started`], 'silent'],
    ['a success under its id before it was started', [`${OLDER} [11] connected to the master`], 'silent'],
    ['a refusal under its id before it was started', [`${OLDER} [11] (403)`], 'refused'],
    [
      'a success before it was started, after a refusal then',
      [`${OLDER} [11] (403)`, `${OLDER} [11] connected to the master`],
      'silent',
    ],
    [
      'a success before it was started, after a refusal since',
      [`${NEWER} [11] (403)`, `${OLDER} [11] connected to the master`],
      'refused',
    ],
    ['a success', [`${NEWER} [11] (403)`, `${NEWER} [11] connected to the master`], 'connected'],
  ])('%s', (_what, lines, state) => {
    expect(readLog(lines, PRESENT)?.state).toBe(state);
  });

  test('without ids only what was said since its start counts', () => {
    const lines = [`${NEWER} (403)`, `${OLDER} connected to the master`];
    expect(readLog(lines, PRESENT)?.state).toBe('refused');
    expect(readLog([`${OLDER} (403)`], PRESENT)?.state).toBe('silent');
    expect(readLog(lines, { ...PRESENT, since: null })).toBeNull();
  });
});

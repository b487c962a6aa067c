import { localTime } from '../../src/roots/here/status.ts';

test('runner status tells days so that nobody takes them for months', () => {
  expect(localTime(Date.UTC(2026, 10, 5, 12))).toMatch(/^2026-11-05 \d\d:\d\d:\d\d /u);
});

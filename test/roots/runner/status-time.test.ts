import { localTime } from '../../../src/roots/runner/here/status.ts';

test('runner status writes dates so that nobody takes days for months', () => {
  expect(localTime(Date.UTC(2026, 10, 5, 12))).toMatch(/^2026-11-05 \d\d:\d\d:\d\d /u);
});

import { localTime } from '../../../src/roots/runner/here/status.ts';

test('runner status writes dates so that nobody takes days for months', () => {
  expect(localTime(Date.UTC(2026, 10, 5, 12))).toMatch(/^2026-11-05 \d\d:\d\d:\d\d /u);
});

test.each(['America/New_York', 'America/St_Johns', 'Europe/Berlin', 'Asia/Kolkata', 'UTC'])(
  'is plain ASCII in %s, so that no code page of a console into which it is piped makes other letters of it',
  (zone) => {
    expect(localTime(Date.UTC(2026, 10, 5, 12), zone)).toMatch(/^2026-11-05 [ -~]+$/u);
  },
);

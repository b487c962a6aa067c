import { shownAt } from '../../../src/domain/machine/presented.ts';

test.each([
  ['192.0.2.1:8391', '192.0.2.1:8391'],
  ['sqlm01:8391', 'sqlm01:8391'],
  ['fd00::5:8391', '[fd00::5]:8391'],
  [':::8391', '[::]:8391'],
  ['fd00::5:x', 'fd00::5:x'],
  ['fd00::5:', 'fd00::5:'],
  [':8391', ':8391'],
  ['', ''],
])('the address %j is shown as %j', (target, shown) => {
  expect(shownAt(target)).toBe(shown);
});

test('a huge address from a runner, meant to keep its reader busy, is shown as it is', () => {
  const long = `${':'.repeat(400_000)}x`;
  expect(shownAt(long)).toBe(long);
});

import { withColors } from '../../../src/roots/program/colors.ts';

test.each([
  ['a terminal of Windows has them', 'win32', true, true],
  ['a file or a pipe of Windows has none', 'win32', false, false],
  ['elsewhere it is as picocolors finds', 'linux', false, true],
] as const)('colours: %s', (_where, platform, isTerminal, shown) => {
  expect(withColors(true, platform, isTerminal)).toBe(shown);
  expect(withColors(false, platform, isTerminal)).toBe(false);
});

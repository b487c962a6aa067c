import { bar } from '../../cards/measure.ts';
import { exact, range, sum, whole } from '../../cards/wording/en/measure.ts';
import * as zh from '../../cards/wording/zh-CN/measure.ts';

test.each([
  [exact(8400), '8.4 s'],
  [exact(40), '0.0 s'],
  [exact(59_940), '59.9 s'],
  [exact(59_960), '60 s'],
  [exact(64_000), '1 min 4 s'],
  [whole(9000), '9 s'],
  [whole(60_000), '60 s'],
  [whole(120_000), '2 min'],
  [whole(7_500_000), '2 h 5 min'],
  [whole(-1), '0 s'],
  [sum([8400, 11_200]), '8.4 + 11.2 s'],
  [sum([53_100]), '53.1 s'],
  [sum([8400, 64_000]), '8.4 s + 1 min 4 s'],
  [range(8400, 16_300), '8–16 s'],
  [range(8400, 16_300, ' to '), '8 to 16 s'],
  [range(15_900, 16_300), '16 s'],
  [range(100, 900), 'under 1 s'],
  [range(50_000, 90_000), '50 s – 1 min 30 s'],
  [zh.exact(8400), '8.4 秒'],
  [zh.exact(64_000), '1 分 4 秒'],
  [zh.whole(60_000), '60 秒'],
  [zh.whole(120_000), '2 分钟'],
  [zh.whole(7_500_000), '2 小时 5 分钟'],
  [zh.sum([8400, 11_200]), '8.4 + 11.2 秒'],
  [zh.range(8400, 16_300), '8–16 秒'],
  [zh.range(50_000, 90_000, ' 至 '), '50 秒 至 1 分 30 秒'],
  [zh.range(100, 900), '不到 1 秒'],
])('a duration is shown as %s', (shown, wanted) => {
  expect(shown).toBe(wanted);
});

test.each([
  ['a moment', 1, 1, false],
  ['a part of the limit', 8400, 2, false],
  ['the limit', 60_000, 14, false],
  ['more than the limit', 64_000, 14, true],
  ['far more', 600_000, 14, true],
])('%s is drawn on a track as long as the limit', (_what, ms, blocks, isOver) => {
  expect(bar(ms, 60_000, 14)).toEqual({
    filled: `${'█'.repeat(blocks)}${isOver ? '▸' : ''}`,
    rest: '░'.repeat(14 - blocks),
  });
});

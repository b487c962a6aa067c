import fc from 'fast-check';
import { renderBlockKit } from '../../cards/block-kit.ts';
import { changesModal, stepsModal } from '../../cards/block-kit-modals.ts';
import { codeLiteral, mrkdwnLiteral, settle, textLiteral, withoutEmoji } from '../../cards/blocks/mrkdwn.ts';
import { visible } from '../../cards/literal.ts';
import type { CardView } from '../../src/domain/views/view.ts';
import { nasty } from './nasty.ts';
import { readMrkdwn } from './slack-reader.ts';
import { plan, running } from './views.ts';
import { withWords } from './worded.ts';

const EN = { language: 'en', timeZone: 'UTC' } as const;

/** What Slack reads as markup, besides what nasty() has already. */
const FRAGMENTS = [
  '<!channel>',
  '<!here|here>',
  '<@U024BE7LH>',
  '<#C024BE7LR|general>',
  '<!subteam^S024BE7LR>',
  '<http://evil.example|pay>',
  '<!date^1^{date}|x>',
  '@here',
  '#general',
  ':tada:',
  ':+1::skin-tone-2:',
  ' *bold* ',
  ' _slanted_ ',
  ' ~gone~ ',
  ' ＊bold＊ ',
  ' ＿slanted＿ ',
  '```',
  '> quoted',
  '＞ quoted',
  'a_b_c',
  'svc_ssis_',
  '|',
  '^',
  '\u200b*x*\u200b',
];

const typed = (): fc.Arbitrary<string> =>
  fc
    .array(fc.oneof(fc.constantFrom(...FRAGMENTS), nasty(40)), { minLength: 1, maxLength: 5 })
    .map((parts) => parts.join('').replace(/[\ue000-\uf8ff]/gu, 'x'))
    .filter((text) => visible(text) !== '');

const sameSigns = (text: string): string => text.replaceAll('\u2060', '').replace(/\s+/gu, ' ');
const aliveIn = (text: string): readonly string[] => readMrkdwn(text).alive.filter((one) => one !== 'literal');

test('what people typed comes out as it went in, and none of it is read as markup', () => {
  fc.assert(
    fc.property(typed(), (words) => {
      const written = withoutEmoji(mrkdwnLiteral(words));
      expect(aliveIn(written)).toEqual([]);
      expect(sameSigns(readMrkdwn(written).shown)).toBe(sameSigns(visible(words)));
    }),
    { numRuns: 1000 },
  );
});

test('the reader that these tests use finds every kind of markup', () => {
  const text =
    '> *b* _i_ ~s~ `c` ```f``` <!channel> <@U1> <#C1> <http://x|y> :tada: <!date^1796721240^{date}|8 Dec> &lt;@U2&gt; *中*文 ＊中＊';
  expect(readMrkdwn(text.replace('>', '&gt;')).alive).toEqual([
    'fence',
    'call channel',
    'user U1',
    'channel C1',
    'link http://x',
    'date 1796721240',
    'code',
    'emoji tada',
    'quote',
    'bold',
    'bold',
    'italic',
    'strike',
  ]);
});

test.each([
  ['an underscore between letters stays for copying', 'CORP\\svc_ssis', 'CORP\\svc_ssis'],
  ['an instant stays one', 'at 09:14', 'at 09:14'],
  ['entities stand for themselves', '&lt;', '&amp;lt;'],
])('%s', (_name, words, written) => {
  expect(mrkdwnLiteral(words)).toBe(written);
});

test('what people typed ends no code block, and mentions nobody in a notification', () => {
  fc.assert(
    fc.property(typed(), (words) => {
      expect(aliveIn(`\`\`\`${codeLiteral(words)}.\`\`\``)).toEqual(['fence']);
      const notified = aliveIn(textLiteral(words)).filter((one) => /^(?:call|user|channel|link|date|emoji)/u.test(one));
      expect(notified).toEqual([]);
    }),
  );
});

/** Every text that Slack reads as mrkdwn, wherever it is. */
function mrkdwnIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(mrkdwnIn);
  if (typeof node !== 'object' || node === null) return [];
  const { type, text } = node as { type?: string; text?: string };
  return type === 'mrkdwn' && text !== undefined ? [text] : Object.values(node).flatMap(mrkdwnIn);
}

const drawn = (view: CardView): string[] => [
  ...mrkdwnIn(renderBlockKit(view, 'approver', EN, [], 'whole')),
  ...(view.kind === 'plan' ? mrkdwnIn(changesModal(view, EN)) : []),
  ...(view.kind === 'running' ? mrkdwnIn(stepsModal(view, EN)) : []),
];

test('no card turns words that people typed into markup, wherever they stand', () => {
  const kinds = (view: CardView): readonly string[] => drawn(view).flatMap(aliveIn).sort();
  const harmless = withWords('x').map(kinds);
  fc.assert(
    fc.property(typed(), (words) => {
      // The same markup is read as with a harmless word: our own bold, dates, fences and circles.
      expect(withWords(words).map((view) => new Set(kinds(view)))).toEqual(harmless.map((kind) => new Set(kind)));
    }),
    { numRuns: 100 },
  );
});

test('a reason is shown as it was typed', () => {
  fc.assert(
    fc.property(typed(), (reason) => {
      const shown = drawn({ ...plan, reason }).map((text) => sameSigns(readMrkdwn(text).shown));
      expect(shown.join('\n')).toContain(sameSigns(visible(reason)));
    }),
  );
});

test('bold is marked once where it is nested, and set apart from characters that would hide it', () => {
  expect(settle('\ue000a \ue000b\ue001\ue001 c')).toBe('*a b* c');
  expect(settle('由\ue000安娜\ue001批准')).toBe('由\u200b*安娜*\u200b批准');
  expect(settle('由\ue000Ana\ue001批准')).toBe('由 *Ana* 批准');
  expect(settle('\ue000它：\ue001批准')).toBe('*它：*\u200b批准');
  expect(readMrkdwn(settle('由\ue000安娜\ue001批准')).alive).toEqual(['bold']);
  expect(readMrkdwn('由*安娜*批准').alive).toEqual([]);
});

test("our own markup is read: bold, dates in the reader's time zone, fixed width", () => {
  const alive = new Set(drawn(running).concat(drawn(plan)).flatMap(aliveIn));
  expect([...alive].filter((one) => one.startsWith('date')).sort()).toEqual(
    [
      'date 1795529100',
      'date 1795530060',
      'date 1795530660',
      'date 1795615500',
      'date 1796721240',
      'date 1827066660',
    ].filter((one) => alive.has(one)),
  );
  expect(alive.has('bold') && alive.has('code')).toBe(true);
});

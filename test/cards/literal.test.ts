import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { execa } from 'execa';
import fc from 'fast-check';
import { renderAdaptiveCard } from '../../cards/adaptive-card.ts';
import { clip, clipMiddle, literal, visible } from '../../cards/literal.ts';
import { nasty } from './nasty.ts';
import { withWords } from './worded.ts';

/** CommonMark: a backslash before ASCII punctuation stands for that character; nothing else is interpreted here. */
const asRead = (text: string): string => text.replace(/\\([!-/:-@[-`{-~])/gu, '$1').replaceAll('\u2060', '');

/** What is left to be read as markup once every escaped character is gone. */
const alive = (text: string): string => text.replace(/\\[!-/:-@[-`{-~]/gu, '');

test('what people typed comes out as it went in, and nothing in it is markup', () => {
  fc.assert(
    fc.property(nasty(), (typed) => {
      const written = literal(typed);
      expect(asRead(written)).toBe(visible(typed).replaceAll('\u2060', ''));
      expect(alive(written)).not.toMatch(/[\\`*_{}[\]<>&~|@]|:\/\/|www\.|={3}|\/==\//u);
      expect(written).not.toMatch(/^\u2068?(?:[-+=#!]|\d{1,9}[.)](?:\s|$))/u);
      expect(written).not.toMatch(/\p{Cc}|[\u2028\u2029\u202a-\u202e]/u);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['several lines become one', 'first\n\nApproved by Ana', 'first ↵ Approved by Ana'],
  ['spaces around the end of a line become one', 'a  \n \u0085 \u0085\t\r\n b\n', 'a ↵  ↵ b ↵'],
  ['a character that reverses text is named', 'abc\u202edef', 'abc⟨U+202E⟩def'],
  ['half a character is named', 'x\ud800y', 'x⟨U+D800⟩y'],
  ['right-to-left text is kept apart from its neighbours', 'שלום', '\u2068שלום\u2069'],
  ['nor does a mark that only turns what follows reorder our numbers', 'x\u200f', '\u2068x\u200f\u2069'],
  ['other scripts are untouched', '轮换 prod 的证书 🙂', '轮换 prod 的证书 🙂'],
])('%s', (_name, typed, shown) => {
  expect(visible(typed)).toBe(shown);
});

test('a million spaces, which the owner of a runner could sign, are handled within a minute', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'certops-blanks-'));
  try {
    const outfile = path.join(folder, 'blanks.mjs');
    const contents = `import { visible } from './cards/literal.ts';
      console.log(visible('a' + ' '.repeat(1e6) + 'b').length);`;
    await build({
      stdin: { contents, resolveDir: process.cwd() },
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
    });
    // Scanned space by space to the end, again from each space, it would take a quarter of an hour.
    const { stdout } = await execa(process.execPath, [outfile], { timeout: 60_000, reject: false });
    expect(stdout).toBe('1000002');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('clipping keeps whole characters and shows that it cut', () => {
  expect(clip('🙂🙂🙂🙂', 3)).toBe('🙂🙂…');
  expect(clip('abc', 3)).toBe('abc');
  expect(clipMiddle('a-very-long-farm-name-17', 11)).toBe('a-ver…me-17');
});

/** Texts that a client reads as Markdown: text blocks and facts. Buttons, labels and inputs are plain. */
function markdownIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(markdownIn);
  if (typeof node !== 'object' || node === null) return [];
  const { type, text, facts } = node as { type?: string; text?: string; facts?: { title: string; value: string }[] };
  const own =
    type === 'TextBlock' && text !== undefined ? [text] : (facts ?? []).flatMap((one) => [one.title, one.value]);
  return [...own, ...Object.values(node).flatMap(markdownIn)];
}

test('no card turns words that people typed into markup, wherever they stand', () => {
  fc.assert(
    fc.property(nasty(), (words) => {
      for (const view of withWords(words)) {
        for (const text of markdownIn(renderAdaptiveCard(view, 'approver', 'en', 'UTC'))) {
          const ours = text.replace(/\{\{(?:DATE|TIME)\(202\d-[^)]*\)\}\}/gu, '').replaceAll('**', '');
          expect(alive(ours)).not.toMatch(/[\\`*_{}[\]<>&~|@]|:\/\/|www\.|={3}/u);
          expect(text).not.toContain('{{DATE(1999');
          expect(text).not.toContain('<at>');
        }
      }
    }),
    { numRuns: 150 },
  );
});

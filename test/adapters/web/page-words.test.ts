import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PAGE_WORDS } from '../../../adapters/web/page-words.ts';
import { isWorded, say } from '../../../cards/wording/index.ts';
import { root } from './support.ts';

const folder = join(root, 'adapters', 'web', 'client');
const client = readdirSync(folder)
  .filter((name) => /\.(?:js|html)$/u.test(name) && name !== 'words.js')
  .map((name) => readFileSync(join(folder, name), 'utf8'))
  .join('\n');

/** Whole names, and names that are put together: `${state}-count`, `age-${age}`, `${name}-${one or many}`. */
const asked = [
  ...[...client.matchAll(/\bword\([^)]*?'([a-z-]+)'(?: : '([a-z-]+)')?/gu)].flatMap(([, one, other]) => [one, other]),
  ...[...client.matchAll(/data-(?:word|label|title)="([a-z-]+)"/gu)].map(([, name]) => name),
  ...[...client.matchAll(/\bcounted\('([a-z]+)'/gu)].flatMap(([, name]) => [`${name}-one`, `${name}-many`]),
  ...['asks', 'approves', 'stranger', 'presents', 'pins', 'master', 'worker', 'connected', 'cut', 'restart', 'unknown'],
  ...['new', 'old', 'only'].flatMap((age) => [`age-${age}`, `ends-${age}`]),
  ...['cut', 'unknown', 'not-looked', 'connected'].map((state) => `${state}-count`),
  ...['asks', 'looks', 'needs-person', 'runs', 'waits'].map((state) => `open-${state}`),
].flatMap((name) => (name === undefined ? [] : [`page.${name}`]));

test('the page asks for no word that the bot does not send', () => {
  expect(asked.length).toBeGreaterThan(60);
  expect([...new Set(asked)].filter((id) => PAGE_WORDS[id] === undefined).sort()).toEqual([]);
});

test('the bot sends no word that the page does not ask for', () => {
  const pages = Object.keys(PAGE_WORDS).filter((id) => id.startsWith('page.'));
  expect(pages.filter((id) => !asked.includes(id))).toEqual([]);
});

test.each(Object.keys(PAGE_WORDS))('%s is worded in both languages', (id) => {
  expect([isWorded(id, 'en'), isWorded(id, 'zh-CN')]).toEqual([true, true]);
});

test('while nobody can be heard, the gap panel claims nothing that nobody knows', () => {
  const said = (['en', 'zh-CN'] as const).map((language) =>
    say({ id: 'page.none-cut-yet', data: { rotation: 'prod-17' } }, language),
  );
  expect(said).toEqual([
    'prod-17: no worker is known to be cut off so far.',
    'prod-17：到目前为止未发现有 Worker 断开。',
  ]);
});

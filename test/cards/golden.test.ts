import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { renderAdaptiveCard } from '../../cards/adaptive-card.ts';
import { MENTION } from '../../cards/call.ts';
import { fallbackText } from '../../cards/fallback-text.ts';
import type { Json } from '../../src/domain/values.ts';
import type { Reader } from '../../src/domain/views/view.ts';
import { shapeOf, wordsIn } from './card-words.ts';
import { VIEWS } from './views.ts';

/** UPDATE_GOLDEN=true writes the files again; a reviewer reads the difference. */
const FOLDER = path.join(process.cwd(), 'test/golden/cards');
/** In Chinese only the words are kept, since the shape of the card is the same. */
const CHINESE = path.join(process.cwd(), 'test/golden/cards.zh-CN');
/** The files hold what Teams shows; the console calls the bot with a slash, and says the same otherwise. */
const IN_TEAMS = { call: MENTION };
const UPDATE = process.env.UPDATE_GOLDEN === 'true';

const OTHERS: readonly [string, Reader][] = [
  ['plan', 'requester'],
  ['plan', 'other'],
  ['plan-waiting', 'other'],
  ['running', 'requester'],
  ['running', 'other'],
  ['needs-person-asked', 'requester'],
  ['needs-person', 'other'],
  ['retire', 'requester'],
  ['reconnect', 'requester'],
  ['retire', 'other'],
];

const CASES: readonly [string, string, Reader][] = [
  ...Object.keys(VIEWS).map((name): [string, string, Reader] => [name, name, 'approver']),
  ...OTHERS.map(([name, reader]): [string, string, Reader] => [`${name}.${reader}`, name, reader]),
];

if (UPDATE) for (const folder of [FOLDER, CHINESE]) mkdirSync(folder, { recursive: true });

const viewOf = (name: string) => {
  const view = VIEWS[name];
  if (view === undefined) throw new Error(name);
  return view;
};

test.each(CASES)('%s is drawn as its golden file says', (file, name, reader) => {
  const view = viewOf(name);
  const card = `${JSON.stringify(renderAdaptiveCard(view, reader, 'en', 'UTC', IN_TEAMS), null, 2)}\n`;
  const golden = path.join(FOLDER, `${file}.json`);
  if (UPDATE) writeFileSync(golden, card);
  expect(card).toBe(readFileSync(golden, 'utf8'));
});

test.each(CASES)('%s says in Chinese what its golden file says, in a card of the same shape', (file, name, reader) => {
  const view = viewOf(name);
  const card = renderAdaptiveCard(view, reader, 'zh-CN', 'Asia/Shanghai', IN_TEAMS) as { [name: string]: Json };
  const { body = [], actions = [] } = card;
  const words = [fallbackText(view, 'zh-CN', 'Asia/Shanghai', MENTION), '', ...wordsIn(body), '', ...wordsIn(actions)];
  const golden = path.join(CHINESE, `${file}.txt`);
  const told = `${words.join('\n').trim()}\n`;
  if (UPDATE) writeFileSync(golden, told);
  expect(told).toBe(readFileSync(golden, 'utf8'));
  expect([card.lang, shapeOf(card)]).toEqual([
    'zh',
    shapeOf(renderAdaptiveCard(view, reader, 'en', 'UTC', IN_TEAMS) as Json),
  ]);
});

test.each(CASES)('no id occurs twice in %s, whatever is opened', (_file, name, reader) => {
  const card = JSON.stringify(renderAdaptiveCard(viewOf(name), reader, 'en', 'UTC'));
  // The fallback of a button takes its place.
  const ids = [...card.matchAll(/"id":"([^"]+)"/gu)].map(([, id]) => id);
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
});

test('no golden file is left over', () => {
  expect(readdirSync(CHINESE).sort()).toEqual(CASES.map(([file]) => `${file}.txt`).sort());
  expect(readdirSync(FOLDER).sort()).toEqual(CASES.map(([file]) => `${file}.json`).sort());
});

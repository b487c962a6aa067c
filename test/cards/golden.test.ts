import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { renderAdaptiveCard } from '../../cards/adaptive-card.ts';
import type { Reader } from '../../src/domain/view.ts';
import { VIEWS } from './views.ts';

/** UPDATE_GOLDEN=true writes the files anew; a reviewer reads their difference. */
const FOLDER = path.join(process.cwd(), 'test/golden/cards');
const UPDATE = process.env.UPDATE_GOLDEN === 'true';

const OTHERS: readonly [string, Reader][] = [
  ['plan', 'requester'],
  ['plan', 'other'],
  ['running', 'requester'],
  ['running', 'other'],
  ['needs-person-asked', 'requester'],
  ['needs-person', 'other'],
];

const CASES: readonly [string, string, Reader][] = [
  ...Object.keys(VIEWS).map((name): [string, string, Reader] => [name, name, 'approver']),
  ...OTHERS.map(([name, reader]): [string, string, Reader] => [`${name}.${reader}`, name, reader]),
];

if (UPDATE) mkdirSync(FOLDER, { recursive: true });

test.each(CASES)('%s is drawn as its golden file says', (file, name, reader) => {
  const view = VIEWS[name];
  if (view === undefined) throw new Error(name);
  const card = `${JSON.stringify(renderAdaptiveCard(view, reader, 'en'), null, 2)}\n`;
  const golden = path.join(FOLDER, `${file}.json`);
  if (UPDATE) writeFileSync(golden, card);
  expect(card).toBe(readFileSync(golden, 'utf8'));
});

test('no golden file is left over', () => {
  expect(readdirSync(FOLDER).sort()).toEqual(CASES.map(([file]) => `${file}.json`).sort());
});

import { readdirSync, readFileSync } from 'node:fs';

const README = readFileSync('adapters/README.md', 'utf8');
const CHATS = ['slack', 'teams', 'web'] as const;

const filesOf = (chat: string): readonly string[] =>
  readdirSync(`adapters/${chat}`)
    .filter((name) => name.endsWith('.ts') && name !== 'index.ts')
    .map((name) => name.replace(`${chat}-chat.ts`, '*-chat.ts'));

/** Rows of the table: a name, and what is in the column of each chat. */
const ROWS = README.split('\n').flatMap((line) => {
  const [, name = '', , ...columns] = line.split('|').map((cell) => cell.trim());
  const file = /^`(.+\.ts)`$/u.exec(name)?.[1];
  return file === undefined ? [] : [{ file, columns }];
});

test.each(CHATS)('%s has exactly the shared files that the table gives it', (chat) => {
  const at = CHATS.indexOf(chat);
  const there = ROWS.flatMap(({ file, columns }) => (columns[at] === '✓' ? [file] : []));
  const shared = ROWS.map(({ file }) => file);
  expect(there.length).toBeGreaterThanOrEqual(10);
  expect(
    filesOf(chat)
      .filter((file) => shared.includes(file))
      .sort(),
  ).toEqual([...there].sort());
});

test.each(CHATS)('the README names every other file of %s', (chat) => {
  const shared = ROWS.map(({ file }) => file);
  const own = filesOf(chat).filter((file) => !shared.includes(file));
  expect(own.filter((file) => !README.includes(`\`${file}\``))).toEqual([]);
});

test('a file name that several chats have is in the table of shared roles', () => {
  const shared = ROWS.map(({ file }) => file);
  const all = CHATS.flatMap((chat) => filesOf(chat));
  const twice = all.filter((file, at) => all.indexOf(file) !== at);
  expect(twice.filter((file) => !shared.includes(file))).toEqual([]);
});

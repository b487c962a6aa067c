import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const read = (file: string): string => readFileSync(file, 'utf8');
const under = (folder: string): string =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => read(path.join(folder, name)))
    .join('\n');

const SOURCES = ['src', 'adapters', 'cards/wording/en'].map(under).join('\n');
const GUIDES = ['docs/slack.md', 'docs/teams.md'];

/** What stands in the first column of a guide's last table, as far as it is a code of ours. */
const codesOf = (guide: string): readonly string[] =>
  [...read(guide).matchAll(/^\| `([A-Z][a-z]+[A-Za-z]+|chat-[a-z]+)`/gmu)].map((match) => match[1] ?? '');

test.each(GUIDES)('%s explains codes that are there', (guide) => {
  expect(codesOf(guide).length).toBeGreaterThan(8);
  expect(codesOf(guide).filter((code) => !SOURCES.includes(`'${code}'`) && !SOURCES.includes(`${code}:`))).toEqual([]);
});

test('what validate may say is explained, each by its code', () => {
  const own = under('src/roots/validate');
  const codes = new Set([...own.matchAll(/\(([A-Z][A-Za-z]+)\)[`'"]/gu)].map((match) => match[1] ?? ''));
  codes.delete('RedisUrlMissing');
  expect(codes.size).toBeGreaterThan(3);
  for (const code of codes) expect(read('docs/operations.md')).toContain(`\`${code}\``);
});

test('what keeps a bot with chats from starting is explained in its guide', () => {
  const codes = [...SOURCES.matchAll(/CertopsError\('((?:Slack|Teams)[A-Za-z]+)'/gu)].map((match) => match[1] ?? '');
  expect(codes.length).toBeGreaterThan(2);
  for (const code of new Set(codes)) expect(codesOf(`docs/${code.slice(0, 5).toLowerCase()}.md`)).toContain(code);
});

test.each([
  'README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
])('%s links to what is there', (file) => {
  const links = [...read(file).matchAll(/\]\((?!https?:)([^)#]*)(#[^)]*)?\)/gu)];
  const missing = links.filter(([, to, at]) => {
    const target = to === '' ? file : path.join(path.dirname(file), to ?? '');
    if (!existsSync(target)) return true;
    return at !== undefined && !headingsOf(target).includes(at.slice(1));
  });
  expect(missing.map(([link]) => link)).toEqual([]);
});

const headingsOf = (file: string): readonly string[] =>
  [...read(file).matchAll(/^#+ (.+)$/gmu)].map(([, heading]) =>
    (heading ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );

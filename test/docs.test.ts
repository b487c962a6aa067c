import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createProgram } from '../src/roots/commands.ts';
import { CHECKS, STEPS } from '../src/steps/index.ts';

const read = (file: string): string => readFileSync(file, 'utf8');
const under = (folder: string): string =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => read(path.join(folder, name)))
    .join('\n');

const SOURCES = ['src', 'adapters', 'cards/wording/en'].map(under).join('\n');
const GUIDES = ['docs/slack.md', 'docs/teams.md'];

/** What is in the first column of a guide's last table, if it is a code of ours. */
const codesOf = (guide: string): readonly string[] =>
  [...read(guide).matchAll(/^\| `([A-Z][a-z]+[A-Za-z]+|chat-[a-z]+)`/gmu)].map((match) => match[1] ?? '');

test.each(GUIDES)('the codes that %s explains exist', (guide) => {
  expect(codesOf(guide).length).toBeGreaterThan(8);
  expect(codesOf(guide).filter((code) => !SOURCES.includes(`'${code}'`) && !SOURCES.includes(`${code}:`))).toEqual([]);
});

test('everything that validate may say is explained, by its code', () => {
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

test.each(['slack', 'teams'])('what the %s adapter turns away is explained in its guide', (platform) => {
  const calls = /(?:refused?|turnedAway|failed)\((?:response, \d+, )?'([A-Z][A-Za-z]+)'/gu;
  const codes = new Set([...under(`adapters/${platform}`).matchAll(calls)].map((match) => match[1] ?? ''));
  expect(codes.size).toBeGreaterThan(5);
  const guide = read(`docs/${platform}.md`);
  expect([...codes].filter((code) => !guide.includes(`\`${code}\``))).toEqual([]);
});

test('the test files that are listed for Node 24 exist', () => {
  const [, list = ''] = /^kinds=\(\n([^)]+)\)/mu.exec(read('.ci/run')) ?? [];
  const kinds = list.trim().split(/\s+/u);
  expect(kinds.length).toBeGreaterThan(20);
  expect(kinds.filter((kind) => !existsSync(`test/${kind}.test.ts`))).toEqual([]);
});

const PAGES = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

test.each(PAGES)('%s shows pictures that exist, each with words for those who cannot see it', (file) => {
  const pictures = [...read(file).matchAll(/<img [^>]*>/gu)].map(([tag]) => tag);
  const missing = pictures.filter((tag) => {
    const source = /src="([^"]+)"/u.exec(tag)?.[1] ?? '';
    return !/alt="[^"]+"/u.test(tag) || !existsSync(path.join(path.dirname(file), source));
  });
  expect(missing).toEqual([]);
});

test.each([...PAGES, 'infra/lab/farm.yaml', 'infra/lab/README.md'])('what %s says to type can be typed', (file) => {
  const typed = [...read(file).matchAll(/(?:^|`)(?:\S+=\S+ )*certops ([a-z][^`\n]*)/gmu)].map(
    ([, words]) => words ?? '',
  );
  // Certificates have such names on the machines: `certops prod-17`.
  const commands = typed.filter((words) => !/^prod-\d+$/u.test(words));
  expect(commands.filter((words) => unknownIn(words.split(/\s+/u)) !== null)).toEqual([]);
});

test.each([...PAGES, 'infra/lab/README.md'])('the npm scripts that %s names exist', (file) => {
  const { scripts } = JSON.parse(read('package.json'));
  const named = [...read(file).matchAll(/`npm run ([\w:-]+)/gu)].map(([, script]) => script ?? '');
  expect(named.filter((script) => !(script in scripts))).toEqual([]);
});

/** The first word or option that no command has. */
function unknownIn([first = '', ...others]: readonly string[], command = createProgram()): string | null {
  const under = command.commands.find((one) => one.name() === first);
  if (under !== undefined) return unknownIn(others, under);
  if (command.parent === null) return first;
  const flags = [first, ...others].flatMap((word) => /^--[a-z-]+/u.exec(word) ?? []);
  return flags.find((flag) => !command.options.some(({ long }) => long === flag)) ?? null;
}

test('the files of the source code that the README names exist', () => {
  const named = read('README.md').match(/\b(?:src|cards|adapters)\/[\w./-]+\.ts\b/gu) ?? [];
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((file) => !existsSync(file))).toEqual([]);
});

test.each(PAGES)('what %s links to exists', (file) => {
  const links = [...read(file).matchAll(/\]\((?!https?:)([^)#]*)(#[^)]*)?\)/gu)];
  const missing = links.filter(([, to, at]) => {
    const target = to === '' ? file : path.join(path.dirname(file), to ?? '');
    if (!existsSync(target)) return true;
    return at !== undefined && !headingsOf(target).includes(at.slice(1));
  });
  expect(missing.map(([link]) => link)).toEqual([]);
});

test.each(PAGES)('%s has no row that falls out of its table', (file) => {
  const tables = read(file)
    .split(/\n(?! *\|)/u)
    .map((block) => block.split('\n').filter((line) => /^\s*\|/u.test(line)));
  // Its indentation, and its cells: a bar after a backslash is text.
  const shape = (row: string): string => `${row.search(/\S/u)} ${row.replaceAll('\\|', '').split('|').length}`;
  const fallen = tables.flatMap((rows) => rows.filter((row) => shape(row) !== shape(rows[0] ?? row)));
  expect(fallen).toEqual([]);
});

test('the decisions are listed in order, each with its own number and title', () => {
  const folder = 'docs/decisions';
  const files = readdirSync(folder).filter((name) => name !== 'README.md');
  const headed = files.sort().map((name) => {
    const [, number, title] = /^# (\d{4}) (.+) \(\d{4}-\d{2}-\d{2}\)$/mu.exec(read(`${folder}/${name}`)) ?? [];
    return `| [${number}](${name}) | ${title} |`;
  });
  expect(read(`${folder}/README.md`).match(/^\| \[.*$/gmu)).toEqual(headed);
});

describe("Microsoft's procedure", () => {
  const page = read('docs/procedure.md');
  /** Each numbered heading of the page that the file goes through, and the step that does it. */
  const HEADINGS = [
    ['Scale Out Master', '1. Create an SSL certificate', 'create-certificate'],
    ['Scale Out Master', '2. Bind the certificate to the master port', 'bind-port'],
    ['Scale Out Master', '3. Update the Scale Out Master service configuration file', 'write-setting'],
    ['Scale Out Master', '4. Restart the Scale Out Master service', 'restart-service'],
    ['Scale Out Master', '5A. Install the client SSL certificate to the Root store on the worker', 'trust-certificate'],
    ['Scale Out Master', '5B. Update the Scale Out Worker service configuration file', 'write-setting'],
    ['Scale Out Master', '5C. Restart the Scale Out Worker service', 'restart-service'],
    ['Scale Out Worker', '1. Create a certificate', 'create-certificate'],
    ['Scale Out Worker', '2. Install the client certificate to the Root store on the Worker node', 'trust-certificate'],
    ['Scale Out Worker', '3. Grant service access to the certificate', 'create-certificate'],
    ['Scale Out Worker', '4. Update the Scale Out Worker service configuration file', 'write-setting'],
    ['Scale Out Worker', '5. Install the client certificate to the Root store on the Master node', 'trust-certificate'],
    ['Scale Out Worker', '6. Restart the Scale Out Worker service', 'restart-service'],
  ] as const;

  test.each(HEADINGS)('%s, %s, is done by %s', (certificate, heading, step) => {
    const section = page
      .split(/^## /mu)
      .find((text) => new RegExp(`^Change .*${certificate} certificate`, 'u').test(text));
    const number = heading.split(' ', 1)[0] ?? '';
    const rows = (section ?? '').split('\n').filter((line) => line.startsWith(`| ${number} `));
    expect(rows.join('\n')).toContain(`\`${step}\``);
  });

  test.each([...Object.keys(STEPS), ...Object.keys(CHECKS)])('%s is named on the page', (kind) => {
    expect(page).toContain(`\`${kind}\``);
  });
});

const headingsOf = (file: string): readonly string[] =>
  [...read(file).matchAll(/^#+ (.+)$/gmu)].map(([, heading]) =>
    (heading ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );

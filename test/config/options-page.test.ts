import { readFileSync } from 'node:fs';
import { OPTIONS } from '../../src/config/options.ts';

const rows = OPTIONS.map(
  ({ env, default: value, description, secret }) =>
    `| \`${env}\` | ${value === null ? '' : `\`${value}\``} | ${secret ? 'yes' : ''} | ${description} |`,
);
const table = ['| variable | default | secret | what |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
const page = readFileSync('docs/options.md', 'utf8');

test('docs/options.md lists every option as it is', () => {
  // What is expected here belongs after the page's first paragraph.
  expect(page.slice(page.indexOf('| variable'))).toBe(table);
});

test.each(['docs/slack.md', 'docs/teams.md', 'docs/set-up.md', 'docs/requests.md', 'docs/operations.md', 'README.md'])(
  '%s names no variable that is not an option',
  (file) => {
    const known = new Set(OPTIONS.flatMap(({ env, secret }) => (secret ? [env, `${env}_FILE`] : [env])));
    const named = [...readFileSync(file, 'utf8').matchAll(/\b(?:CERTOPS|SLACK|TEAMS|REDIS)_[A-Z_]+\b/gu)].map(
      ([name]) => name,
    );
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  },
);

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { jest } from '@jest/globals';
import { farmCheck } from '../../src/roots/farm-check.ts';

const EXAMPLE = readFileSync(new URL('../../infra/lab/farm.yaml', import.meta.url), 'utf8');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'certops-check-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function said(text: string): Promise<string> {
  const file = path.join(folder, 'farm.yaml');
  writeFileSync(file, text);
  const lines: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((one) => lines.push(String(one)) > 0);
  try {
    await farmCheck(file);
  } finally {
    write.mockRestore();
  }
  return lines.join('');
}

test('A correct farm file is summed up, and all is well', async () => {
  const text = await said(EXAMPLE);
  expect(text).toContain('farm         prod, a rehearsal\n');
  expect(text).toContain('endpoint     sqlm01:8391\n');
  expect(text.endsWith('All is well.\n')).toBe(true);
});

test('A sign that would turn the line around is shown by its code, in the name of a channel as in that of a person', async () => {
  const turned = EXAMPLE.replace('name: Mei Lin', 'name: "Mei\\u202eLin"').replace(
    'id: sql-ops, name: sql-ops',
    'id: sql-ops, name: "ops\\u202e"',
  );
  const text = await said(turned);
  expect(text).not.toMatch(/\p{Bidi_Control}/u);
  expect(text).toContain('ops\\u202e (web)');
  expect(text).toContain('Mei\\u202eLin');
});

test('For an endpoint without a port, the port that it gets is named', async () => {
  const text = await said(EXAMPLE.replace('endpoint: sqlm01:8391', 'endpoint: sqlm01'));
  expect(text).toMatch(/note: .*farm\.yaml:18:11 endpoint: no port is given here, so it is 8391\.\n/u);
  expect(text.endsWith('It can be used as it is.\n')).toBe(true);
});

test('A farm with two masters is said to be one that cannot be rotated yet', async () => {
  const text = await said(EXAMPLE.replace('sqlw01: { roles: [worker]', 'sqlw01: { roles: [master, worker]'));
  expect(text).toContain('more than one master, sqlm01 and sqlw01, which cannot be rotated yet.');
});

test.each([
  ['24 h', '24 h'],
  ['30 days', '720 h'],
  ['90 min', '90 min'],
  ['75 s', '75 s'],
])('A request that lapses after %s is said to lapse after %s', async (lapse, told) => {
  expect(await said(EXAMPLE.replace('lapse: 24 h', `lapse: ${lapse}`))).toContain(`; lapses after ${told}\n`);
});

test('Change windows are shown with when each opens next, and tickets with an example', async () => {
  const text = await said(
    EXAMPLE.replace('# windows:\n#   - {', 'windows:\n  - {').replace('# ticket: {', 'ticket: {'),
  );
  const saturdays = Array(3).fill('Sat \\d+ \\w{3} \\d{4} 22:00').join(', ');
  expect(text).toMatch(new RegExp(`window {7}0 22 \\* \\* 6, 4 h, Europe/Berlin: ${saturdays} \\.\\.\\.\n`, 'u'));
  expect(text).toContain('ticket       required, such as CHG0012345\n');
});

test('Chats and groups fed by chats are shown as the file has them', async () => {
  const text = await said(
    EXAMPLE.replace('# groups:\n#   sql-approvers: {', 'groups:\n  sql-approvers: {')
      .replace('# slack: {', 'slack: {')
      .replace('# - { platform: slack', '- { platform: slack'),
  );
  expect(text).toContain('group        sql-approvers, and whoever is in the Slack user group S0123456789\n');
  expect(text).toContain('slack        app A0123456789 in T0123456789\n');
  expect(text).toContain('sql-ops (slack), sql-ops (web)');
});

const FIRST = EXAMPLE.split('\n').find((line) => line.includes('sqlw01: { roles: [worker]')) ?? '';

/** The example with this many workers. */
const withWorkers = (count: number): string => {
  const key = (at: number) => `ed25519:${String(at).padStart(43, 'A')}`;
  const more = Array.from({ length: count - 3 }, (_, at) =>
    FIRST.replace('sqlw01', `more${at}`).replace(/ed25519:[\w-]{43}/u, key(at)),
  );
  return EXAMPLE.replace(FIRST, [FIRST, ...more].join('\n'));
};

test.each<[string, number, string, string, number, string | null]>([
  ['too short for three turns', 3, '20 s', '1', 1, 'with 1 at once 3 workers take 3 turns (the canary 1 of them)'],
  ['too short for three turns of all', 3, '20 s', '1', 0, 'with 1 at once 3 workers take 3 turns'],
  ['too short for five turns', 5, '40 s', '1', 2, 'with 1 at once 5 workers take 5 turns (the canary 2 of them)'],
  ['long enough', 3, '30 s', '1', 1, null],
  [
    'the usual one, and there are many',
    12,
    '60 s',
    '1',
    1,
    'with 1 at once 12 workers take 12 turns (the canary 1 of them)',
  ],
  ['too short for the canary alone', 5, '40 s', '1', 4, 'with 1 at once 5 workers take 5 turns (the canary 4 of them)'],
  ['the usual one, and enough go at once', 12, '60 s', '3', 1, null],
  ['short, and all go at once', 3, '10 s', 'all', 1, null],
  ['the usual one, and all of many go at once', 50, '60 s', 'all', 1, null],
  ['short, and there are no more than may go', 3, '10 s', '2', 1, null],
])(
  'Where few go at once and the limit is %s, there is a note only if turns take too long',
  async (_what, workers, limit, concurrency, canary, note) => {
    const text = await said(
      withWorkers(workers)
        .replace('limit: 60 s', `limit: ${limit}`)
        .replace('concurrency: all', `concurrency: ${concurrency}`)
        .replace('canary: 1', `canary: ${canary}`),
    );
    const [, told] = /note: .* gap\.limit: (.*)\.\n/u.exec(text) ?? [];
    expect(told ?? null).toBe(
      note === null
        ? null
        : `${note}, each of which may take 9 s: a worker whose turn does not come within ${limit} counts as missing`,
    );
  },
);

test.each([
  ['all', 1, '1 first, then all others at once'],
  ['2', 1, '1 first, then all others at once'],
  ['1', 1, '1 first, then 1 at once'],
  ['all', 0, 'all at once'],
  ['2', 0, '2 at once'],
])('With concurrency %s and canary %d, who goes when is told correctly', async (concurrency, canary, words) => {
  const text = await said(
    EXAMPLE.replace('concurrency: all', `concurrency: ${concurrency}`).replace('canary: 1', `canary: ${canary}`),
  );
  expect(text).toContain(`at most 60 s; ${words}; 0 may be left behind\n`);
});

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

test('A farm file that is right is told in short, and that all is well', async () => {
  const text = await said(EXAMPLE);
  expect(text).toContain('farm         prod, a rehearsal\n');
  expect(text).toContain('endpoint     sqlm01:8391\n');
  expect(text.endsWith('All is well.\n')).toBe(true);
});

test('An endpoint without a port is told which port it gets', async () => {
  const text = await said(EXAMPLE.replace('endpoint: sqlm01:8391', 'endpoint: sqlm01'));
  expect(text).toMatch(/note: .*farm\.yaml:18:11 endpoint: no port stands here, so it is 8391\.\n/u);
  expect(text.endsWith('It can be used as it is.\n')).toBe(true);
});

test('A second master is told to be refused once somebody asks', async () => {
  const text = await said(EXAMPLE.replace('sqlw01: { roles: [worker]', 'sqlw01: { roles: [master, worker]'));
  expect(text).toContain('more than one master, sqlm01 and sqlw01, which cannot be rotated yet.');
});

test('Change windows are told with when each opens next, and tickets with one that does', async () => {
  const text = await said(
    EXAMPLE.replace('# windows:\n#   - {', 'windows:\n  - {').replace('# ticket: {', 'ticket: {'),
  );
  const saturdays = Array(3).fill('Sat \\d+ \\w{3} \\d{4} 22:00').join(', ');
  expect(text).toMatch(new RegExp(`window {7}0 22 \\* \\* 6, 4 h, Europe/Berlin: ${saturdays} \\.\\.\\.\n`, 'u'));
  expect(text).toContain('ticket       required, such as CHG0012345\n');
});

test('Chats and fed groups are told as the file has them', async () => {
  const text = await said(
    EXAMPLE.replace('# groups:\n#   sql-approvers: {', 'groups:\n  sql-approvers: {')
      .replace('# slack: {', 'slack: {')
      .replace('# - { platform: slack', '- { platform: slack'),
  );
  expect(text).toContain('group        sql-approvers, and whoever is in the Slack user group S0123456789\n');
  expect(text).toContain('slack        app A0123456789 in T0123456789\n');
  expect(text).toContain('sql-ops (slack), sql-ops (web)');
});

test.each<[string, string, string, string | null]>([
  ['short', '10 s', '1', 'with 1 at once 2 workers take 2 turns, and whoever'],
  ['long enough', '20 s', '1', null],
  ['short, and all go at once', '10 s', 'all', null],
  ['short, and there are no more than may go', '10 s', '2', null],
])('Where few go at once and the limit is %s', async (_what, limit, concurrency, note) => {
  const text = await said(
    EXAMPLE.replace('limit: 60 s', `limit: ${limit}`).replace('concurrency: all', `concurrency: ${concurrency}`),
  );
  if (note === null) expect(text).not.toContain('note:');
  else expect(text).toMatch(new RegExp(`note: .* gap\\.limit: ${note}.* within ${limit} counts as missing\\.\n`, 'u'));
});

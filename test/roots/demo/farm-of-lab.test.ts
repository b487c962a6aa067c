import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { jest } from '@jest/globals';
import { demoFolders, prepareFarm } from '../../../src/roots/demo/farm-of-lab.ts';
import { runnerFiles } from '../../../src/roots/program/state.ts';

const EXAMPLE = fileURLToPath(new URL('../../../infra/lab/farm.yaml', import.meta.url));
const ALLOWED = ['A'.repeat(40)];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'certops-farm-of-lab-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Starts a rehearsal whose lab is now reached at that port. */
const start = (port: number) =>
  prepareFarm(
    {
      ...{ farm: 'prod', control: '', token: '', pid: 1, endpoint: { host: 'sqlm01', port: 8391 } },
      hosts: (['master', 'worker'] as const).map((role, at) => ({
        name: ['sqlm01', 'sqlw01'][at] ?? '',
        roles: [role],
        root: folder,
        systemRoot: 'C:\\Windows',
        connect: { 'sqlm01:8391': `127.0.0.1:${port}` },
      })),
    },
    demoFolders(folder),
    EXAMPLE,
  );

const file = () => runnerFiles(demoFolders(folder).runner('sqlw01')).config;
const config = () => JSON.parse(readFileSync(file(), 'utf8'));

test('a rehearsal that is started again keeps what its user allowed and overrode on a machine', async () => {
  await start(1001);
  const made = config();
  const overrides = { ...made.overrides, trustSqlServerCertificate: true };
  writeFileSync(file(), JSON.stringify({ ...made, allowedCertificates: ALLOWED, overrides }));
  await start(1002);
  expect(config()).toEqual({
    ...made,
    allowedCertificates: ALLOWED,
    overrides: { ...overrides, connect: { 'sqlm01:8391': '127.0.0.1:1002' } },
  });
});

test.each(['{', '- sqlm01', 'prod', 'farm: [prod'])(
  'a farm file that no longer is one is named, and stays: %s',
  async (text) => {
    await start(1001);
    const present = demoFolders(folder).farmFile;
    writeFileSync(present, text);
    const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    await expect(start(1002)).rejects.toMatchObject({ code: 'FarmFileNotValid', data: { file: present } });
    expect(String(write.mock.calls[0]?.[0])).toMatch(/farm\.yaml:1:\d+ /u);
    write.mockRestore();
    expect(readFileSync(present, 'utf8')).toBe(text);
  },
);

test('a configuration that no runner would start with is written anew', async () => {
  await start(1001);
  const made = config();
  writeFileSync(file(), '{ "allowedCertificates": [');
  await start(1001);
  expect(config()).toEqual(made);
});

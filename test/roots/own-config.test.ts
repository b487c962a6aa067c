import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openOwnRunner } from '../../src/roots/here/own-runner.ts';
import { ownConfig } from '../../src/roots/own-config.ts';

const KEY = `ed25519:${'A'.repeat(43)}`;
const configOf = (farm: string): string =>
  JSON.stringify({ farm, host: 'sqlw01', botKeys: [KEY], hostKeys: {}, masterHost: 'sqlm01' });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'certops-own-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('what lies in the folder of a runner is read only once the folder is nobody else’s', async () => {
  const file = path.join(folder, 'runner.json');
  writeFileSync(file, configOf('before'));
  const config = await ownConfig(folder, async (kept) => {
    expect(kept).toBe(folder);
    writeFileSync(file, configOf('after'));
  });
  expect(config.farm).toBe('after');
});

test('a folder that cannot be kept is told of before anything in it', async () => {
  writeFileSync(path.join(folder, 'runner.json'), 'what somebody laid there');
  const refused = new Error('others may write');
  await expect(ownConfig(folder, () => Promise.reject(refused))).rejects.toBe(refused);
});

test('a folder without a runner is told of as that', async () => {
  await expect(ownConfig(folder, async () => {})).rejects.toMatchObject({ code: 'RunnerNotSetUp' });
});

test('a configuration that is there and cannot be looked at is not told to be missing', async () => {
  symlinkSync('runner.json', path.join(folder, 'runner.json'));
  const refused = { code: 'FileNotReadable', data: { reason: 'ELOOP' } };
  await expect(ownConfig(folder, async () => {})).rejects.toMatchObject(refused);
  await expect(openOwnRunner({ folder })).rejects.toMatchObject(refused);
});

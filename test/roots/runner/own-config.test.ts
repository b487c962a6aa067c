import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CertopsError } from '../../../src/domain/errors.ts';
import { openOwnRunner } from '../../../src/roots/runner/here/own-runner.ts';
import { doneOrTold, ownConfig } from '../../../src/roots/runner/own-config.ts';

const KEY = `ed25519:${'A'.repeat(43)}`;
const configOf = (farm: string): string =>
  JSON.stringify({ farm, host: 'sqlw01', botKeys: [KEY], hostKeys: {}, masterHost: 'sqlm01' });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'certops-own-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('what is in a runner’s folder is read only after the folder is protected', async () => {
  const file = path.join(folder, 'runner.json');
  writeFileSync(file, configOf('before'));
  const config = await ownConfig(folder, async (kept) => {
    expect(kept).toBe(folder);
    writeFileSync(file, configOf('after'));
  });
  expect(config.farm).toBe('after');
});

test('a start that waits for its configuration says so, for it has no log yet, and reads it once it is free', async () => {
  const file = path.join(folder, 'runner.json');
  writeFileSync(file, configOf('prod'));
  const said: string[] = [];
  let waits = 0;
  const read = async (name: string): Promise<Buffer> => {
    if (waits < 10) throw Object.assign(new Error('held'), { code: 'EBUSY' });
    return readFile(name);
  };
  const wait = async (): Promise<void> => {
    waits += 1;
  };
  const config = await ownConfig(folder, async () => {}, { read, wait, say: (sentence) => said.push(sentence) });
  expect(config.farm).toBe('prod');
  expect(said).toEqual([`Waiting up to 60 s for ${file} (EBUSY): another program has it open...`]);
});

test('a folder that cannot be protected is reported before anything in it', async () => {
  writeFileSync(path.join(folder, 'runner.json'), 'what somebody laid there');
  const refused = new Error('others may write');
  await expect(ownConfig(folder, () => Promise.reject(refused))).rejects.toBe(refused);
});

test('a folder without a runner is reported as such', async () => {
  await expect(ownConfig(folder, async () => {})).rejects.toMatchObject({ code: 'RunnerNotSetUp' });
});

test('a file in which somebody pinned the key of the bot as that of a runner is refused at the start', async () => {
  const edited = { ...JSON.parse(configOf('prod')), hostKeys: { sqlm01: [KEY] } };
  writeFileSync(path.join(folder, 'runner.json'), JSON.stringify(edited));
  await expect(ownConfig(folder, async () => {})).rejects.toMatchObject({
    code: 'PeerKeyIsOfBot',
    data: { host: 'sqlm01' },
  });
});

/** On Windows only administrators can make a link. */
const whereLinksAre = process.platform === 'win32' ? test.skip : test;

whereLinksAre('a configuration that exists but cannot be read is not reported as missing', async () => {
  symlinkSync('runner.json', path.join(folder, 'runner.json'));
  const refused = { code: 'FileNotReadable', data: { reason: 'ELOOP' } };
  await expect(ownConfig(folder, async () => {})).rejects.toMatchObject(refused);
  await expect(openOwnRunner({ folder })).rejects.toMatchObject(refused);
});

describe('The event log says why a runner did not start, since nobody sees the console of a task', () => {
  const told = async (error: Error, event = async (_sentence: string) => {}) => {
    const events: string[] = [];
    const start = () => Promise.reject(error);
    await expect(doneOrTold(start, (said) => event(said).then(() => void events.push(said)))).rejects.toBe(error);
    return events;
  };

  test('with who may write where, and which command tells more', async () => {
    const [said] = await told(
      new CertopsError('FolderNotProtected', { folder: 'C:\\ProgramData\\certops', others: ['S-1-5-21-1-2-3-1104'] }),
    );
    expect(said).toMatch(/^The runner did not start: S-1-5-21-1-2-3-1104 may write into C:\\ProgramData\\certops\./u);
    expect(said).toMatch(/certops runner status, elevated, .*\(FolderNotProtected\)$/u);
    expect(said?.length).toBeLessThan(300);
  });

  test('or with the sentence of the console, if that only names files', async () => {
    expect(await told(new CertopsError('FolderNotProtected', { folder: 'C:\\x', link: 'temp' }))).toEqual([
      expect.stringMatching(/^The runner did not start: C:\\x contains a link \(temp\).*\(FolderNotProtected\)$/u),
    ]);
  });

  test('and only with the code, where the sentence may quote a configuration: every user reads the event log', async () => {
    const quoted = new CertopsError('RunnerConfigNotValid', {
      problems: [{ path: 'redisUrl', found: 'redis://:secret@x' }],
    });
    const [said] = await told(quoted);
    expect(said).toBe(
      'The runner did not start: node runner.mjs in an elevated window says why. (RunnerConfigNotValid)',
    );
  });

  test('but not about a bug in certops; the error is thrown as it was, even if the event log refuses a record', async () => {
    const error = new CertopsError('FolderNotProtected', { folder: 'C:\\x', others: ['S-1-1-0'] });
    expect(await told(error, () => Promise.reject(new Error('denied')))).toEqual([]);
    expect(await told(new TypeError('x'))).toEqual([]);
  });
});

import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jest } from '@jest/globals';
import { openJournal } from '../../adapters/files/journal.ts';
import { createKey, loadSigner } from '../../adapters/files/keys.ts';
import { holdLock } from '../../adapters/files/lock.ts';
import { createMemorySigner } from '../../adapters/memory/signer.ts';
import { parseRunnerConfig, writeRunnerConfig } from '../../src/config/runner-config.ts';
import type { Journal } from '../../src/ports/journal.ts';
import { createProgram } from '../../src/roots/commands.ts';
import { botJournal, isExchanged, runnerJournal } from '../../src/roots/former-keys.ts';
import { SAYINGS } from '../../src/roots/sayings/index.ts';

let folder: string;
let key: string;
let said: string;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'certops-former-'));
  key = path.join(folder, 'key.pem');
  await createKey(key);
  said = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const certops = async (...args: string[]): Promise<void> => {
  await createProgram().parseAsync(['node', 'certops', ...args]);
};

/** As the bot and the runner open theirs. */
const open = async (stream: string): Promise<Journal<readonly number[], number>> => {
  const name = stream.split('/').at(-1) ?? '';
  return openJournal<readonly number[], number>({
    ...(stream.startsWith('bot/') ? await botJournal(folder, name) : await runnerJournal(folder, name)),
    signer: await loadSigner(key),
    initial: [],
    fold: (state, { line }) => [...state, line.entry],
    clock: { now: () => Date.parse('2026-11-21T10:00:00Z') },
  });
};

async function wrote(stream: string, ...numbers: number[]): Promise<readonly number[]> {
  const journal = await open(stream);
  if (numbers.length > 0) await journal.append(() => ({ entries: numbers, answer: null }));
  await journal.close();
  return journal.state();
}

describe('certops keys new --exchange', () => {
  const prod = (...numbers: number[]) => wrote('bot/prod', ...numbers);
  const exchange = () => certops('keys', 'new', '--exchange', '--state', folder);

  test('replaces the bot’s key, prints the new one, and each farm’s journal continues', async () => {
    await prod(1, 2);
    await wrote('bot/test', 7);
    const before = await loadSigner(key);
    await exchange();
    const { publicKey } = await loadSigner(key);
    expect(publicKey).not.toBe(before.publicKey);
    expect(said).toBe(`${publicKey}\n`);
    expect(await prod(3)).toEqual([1, 2, 3]);
    expect(await wrote('bot/test', 8)).toEqual([7, 8]);
  });

  test('can be repeated', async () => {
    await prod(1);
    await exchange();
    await exchange();
    await prod(2);
    await exchange();
    expect(await prod(3)).toEqual([1, 2, 3]);
  });

  test('is refused while the bot runs and over a broken journal, and leaves the key', async () => {
    await prod(1);
    const before = readFileSync(key, 'utf8');
    const lock = await holdLock('bot', { folder, who: 'the bot of prod' });
    await expect(exchange().finally(() => lock.release())).rejects.toMatchObject({ code: 'LockHeld' });
    writeFileSync(path.join(folder, 'prod.journal'), 'x\n');
    await expect(exchange()).rejects.toMatchObject({ code: 'JournalBroken' });
    expect(readFileSync(key, 'utf8')).toBe(before);
    expect(
      readdirSync(folder)
        .filter((name) => !name.startsWith('.'))
        .sort(),
    ).toEqual(['key.pem', 'prod.journal']);
  });

  test('if killed once the former key is written down, leaves a bot that continues with it and can be exchanged then', async () => {
    await prod(1);
    const before = readFileSync(key);
    await exchange();
    writeFileSync(key, before);
    expect(await prod(2)).toEqual([1, 2]);
    await exchange();
    expect(await prod(3)).toEqual([1, 2, 3]);
  });

  test('former keys that cannot be read are an error, which says to restore their file', async () => {
    writeFileSync(path.join(folder, 'former-keys.json'), '[{}]');
    const refused = await prod(1).catch((error) => error);
    expect(refused).toMatchObject({ code: 'FormerKeysNotValid' });
    expect(SAYINGS.FormerKeysNotValid?.say(refused.data)).toMatch(/former-keys\.json is not as .* restore it/u);
  });
});

describe('a key that was moved away before another was made', () => {
  test('can be named by its public half, and what it signs from then on does not count', async () => {
    await wrote('bot/prod', 1);
    const { publicKey } = await loadSigner(key);
    renameSync(key, `${key}.old`);
    await certops('keys', 'new', '--state', folder);
    const refused = await wrote('bot/prod').catch((error) => error);
    expect(refused).toMatchObject({ code: 'JournalBroken', data: { why: 'EnvelopeUnknownKey' } });
    expect(SAYINGS.JournalBroken?.say(refused.data)).toContain('certops keys former KEY');
    await certops('keys', 'former', publicKey, '--state', folder);
    expect(await wrote('bot/prod', 2)).toEqual([1, 2]);

    const current = readFileSync(key);
    rmSync(key);
    renameSync(`${key}.old`, key);
    const stolen = await open('bot/prod').catch((error) => error);
    expect(stolen).toMatchObject({ code: 'JournalBroken' });
    writeFileSync(key, current);
  });
});

describe('certops runner keys', () => {
  const file = () => path.join(folder, 'runner.json');
  const read = () => parseRunnerConfig(readFileSync(file(), 'utf8'));
  beforeEach(async () => {
    const config = {
      ...{ farm: 'prod', host: 'sqlw01', masterHost: 'sqlm01', botKeys: [createMemorySigner().publicKey] },
      hostKeys: { sqlw01: [(await loadSigner(key)).publicKey] },
      overrides: { root: folder },
    };
    writeFileSync(file(), writeRunnerConfig(parseRunnerConfig(JSON.stringify(config))));
  });
  const journal = (...numbers: number[]) => wrote('runner/sqlw01', ...numbers);

  test('--exchange replaces its own key, pins the new one, and its journal continues', async () => {
    await journal(1);
    const former = (await loadSigner(key)).publicKey;
    await certops('runner', 'keys', '--exchange', '--folder', folder);
    const { publicKey } = await loadSigner(key);
    // What the bot has not heard yet is signed with the previous key.
    expect(said).toContain(`own     sqlw01 ${publicKey}\nbefore  sqlw01 ${former}\n`);
    expect(said).toContain('beside the earlier key');
    expect(read().hostKeys).toEqual({ sqlw01: [publicKey] });
    expect(await journal(2)).toEqual([1, 2]);
  });

  test('--exchange is refused while the runner runs', async () => {
    const lock = await holdLock('runner', { folder, who: 'the runner of sqlw01' });
    const asked = certops('runner', 'keys', '--exchange', '--folder', folder).finally(() => lock.release());
    await expect(asked).rejects.toMatchObject({ code: 'LockHeld' });
  });

  test('--former makes a journal readable again after its key was moved away', async () => {
    await journal(1);
    const { publicKey } = await loadSigner(key);
    rmSync(key);
    await createKey(key);
    await certops('runner', 'keys', '--former', publicKey, '--folder', folder);
    expect(await journal(2)).toEqual([1, 2]);
  });

  test('--former says of a key that signed no line of the journal that it may be the wrong one', async () => {
    await journal(1);
    await certops('runner', 'keys', '--former', createMemorySigner().publicKey, '--folder', folder);
    expect(said).toMatch(/It signed no line .*right key/u);
    // otherwise `certops validate` would speak of an exchange that never was
    expect(await isExchanged(key)).toBe(false);
  });

  test('--bot-key replaces the keys of the bot, and names the old and the new', async () => {
    const [before] = read().botKeys;
    const { publicKey } = createMemorySigner();
    await certops('runner', 'keys', '--bot-key', publicKey, '--folder', folder);
    expect(read().botKeys).toEqual([publicKey]);
    expect(said).toContain(`bot     ${publicKey}\nbefore  ${before}\n`);
  });
});

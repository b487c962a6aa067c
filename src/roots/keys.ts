import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { createKey, loadSigner } from '../../adapters/files/keys.ts';
import { holdLock } from '../../adapters/files/lock.ts';
import { makeBotFolder } from './bot/bot-folder.ts';
import { exchangeKey, type OwnJournal, rememberKey, SIGNED_NOTHING } from './former-keys.ts';
import { count } from './program/count.ts';
import { botStream } from './program/state.ts';
import { publicKey as publicKeyOf } from './runner/peers.ts';

/** `certops keys new`: makes the bot's key and prints its public half, for `certops runner init --bot-key`. */
export async function keysNew(file: string): Promise<void> {
  await makeBotFolder(file);
  const { publicKey } = await createKey(file);
  process.stdout.write(`${publicKey}\n`);
}

/**
 * `certops keys new --exchange`: replaces the bot's key, and keeps the journals that the old key signed readable.
 * Throws CertopsError `LockHeld` while a bot runs, and as `makeBotFolder` and `exchangeKey` do.
 */
export async function keysExchange(file: string): Promise<void> {
  await makeBotFolder(file);
  const { publicKey } = await alone(file, (journals) => exchangeKey(file, journals));
  process.stderr.write(`Give it to each runner, elevated: certops runner keys --bot-key ${publicKey}\n`);
  process.stdout.write(`${publicKey}\n`);
}

/** `certops keys former KEY`: makes journals readable whose key was moved away earlier; its public half is enough. */
export async function keysFormer(file: string, key: string): Promise<void> {
  const lines = await alone(file, (journals) => rememberKey(file, publicKeyOf(key), journals));
  const read = `The journals can be read as far as this key signed them: ${count(lines, 'line')}. It signs nothing more.`;
  process.stdout.write(`${lines === 0 ? SIGNED_NOTHING : read}\n`);
}

/** `certops keys`: prints the public half again. */
export async function keysShow(file: string): Promise<void> {
  const { publicKey } = await loadSigner(file);
  process.stdout.write(`${publicKey}\n`);
}

/** Under the bot's lock: a running bot would go on writing with the key that it has read. */
async function alone<T>(keyFile: string, work: (journals: readonly OwnJournal[]) => Promise<T>): Promise<T> {
  await loadSigner(keyFile);
  const folder = path.dirname(path.resolve(keyFile));
  const names = (await readdir(folder)).filter((name) => name.endsWith(ENDS));
  const journals = names.map((name) => ({
    file: path.join(folder, name),
    stream: botStream(name.slice(0, -ENDS.length)),
  }));
  const lock = await holdLock('bot', { folder, who: 'certops keys', keepsOpen: journals.map(({ file }) => file) });
  return work(journals).finally(() => lock.release());
}

const ENDS = '.journal';

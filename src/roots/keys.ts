import { createKey, loadSigner } from '../../adapters/files/keys.ts';
import { makeBotFolder } from './bot-folder.ts';

/** `certops keys new`: makes the bot's key and prints its public half, for `certops runner init --bot-key`. */
export async function keysNew(file: string): Promise<void> {
  await makeBotFolder(file);
  const { publicKey } = await createKey(file);
  process.stdout.write(`${publicKey}\n`);
}

/** `certops keys`: prints the public half again. */
export async function keysShow(file: string): Promise<void> {
  const { publicKey } = await loadSigner(file);
  process.stdout.write(`${publicKey}\n`);
}

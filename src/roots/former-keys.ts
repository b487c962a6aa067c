import { existsSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { syncFolder } from '../../adapters/files/disk.ts';
import { createKeyring, type FormerKey } from '../../adapters/files/keyring.ts';
import { createKey, loadSigner } from '../../adapters/files/keys.ts';
import { eachLine } from '../../adapters/files/read-journal.ts';
import { PUBLIC_KEY } from '../config/farm-fields.ts';
import { CertopsError } from '../domain/errors.ts';
import { inTable } from '../domain/in-table.ts';
import { keyIdOf } from '../domain/letters/envelope.ts';
import { parseJson } from '../domain/letters/untrusted-json.ts';
import type { Signer } from '../ports/journal.ts';
import { moveFile, readText, removeFile, replaceFile } from './program/files.ts';
import { botFiles, botStream, runnerFiles, runnerStream } from './program/state.ts';

/** By stream: the last line that the key signed there. */
const schema = z.array(
  z.strictObject({
    key: z.string().regex(PUBLIC_KEY),
    last: z.record(z.string(), z.strictObject({ seq: z.int().min(1), hash: z.string().regex(/^[0-9a-f]{64}$/u) })),
  }),
);
type Known = z.output<typeof schema>;

export interface OwnJournal {
  readonly file: string;
  readonly stream: string;
}

const fileBeside = (keyFile: string): string => path.join(path.dirname(keyFile), 'former-keys.json');

/** Where a farm's journal is, and which former keys may have signed it. Throws as `formerKeysOf`. */
export async function botJournal(folder: string, farm: string): Promise<OwnJournal & OfBefore> {
  const { key, journal } = botFiles(folder);
  const stream = botStream(farm);
  return { file: journal(farm), stream, formerKeys: await formerKeysOf(key, stream) };
}

/** The same for a runner. */
export async function runnerJournal(folder: string, host: string): Promise<OwnJournal & OfBefore> {
  const { key, journal } = runnerFiles(folder);
  const stream = runnerStream(host);
  return { file: journal, stream, formerKeys: await formerKeysOf(key, stream) };
}

/** Whether the key in this file has replaced another. Throws `FormerKeysNotValid`. */
export const isExchanged = async (keyFile: string): Promise<boolean> =>
  (await readKnown(fileBeside(keyFile))).length > 0;

interface OfBefore {
  readonly formerKeys: readonly FormerKey[];
}

/** Throws CertopsError `FormerKeysNotValid`, `FileNotReadable`. */
async function formerKeysOf(keyFile: string, stream: string): Promise<readonly FormerKey[]> {
  const known = await readKnown(fileBeside(keyFile));
  return known.flatMap(({ key, last }) => {
    const its = inTable(last, stream);
    return its === undefined ? [] : [{ publicKey: key, last: its }];
  });
}

/**
 * Replaces the key with a new one, and records how far the old one has signed the journals. The old private half is not
 * kept. Only under the lock of whoever writes these journals. Throws as `rememberKey` does.
 */
export async function exchangeKey(keyFile: string, journals: readonly OwnJournal[]): Promise<Signer> {
  const before = await loadSigner(keyFile);
  await rememberKey(keyFile, before.publicKey, journals);
  // Left by an exchange that was killed: nobody was given that key.
  await removeFile(`${keyFile}.new`);
  const signer = await createKey(`${keyFile}.new`);
  await moveFile(`${keyFile}.new`, keyFile).catch(async (error: unknown) => {
    await removeFile(`${keyFile}.new`).catch(() => {});
    throw error;
  });
  await syncFolder(path.dirname(keyFile));
  return signer;
}

export const SIGNED_NOTHING = 'It signed no line of any journal here: check that it is the right key.';

/**
 * Accepts a key as a former one of these journals, up to the last line that it has signed in each of them so far.
 * Returns how many lines that covers. Throws CertopsError `JournalBroken` if a line is not valid under this key and the
 * known ones; a line that a former key signed after its exchange is not. A key that signed nothing is not recorded.
 */
export async function rememberKey(keyFile: string, key: string, journals: readonly OwnJournal[]): Promise<number> {
  const current = await loadSigner(keyFile);
  const file = fileBeside(keyFile);
  const known = await readKnown(file);
  const others = known.filter((one) => one.key !== key);
  const last: { [stream: string]: { seq: number; hash: string } } = {};
  for (const { file: journal, stream } of journals) {
    const before = await formerKeysOf(keyFile, stream);
    const head = await lastOf(key, { file: journal, stream, current, before });
    if (head !== null) last[stream] = head;
  }
  // One that signed nothing accepts nothing. The present one is about to be exchanged, which runners must hear of.
  if (Object.keys(last).length === 0 && key !== current.publicKey) return 0;
  await replaceFile(file, `${JSON.stringify([...others, { key, last }], null, 2)}\n`);
  await syncFolder(path.dirname(file));
  return Object.values(last).reduce((sum, { seq }) => sum + seq, 0);
}

interface Asked extends OwnJournal {
  readonly current: Signer;
  readonly before: readonly FormerKey[];
}

async function lastOf(key: string, { file, stream, current, before }: Asked): Promise<FormerKey['last'] | null> {
  const rings = createKeyring(current.publicKey, before);
  const publicKeys = [...new Set([...rings.publicKeys, key])];
  let last: FormerKey['last'] | null = null;
  const keyring: typeof rings = {
    ...rings,
    publicKeys,
    judge: (signed, head) => {
      if (keyIdOf(signed) === keyIdOf(key)) last = head;
      return rings.judge(signed, head);
    },
  };
  await eachLine({ file, stream, keyring }, () => {});
  return last;
}

async function readKnown(file: string): Promise<Known> {
  if (!existsSync(file)) return [];
  const parsed = schema.safeParse(parseJson(await readText(file)));
  if (!parsed.success) throw new CertopsError('FormerKeysNotValid', { file });
  return parsed.data;
}

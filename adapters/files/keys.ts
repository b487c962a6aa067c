import { createPrivateKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { chmod, type FileHandle, open, readFile, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { CertopsError, errorCode } from '../../src/domain/errors.ts';
import {
  keyIdOf,
  publicKeyText,
  type SignatureCheck,
  type SignatureMaker,
  signEnvelope,
  signEnvelopeBy,
} from '../../src/domain/letters/envelope.ts';
import type { Signer } from '../../src/ports/journal.ts';
import { makeFolder, onceFree, syncFolder } from './disk.ts';

/**
 * Makes an Ed25519 key and writes it as PKCS#8 PEM, readable by its owner only where the file system has modes (on
 * Windows the folder's access list decides). Never overwrites a file: throws `KeyFileExists`, and `KeyNotWritable` when
 * the disk refuses.
 */
export async function createKey(file: string, write = writeFlushed): Promise<Signer> {
  const { privateKey } = generateKeyPairSync('ed25519');
  try {
    makeFolder(dirname(file));
    const handle = await open(file, 'wx', 0o600);
    try {
      await write(handle, privateKey.export({ type: 'pkcs8', format: 'pem' })).finally(() => handle.close());
    } catch (error) {
      // A partly written key would make the next attempt fail with `KeyFileExists`.
      await unlink(file).catch(() => {});
      throw error;
    }
    await syncFolder(dirname(file));
  } catch (error) {
    const code = errorCode(error);
    // mkdir fails with EEXIST too, when something other than a folder has its name.
    const isThere = code === 'EEXIST' && (error as NodeJS.ErrnoException).syscall === 'open';
    throw new CertopsError(isThere ? 'KeyFileExists' : 'KeyNotWritable', { file, reason: code });
  }
  return signerOf(privateKey);
}

async function writeFlushed(handle: FileHandle, text: string | Buffer): Promise<void> {
  await handle.writeFile(text);
  await handle.sync();
}

interface Loading {
  readonly read?: (file: string) => Promise<Buffer>;
  /** As for `onceFree`. */
  readonly say?: (sentence: string) => void;
}

/**
 * Reads a key that `createKey` wrote. Throws `KeyFileMissing`, `KeyNotReadable`, `KeyFileMalformed`; none repeats its
 * content.
 */
export async function loadSigner(file: string, { read = readFile, say }: Loading = {}): Promise<Signer> {
  let pem: Buffer;
  try {
    pem = await onceFree(file, () => read(file), { say });
  } catch (error) {
    const code = errorCode(error);
    throw new CertopsError(code === 'ENOENT' ? 'KeyFileMissing' : 'KeyNotReadable', { file, reason: code });
  }
  let key: KeyObject | null;
  try {
    key = createPrivateKey(pem);
  } catch {
    key = null;
  }
  if (key?.asymmetricKeyType !== 'ed25519') throw new CertopsError('KeyFileMalformed', { file });
  return signerOf(key);
}

/**
 * Takes away everyone else's access to a key file where the file system has modes: a restored copy, or a volume that is
 * given to a group, leaves it open. Returns true when it was open. Throws `KeyFileOpen` when it still is.
 */
export async function closeKey(file: string, change: typeof chmod = chmod): Promise<boolean> {
  if (!(await isOpen(file))) return false;
  await change(file, 0o600).catch(() => {});
  if (await isOpen(file)) throw new CertopsError('KeyFileOpen', { file });
  return true;
}

const isOpen = async (file: string): Promise<boolean> => ((await stat(file)).mode & 0o077) !== 0;

/** A signer over a key that is in memory. */
export function signerOf(key: KeyObject): Signer {
  const publicKey = publicKeyText(key) ?? '';
  return {
    publicKey,
    keyId: keyIdOf(publicKey),
    sign: (type, body) => signEnvelope(key, type, body),
    signBeside: (type, body) => signEnvelopeBy(makeBeside, key, type, body),
  };
}

const verifyBeside = promisify(verify);
const signBeside = promisify(sign);

const makeBeside: SignatureMaker = (input, key) => signBeside(null, input, key);

/**
 * In a thread of Node's pool: one signature takes an eighth of a millisecond of CPU, and a thousand runners may report
 * within the same second.
 */
export const checkBeside: SignatureCheck = (input, key, signature) => verifyBeside(null, input, key, signature);

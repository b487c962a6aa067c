import fs from 'node:fs';
import { isNativeError } from 'node:util/types';
import { MAY_BE_HELD } from '../../../adapters/files/disk.ts';
import { seenLines } from '../../config/problem.ts';
import { CertopsError, isCertopsError } from '../../domain/errors.ts';
import { SAYINGS } from '../sayings/index.ts';
import { FAILED, NO_FOLDER } from '../sayings/saying.ts';
import { asTyped } from './as-typed.ts';

/** Says what went wrong and ends the process, whatever is still open. */
export function endFailed(error: unknown): void {
  const code = tellFailure(error);
  process.stderr.write('', () => process.exit(code));
}

/**
 * An uncaught error ends the process with the same words. Node would print the error with all its properties: the
 * command with a password that Redis refused, the headers of a call with its token.
 */
export function endUncaught(): void {
  process.on('uncaughtException', (error) => {
    const { words, exit } = failureOf(error);
    try {
      // Synchronously: a pipe on Windows would still be being written when the process exits.
      fs.writeSync(2, words);
    } catch {
      // Nobody reads it.
    }
    process.exit(exit);
  });
}

/** One sentence with its code, to standard error; answers with the exit code. */
export function tellFailure(error: unknown): number {
  const { words, exit } = failureOf(error);
  process.stderr.write(words);
  return exit;
}

function failureOf(error: unknown): { readonly words: string; readonly exit: number } {
  const known = isCertopsError(error) ? error : ofSystem(error);
  if (known !== null)
    return { words: `${asTyped(seenLines(sentenceOf(known)))}\n`, exit: SAYINGS[known.code]?.exit ?? FAILED };
  const words = isNativeError(error) ? (error.stack ?? error.message) : String(error);
  return { words: `This is a bug in certops; please report it. (Unexpected)\n${seenLines(words)}\n`, exit: FAILED };
}

/** A write into an open file does not name the file. */
const FULL = ['ENOSPC', 'EDQUOT'];
const REFUSES = [...MAY_BE_HELD, 'EROFS', ...FULL];

/** What the system refuses this account at a file is not our fault, and has to be put right there. */
function ofSystem(error: unknown): CertopsError | null {
  const { code = '', path, dest, syscall } = (error ?? {}) as NodeJS.ErrnoException & { readonly dest?: string };
  if (path === undefined) return FULL.includes(code) ? new CertopsError('FileRefused', { reason: code }) : null;
  // ENOENT: what Node reports if a parent's file system is read-only and parents are to be made too.
  if (syscall === 'mkdir' && [...NO_FOLDER, 'ENOENT'].includes(code))
    return new CertopsError('FileRefused', { file: path, reason: code });
  // For a move, the target's name: the source is a draft of ours.
  return REFUSES.includes(code) ? new CertopsError('FileRefused', { file: dest ?? path, reason: code }) : null;
}

const TO_COPY = /: certops [^:]*[^:.]$|https?:\/\/\S+$/u;

/** What went wrong and what to do, with its code: on a line of its own after a command or address to be copied. */
export function sentenceOf({ code, data }: CertopsError): string {
  const what = Object.keys(data).length === 0 ? '' : `: ${JSON.stringify(data)}`;
  const words = `It did not work${what}. Try again; if that fails too, report it with this line.`;
  const said = SAYINGS[code]?.say(data) ?? words;
  return `${said}${TO_COPY.test(said) ? '\n' : ' '}(${code})`;
}

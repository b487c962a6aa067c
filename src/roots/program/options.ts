import { readFileSync } from 'node:fs';
import { type Flags, loadOptions } from '../../config/load.ts';
import type { Options } from '../../config/options.ts';
import { CertopsError, errorCode } from '../../domain/errors.ts';
import { textOf } from './text-of.ts';

/**
 * The options of this process; secrets may be in files. Throws CertopsError `OptionNotValid`, `OptionTwice`,
 * `FileNotReadable`.
 */
export const readOptions = (flags: Flags = {}): Options => loadOptions(flags, readSecret);

function readSecret(file: string): string {
  try {
    return textOf(readFileSync(file));
  } catch (error) {
    throw new CertopsError('FileNotReadable', { file, reason: errorCode(error) || 'unknown' });
  }
}

import path from 'node:path';
import { checkTogether, type NamedFarm } from '../../config/farms-together.ts';
import type { Options } from '../../config/options.ts';
import { CertopsError, isCertopsError } from '../../domain/errors.ts';
import type { Farm } from '../../domain/farm/farm.ts';
import { readFarm } from '../program/files.ts';

type OneOrMore<T> = readonly [T, ...T[]];

/**
 * The files that `--farm` names, else those in CERTOPS_FARM, separated as in PATH: a Windows path has a colon in it.
 */
export function farmFilesOf(
  named: readonly string[] | undefined,
  { farmFiles }: Pick<Options, 'farmFiles'>,
): OneOrMore<string> {
  const [first = 'farm.yaml', ...others] = named ?? farmFiles.split(path.delimiter).filter((file) => file !== '');
  return [first, ...others];
}

/**
 * Throws CertopsError `FarmFileNotValid`, `FileNotReadable`, and what `checkTogether` throws if one bot cannot serve
 * them all.
 */
export async function readFarms(files: OneOrMore<string>): Promise<OneOrMore<Farm>> {
  const [first, ...others] = files;
  const read: [NamedFarm, ...NamedFarm[]] = [await besideOthers(first, files, named)];
  for (const file of others) read.push(await besideOthers(file, files, named));
  checkTogether(read);
  const [{ farm }, ...more] = read;
  return [farm, ...more.map((one) => one.farm)];
}

/** What the work for one of these files throws also says how a bot is started with the others alone. */
export async function besideOthers<T>(
  file: string,
  files: readonly string[],
  work: (file: string) => Promise<T>,
): Promise<T> {
  try {
    return await work(file);
  } catch (error) {
    const others = files.filter((one) => one !== file).map((one) => `--farm ${/\s/u.test(one) ? `"${one}"` : one}`);
    if (!isCertopsError(error) || others.length === 0) throw error;
    throw new CertopsError(error.code, { ...error.data, others: others.join(' ') });
  }
}

const named = async (file: string): Promise<NamedFarm> => ({ file, farm: (await readFarm(file)).farm });

/** As part of a sentence. */
export const namesOf = (farms: readonly Farm[]): string => farms.map(({ name }) => name).join(', ');

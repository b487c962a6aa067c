import path from 'node:path';
import { checkTogether, type NamedFarm } from '../../config/farms-together.ts';
import type { Options } from '../../config/options.ts';
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
  const [first = 'farm.yaml', ...others] =
    named ?? (farmFiles ?? '').split(path.delimiter).filter((file) => file !== '');
  return [first, ...others];
}

/** Throws CertopsError `FarmFileNotValid`, and what `checkTogether` throws if one bot cannot serve them all. */
export async function readFarms([first, ...others]: OneOrMore<string>): Promise<OneOrMore<Farm>> {
  const read: [NamedFarm, ...NamedFarm[]] = [await named(first)];
  for (const file of others) read.push(await named(file));
  checkTogether(read);
  const [{ farm }, ...more] = read;
  return [farm, ...more.map((one) => one.farm)];
}

const named = async (file: string): Promise<NamedFarm> => ({ file, farm: (await readFarm(file)).farm });

/** As part of a sentence. */
export const namesOf = (farms: readonly Farm[]): string => farms.map(({ name }) => name).join(', ');

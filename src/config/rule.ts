import { nearby } from '../domain/request/nearest.ts';
import type { FarmFile } from './farm-schema.ts';
import type { Report } from './problem.ts';

/** Reports what is wrong in a file from which parts may be missing. */
export type Rule = (file: Partial<FarmFile>, report: Report) => void;

/** A rule that is applied only if all the parts it reads are there. */
export function rule<K extends keyof FarmFile>(
  needs: readonly K[],
  check: (file: Pick<FarmFile, K>, report: Report) => void,
): Rule {
  const isWhole = (file: Partial<FarmFile>): file is Partial<FarmFile> & Pick<FarmFile, K> =>
    needs.every((part) => Object.hasOwn(file, part));
  return (file, report) => {
    if (isWhole(file)) check(file, report);
  };
}

/** What is allowed in place of a word; first the one that may have been meant. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = nearby(word, known);
  return near === '' ? known.join(', ') : `did you mean ${near}? (${known.join(', ')})`;
}

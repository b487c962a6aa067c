import type { RotationKind } from '../plan/wish.ts';
import type { RequestLine, Taken } from './taken.ts';
import { short, type Wrong, wrong } from './wrong-words.ts';

const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$/u;

export const isMachineName = (name: string): boolean => NAME.test(name);

/** Only these switch a master, which would cut off a worker that the farm file does not know. */
export const mayLeaveBehind = (kind: RotationKind): boolean => kind === 'rotate-master' || kind === 'rollback';

/** `leave behind NAME`, repeated for each: a worker that is none in the farm file, by its machine's name. */
export function takeLeave(line: RequestLine, behind: readonly string[], label: number): Taken | Wrong {
  const { wish } = line;
  const name = behind[label];
  if (!mayLeaveBehind(wish.kind)) return wrong('leave-not-here', { word: wish.kind });
  if (name === undefined) return wrong('leave-whom', { word: wish.kind });
  if (!isMachineName(name)) return wrong('not-a-machine', { said: short([name]) });
  const leaveBehind = [...new Set([...wish.leaveBehind, name])];
  return { line: { ...line, wish: { ...wish, leaveBehind } }, taken: label + 1 };
}

export const leaveWords = (leaveBehind: readonly string[]): readonly string[] =>
  leaveBehind.map((name) => `leave behind ${name}`);

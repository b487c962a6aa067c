import { untold } from '../follow-up/compromised.ts';
import type { RotationKind } from '../plan/wish.ts';
import type { RequestLine, Taken } from './taken.ts';
import { type Wrong, wrong } from './wrong-words.ts';

/** Kinds of rotation for a compromised key. */
const SERVED: readonly RotationKind[] = ['rotate-master', 'rotate-worker', 'retire'];

export const isForCompromised = (kind: string): boolean => (SERVED as readonly string[]).includes(kind);

/** `compromised`: the key of what is replaced or removed is compromised. */
export function takeCompromised(line: RequestLine): Taken | Wrong {
  const { wish } = line;
  if (!isForCompromised(wish.kind)) return wrong('not-compromised', { word: wish.kind });
  return { line: { ...line, wish: { ...wish, compromised: true } }, taken: 0 };
}

/** It begins as soon as it is approved, unless the request says otherwise. */
export function wholeCompromised(line: RequestLine): RequestLine {
  const { at, wish } = line;
  const isTold = at !== undefined || wish.when.by !== 'policy';
  return !wish.compromised || isTold ? line : { ...line, wish: { ...wish, when: untold(wish) } };
}

export const compromisedWords = (compromised: boolean): readonly string[] => (compromised ? ['compromised'] : []);

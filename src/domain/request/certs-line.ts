import { short, type Wrong, wrong } from './wrong-words.ts';

/** Whose certificates are asked about. */
export interface CertsLine {
  readonly farm: string | null;
  /** A word on its own: a machine or a farm; which one is not known here. */
  readonly said: string | null;
  /** Two words without a label: which of them is the farm is not known here. Left out: it was said. */
  readonly isPair?: true;
}

/** `[FARM]`, `HOST [in FARM]`, `FARM HOST`. What follows `in` or `farm` is a farm, whatever else has that name. */
export function readCertsLine(args: readonly string[]): CertsLine | Wrong {
  const farms: string[] = [];
  const alone: string[] = [];
  const isLabel = (at: number): boolean => /^(?:in|farm)$/iu.test(args[at] ?? '') && at + 1 < args.length;
  for (let at = 0; at < args.length; at += 1) {
    if (!isLabel(at)) {
      alone.push(args[at] ?? '');
      continue;
    }
    // `in farm prod`
    if (isLabel(at + 1)) at += 1;
    at += 1;
    farms.push(args[at] ?? '');
  }
  const [first = null, second = null, ...more] = alone;
  const [named = null, ...others] = farms;
  const isPair = named === null && second !== null;
  const tooMuch = [...(isPair || second === null ? [] : [second]), ...more, ...others];
  if (tooMuch.length > 0) return wrong('too-many-words', { word: 'certs', said: short(tooMuch) });
  return isPair ? { farm: first, said: second, isPair } : { farm: named, said: first };
}

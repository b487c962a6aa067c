/** `[farm] [FARM] until TIME`, before the time is read: in which zone is not known here. */
interface FreezeLine {
  readonly farm: string | null;
  /** null: the word `until` is missing, or nothing follows it. */
  readonly until: string | null;
}

const isUntil = (word: string | undefined): boolean => /^until(?:[:=].*)?$/iu.test(word ?? '');

/** A farm may be called `farm` or `until`: what follows tells which word is meant. */
export function readFreezeLine(args: readonly string[]): FreezeLine {
  const isLabel = args[0]?.toLowerCase() === 'farm' && (!isUntil(args[1]) || isUntil(args[2]));
  const named = isLabel ? args.slice(1) : args;
  const isNamed = isLabel || !isUntil(named[0]);
  const farm = isNamed ? (named[0] ?? null) : null;
  const [word = '', ...time] = isNamed ? named.slice(1) : named;
  if (!isUntil(word)) return { farm, until: null };
  const joined = [word.slice('until'.length + 1), ...time].join(' ').trim();
  return { farm, until: joined === '' ? null : joined };
}

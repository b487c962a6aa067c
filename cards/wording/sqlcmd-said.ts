/** What the drivers put before each sentence, in any language. */
const DRIVER = /^Sqlcmd: [^:]{1,30}: Microsoft [^:]{1,60}: /u;
/** `Msg 927, Level 14, ...`: the next line says it in words. */
const NUMBERS = /^\p{L}+\.? \d{1,6}[,，、]/u;
const SHOWN = 160;

/** The first sentence of what sqlcmd said, as much of it as fits on a line of a card; null: it said nothing. */
export function sqlcmdSaid(output: string | null | undefined): string | null {
  // A card shows a line end as an arrow.
  const lines = (output ?? '').split(/[\n↵]/u).map((line) => line.replace(DRIVER, '').trim());
  const told = lines.find((line) => /\p{L}/u.test(line) && !NUMBERS.test(line)) ?? lines.find((line) => line !== '');
  if (told === undefined) return null;
  const sentence = told.replace(/[.。…\s]+$/u, '');
  return sentence.length <= SHOWN ? sentence : `${sentence.slice(0, SHOWN)}…`;
}

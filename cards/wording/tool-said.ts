/** What the drivers put before each sentence, in any language. */
const DRIVER = /^Sqlcmd: [^:]{1,30}: Microsoft [^:]{1,60}: /u;
/** `Msg 927, Level 14, ...`, `[SC] StartService FAILED 1053:`: the next line says it in words. */
const NUMBERS = /^\p{L}+\.? \d{1,6}[,，、]|\d[:：]$/u;
/** certutil names the store and the certificate first; what went wrong stands with its HRESULT. */
const HRESULT = /\b0x[89a-f][0-9a-f]{7}\b/iu;
const SHOWN = 160;

/** The telling sentence of what a tool printed, as much of it as fits on a line of a card; null: it printed nothing. */
export function toolSaid(output: unknown): string | null {
  if (typeof output !== 'string') return null;
  // A card shows a line end as an arrow.
  const lines = output.split(/[\n↵]/u).map((line) => line.replace(DRIVER, '').trim());
  const told =
    lines.find((line) => HRESULT.test(line)) ??
    lines.find((line) => /\p{L}/u.test(line) && !NUMBERS.test(line)) ??
    lines.find((line) => line !== '');
  if (told === undefined) return null;
  const sentence = told.replace(/[.。…:：\s]+$/u, '');
  return sentence.length <= SHOWN ? sentence : `${sentence.slice(0, SHOWN)}…`;
}

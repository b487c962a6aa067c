/** Upper half of code page 437, the one a US English host has. */
const UPPER_437 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■ ';

const INDEX_437: ReadonlyMap<string, number> = new Map(
  [...UPPER_437].map((character, index) => [character, 0x80 + index] as const),
);

export type CodePage = 437 | 65001;

/** Bytes of a tool's output: CRLF line ends, in the host's OEM code page; what it lacks becomes `?`. */
export function encodeOutput(text: string, codePage: CodePage): Buffer {
  const lines = text.replace(/\r?\n/gu, '\r\n');
  if (codePage === 65001) return Buffer.from(lines, 'utf8');
  return Buffer.from([...lines].map(toByte));
}

function toByte(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x80 ? code : (INDEX_437.get(character) ?? 0x3f);
}

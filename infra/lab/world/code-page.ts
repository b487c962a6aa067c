/** Upper halves of the code pages of a US English and a German host. */
const UPPER = {
  437: 'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0',
  850: 'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0',
} as const;
/** Code pages that the platform can decode: the mapping is reversed to encode. */
const READ_BY = { 866: 'ibm866', 932: 'shift_jis', 936: 'gbk' } as const;

export type CodePage = keyof typeof UPPER | keyof typeof READ_BY | 65001;

/** Bytes of a tool's output: CRLF line ends, in the host's OEM code page; letters it lacks become `?`. */
export function encodeOutput(text: string, codePage: CodePage): Buffer {
  const lines = text.replace(/\r?\n/gu, '\r\n');
  if (codePage === 65001) return Buffer.from(lines, 'utf8');
  const page = pageOf(codePage);
  return Buffer.from(
    [...lines].flatMap((letter) =>
      (letter.codePointAt(0) ?? 0) < 0x80 ? letter.charCodeAt(0) : (page.get(letter) ?? 0x3f),
    ),
  );
}

type Page = ReadonlyMap<string, readonly number[]>;
const pages = new Map<CodePage, Page>();

function pageOf(codePage: Exclude<CodePage, 65001>): Page {
  const page = pages.get(codePage) ?? makePage(codePage);
  pages.set(codePage, page);
  return page;
}

function makePage(codePage: Exclude<CodePage, 65001>): Page {
  if (codePage === 437 || codePage === 850)
    return new Map([...UPPER[codePage]].map((letter, index) => [letter, [0x80 + index]]));
  const reader = new TextDecoder(READ_BY[codePage]);
  const page = new Map<string, readonly number[]>();
  const learn = (...bytes: number[]): void => {
    const letters = [...reader.decode(Uint8Array.from(bytes))];
    if (letters.length === 1 && letters[0] !== '\ufffd') page.set(letters[0] ?? '', bytes);
  };
  for (let first = 0xff; first >= 0x80; first -= 1) {
    for (let second = 0xff; second >= 0x40; second -= 1) learn(first, second);
    learn(first);
  }
  return page;
}

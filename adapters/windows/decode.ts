import iconv from 'iconv-lite';
import { CertopsError } from '../../src/domain/errors.ts';

/**
 * `utf8`: output that is valid UTF-8 throughout is read as such, all else by the OEM code page, whose letters hardly
 * ever form valid UTF-8 by chance. sqlcmd writes one or the other, depending on who made it.
 */
export type Encoding = 'oem' | 'utf8';
type Decoder = (bytes: Buffer, encoding: Encoding) => Promise<string>;

/**
 * Turns a tool's output into text. `askCodePage` returns the output of `reg query ... /v OEMCP`; it is called once, and
 * only when a byte beyond ASCII occurs, since all OEM code pages agree below 0x80. (Not `chcp`: a service has no
 * console.) Throws `CodePageUnknown`.
 */
export function createDecoder(askCodePage: () => Promise<string>): Decoder {
  let known: Promise<string | null> | null = null;
  const codePage = (): Promise<string | null> => {
    known ??= askCodePage().then(codePageOf);
    // a failed answer is not kept: the next output asks again
    known.catch(() => {
      known = null;
    });
    return known;
  };
  return async (bytes, encoding) => {
    if (isWide(bytes)) return tidy(bytes.toString('utf16le'));
    if (bytes.every((byte) => byte < 0x80)) return tidy(bytes.toString('latin1'));
    const unicode = encoding === 'utf8' || bytes.toString('hex', 0, 3) === 'efbbbf' ? asUtf8(bytes) : null;
    if (unicode !== null) return tidy(unicode);
    const page = await codePage();
    return tidy(page === null ? guessed(bytes) : iconv.decode(bytes, page));
  };
}

/** `    OEMCP    REG_SZ    850`, as iconv-lite names it; null: a page that it does not know. 65001 is UTF-8. */
function codePageOf(output: string): string | null {
  const number = /\bOEMCP\s+REG_SZ\s+(\d{1,5})\b/iu.exec(output)?.[1];
  if (number === undefined) throw new CertopsError('CodePageUnknown', { output: output.slice(0, 300) });
  const name = SPECIAL[number] ?? `cp${number}`;
  if (iconv.encodingExists(name)) return name;
  // its letters contain bytes that would pass for a colon or a digit
  if (number === JOHAB) throw new CertopsError('CodePageUnknown', { codePage: number });
  return null;
}

const JOHAB = '1361';

/** All that matters is ASCII, and labels are not read anyway: an unknown code page is no reason to stop. */
const guessed = (bytes: Buffer): string => asUtf8(bytes) ?? bytes.toString('latin1');

/** null: it is not valid UTF-8. */
function asUtf8(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

const SPECIAL: { readonly [number: string]: string } = { '65001': 'utf8', '1200': 'utf16le', '54936': 'gb18030' };

/** UTF-16, as a tool without a console may write it: nothing else contains zeros, let alone so many. */
function isWide(bytes: Buffer): boolean {
  if (bytes.length % 2 === 1) return false;
  if (bytes.toString('hex', 0, 2) === 'fffe') return true;
  return bytes.includes(0) && bytes.filter((byte) => byte === 0).length * 4 >= bytes.length;
}

const tidy = (text: string): string => text.replace(/^\ufeff/u, '').replaceAll('\r\n', '\n');

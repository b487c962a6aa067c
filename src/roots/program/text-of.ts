/**
 * The text of a file that a person wrote, whatever encoding their editor used: Windows' Notepad starts UTF-8 with a
 * byte order mark, and Windows PowerShell writes UTF-16 (`>`, `Out-File`). Without a mark the text is UTF-8, unless
 * exactly one of its first two bytes is zero: these files begin with an ASCII character and contain no zero, so that is
 * UTF-16.
 */
export function textOf(bytes: Buffer): string {
  const mark = bytes.toString('hex', 0, 3);
  if (/^fffe|^(?!00)..00/u.test(mark)) return unmarked(evenOf(bytes).toString('utf16le'));
  if (/^feff|^00(?!00)../u.test(mark)) return unmarked(Buffer.from(evenOf(bytes)).swap16().toString('utf16le'));
  return unmarked(bytes.toString('utf8'));
}

const unmarked = (text: string): string => (text.startsWith('\ufeff') ? text.slice(1) : text);

/** Cuts off a last byte that is half a character. */
const evenOf = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.length - (bytes.length % 2));

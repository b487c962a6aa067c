/**
 * The text of a file that a person wrote, whatever their editor made of it: Windows' Notepad begins UTF-8 with a mark,
 * and what Windows PowerShell writes into a file (`>`, `Out-File`) is UTF-16. Without a mark it is UTF-8, but for two
 * bytes of which one is zero: no such file begins with any but a letter or a sign of ASCII, and none holds a zero.
 */
export function textOf(bytes: Buffer): string {
  const mark = bytes.toString('hex', 0, 3);
  if (/^fffe|^(?!00)..00/u.test(mark)) return unmarked(evenOf(bytes).toString('utf16le'));
  if (/^feff|^00(?!00)../u.test(mark)) return unmarked(Buffer.from(evenOf(bytes)).swap16().toString('utf16le'));
  return unmarked(bytes.toString('utf8'));
}

const unmarked = (text: string): string => (text.startsWith('\ufeff') ? text.slice(1) : text);

/** A last byte that is half a character is cut off. */
const evenOf = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.length - (bytes.length % 2));

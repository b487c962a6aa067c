/**
 * The text of a file that a person wrote, whatever their editor made of it: Windows' Notepad begins UTF-8 with a mark,
 * and what Windows PowerShell writes into a file (`>`, `Out-File`) is UTF-16. Without a mark it is UTF-8.
 */
export function textOf(bytes: Buffer): string {
  const mark = bytes.toString('hex', 0, 3);
  if (mark.startsWith('fffe')) return evenOf(bytes).toString('utf16le').slice(1);
  if (mark.startsWith('feff')) return Buffer.from(evenOf(bytes)).swap16().toString('utf16le').slice(1);
  return bytes.toString('utf8', mark === 'efbbbf' ? 3 : 0);
}

/** A last byte that is half a character is cut off. */
const evenOf = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.length - (bytes.length % 2));

/** One element of a DER structure. `children` is empty for primitive ones. */
export interface Der {
  readonly tag: number;
  readonly value: Buffer;
  readonly children: readonly Der[];
}

const MAX_DEPTH = 24;

/** Reads DER written by somebody else; null if it is malformed, too deep, or followed by more bytes. */
export function readDer(bytes: Buffer): Der | null {
  const elements = readAll(bytes, 0);
  return elements?.length === 1 ? (elements[0] ?? null) : null;
}

function readAll(bytes: Buffer, depth: number): readonly Der[] | null {
  if (depth > MAX_DEPTH) return null;
  const found: Der[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at];
    const length = readLength(bytes, at + 1);
    if (tag === undefined || length === null) return null;
    const end = length.from + length.size;
    if (end > bytes.length) return null;
    const value = bytes.subarray(length.from, end);
    const children = (tag & 0x20) === 0 ? [] : readAll(value, depth + 1);
    if (children === null) return null;
    found.push({ tag, value, children });
    at = end;
  }
  return found;
}

function readLength(bytes: Buffer, at: number): { from: number; size: number } | null {
  const first = bytes[at];
  if (first === undefined) return null;
  if (first < 0x80) return { from: at + 1, size: first };
  const count = first & 0x7f;
  if (count === 0 || count > 3 || at + 1 + count > bytes.length) return null;
  return { from: at + 1 + count, size: bytes.readUIntBE(at + 1, count) };
}

/** An object identifier in dotted form. */
export function oidText(value: Buffer): string {
  const parts: number[] = [];
  let part = 0;
  for (const byte of value) {
    part = part * 128 + (byte & 0x7f);
    if ((byte & 0x80) !== 0) continue;
    if (parts.length === 0)
      parts.push(Math.min(2, Math.floor(part / 40)), part - 40 * Math.min(2, Math.floor(part / 40)));
    else parts.push(part);
    part = 0;
  }
  return parts.join('.');
}

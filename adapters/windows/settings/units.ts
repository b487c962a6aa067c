/**
 * A settings file as a string in which every character stands for the same number of bytes, so that a position in the
 * text is a position in the file. UTF-8 and 8-bit files are taken byte by byte: what is searched for is ASCII, and no
 * byte of a longer UTF-8 sequence looks like it.
 */
export interface Units {
  readonly text: string;
  /** 1, or 2 for UTF-16. */
  readonly width: 1 | 2;
  /** Byte where the text begins, after a byte order mark. */
  readonly start: number;
  /** A piece of `text` as a person would read it. */
  readable(piece: string): string;
  /** ASCII text in this file's encoding. */
  bytesOf(ascii: string): Buffer;
}

/** Recognises the encoding by its byte order mark, else by where zero bytes are. */
export function toUnits(bytes: Buffer): Units {
  const kind = detect(bytes);
  if (kind.width === 1) {
    const utf8 = isUtf8(bytes);
    return {
      ...kind,
      text: bytes.toString('latin1', kind.start),
      readable: (piece) => (utf8 ? Buffer.from(piece, 'latin1').toString('utf8') : piece),
      bytesOf: (ascii) => Buffer.from(ascii, 'latin1'),
    };
  }
  // an odd byte at the end is not part of a character and stays where it is
  const even = bytes.subarray(kind.start, bytes.length - ((bytes.length - kind.start) % 2));
  const swap = (wide: Buffer): Buffer => (kind.bigEndian ? Buffer.from(wide).swap16() : wide);
  return {
    ...kind,
    text: swap(even).toString('utf16le'),
    readable: (piece) => piece,
    bytesOf: (ascii) => swap(Buffer.from(ascii, 'utf16le')),
  };
}

interface Kind {
  readonly width: 1 | 2;
  readonly start: number;
  readonly bigEndian: boolean;
}

function detect(bytes: Buffer): Kind {
  const mark = bytes.toString('hex', 0, 3);
  if (mark === 'efbbbf') return { width: 1, start: 3, bigEndian: false };
  if (mark.startsWith('fffe')) return { width: 2, start: 2, bigEndian: false };
  if (mark.startsWith('feff')) return { width: 2, start: 2, bigEndian: true };
  // without a mark: the first character is `{`, `<` or a blank, so in UTF-16 one of its two bytes is zero
  if (bytes.length >= 2 && bytes[0] !== 0 && bytes[1] === 0) return { width: 2, start: 0, bigEndian: false };
  if (bytes.length >= 2 && bytes[0] === 0 && bytes[1] !== 0) return { width: 2, start: 0, bigEndian: true };
  return { width: 1, start: 0, bigEndian: false };
}

function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

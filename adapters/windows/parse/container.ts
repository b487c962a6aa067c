/** Version, a number that is not used here, and the lengths of name, public and private keys, hash and flags. */
const HEAD_BYTES = 40;
const VERSION = 2;
const LONGEST_NAME = 260;

/**
 * The name of the container in a legacy provider's key file, if the file holds this RSA key: public keys are in it in
 * plain form. `modulus`: most significant byte first. null: another key, or not understood. Source: two dumped files
 * with their containers, and every file name so far is the hash of the name within.
 */
export function containerWith(modulus: Buffer, file: Buffer): string | null {
  if (file.length < HEAD_BYTES || file.readUInt32LE(0) !== VERSION) return null;
  const length = file.readUInt32LE(8);
  const end = HEAD_BYTES + length;
  if (length < 2 || length > LONGEST_NAME || end > file.length || file[end - 1] !== 0) return null;
  const name = file.toString('latin1', HEAD_BYTES, end - 1);
  const isWithin = modulus.length > 0 && file.includes(Buffer.from(modulus).reverse(), end);
  return isWithin && /^[\x20-\x7e]+$/u.test(name) ? name : null;
}

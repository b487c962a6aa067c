// Not as a named import: an older Node, which lacks it, would fail before it can say that it is too old.
import crypto from 'node:crypto';
import type { Digest } from './values.ts';

export const sha256 = (bytes: string | Buffer): Digest => crypto.hash('sha256', bytes, 'hex');

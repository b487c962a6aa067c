import { createHash } from 'node:crypto';
import type { Digest } from './values.ts';

export const sha256 = (bytes: string | Buffer): Digest => createHash('sha256').update(bytes).digest('hex');

import { hash } from 'node:crypto';
import type { Digest } from './values.ts';

export const sha256 = (bytes: string | Buffer): Digest => hash('sha256', bytes, 'hex');

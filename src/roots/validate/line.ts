import { isCertopsError } from '../../domain/errors.ts';
import { sentenceOf } from '../fail.ts';

/** One line of what was looked at. `no`: something is to be done, and the sentence says what; `note`: nothing is. */
export interface Line {
  readonly mark: 'ok' | 'no' | 'note';
  readonly sentence: string;
}

export const ok = (sentence: string): Line => ({ mark: 'ok', sentence });
export const no = (sentence: string): Line => ({ mark: 'no', sentence });
export const note = (sentence: string): Line => ({ mark: 'note', sentence });

/** What a look answers; a CertopsError is a line that says what to do, anything else is a fault of ours. */
export async function looked(look: () => Promise<readonly Line[]>): Promise<readonly Line[]> {
  try {
    return await look();
  } catch (error) {
    if (isCertopsError(error)) return [no(sentenceOf(error))];
    throw error;
  }
}

import { isWorded, say } from '../../../cards/wording/index.ts';
import { type CertopsError, isCertopsError } from '../../domain/errors.ts';
import { sentenceOf } from '../fail.ts';
import { SAYINGS } from '../sayings/index.ts';

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
    if (isCertopsError(error)) return [no(whatToDo(error))];
    throw error;
  }
}

/** The command line's own words; what only a chat meets is told in the cards' words. */
function whatToDo(error: CertopsError): string {
  const { code, data } = error;
  if (SAYINGS[code] !== undefined || !isWorded(`error.${code}`, 'en')) return sentenceOf(error);
  const words = [`error.${code}`, `error.${code}.todo`].map((id) => say({ id, data }, 'en'));
  return `${words.join(' ')} (${code})`;
}

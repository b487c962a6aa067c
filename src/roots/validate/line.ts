import { isWorded, say } from '../../../cards/wording/index.ts';
import { type CertopsError, isCertopsError } from '../../domain/errors.ts';
import { sentenceOf } from '../program/fail.ts';
import { SAYINGS } from '../sayings/index.ts';

/** One line of the result. `no`: something has to be done, and the sentence says what; `note`: nothing has to be. */
export interface Line {
  readonly mark: 'ok' | 'no' | 'note';
  readonly sentence: string;
}

export const ok = (sentence: string): Line => ({ mark: 'ok', sentence });
export const no = (sentence: string): Line => ({ mark: 'no', sentence });
export const note = (sentence: string): Line => ({ mark: 'note', sentence });

/** The lines of a look; a CertopsError becomes a line that says what to do, anything else is a bug of ours. */
export async function looked(look: () => Promise<readonly Line[]>): Promise<readonly Line[]> {
  try {
    return await look();
  } catch (error) {
    if (isCertopsError(error)) return [no(whatToDo(error))];
    throw error;
  }
}

/** In the command line's own words; an error that only a chat meets is told in the words of the cards. */
function whatToDo(error: CertopsError): string {
  const { code, data } = error;
  if (SAYINGS[code] !== undefined || !isWorded(`error.${code}`, 'en')) return sentenceOf(error);
  const words = [`error.${code}`, `error.${code}.todo`].map((id) => say({ id, data }, 'en'));
  return `${words.join(' ')} (${code})`;
}

import { isNativeError } from 'node:util/types';
import { type CertopsError, isCertopsError } from '../domain/errors.ts';
import { FAILED, SAYINGS } from './sayings.ts';

/** Says what went wrong and ends the process, whatever is still open. */
export function endFailed(error: unknown): void {
  const code = tellFailure(error);
  process.stderr.write('', () => process.exit(code));
}

/** One sentence with its code, to standard error; answers with the exit code. */
export function tellFailure(error: unknown): number {
  if (isCertopsError(error)) return tellCertopsError(error);
  const words = isNativeError(error) ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`This is a fault of certops itself, please report it. (Unexpected)\n${words}\n`);
  return FAILED;
}

function tellCertopsError(error: CertopsError): number {
  const saying = SAYINGS[error.code];
  const sentence = saying?.say(error.data) ?? `${sentenceOf(error)}`;
  process.stderr.write(`${sentence} (${error.code})\n`);
  return saying?.exit ?? FAILED;
}

const sentenceOf = ({ data }: CertopsError): string =>
  Object.keys(data).length === 0 ? 'It did not work.' : `It did not work: ${JSON.stringify(data)}.`;

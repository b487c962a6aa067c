import { errorCode } from '../domain/errors.ts';
/** What a pipe without a reader answers: the second is Windows'. */
export const isUnread = (error: unknown): boolean => ['EPIPE', 'EOF'].includes(errorCode(error));

/**
 * Whoever reads what we print may stop (`| head`, a pipe that breaks): what is left to say is then said to nobody.
 * Without a listener Node ends the process for it, a bot in the middle of a rotation too.
 */
export function printOnWithoutReader(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error) => {
      if (!isUnread(error)) throw error;
    });
}

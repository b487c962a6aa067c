import { errorCode } from '../../domain/errors.ts';
/** What a pipe without a reader answers: EOF is Windows' answer. */
export const isUnread = (error: unknown): boolean => ['EPIPE', 'EOF'].includes(errorCode(error));

/**
 * Whoever reads our output may stop (`| head`, a pipe that breaks): the rest is then dropped. Without a listener Node
 * would end the process for it, even a bot in the middle of a rotation.
 */
export function printOnWithoutReader(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error) => {
      if (!isUnread(error)) throw error;
    });
}

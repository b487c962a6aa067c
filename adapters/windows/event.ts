import { CertopsError } from '../../src/domain/errors.ts';
import type { WindowsEvent } from '../../src/ports/windows-host.ts';
import type { WindowsContext } from './context.ts';
import { cut } from './parse/text.ts';

const LONGEST = 1000;

/**
 * Writes to the machine's Application log: a record that the bot cannot edit. Throws `EventNotWritten` when eventcreate
 * says no, and what `Tools.run` throws.
 */
export async function writeEvent(context: WindowsContext, id: WindowsEvent, sentence: string): Promise<void> {
  const args = ['/T', 'INFORMATION', '/L', 'APPLICATION', '/SO', 'certops', '/ID', String(id), '/D', plain(sentence)];
  const { code, text } = await context.tools.run('eventcreate', args, { timeLimitMs: 15_000 });
  if (code !== 0) throw new CertopsError('EventNotWritten', { id, exit: code, output: cut(text) });
}

/** One line that cannot pass for an option: eventcreate reads a text that begins with a slash or a dash as one. */
const plain = (sentence: string): string =>
  `certops: ${sentence.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}"]+/gu, ' ').slice(0, LONGEST)}`;

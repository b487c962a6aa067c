import type { ServiceFacts } from '../../src/domain/machine/host-facts.ts';
import type { WindowsContext } from './context.ts';
import { readLogTail } from './log-file.ts';
import { type LogSays, readLog } from './log-lines.ts';
import { startOf } from './starts.ts';

/** What the worker's log says about its current process; null: it is not running, or its log cannot be used. */
export async function readWorkerLog(
  context: WindowsContext,
  { pid, accountSid }: Pick<ServiceFacts, 'pid' | 'accountSid'>,
): Promise<LogSays | null> {
  if (pid === 0) return null;
  const tail = await readLogTail(context, accountSid);
  if (tail === null) return null;
  const { lines, writtenAt } = tail;
  return readLog(lines, { pid, since: startOf(context, 'worker', pid), now: context.clock.now(), writtenAt });
}

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, writeFile } from 'node:fs/promises';
import { CertopsError, errorCode } from '../../../domain/errors.ts';
import type { Clock } from '../../../ports/clock.ts';
import { moveFile, removeFile } from '../../program/files.ts';
import { systemClock } from '../../program/system-clock.ts';

const LINK_PAUSE_MS = 50;
const POLL_MS = 300;
/** If the file is still there after this time, the command stops waiting and says so. */
const TAKEN_WITHIN_MS = 600_000;

/**
 * Asks this machine's runner to put a rotation back, and waits until it is done: the file is gone then, even if the
 * runner was killed and started again meanwhile. One request at a time: an earlier one is waited for, even one made at
 * the same moment, because replacing its file would take it away from whoever asked first. Throws CertopsError
 * `UndoNotTaken`.
 */
export async function askByFile(
  file: string,
  rotation: string,
  clock: Pick<Clock, 'now' | 'sleep'> = systemClock,
  linked: typeof link = link,
): Promise<void> {
  const gone = async (): Promise<void> => {
    const end = clock.now() + TAKEN_WITHIN_MS;
    while (existsSync(file)) {
      if (clock.now() > end) throw new CertopsError('UndoNotTaken', { file });
      await clock.sleep(POLL_MS);
    }
  };
  // A draft makes the file appear whole. Its name is unique: another command may write its own at the same moment.
  const draft = `${file}.${randomBytes(4).toString('hex')}.new`;
  await gone();
  await writeFile(draft, rotation, { mode: 0o600 });
  const wait = (ms: number): Promise<void> => clock.sleep(ms);
  // Short: a disk without hard links refuses for ever, and somebody is waiting for their machine.
  const pause = (): Promise<void> => clock.sleep(LINK_PAUSE_MS);
  // A hard link never replaces an existing file. On a disk without hard links, the draft is moved.
  const placed = async (): Promise<boolean> => {
    try {
      await moveFile(draft, file, { move: linked, wait: pause, say: () => {} });
    } catch (error) {
      if (errorCode(error) === 'EEXIST' || existsSync(file)) return false;
      await moveFile(draft, file, { wait });
    }
    return true;
  };
  try {
    while (!(await placed())) await gone();
  } finally {
    await removeFile(draft);
  }
  await gone();
}

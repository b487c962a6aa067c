import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, writeFile } from 'node:fs/promises';
import { CertopsError, errorCode } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import { moveFile, removeFile } from '../files.ts';
import { systemClock } from '../system-clock.ts';

const POLL_MS = 300;
/** A runner that does not take the request up by then is told of. */
const TAKEN_WITHIN_MS = 600_000;

/**
 * Asks the runner of this machine to put a rotation back, and waits until it is through: the file is gone then, also
 * when that was killed and started again. One request at a time: another one is waited for, also one of the same
 * moment, since a file that takes its place would take it away from whoever has asked before. Throws CertopsError
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
  // It appears whole. Of its own name: another command may write its own at the same moment.
  const draft = `${file}.${randomBytes(4).toString('hex')}.new`;
  await gone();
  await writeFile(draft, rotation, { mode: 0o600 });
  // A second name never takes the place of a file. Where the disk has none, the first name is moved.
  const placed = async (): Promise<boolean> => {
    try {
      await moveFile(draft, file, linked);
    } catch (error) {
      if (errorCode(error) === 'EEXIST' || existsSync(file)) return false;
      await moveFile(draft, file);
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

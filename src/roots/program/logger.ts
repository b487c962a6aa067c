import { type Logger, pino } from 'pino';
import { mayHoldLog, openLogFile } from '../../../adapters/files/log-file.ts';
import { CertopsError, isCertopsError } from '../../domain/errors.ts';
import { VERSION } from '../version.ts';
import { sentenceOf } from './fail.ts';
import { isUnread } from './unread.ts';

/** Names under which a secret could be logged; each value is replaced, also one level down. */
const SECRET = ['password', 'url', 'redisUrl', 'key', 'cookie', 'token', 'pfx', 'secret', 'privateKey', 'body'];

/**
 * One JSON line per event, to standard error: whoever runs the process decides where it goes. Also to a file, if nobody
 * reads standard error, as with a Windows task.
 */
export function createLogger(name: string, level: string, file: string | null = null): Logger {
  // `data.key` once more: only a path that is given in full is told to `censor`
  const paths = [...SECRET.flatMap((secret) => [secret, `*.${secret}`]), 'data.key'];
  return pino(
    { name, level, base: { pid: process.pid }, redact: { paths, censor } },
    file === null ? standardError() : both(standardError(), name, file),
  );
}

/** An error's key is a name in a registry, in a settings file, or of a binding; a private key has several lines. */
const censor = (value: unknown, [parent, name]: readonly unknown[]): unknown =>
  parent === 'data' && name === 'key' && typeof value === 'string' && /^.{0,300}$/u.test(value) ? value : '[secret]';

/** The file that somebody named for the log may be one that matters, such as a key. Throws `LogFileNotOurs`. */
export function mustBeLog(file: string | null): void {
  if (file !== null && !mayHoldLog(file)) throw new CertopsError('LogFileNotOurs', { file });
}

/** How much is kept for later while it cannot be written, as on a full disk. */
const WAITING_BYTES = 64 * 1024;

/** A log that cannot be written does not stop the process; one that nobody reads any more is not written at all. */
function standardError() {
  const errors = pino.destination({ dest: 2, sync: true, maxLength: WAITING_BYTES });
  errors.on('error', (error: unknown) => {
    if (isUnread(error)) errors.write = () => true;
  });
  return errors;
}

function both(errors: ReturnType<typeof standardError>, name: string, file: string): { write(line: string): void } {
  const notice = (data: object): string =>
    `${JSON.stringify({ level: 40, time: Date.now(), pid: process.pid, name, ...data })}\n`;
  const kept = openLogFile(file, {
    said: (reason) => errors.write(notice({ file, reason, msg: 'the log cannot be kept in its file' })),
    missing: (lines) => notice({ lines, msg: 'lines are missing here' }),
  });
  return {
    write(line) {
      errors.write(line);
      kept.write(line);
    },
  };
}

/**
 * Logs a process from its first line, which has its version, to the error that ends it. With a log file, that error
 * goes into the log too, because nobody may be reading standard error.
 */
export async function logged(log: Logger, file: string | null, work: () => Promise<void>): Promise<void> {
  log.info({ version: VERSION }, 'certops starts');
  if (file === null) return work();
  process.on('uncaughtExceptionMonitor', (error) => logFailure(log, error));
  try {
    await work();
  } catch (error) {
    logFailure(log, error);
    throw error;
  }
}

/** For a foreign error, only its kind and place: its message may contain anything. */
function logFailure(log: Logger, error: unknown): void {
  if (isCertopsError(error)) {
    log.fatal({ code: error.code }, sentenceOf(error));
    return;
  }
  const { code, name, stack = '' } = error as NodeJS.ErrnoException;
  const at = stack.split('\n').filter((line) => /^\s+at /u.test(line));
  log.fatal({ code: code ?? name ?? typeof error, at }, 'this is a bug in certops');
}

import { type Logger, pino } from 'pino';

/** Names under which a secret could travel; each is replaced, one level down too. */
const SECRET = ['password', 'url', 'redisUrl', 'key', 'cookie', 'token', 'pfx', 'secret', 'privateKey', 'body'];

/** One JSON line an event, to standard error: who runs the process decides where it goes. */
export function createLogger(name: string, level: string | null): Logger {
  const paths = SECRET.flatMap((secret) => [secret, `*.${secret}`]);
  return pino(
    { name, level: level ?? 'info', base: { pid: process.pid }, redact: { paths, censor: '[secret]' } },
    pino.destination({ dest: 2, sync: true }),
  );
}

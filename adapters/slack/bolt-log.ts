import { type Logger, LogLevel } from '@slack/bolt';
import type { Log } from '../../src/ports/log.ts';

/** Tokens, signing secrets in hex, and the addresses that let anybody answer in a person's name. */
const SECRETS = /\bx(?:ox[a-z]|app)[-.][\w.-]+|\bhttps?:\/\/hooks\.[^\s"']+|\bwss?:\/\/[^\s"']+|\b[0-9a-f]{32,}\b/giu;

/**
 * What the library logs goes to our log, one line each, without secrets. Its debug lines hold whole payloads and are
 * dropped; objects are logged by name and code only, since the library's errors carry the whole answer.
 */
export function boltLog(log: Log): Logger {
  const line = (words: readonly unknown[]): { readonly said: string } => ({
    said: words.map(wordOf).join(' ').replace(SECRETS, '[hidden]').slice(0, 500),
  });
  return {
    debug: () => {},
    info: () => {},
    warn: (...words) => log.warn(line(words), 'the Slack library warns'),
    error: (...words) => log.warn(line(words), 'the Slack library reports an error'),
    setLevel: () => {},
    getLevel: () => LogLevel.WARN,
    setName: () => {},
  };
}

function wordOf(word: unknown): string {
  if (typeof word === 'string') return word;
  if (typeof word === 'number' || typeof word === 'boolean') return String(word);
  const { name, code } = (word ?? {}) as { readonly name?: unknown; readonly code?: unknown };
  return [name, code].filter((one) => typeof one === 'string').join(' ') || typeof word;
}

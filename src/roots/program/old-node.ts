import { writeSync } from 'node:fs';

/*
 * Imported for its effect, before anything else: what an older Node lacks would crash the program with a stack trace,
 * in the middle of something. On a host that has only `runner.mjs`, npm has not checked the version.
 */
const OLDEST = { major: 20, minor: 19 };

/** One sentence; null: it is new enough. */
export function whyTooOld(node: string): string | null {
  const [major = 0, minor = 0] = node.split('.').map(Number);
  if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) return null;
  const wanted = `${OLDEST.major}.${OLDEST.minor}`;
  return `certops needs Node ${wanted} or later, and this is ${node}: install a newer one from https://nodejs.org.`;
}

const why = whyTooOld(process.versions.node);
if (why !== null) {
  // Synchronously: a pipe on Windows would still be being written when the process exits.
  writeSync(2, `${why}\n`);
  process.exit(2);
}

import { writeSync } from 'node:fs';
import { debuglog } from 'node:util';
import { forgetDebug } from '../../config/load.ts';

/* Imported for its effect, before any library that would read DEBUG. */
forgetDebug();

/**
 * Parts of Node itself that print what they are given, to what a service keeps as its log: the arguments of a tool,
 * with the password of a key, and the headers of a call, with its token. Node has read NODE_DEBUG before anything of
 * ours.
 */
const TALKATIVE: readonly string[] = ['child_process', 'http', 'http2'];

const loud = TALKATIVE.find((part) => debuglog(part).enabled);
if (loud !== undefined) {
  // Synchronously: a pipe on Windows would still be being written when the process exits.
  writeSync(2, `NODE_DEBUG makes Node print passwords and tokens (${loud}): start certops without it.\n`);
  process.exit(2);
}

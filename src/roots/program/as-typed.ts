import path from 'node:path';
import { parseArgs } from 'node:util';

const OWN_COMMAND = /\bcertops runner (?=(?:init|status|undo|pause|resume|keys)\b)/gu;
/** Commands over a state folder of the bot or of a rehearsal. */
const WITH_STATE = /\bcertops (?:keys new(?: --exchange)?|keys former \w+|lab faults|keys)\b/gu;
const HAVE_STATE = ['bot', 'keys', 'lab', 'validate'];
/** The one file that a Windows host gets. */
const ALONE = /(?:^|[\\/])runner\.mjs$/iu;

/**
 * Rewrites the commands in a runner's messages so that they can be typed on that machine: a host that has only
 * `runner.mjs` has nothing called certops. Paths are absolute, because the reader may be in any folder; the folder that
 * was given is added, because the command would otherwise use another one; quoted so that cmd.exe and PowerShell both
 * accept it. So is the state folder that was given to a command of the bot or of a rehearsal.
 */
export function asTyped(text: string, [script, ...words] = process.argv.slice(1)): string {
  const isAlone = script !== undefined && ALONE.test(script);
  if (!isAlone && HAVE_STATE.includes(words[0] ?? '')) return withState(text, optionIn(words, 'state'));
  // The folder of any other command is not a runner's.
  if (!isAlone && words[0] !== 'runner') return text;
  const program = isAlone ? `node "${script}"` : 'certops runner';
  const folder = optionIn(words, 'folder');
  return text.replace(OWN_COMMAND, () => `${program}${folder === null ? '' : ` --folder "${path.resolve(folder)}"`} `);
}

const withState = (text: string, folder: string | null): string =>
  folder === null ? text : text.replace(WITH_STATE, (command) => `${command} --state "${path.resolve(folder)}"`);

function optionIn(words: readonly string[], name: 'folder' | 'state'): string | null {
  const options = { [name]: { type: 'string' } } as const;
  const value = parseArgs({ args: [...words], options, strict: false }).values[name];
  return typeof value === 'string' ? value : null;
}

import path from 'node:path';
import { parseArgs } from 'node:util';

const OWN_COMMAND = /\bcertops runner (?=(?:init|status|undo|pause|resume|keys)\b)/gu;
/** The one file that a Windows host gets. */
const ALONE = /(?:^|[\\/])runner\.mjs$/iu;

/**
 * Rewrites the commands in a runner's messages so that they can be typed on that machine: a host that has only
 * `runner.mjs` has nothing called certops. Paths are absolute, because the reader may be in any folder; the folder that
 * was given is added, because the command would otherwise use another one; quoted so that cmd.exe and PowerShell both
 * accept it.
 */
export function asTyped(text: string, [script, ...words] = process.argv.slice(1)): string {
  const isAlone = script !== undefined && ALONE.test(script);
  // The folder of any other command is not a runner's.
  if (!isAlone && words[0] !== 'runner') return text;
  const program = isAlone ? `node "${script}"` : 'certops runner';
  const folder = folderIn(words);
  return text.replace(OWN_COMMAND, () => `${program}${folder === null ? '' : ` --folder "${path.resolve(folder)}"`} `);
}

function folderIn(words: readonly string[]): string | null {
  const options = { folder: { type: 'string' } } as const;
  const { folder } = parseArgs({ args: [...words], options, strict: false }).values;
  return typeof folder === 'string' ? folder : null;
}

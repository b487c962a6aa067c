import path from 'node:path';
import { parseArgs } from 'node:util';

const OWN_COMMAND = /\bcertops runner (?=(?:init|status|undo|pause|resume|keys)\b)/gu;
/** The one file that a Windows host gets. */
const ALONE = /(?:^|[\\/])runner\.mjs$/iu;

/**
 * What a runner's own program tells its reader to type, as it can be typed at that machine: where there is nothing but
 * `runner.mjs`, nothing is called certops. With whole paths, for whoever reads it stands somewhere, and with the folder
 * that its reader named, without which it would speak of another one; quoted as cmd.exe and PowerShell both take it.
 */
export function asTyped(text: string, [script, ...words] = process.argv.slice(1)): string {
  const isAlone = script !== undefined && ALONE.test(script);
  // Of any other command the folder is not a runner's.
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

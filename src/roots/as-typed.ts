const OWN_COMMAND = /\bcertops runner (?=(?:init|status|undo|pause|resume|keys)\b)/gu;
/** The one file that a Windows host gets. */
const ALONE = /(?:^|[\\/])runner\.mjs$/iu;

/**
 * What a runner's own program tells its reader to type, as it can be typed at that machine: where there is nothing but
 * `runner.mjs`, nothing is called certops. With its whole path, for whoever reads it stands somewhere; quoted as
 * cmd.exe and PowerShell both take it.
 */
export const asTyped = (text: string, script: string | undefined = process.argv[1]): string =>
  script !== undefined && ALONE.test(script) ? text.replace(OWN_COMMAND, () => `node "${script}" `) : text;

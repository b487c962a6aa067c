import { labControl } from '../../../infra/lab/control.ts';
import { parseScript, type ScriptLine } from '../../app/script/parse-script.ts';
import { playScript, ScriptFailure } from '../../app/script/play.ts';
import type { SteadyClock } from '../../ports/clock.ts';
import { colors } from '../program/colors.ts';
import { readText } from '../program/files.ts';
import { FAILED, USAGE } from '../sayings/saying.ts';
import { openRoom } from './room.ts';
import { createTeller } from './teller.ts';

/** Reads a script before anything is started; if something is wrong with it, prints that and returns null. */
export async function readScript(file: string): Promise<readonly ScriptLine[] | null> {
  const script = parseScript(await readText(file));
  if ('lines' in script && script.lines.length > 0) return script.lines;
  const said =
    'lines' in script
      ? [`${file} has nothing to play: write a line such as "mei: /ssis rotate-master because Yearly".`]
      : script.problems.map(
          ({ line, found, allowed }) => `${file}:${line} found ${JSON.stringify(found)}; allowed: ${allowed}`,
        );
  process.stderr.write(`${said.join('\n')}\n`);
  process.exitCode = USAGE;
  return null;
}

interface ScriptRun {
  readonly lines: readonly ScriptLine[];
  readonly url: string;
  readonly labFile: string;
  readonly clock: SteadyClock;
}

/**
 * Plays a script against the running console, prints the conversation and the proof. Returns 0 if all was as expected.
 */
export async function runScript({ lines, url, labFile, clock }: ScriptRun): Promise<number> {
  const began = clock.now();
  const print = (text: string): void => {
    const seconds = ((clock.now() - began) / 1000).toFixed(1).padStart(6);
    process.stdout.write(`${colors.dim(seconds)}  ${text}\n`);
  };
  const teller = createTeller(print);
  const room = await openRoom({ url, clock, faults: labControl(labFile), print, onMessage: teller.hear });
  try {
    await room.looked();
    await playScript(lines, room);
    process.stdout.write(`\n${teller.lastCard().join('\n')}\n\nThe script ran as written.\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof ScriptFailure)) throw error;
    process.stdout.write(`\n${teller.lastCard().join('\n')}\n\n${colors.red(error.message)}\n`);
    return FAILED;
  } finally {
    room.close();
  }
}

import path from 'node:path';
import { mustBeFree } from '../adapters/web/index.ts';
import { banner } from './roots/demo/banner.ts';
import { leaveAddress, nameOf, takeFolder } from './roots/demo/folder.ts';
import { predecessorGone } from './roots/demo/lab-file.ts';
import { settleShape } from './roots/demo/shape.ts';
import { startDemo } from './roots/demo/start.ts';
import { labFileOf } from './roots/lab-command.ts';
import { endsInOrder } from './roots/program/ends.ts';
import { tellFailure } from './roots/program/fail.ts';
import { readOptions } from './roots/program/options.ts';
import { systemClock } from './roots/program/system-clock.ts';
import { readScript, runScript } from './roots/script/run-script.ts';
import { VERSION } from './roots/version.ts';

interface DemoFlags {
  readonly workers?: number;
  readonly onebox?: boolean;
  readonly fresh?: boolean;
  readonly port?: string;
  readonly state?: string;
  readonly script?: string;
}

/** Many machines, or a slow one, take a minute and more: whoever waits is told for what. */
const SLOW_MS = 4000;

/** `certops demo`: everything on this machine, until it is ended; with a script, until that has been played. */
export async function runDemo(flags: DemoFlags): Promise<void> {
  const scripted = flags.script !== undefined;
  // A script starts from scratch, so that it says the same each time; the farm that a person uses stays as it is.
  const throwaway = scripted && flags.state === undefined;
  const options = readOptions({ consolePort: flags.port });
  const lines = flags.script === undefined ? [] : await readScript(flags.script);
  if (lines === null) return;

  const { state, lock } = await takeFolder(flags.state ?? (scripted ? '.state/script' : '.state/farm'), throwaway);
  const ends = endsInOrder(false);
  ends.add(() => lock.release());
  const said = (sentence: string): void => void process.stderr.write(`${sentence}\n`);
  try {
    if (options.consolePort !== null) {
      // A killed rehearsal holds its port until it has ended, but no longer its folder.
      await predecessorGone(labFileOf(path.join(state, 'lab')), systemClock);
      await mustBeFree(Number(options.consolePort));
    }
    const shape = await settleShape(state, flags, flags.fresh ?? throwaway);
    const began = (end: () => Promise<void>): void => ends.add(end);
    const port = options.consolePort;
    const slow = setTimeout(
      () => said('Starting Redis, the made-up machines, a runner for each, and the bot...'),
      SLOW_MS,
    );
    const { farm, redis, url, labFile, open } = await startDemo({
      state,
      shape,
      port,
      options,
      clock: systemClock,
      said,
      began,
    }).finally(() => clearTimeout(slow));
    ends.add(await leaveAddress(state, url));
    const ms = process.uptime() * 1000;
    const facts = { version: VERSION, farm, redis: redis.describe, url, open, state: nameOf(state), ms, scripted };
    process.stdout.write(banner(facts));
    if (!scripted) return;
    process.exitCode = await runScript({ lines, url, labFile, clock: systemClock });
  } catch (error) {
    process.exitCode = tellFailure(error);
  }
  await ends.end();
  process.exit();
}

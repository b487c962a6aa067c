import { makeStateFolder, programProblems, type WindowsHostOptions } from '../../../adapters/windows/index.ts';
import { CertopsError } from '../../domain/errors.ts';
import type { HostLook } from '../../domain/machine/host-facts.ts';
import type { Log } from '../../ports/log.ts';
import type { WindowsHost } from '../../ports/windows-host.ts';
import { removeFile } from '../program/files.ts';
import { programLine } from '../sayings/program.ts';

type Problems = HostLook['problems'];

/** What is needed from a machine with access lists. */
export interface RunnerPlace {
  /** Makes the state folder for SYSTEM and Administrators only. */
  makeFolder(): Promise<void>;
  /** Who else may replace the runner's program. */
  program(): Promise<Problems>;
}

/** The state folder and the program of a runner on this machine. */
export const placeOnWindows = (options: WindowsHostOptions): RunnerPlace => ({
  makeFolder: () => makeStateFolder(options),
  program: () => programProblems(options),
});

/**
 * Makes the state folder of a new runner, unless somebody else may replace its program: nothing depends on the program
 * yet, so this is the time to move it. Returns what could not be checked. Throws `ProgramOpen`, and as
 * `makeStateFolder` does.
 */
export async function makeOwnPlace(folder: string, place: RunnerPlace): Promise<readonly string[]> {
  // First, because the check of who may write elsewhere gets its answer through a file in this folder.
  await place.makeFolder();
  const problems = await place.program();
  const open = problems.find(({ code }) => code === 'program-open');
  if (open === undefined) return problems.map(programLine);
  await removeFile(folder);
  throw new CertopsError('ProgramOpen', { place: open.data.place ?? '', others: open.data.others ?? [] });
}

/**
 * At a start this is only written to log and event log. What this machine holds must go on, and refusing to start would
 * keep nobody out: the task starts whatever program is there.
 */
export async function tellOfProgram(
  program: () => Promise<Problems>,
  host: Pick<WindowsHost, 'event'>,
  log: Log,
): Promise<void> {
  for (const { code, data } of await program()) {
    log.warn({ code, ...data }, programLine({ code, data }));
    if (code === 'program-open')
      await host
        .event(105, programLine({ code, data }))
        .catch((error: unknown) => log.warn({ error: String(error) }, 'the Windows event log took no record'));
  }
}

import { makeStateFolder, programProblems, type WindowsHostOptions } from '../../adapters/windows/index.ts';
import { CertopsError } from '../domain/errors.ts';
import type { HostLook } from '../domain/machine/host-facts.ts';
import type { Log } from '../ports/log.ts';
import type { WindowsHost } from '../ports/windows-host.ts';
import { removeFile } from './files.ts';
import { programLine } from './sayings/program.ts';

type Problems = HostLook['problems'];

/** What a machine with access lists is asked for. */
export interface RunnerPlace {
  /** For SYSTEM and Administrators alone. */
  makeFolder(): Promise<void>;
  /** Who else may replace what the runner is. */
  program(): Promise<Problems>;
}

export const placeOnWindows = (options: WindowsHostOptions): RunnerPlace => ({
  makeFolder: () => makeStateFolder(options),
  program: () => programProblems(options),
});

/**
 * Makes the state folder of a new runner, unless somebody else may replace its program: nothing rests on it yet, so
 * this is the time to put it elsewhere. Answers with what could not be seen. Throws `ProgramOpen`, and as
 * `makeStateFolder` does.
 */
export async function makeOwnPlace(folder: string, place: RunnerPlace): Promise<readonly string[]> {
  // Before it is asked who may write elsewhere, for the answer comes by a file in it.
  await place.makeFolder();
  const problems = await place.program();
  const open = problems.find(({ code }) => code === 'program-open');
  if (open === undefined) return problems.map(programLine);
  await removeFile(folder);
  throw new CertopsError('ProgramOpen', { place: open.data.place ?? '', others: open.data.others ?? [] });
}

/**
 * At a start: said in log and event log, and nothing more. What this machine holds must go on, and not to start would
 * keep nobody out: whatever lies there is started again by the task.
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

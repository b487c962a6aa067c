import { lockHolder } from '../../../../adapters/files/lock.ts';
import { createWindowsHost, openFolder, programProblems } from '../../../../adapters/windows/index.ts';
import { type SeenHere, statusLines } from '../../../app/runner/here/status-lines.ts';
import { foldRunner, initialRunnerState } from '../../../domain/fold/runner-fold.ts';
import { isServed, probesOf } from '../../../domain/machine/probes.ts';
import type { HostReader } from '../../../ports/windows-host.ts';
import { isPaused } from '../../program/files.ts';
import { folderLines } from '../../sayings/folder.ts';
import { programLine } from '../../sayings/program.ts';
import { rightLine } from '../../sayings/rights.ts';
import { VERSION } from '../../version.ts';
import { hostOptions } from '../host-options.ts';
import { type HereFlags, isByHand, openOwnRunner } from './own-runner.ts';
import { say } from './say.ts';
import { seeMaster } from './see-master.ts';

/**
 * `certops runner status`: reads journal and machine; connects to nothing but the master's own port. Changes nothing.
 */
export async function runnerStatus(flags: HereFlags): Promise<void> {
  const { folder, files, config, place, lines } = await openOwnRunner(flags);
  const options = hostOptions(config, folder);
  const host = createWindowsHost(options);
  const [recorded, holder, seen, folderOpen, program] = await Promise.all([
    lines(),
    lockHolder('runner', place),
    seeHere(host),
    folderLines(() => openFolder(options)),
    programProblems(options),
  ]);
  const [whetherItRuns, ...said] = statusLines({
    own: config,
    version: VERSION,
    state: recorded.reduce(foldRunner, initialRunnerState),
    seen,
    isPaused: isPaused(files),
    holder: holder !== null && isByHand(holder.who) ? { ...holder, byHand: holder.who } : holder,
    now: Date.now(),
    time: localTime,
  });
  const refused = (holder?.notes ?? []).map((code) => rightLine(code, config.host));
  say([whetherItRuns, ...refused, ...said, ...folderOpen, ...program.map(programLine)].join('\n'));
}

/** Swedish for its order of a date; but its zones (`GMT\u22125`) have a sign that most code pages of a console lack. */
const DATES = 'sv-SE';
const MINUS = '\u2212';

/** The reader's local time, with its zone. With the year too: without it, days are shown as 05/11. */
export const localTime = (at: number, timeZone?: string): string =>
  new Date(at)
    .toLocaleString(DATES, {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      timeZoneName: 'short',
    })
    .replace(MINUS, '-');

/** A role that is not installed here, or cannot be read now, is left out: the rest is still shown. */
async function seeHere(host: HostReader): Promise<SeenHere> {
  const [master, own] = await Promise.all([seeMaster(host), seeOwn(host).catch(() => [])]);
  return { master, own };
}

async function seeOwn(host: HostReader): Promise<SeenHere['own']> {
  const port = Number(await host.setting('master', 'PortNumber'));
  const probes = probesOf(await host.sslBindings(port), port, '').filter(({ servername }) => servername !== '');
  const shown = await Promise.all(probes.map((probe) => host.handshake(probe)));
  return shown.filter(isServed);
}

import { randomBytes } from 'node:crypto';
import { openJournal } from '../../../../adapters/files/journal.ts';
import { createWindowsHost } from '../../../../adapters/windows/index.ts';
import { cutOffBy, movedBack, whyNotProved, wrotePin } from '../../../app/runner/here/moved-back.ts';
import { isPutBack, stagesToUndo, standsBehind } from '../../../app/runner/here/undo-here.ts';
import { undoLines } from '../../../app/runner/here/undo-lines.ts';
import { createRunner } from '../../../app/runner/runner.ts';
import { CertopsError } from '../../../domain/errors.ts';
import { foldRunner, initialRunnerState, openOrders } from '../../../domain/fold/runner-fold.ts';
import type { Followed } from '../../../domain/orders/armed.ts';
import { runnerJournal } from '../../former-keys.ts';
import { systemClock } from '../../program/system-clock.ts';
import { VERSION } from '../../version.ts';
import { hostOptions } from '../host-options.ts';
import { keepOwnFolder } from '../own-config.ts';
import { askByFile } from './ask-by-file.ts';
import { type HereFlags, lockUnlessRunning, type OwnRunner, openOwnRunner } from './own-runner.ts';
import { say } from './say.ts';
import { seeMaster } from './see-master.ts';

interface UndoFlags extends HereFlags {
  readonly here?: boolean;
  /** Also if it cuts this machine's worker off. */
  readonly anyway?: boolean;
}

/**
 * `certops runner undo ID --here`: puts back what this machine's own journal shows of a rotation, and proves it. Needs
 * no network: a running runner does it, asked by the file UNDO in its folder; otherwise this process does, under its
 * lock.
 */
export async function runnerUndo(rotation: string, flags: UndoFlags): Promise<void> {
  if (flags.here !== true) throw new CertopsError('UndoNotHere', { rotation });
  const own = await openOwnRunner(flags);
  const before = await own.lines();
  const state = before.reduce(foldRunner, initialRunnerState);
  const stages = stagesToUndo(before, state, rotation, own.config);
  const open = openOrders(state).filter((order) => order.rotation === rotation);
  if (stages.length === 0 && open.length === 0)
    throw new CertopsError('NothingToUndo', { rotation, host: own.config.host });
  refuseBehind(before, rotation, own);
  const moved = movedBack(stages, open, own.config);
  const names = stages.map(({ work }) => work.stage).join(', ');
  const lock = await lockUnlessRunning(own, 'runner undo');
  try {
    // A running runner has protected its folder already.
    const safe = lock === null ? own : await kept(own, flags);
    await mustNotCutOff(safe, rotation, moved, flags.anyway === true);
    say(
      `${own.config.host} puts back ${names === '' ? 'nothing, and lets go of what it holds' : names} of ${rotation}.`,
    );
    if (lock === null) {
      say('Its runner is running, and is asked to do it.');
      await askByFile(own.files.undo, rotation);
    } else await undoAlone(safe, rotation);
  } finally {
    await lock?.release();
  }
  const lines = await own.lines();
  const after = lines.slice(before.length).map(({ line }) => line.entry);
  for (const line of undoLines(after)) say(line);
  const ends = after.filter((entry) => entry.type === 'finished');
  const armed = open.filter(({ armedAt }) => armedAt !== null);
  const begun = stagesToUndo(lines, lines.reduce(foldRunner, initialRunnerState), rotation, own.config);
  const sure = ends.every(({ outcome }) => outcome !== 'unknown') && isPutBack(begun, armed, after);
  if (after.length === 0) refuseBehind(lines, rotation, own);
  if (!sure) throw await notProved(own, rotation, moved, wrotePin(lines, rotation));
  say(`${rotation} is put back on ${own.config.host}, each step proved by a fresh look.`);
}

/** Why it is not proved. If its master cuts this machine's worker off now, that and what helps is said instead. */
async function notProved({ folder, config }: OwnRunner, rotation: string, moved: Followed | null, wrote: boolean) {
  const { host } = config;
  const seen = await seeMaster(createWindowsHost(hostOptions(config, folder)));
  const { endpoint: master = null, thumbprint: presented = null, accepts = null } = seen ?? {};
  return new CertopsError(whyNotProved(seen, moved, wrote), { rotation, host, master, presented, accepts });
}

function refuseBehind(lines: Awaited<ReturnType<OwnRunner['lines']>>, rotation: string, { config }: OwnRunner): void {
  const other = standsBehind(lines, lines.reduce(foldRunner, initialRunnerState), rotation, config);
  if (other !== null) throw new CertopsError('UndoBehindAnother', { rotation, other, host: config.host });
}

/**
 * Without a master that answers, nobody knows: that must keep no one from putting a machine back. Throws CertopsError
 * `UndoCutsOff`.
 */
async function mustNotCutOff(
  { folder, config }: OwnRunner,
  rotation: string,
  moved: Followed | null,
  isAnyway: boolean,
): Promise<void> {
  if (moved === null) return;
  const seen = await seeMaster(createWindowsHost(hostOptions(config, folder)));
  const cut = cutOffBy(moved, seen?.thumbprint ?? null);
  const { host } = config;
  const master = `The master${seen === null ? '' : ` at ${seen.endpoint}`}`;
  if (cut === 'next' && !isAnyway) throw new CertopsError('UndoCutsOff', { rotation, host, master, ...moved });
  const until = `${host} will be cut off until that is ${moved.old} again.`;
  if (cut === 'next') say(`${master} presents ${moved.next}: ${until}`);
  if (cut === 'another') say(`${master} presents ${seen?.thumbprint}, neither of the two certificates: ${until}`);
  if (cut === 'unseen') say(`${master} could not be seen: whether ${host} is cut off by this is unknown.`);
}

/**
 * The same, read again under the lock once its folder is protected: what this process reads there decides what it
 * changes.
 */
async function kept({ folder }: OwnRunner, flags: HereFlags): Promise<OwnRunner> {
  await keepOwnFolder(folder);
  return openOwnRunner(flags);
}

async function undoAlone({ folder, config, signer }: OwnRunner, rotation: string): Promise<void> {
  say('No runner is running here, so this command does it.');
  const host = createWindowsHost(hostOptions(config, folder));
  await host.sweep();
  const journal = await openJournal({
    ...(await runnerJournal(folder, config.host)),
    signer,
    initial: initialRunnerState,
    fold: foldRunner,
    clock: systemClock,
  });
  const nobody = async (): Promise<void> => {
    throw new CertopsError('QueueAway', {});
  };
  const runner = createRunner({
    config,
    host,
    journal,
    signer,
    office: { toHost: nobody, toBot: nobody, up: () => false },
    clock: systemClock,
    log: { info() {}, warn() {} },
    version: VERSION,
    boot: randomBytes(8).toString('hex'),
  });
  await runner.undoHere(rotation);
  await runner.stop();
  await journal.close();
}

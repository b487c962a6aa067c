import { randomBytes } from 'node:crypto';
import { openJournal } from '../../../adapters/files/journal.ts';
import { openNamedDisk } from '../../../adapters/files/journal-disk.ts';
import { loadSigner } from '../../../adapters/files/keys.ts';
import { holdLock } from '../../../adapters/files/lock.ts';
import { createSpareRoom } from '../../../adapters/files/spare-room.ts';
import { createWindowsHost, programProblems } from '../../../adapters/windows/index.ts';
import { createPostOffice, openMailbox, ordersOf } from '../../../jobs/letters.ts';
import { createRunner } from '../../app/runner/runner.ts';
import type { RunnerConfig } from '../../config/runner-config.ts';
import { CertopsError } from '../../domain/errors.ts';
import { foldRunner, initialRunnerState, openOrders } from '../../domain/fold/runner-fold.ts';
import type { Log } from '../../ports/log.ts';
import type { WindowsHost } from '../../ports/windows-host.ts';
import { runnerJournal } from '../former-keys.ts';
import { type Ends, endsInOrder } from '../program/ends.ts';
import { isPaused } from '../program/files.ts';
import { createLogger, logged, mustBeLog } from '../program/logger.ts';
import { readOptions } from '../program/options.ts';
import { sayReady } from '../program/parent.ts';
import { runnerFiles, runnerFolder } from '../program/state.ts';
import { systemClock } from '../program/system-clock.ts';
import { VERSION } from '../version.ts';
import { openOffice, settled, wordsFirst } from './first-letter.ts';
import { hostOptions } from './host-options.ts';
import { type Lacked, watchRights } from './lacked-rights.ts';
import { begunOrTold, keepOwnFolder, ownConfig, sayBefore } from './own-config.ts';
import { tellOfProgram } from './own-program.ts';
import { watchForChange } from './watch-for-change.ts';
import { watchForUndo } from './watch-for-undo.ts';

interface RunnerFlags {
  readonly host?: string;
  readonly folder?: string;
  readonly logFile?: string;
  readonly withParent?: boolean;
}

/**
 * `certops runner`: serves one host until it is ended. Refuses to start beside another one, or where it cannot work.
 */
export async function runRunner(flags: RunnerFlags): Promise<void> {
  // runner.mjs has imported it at once; as a command of certops it is imported here.
  await import('./small-heap.ts');
  const options = readOptions({ stateFolder: flags.folder, logFile: flags.logFile });
  const folder = runnerFolder(options);
  const files = runnerFiles(folder);
  const ends = endsInOrder(flags.withParent ?? false);
  // One runner per machine, whatever its folder: no other one works in the folder while it is being protected.
  let lacked = (): readonly Lacked[] => [];
  const machine = { who: `the runner in ${folder}`, keepsOpen: [files.journal], notes: () => lacked() };
  const first = process.platform === 'win32' ? await holdLock('runner', machine) : null;
  if (first !== null) ends.add(() => first.release());
  const { config, redis } = await begunOrTold(folder, async () => {
    const own = await ownConfig(folder, keepOwnFolder, { say: (sentence) => sayBefore(folder, sentence) });
    mustBe(flags.host, own, folder);
    const url = options.redisUrl ?? own.redisUrl;
    if (url === undefined) throw new CertopsError('RedisUrlMissing', { file: files.config });
    mustBeLog(options.logFile);
    return { config: own, redis: url };
  });

  // A Windows task discards standard error.
  const logFile = options.logFile ?? (process.platform === 'win32' ? files.log : null);
  const log = createLogger(`runner ${config.host}`, options.logLevel, logFile);
  await logged(log, logFile, async () => {
    if (first === null) {
      // In a rehearsal a machine is a folder.
      const place = config.overrides.root === null ? {} : { folder: config.overrides.root };
      const lock = await holdLock('runner', { ...place, who: `the runner of ${config.host}`, notes: () => lacked() });
      ends.add(() => lock.release());
    }
    const noted = (now: typeof lacked): void => {
      lacked = now;
    };
    await serve({ config, folder, redis, prefix: options.redisPrefix, ends, log, noted });
  });
}

interface Serving {
  readonly config: RunnerConfig;
  readonly folder: string;
  readonly redis: string;
  /** Prefix of its keys in Redis. */
  readonly prefix: string;
  readonly ends: Ends;
  readonly log: Log;
  /** Called once, with what tells at any time what Redis refuses. */
  readonly noted: (lacked: () => readonly Lacked[]) => void;
}

async function serve({ config, folder, redis, prefix, ends, log, noted }: Serving): Promise<void> {
  const files = runnerFiles(folder);
  const machineOptions = hostOptions(config, folder);
  const host = createWindowsHost(machineOptions);
  await mustWork(host);
  await host.sweep();
  const say = (sentence: string): void => log.warn({}, sentence);
  const signer = await loadSigner(files.key, { say });
  const journal = await openJournal({
    ...(await runnerJournal(folder, config.host)),
    signer,
    initial: initialRunnerState,
    fold: foldRunner,
    clock: systemClock,
    said: ({ code, data }) => log.warn({ code, ...data }, 'the journal was mended'),
    openDisk: (file) => openNamedDisk(file, { say }),
  });
  ends.add(() => journal.close());
  const { office, sent, isRefused } = openOffice(createPostOffice({ redis, prefix, log }));
  ends.add(() => office.close());
  const room = createSpareRoom(files.spare);
  let refusal = (): string | null => null;
  const runner = createRunner({
    config,
    host,
    journal,
    signer,
    office,
    clock: systemClock,
    log,
    version: VERSION,
    boot: randomBytes(8).toString('hex'),
    paused: async () => isPaused(files),
    refusal: () => refusal(),
    room,
  });
  // If Redis were not ready for the first hello, the next one would follow only a second later.
  await office.connected();
  const before = openOrders(journal.state());
  await runner.start();
  ends.add(() => runner.stop());
  ends.add(watchForUndo(files.undo, runner, log));
  ends.add(watchForChange(() => isPaused(files), runner.sayHello));
  ends.add(watchForChange(() => refusal() !== null, runner.sayHello));
  const lacked = (): readonly Lacked[] => [
    ...(refusal() === null ? [] : (['orders-refused'] as const)),
    ...(isRefused() ? (['reports-refused'] as const) : []),
  ];
  noted(lacked);
  ends.add(watchRights(lacked, { config, host, log }));
  const isSettled = settled(before, runner, systemClock);
  // A runner that waits for the bot needs its mailbox now: the bot's word comes by letter.
  if (!runner.waits()) await isSettled;
  const mailbox = await openMailbox({
    redis,
    prefix,
    queue: ordersOf(config.host),
    handler: wordsFirst(runner, isSettled),
    log,
  });
  refusal = mailbox.refusal;
  ends.add(() => mailbox.close());
  await room.keep();
  void tellOfProgram(() => programProblems(machineOptions), host, log);
  await sent;
  sayReady({ host: config.host });
}

function mustBe(wanted: string | undefined, { host }: RunnerConfig, folder: string): void {
  if (wanted !== undefined && wanted.toLowerCase() !== host)
    throw new CertopsError('HostOfAnother', { folder, found: host, wanted });
}

async function mustWork(host: WindowsHost): Promise<void> {
  const problems = await host.preflight();
  if (problems.length > 0)
    throw new CertopsError('PreflightFailed', { problems: problems.map(({ code, data }) => ({ code, data })) });
}

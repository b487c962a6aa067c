import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openJournal } from '../../adapters/files/journal.ts';
import { createKey } from '../../adapters/files/keys.ts';
import { createMemoryPost } from '../../adapters/memory/post-office.ts';
import { createWindowsHost, type WindowsOverrides } from '../../adapters/windows/index.ts';
import { say } from '../../cards/wording/index.ts';
import type { LabKey } from '../../infra/lab/certificate.ts';
import { type Lab, type LabOptions, startLab } from '../../infra/lab/index.ts';
import { makeKeyPool } from '../../infra/lab/keys.ts';
import { type Bot, createBot } from '../../src/app/bot/index.ts';
import type { Runner } from '../../src/app/runner/deps.ts';
import { createRunner } from '../../src/app/runner/runner.ts';
import type { Farm } from '../../src/domain/farm/farm.ts';
import { foldBot } from '../../src/domain/fold/bot-fold.ts';
import { foldRunner, initialRunnerState, type RunnerState } from '../../src/domain/fold/runner-fold.ts';
import type { BotEntry, RunnerEntry } from '../../src/domain/journal/entries.ts';
import type { Envelope, Order } from '../../src/domain/letters/protocol.ts';
import { type FarmState, initialFarmState } from '../../src/domain/rotation/farm-state.ts';
import type { RotationState } from '../../src/domain/rotation/rotation.ts';
import type { HostName, Json, Message, Role, Thumbprint } from '../../src/domain/values.ts';
import type { ChatAdapter, ChatIntent, Reply } from '../../src/ports/chat.ts';
import type { SteadyClock } from '../../src/ports/clock.ts';
import type { HttpOut } from '../../src/ports/http-out.ts';
import type { Journal, Signer } from '../../src/ports/journal.ts';
import { createFakeChat, type FakeChat } from '../app/bot/fake-chat.ts';
import { farmWith, peopleOf } from '../fixtures/farm.ts';

export { saidOf } from '../app/bot/rig.ts';

const CHANNEL = 'sql-ops';
export const MASTER = 'sqlm01';

/** A busy machine takes its time; only waits for what never comes are made short. */
const PATIENT: WindowsOverrides = { serviceLimitMs: 20_000, toolLimitMs: 30_000 };
const HASTY: WindowsOverrides = { serviceLimitMs: 2500, toolLimitMs: 3000 };

/**
 * Up to this length, leaps of the clock are made in steps, so that the bot does not think it had stood still.
 * Milliseconds.
 */
const AWAKE_MS = 600_000;
const STEP_MS = 5_000;

let keys: Promise<readonly LabKey[]> | null = null;

/** A quick lab in a folder of its own; all labs of a file share keys. */
export async function openLab(options: Partial<LabOptions> = {}): Promise<{ lab: Lab; end(): Promise<void> }> {
  keys ??= makeKeyPool(2);
  const folder = options.folder ?? mkdtempSync(path.join(os.tmpdir(), 'certops-e2e-lab-'));
  const lab = await startLab({
    folder,
    workers: 2,
    keys: await keys,
    heartbeatMs: 30,
    retryMs: 30,
    ...options,
    switches: { stopMs: 20, startMs: 30, newKeySettlesMs: 50, lockMs: 1500, ...options.switches },
  });
  await lab.connected();
  return {
    lab,
    end: async () => {
      await lab.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * The master does not know the worker's own certificate any more, and answers its next connection with 403. Returns a
 * function that makes it known again.
 */
export function distrust(lab: Lab, name: string): () => void {
  const { host } = lab.machine(MASTER);
  const own = lab.machine(name).host.state.certificates.find(({ store }) => store === 'My')?.thumbprint;
  const isOwn = ({ thumbprint, store }: { thumbprint: string; store: string }): boolean =>
    thumbprint === own && store === 'Root';
  const taken = host.state.certificates.filter(isOwn);
  host.state.certificates = host.state.certificates.filter((one) => !isOwn(one));
  host.save();
  return () => {
    host.state.certificates = [...host.state.certificates, ...taken];
    host.save();
  };
}

type HostKeys = { readonly [host: string]: string[] };

export interface E2eOptions {
  readonly farm?: Partial<Farm>;
  /** Roles that the farm file gives to every host, whatever is installed there. */
  readonly roles?: readonly Role[];
  /** Tools, services and workers get seconds instead of minutes: for faults that only a time limit ends. */
  readonly hasty?: boolean;
  /** Hosts of the lab whose runner does not run. */
  readonly without?: readonly string[];
  /** How far the clock of a machine is off, in milliseconds. */
  readonly skewMs?: { readonly [host: string]: number };
  /** The certificates that an administrator put into the configuration of that machine's runner. */
  readonly allowed?: (host: string) => readonly Thumbprint[];
  /** Addresses of the farm file are called through this; if left out, none is. */
  readonly out?: HttpOut;
  /** Keys in the configuration of that machine's runner at its start; if left out, all of the farm's. */
  readonly pinned?: (host: string, all: HostKeys) => HostKeys;
  /** The chats of the bot; if left out, the one in memory that is passed in. */
  readonly chats?: (own: FakeChat, farm: Farm) => readonly ChatAdapter[] | Promise<readonly ChatAdapter[]>;
}

export type E2e = Awaited<ReturnType<typeof startE2e>>;

interface Running {
  readonly runner: Runner;
  readonly journal: Journal<RunnerState, RunnerEntry>;
  close(): Promise<void>;
}

/**
 * Everything as in production except Redis and chat, in one process over a lab: bot, runners, journals in files, the
 * Windows adapter with its child processes.
 */
export async function startE2e(lab: Lab, options: E2eOptions = {}) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'certops-e2e-'));
  let aheadMs = 0;
  const clockOf = (skewMs: number): SteadyClock => ({
    now: () => Date.now() + aheadMs + skewMs,
    steady: () => performance.now() + aheadMs,
    sleep: (ms, signal) => sleep(ms, signal),
  });
  const clock = clockOf(0);
  const bot = await createKey(path.join(folder, 'bot', 'key.pem'));
  const signers = new Map<string, Signer>();
  for (const { name } of lab.hosts) signers.set(name, await createKey(path.join(folder, name, 'key.pem')));
  const signerOf = (name: string): Signer => signers.get(name) ?? bot;
  const made: Farm = farmOf(lab, signers, options.hasty === true ? 8_000 : 60_000);
  const { roles } = options;
  const hosts = roles === undefined ? made.hosts : made.hosts.map((host) => ({ ...host, roles }));
  const farm: Farm = { ...made, hosts, ...options.farm };
  const post = createMemoryPost();
  const chat: FakeChat = createFakeChat('web', [CHANNEL]);
  const chats = (await options.chats?.(chat, farm)) ?? [chat];
  const warnings: object[] = [];
  const log = {
    info: (data: object, sentence: string) => void warnings.push({ level: 'info', sentence, ...data }),
    warn: (data: object, sentence: string) => void warnings.push({ sentence, ...data }),
  };
  const runners = new Map<string, Running>();
  let boots = 0;
  let serving: { bot: Bot; journal: Journal<FarmState, BotEntry>; close(): Promise<void> } | null = null;

  async function startBot(): Promise<void> {
    const journal = await openJournal({
      file: path.join(folder, 'bot', `${farm.name}.journal`),
      stream: `bot/${farm.name}`,
      signer: bot,
      initial: initialFarmState,
      fold: foldBot,
      clock,
    });
    const out =
      options.out === undefined ? {} : { out: { http: options.out, word: (message: Message) => say(message, 'en') } };
    const bots = async () => null;
    const own = { version: '0.0.0-e2e', signer: bot, office: post.office, chats, clock, bots, log };
    const one = createBot({ farms: [{ farm, journal }], ...own, ...out });
    await one.start();
    const reports = await post.openMailbox({ queue: 'reports', handler: (letter) => one.receiveReport(letter) });
    const close = async (): Promise<void> => {
      await reports.close();
      await one.stop();
      await journal.close();
    };
    serving = { bot: one, journal, close };
  }

  async function stopBot(): Promise<void> {
    const was = serving;
    serving = null;
    await was?.close();
  }

  async function startRunner(name: string): Promise<void> {
    const info = lab.hosts.find((host) => host.name === name);
    if (info === undefined) throw new Error(`no such host: ${name}`);
    boots += 1;
    const own = clockOf(options.skewMs?.[name] ?? 0);
    const journal = await openJournal({
      file: path.join(folder, name, 'runner.journal'),
      stream: `runner/${name}`,
      signer: signerOf(name),
      initial: initialRunnerState,
      fold: foldRunner,
      clock: own,
    });
    const host = createWindowsHost({
      name: name as HostName,
      version: '0.0.0-e2e',
      systemRoot: info.systemRoot,
      root: info.root,
      connect: info.connect,
      overrides: options.hasty === true ? HASTY : PATIENT,
      stateFolder: path.join(folder, name),
      arch: 'x64',
      clock: own,
    });
    const all = Object.fromEntries([...signers].map(([one, { publicKey }]) => [one, [publicKey]]));
    const runner = createRunner({
      config: {
        farm: farm.name,
        host: name as HostName,
        botKeys: [bot.publicKey],
        hostKeys: options.pinned?.(name, all) ?? all,
        masterHost: MASTER as HostName,
        allowedCertificates: options.allowed?.(name) ?? [],
      },
      host,
      journal,
      signer: signerOf(name),
      office: post.office,
      clock: own,
      log,
      version: '0.0.0-e2e',
      boot: `boot-${boots}`,
      heartbeatMs: 300,
    });
    await runner.start();
    const box = await post.openMailbox({ queue: `orders.${name}`, handler: (letter) => runner.receive(letter) });
    const close = async (): Promise<void> => {
      await box.close();
      await runner.stop();
      await journal.close();
    };
    runners.set(name, { runner, journal, close });
  }

  async function stopRunner(name: string): Promise<void> {
    const one = runners.get(name);
    runners.delete(name);
    await one?.close();
  }

  async function stop(): Promise<void> {
    for (const name of [...runners.keys()]) await stopRunner(name);
    await stopBot();
    rmSync(folder, { recursive: true, force: true });
  }

  const state = (): FarmState => serving?.journal.state() ?? initialFarmState;

  async function until(done: () => boolean, limitMs = 80_000): Promise<void> {
    const end = Date.now() + limitMs;
    while (!done()) {
      if (Date.now() > end) throw new Error(`it never came to that: ${JSON.stringify(summary(), null, 1)}`);
      await sleep(10);
    }
  }

  /** What a test that waits in vain prints. */
  const summary = () => ({
    rotations: Object.values(state().rotations).map(({ id, gate, turned, closed, orders }) => ({
      id,
      gate: gate?.how,
      turned,
      closed,
      orders: orders.map(({ host, n, kind, stage, status, outcome, code }) =>
        [host, n, kind, stage, status, outcome, code].join(' '),
      ),
    })),
    card: chat.cards().at(-1)?.kind,
    warnings: warnings.slice(-8),
  });

  const send = (intent: ChatIntent): Promise<Reply> => {
    if (serving === null) throw new Error('the bot does not run');
    return serving.bot.inbox(intent);
  };
  const type = (who: string, text: string): Promise<Reply> =>
    send({ type: 'command', person: { platform: 'web', account: who }, channel: CHANNEL, text });
  const click = (
    who: string,
    verb: string,
    data: { readonly [name: string]: Json } = {},
    inputs: { readonly [name: string]: string } = {},
    platform = 'web',
  ): Promise<Reply> =>
    send({ type: 'action', person: { platform, account: who }, channel: CHANNEL, verb, data, inputs });

  const latest = (): string => state().order.at(-1) ?? '';
  const rotation = (id = latest()): RotationState => {
    const found = state().rotations[id];
    if (found === undefined) throw new Error(`there is no ${id}`);
    return found;
  };
  /** A click as the newest card of that rotation offers it. */
  const vote = (who: string, verb: 'approve' | 'deny' = 'approve', id = latest(), platform = 'web'): Promise<Reply> =>
    click(
      platform === 'web' ? who : `U-${who}`,
      verb,
      { rotation: id, digest: rotation(id).plan?.digest ?? '' },
      verb === 'deny' ? { reason: 'not today' } : {},
      platform,
    );

  async function planned(): Promise<RotationState> {
    await until(() => state().order.length > 0 && (rotation().plan !== null || rotation().closed !== null));
    return rotation();
  }

  /** Requested, planned and approved by two others. */
  async function approved(): Promise<void> {
    await type('mei', '/ssis rotate-master because Yearly renewal');
    const asked = await planned();
    if (asked.plan === null) throw new Error(`no plan: ${JSON.stringify(asked.closed)}`);
    await vote('ana');
    await vote('tom');
  }

  const closed = async (limitMs?: number): Promise<NonNullable<RotationState['closed']>> => {
    await until(() => rotation().closed !== null && chat.cards().some(({ kind }) => kind === 'closed'), limitMs);
    return rotation().closed as NonNullable<RotationState['closed']>;
  };

  const journalOf = (name: string): readonly RunnerEntry[] =>
    (runners.get(name)?.journal.read() ?? []).map(({ line }) => line.entry);

  await startBot();
  for (const { name } of lab.hosts) if (options.without?.includes(name) !== true) await startRunner(name);

  return {
    lab,
    folder,
    farm,
    bot,
    post,
    chat,
    warnings,
    signers,
    signerOf,
    runners,
    startBot,
    stopBot,
    startRunner,
    stopRunner,
    stop,
    state,
    until,
    type,
    click,
    vote,
    rotation,
    planned,
    approved,
    closed,
    journalOf,
    /** Puts a letter into a host's queue, past the bot. */
    letter: (name: string, letter: Envelope) => post.office.toHost(name, letter),
    sealed: (order: Order, signer: Signer = bot): Envelope => signer.sign('order', JSON.stringify(order)),
    /** Moves the clocks of bot and runners on by this much; if it is minutes, the bot sees them pass. */
    pass: async (ms: number): Promise<void> => {
      const step = ms > AWAKE_MS ? ms : STEP_MS;
      for (let left = ms; left > 0; left -= step) {
        aheadMs += Math.min(step, left);
        if (step < ms) await serving?.bot.tick();
      }
    },
    now: clock.now,
    /** As the daily job does. */
    remind: async () => serving?.bot.remind(),
    /** Whether every runner was heard recently. */
    heard: () => serving !== null && serving.bot.runners().heard === farm.hosts.length,
    thumbprint: () => rotation().made.new?.certificate.thumbprint ?? null,
  };
}

export const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      reject(new Error('aborted'));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end);
      resolve();
    }, ms);
    if (signal?.aborted === true) end();
    else signal?.addEventListener('abort', end, { once: true });
  });

const farmOf = (lab: Lab, signers: ReadonlyMap<string, Signer>, limitMs: number): Farm =>
  farmWith({
    endpoint: lab.endpoint,
    hosts: lab.hosts.map(({ name, roles, systemRoot }) => ({
      name: name as HostName,
      roles: roles as readonly Role[],
      keys: [signers.get(name)?.publicKey ?? ''],
      address: null,
      systemRoot,
    })),
    people: peopleOf((id) => ({ accounts: { web: id, slack: `U-${id}` } })),
    gap: { limitMs, leaveBehind: 0, canary: 1, concurrency: 50 },
  });

import { emptyDisk, type MemoryDisk, openMemoryJournal } from '../../../adapters/memory/journal.ts';
import { createMemoryPost } from '../../../adapters/memory/post-office.ts';
import { createMemorySigner } from '../../../adapters/memory/signer.ts';
import { type Bot, createBot } from '../../../src/app/bot/index.ts';
import type { FindBots } from '../../../src/app/bot/watch/other-bots.ts';
import type { Credential } from '../../../src/app/bot/watch/watch.ts';
import type { Runner } from '../../../src/app/runner/deps.ts';
import type { Farm } from '../../../src/domain/farm/farm.ts';
import { foldBot } from '../../../src/domain/fold/bot-fold.ts';
import { foldRunner, initialRunnerState } from '../../../src/domain/fold/runner-fold.ts';
import type { BotEntry, RunnerEntry } from '../../../src/domain/journal/entries.ts';
import type { SignatureCheck } from '../../../src/domain/letters/envelope.ts';
import type { Envelope } from '../../../src/domain/letters/protocol.ts';
import { type FarmState, initialFarmState } from '../../../src/domain/rotation/farm-state.ts';
import type { RotationState } from '../../../src/domain/rotation/rotation.ts';
import type { HostName, Json, Role } from '../../../src/domain/values.ts';
import type { ChatIntent, Reply } from '../../../src/ports/chat.ts';
import type { HttpOut } from '../../../src/ports/http-out.ts';
import type { Journal } from '../../../src/ports/journal.ts';
import { peopleOf } from '../../fixtures/farm.ts';
import { createRig, host, type Rig } from '../runner/rig.ts';
import { createFakeChat, type FakeChat } from './fake-chat.ts';

export const CHANNEL = 'sql-ops';

const PEOPLE = peopleOf((id) => ({ accounts: { web: id, slack: `U-${id}` } }));

export interface BotRigOptions {
  readonly hosts?: { readonly [name: string]: readonly Role[] };
  readonly names?: { [name: string]: HostName };
  readonly farm?: Partial<Farm>;
  /** A second farm of the same bot, of machines of its own, its master first; `test` when it is not named otherwise. */
  readonly beside?: Partial<Farm> & { readonly machines: { readonly [name: string]: readonly Role[] } };
  readonly chats?: readonly FakeChat[];
  readonly http?: HttpOut;
  readonly credentials?: readonly Credential[];
  /** Whence bots of a farm are connected to Redis. */
  readonly bots?: FindBots;
  /** Finds out whether a letter is signed. */
  readonly check?: SignatureCheck;
  /** Of the bot; left out: that of the runners, 0.0.0. */
  readonly version?: string;
  /** How far the clock of a machine goes wrong, milliseconds. */
  readonly skewMs?: { readonly [host: string]: number };
}

export type BotRig = Awaited<ReturnType<typeof createBotRig>>;

/** A bot with its journal, real runners on machines in memory, a post office and chats that can be broken. */
export async function createBotRig(options: BotRigOptions = {}) {
  const { machines: others = {}, ...beside } = options.beside ?? {};
  const own = options.hosts ?? { sqlm01: ['master'], sqlw01: ['worker'], sqlw02: ['worker'] };
  const world: Rig = await createRig({
    hosts: { ...own, ...others },
    ...(options.names === undefined ? {} : { names: options.names }),
  });
  const { clock } = world;
  /** How far the clock of each machine is ahead of the bot's. Milliseconds. */
  const skewMs: { [host: string]: number } = Object.fromEntries(
    Object.keys({ ...own, ...others }).map((name) => [name, options.skewMs?.[name] ?? 0]),
  );
  const chats = options.chats ?? [createFakeChat()];
  const farm: Farm = {
    ...world.farm,
    hosts: world.farm.hosts.filter(({ name }) => Object.hasOwn(own, name)),
    people: PEOPLE,
    channels: [{ platform: 'web', id: CHANNEL, name: CHANNEL, language: 'en' as const }],
    ...options.farm,
  };
  const second: Farm = {
    ...farm,
    name: 'test',
    hosts: world.farm.hosts.filter(({ name }) => Object.hasOwn(others, name)),
    endpoint: { host: Object.keys(others)[0] ?? '', port: 8391 },
    ...beside,
  };
  for (const name of Object.keys(others)) {
    const { worker } = world.machines.get(name)?.settings ?? {};
    if (worker !== undefined) worker.MasterEndpoint = `https://${second.endpoint.host}:8391`;
  }
  const farms = options.beside === undefined ? [farm] : [farm, second];
  const farmWith = (name: string): Farm => farms.find(({ hosts }) => hosts.some((one) => one.name === name)) ?? farm;
  const post = createMemoryPost();
  const disk = emptyDisk<BotEntry>();
  const secondDisk = emptyDisk<BotEntry>();
  const runnerDisks = new Map<string, MemoryDisk<RunnerEntry>>(world.farm.hosts.map(({ name }) => [name, emptyDisk()]));
  const warnings: { data: object; sentence: string }[] = [];
  const infos: string[] = [];
  const info = (_data: object, sentence: string) => void infos.push(sentence);
  const log = { info, warn: (data: object, sentence: string) => void warnings.push({ data, sentence }) };
  const runners = new Map<string, { runner: Runner; close(): Promise<void> }>();
  const silenced = new Set<string>();
  const aged = new Set<string>();
  /** As an older runner writes it. */
  function withoutReasons(name: string, { type, body }: Envelope): Envelope {
    const said = JSON.parse(body);
    const notes = said.notes.map(({ code }: { readonly code: string }) => ({ code, data: {} }));
    return world.signerOf(name).sign(type, JSON.stringify({ ...said, notes }));
  }
  const unpinned = new Set<string>();
  const lacking = new Set<string>();
  const paused = new Set<string>();
  let boots = 0;
  let bot: Bot | null = null;
  let journals: readonly Journal<FarmState, BotEntry>[] = [];
  let reports: { close(): Promise<void> } | null = null;

  async function startBot(from: MemoryDisk<BotEntry> = disk): Promise<void> {
    journals = farms.map((one) =>
      openMemoryJournal({
        stream: `bot/${one.name}`,
        signer: world.bot,
        initial: initialFarmState,
        fold: foldBot,
        clock,
        disk: one === farm ? from : secondDisk,
      }),
    );
    const { http, credentials = [], check, bots = async () => null } = options;
    const out = http === undefined ? {} : { out: { http, word: ({ id }: { readonly id: string }) => id } };
    const served = farms.flatMap((of, at) => {
      const journal = journals[at];
      return journal === undefined ? [] : [{ farm: of, journal }];
    });
    const one = createBot({
      farms: served,
      version: options.version ?? '0.0.0',
      signer: world.bot,
      office: post.office,
      chats,
      clock,
      log,
      credentials,
      ...(check === undefined ? {} : { check }),
      bots,
      ...out,
    });
    bot = one;
    await one.start();
    reports = await post.openMailbox({ queue: 'reports', handler: (letter) => one.receiveReport(letter) });
  }

  async function stopBot(): Promise<void> {
    await reports?.close();
    await bot?.stop();
    for (const journal of journals) await journal.close();
    bot = null;
  }

  async function startRunner(name: string): Promise<void> {
    boots += 1;
    const ahead = (): number => skewMs[name] ?? 0;
    const ownClock = { ...clock, now: () => clock.now() + ahead() };
    const { name: farmName, hosts } = farmWith(name);
    const runner = world.runner(name, {
      config: {
        ...world.config(name),
        ...(unpinned.has(name) ? { botKeys: [createMemorySigner().publicKey] } : {}),
        farm: farmName,
        masterHost: masterOf(hosts, name),
      },
      host: world.windowsHost(name, ahead),
      clock: ownClock,
      journal: openMemoryJournal({
        stream: `runner/${farmName}/${name}`,
        signer: world.signerOf(name),
        initial: initialRunnerState,
        fold: foldRunner,
        clock: ownClock,
        disk: runnerDisks.get(name) ?? emptyDisk(),
      }),
      office: {
        ...post.office,
        toBot: async (letter) =>
          silenced.has(name) ? undefined : post.office.toBot(aged.has(name) ? withoutReasons(name, letter) : letter),
      },
      refusal: () => (lacking.has(name) ? 'NOPERM' : null),
      paused: async () => paused.has(name),
      boot: `boot-${boots}`,
    });
    const box = await post.openMailbox({
      queue: `orders.${name}`,
      handler: async (letter) => {
        if (!lacking.has(name)) await runner.receive(letter);
      },
    });
    await runner.start();
    runners.set(name, { runner, close: () => box.close() });
  }

  async function stopRunner(name: string): Promise<void> {
    const one = runners.get(name);
    runners.delete(name);
    await one?.close();
    await one?.runner.stop();
  }

  async function start(): Promise<void> {
    for (const { name } of world.farm.hosts) await startRunner(name);
    await startBot();
    // A hello is in no journal: a moment for each to come in.
    await clock.sleep(1000);
  }

  const state = (of = farm): FarmState => journals[farms.indexOf(of)]?.state() ?? initialFarmState;

  async function until(done: () => boolean, limitMs = 30 * 60_000): Promise<void> {
    const end = clock.now() + limitMs;
    // Looks after each turn of the loop, so that what lasts for a moment only is seen too.
    for (let turn = 1; !done(); turn += 1) {
      if (clock.now() > end) throw new Error(`it never came to that: ${JSON.stringify(summary())}`);
      await (turn % 50 === 0 ? clock.sleep(1) : new Promise(setImmediate));
    }
  }

  const summary = () => ({
    rotations: Object.values(state().rotations).map(({ id, gate, turned, closed, orders }) => ({
      id,
      gate: gate?.how,
      turned,
      closed,
      orders: orders.map(
        (o) => `${o.host} ${o.n} ${o.kind} ${o.stage} ${o.status} ${o.outcome} ${o.code} ${o.silentSince ?? ''}`,
      ),
    })),
    warnings: warnings.slice(-5),
  });

  const send = (intent: ChatIntent): Promise<Reply> => {
    if (bot === null) throw new Error('the bot does not run');
    return bot.inbox(intent);
  };
  const type = (who: string, text: string, channel = CHANNEL): Promise<Reply> =>
    send({ type: 'command', person: { platform: 'web', account: who }, channel, text });
  const click = (
    who: string,
    verb: string,
    data: { readonly [name: string]: Json } = {},
    inputs: { readonly [name: string]: string } = {},
    platform = 'web',
  ): Promise<Reply> =>
    send({ type: 'action', person: { platform, account: who }, channel: CHANNEL, verb, data, inputs });

  const rotation = (id = 'prod-1'): RotationState => {
    const found = state().rotations[id];
    if (found === undefined) throw new Error(`there is no ${id}`);
    return found;
  };

  /** A click as the newest card of that rotation offers it. */
  const vote = (who: string, verb: 'approve' | 'deny' = 'approve', id = 'prod-1'): Promise<Reply> =>
    click(
      who,
      verb,
      { rotation: id, digest: rotation(id).plan?.digest ?? '' },
      verb === 'deny' ? { reason: 'no' } : {},
    );

  async function planned(id = 'prod-1'): Promise<void> {
    await until(() => state().rotations[id]?.plan != null || state().rotations[id]?.closed != null);
  }

  async function approved(id = 'prod-1'): Promise<void> {
    await type('mei', '/ssis rotate-master because Yearly renewal');
    await planned(id);
    await vote('ana', 'approve', id);
    await vote('tom', 'approve', id);
  }

  const closed = (id = 'prod-1', limitMs?: number): Promise<void> => until(() => rotation(id).closed !== null, limitMs);

  async function stop(): Promise<void> {
    for (const name of [...runners.keys()]) await stopRunner(name);
    await stopBot();
  }

  return {
    world,
    clock,
    farm,
    second,
    post,
    disk,
    runnerDisks,
    warnings,
    infos,
    chats,
    chat: chats[0] as FakeChat,
    start,
    stop,
    startBot,
    stopBot,
    startRunner,
    stopRunner,
    state,
    until,
    summary,
    send,
    type,
    click,
    vote,
    rotation,
    planned,
    approved,
    closed,
    isUp: () => bot !== null,
    skewMs,
    /** The clocks of all machines stay as they are. */
    setBotsClock: (ms: number): void => {
      clock.step(ms);
      for (const [name, ahead] of Object.entries(skewMs)) skewMs[name] = ahead - ms;
    },
    /** As a person at that machine types it. */
    undoHere: (name: string, id = 'prod-1') => runners.get(name)?.runner.undoHere(id),
    /** Whether it goes by another bot's key from its next start on. */
    unpin: (name: string, is: boolean) => void (is ? unpinned.add(name) : unpinned.delete(name)),
    /** Whether somebody has paused its runner from now on. */
    pause: (name: string, is: boolean) => void (is ? paused.add(name) : paused.delete(name)),
    /** Whether its runner's Redis user lacks the right to take letters from now on. */
    lack: (name: string, is: boolean) => void (is ? lacking.add(name) : lacking.delete(name)),
    /** What the runner says is lost on the way. */
    /** From now on its runner gives no reason in its notes, as an older one. */
    age: (name: string) => void aged.add(name),
    silence: (name: string, is: boolean) => void (is ? silenced.add(name) : silenced.delete(name)),
    pass: (ms: number) => {
      const end = clock.now() + ms;
      return until(() => clock.now() >= end, ms + 60_000);
    },
    receiveReport: (letter: unknown) => bot?.receiveReport(letter),
    remind: (of?: string) => bot?.remind(of) ?? Promise.resolve(),
    runnersHeard: () => bot?.runners(),
    feed: (farm = 0) => bot?.feeds[farm]?.view(),
    open: () => bot?.open() ?? [],
    /** Names of farms, each time that their picture has changed from now on. */
    changes: (): readonly string[] => {
      const told: string[] = [];
      for (const feed of bot?.feeds ?? []) feed.subscribe(() => told.push(feed.view().farm));
      return told;
    },
  };
}

/** A node of a cluster goes by itself, as `runner init` writes it. */
function masterOf(hosts: Farm['hosts'], own: string): Farm['hosts'][number]['name'] {
  const masters = hosts.filter(({ roles }) => roles.includes('master'));
  return (masters.find(({ name }) => name === own) ?? masters[0] ?? hosts[0])?.name ?? host('sqlm01');
}

/** What a reply says, by the ids of its sentences. */
export function saidOf(reply: Reply): readonly string[] {
  if (reply.type === 'notice') return reply.notice.messages.map((message) => message.id);
  return reply.type === 'card' ? [`card ${reply.view.kind}`] : [];
}

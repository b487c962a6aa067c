import { emptyDisk, type MemoryDisk, openMemoryJournal } from '../../../adapters/memory/journal.ts';
import type { MemoryFarm, MemoryMachine } from '../../../adapters/memory/machine.ts';
import { createMemorySigner } from '../../../adapters/memory/signer.ts';
import { createMemoryHost } from '../../../adapters/memory/windows-host.ts';
import { pinsOf } from '../../../src/app/runner/look/look-around.ts';
import { lookAtNamed } from '../../../src/app/runner/look/look-at-named.ts';
import { createRunner } from '../../../src/app/runner/runner.ts';
import { foldRunner, initialRunnerState } from '../../../src/domain/fold/runner-fold.ts';
import { usedBefore } from '../../../src/domain/fold/scale-out-past.ts';
import type { RunnerEntry } from '../../../src/domain/journal/entries.ts';
import type {
  Envelope,
  ExistingRef,
  MadeRef,
  Order,
  OrderKind,
  Say,
  Signal,
} from '../../../src/domain/letters/protocol.ts';
import type { HostLook } from '../../../src/domain/machine/host-facts.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import { workerRef } from '../../../src/domain/plan/scope.ts';
import { plainWish, type Wish } from '../../../src/domain/plan/wish.ts';
import { type HostName, isRefusal, type Role, type Thumbprint } from '../../../src/domain/values.ts';
import { planRotation } from '../../../src/plans/index.ts';
import type { SteadyClock } from '../../../src/ports/clock.ts';
import type { Signer } from '../../../src/ports/journal.ts';
import type { WindowsHost } from '../../../src/ports/windows-host.ts';
import { profileOf } from '../../fixtures/profile.ts';
import { factsOfMade } from './certificates.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';
import { farmOf, host, machineOf, make } from './world.ts';

export { host, MONITORING_SID, SERVICE_SID } from './world.ts';

export interface RigOptions {
  readonly hosts?: { readonly [name: string]: readonly Role[] };
  /** Names under which machines are reached, as that of a cluster's group; a test may move one. */
  readonly names?: { [name: string]: HostName };
  /** How long a master waits to be confirmed; a minute when left out. */
  readonly gapLimitMs?: number;
  /** What is asked for; the rotation of the master when left out. */
  readonly wish?: Wish;
  /** Machines of another kind than those in memory, and the time they live in. */
  readonly world?: { windowsHost(name: string): WindowsHost; readonly clock: SteadyClock };
}

export type Rig = Awaited<ReturnType<typeof createRig>>;

/** A farm in memory with real runners, and the bot's part played by hand: plan, orders, certificates by reference. */
export async function createRig(options: RigOptions = {}) {
  const virtual = createVirtualClock();
  const clock: VirtualClock = { ...virtual, ...options.world?.clock };
  const roles = options.hosts ?? { sqlm01: ['master'], sqlw01: ['worker'], sqlw02: ['worker'] };
  const names = Object.keys(roles).map(host);
  const bot = createMemorySigner();
  const signers = new Map<string, Signer>(names.map((name) => [name, createMemorySigner()]));
  const disks = new Map<string, MemoryDisk<RunnerEntry>>(names.map((name) => [name, emptyDisk()]));
  const old = make(profileOf(host('sqlm01')), clock.now() - 350 * 86_400_000);
  const machines: MemoryFarm = new Map(names.map((name) => [name, machineOf(roles[name] ?? [], old)]));
  const inAMinute = farmOf(roles, signers);
  const { gapLimitMs = inAMinute.gap.limitMs } = options;
  const farm = { ...inAMinute, gap: { ...inAMinute.gap, limitMs: gapLimitMs } };
  /** What an administrator put into the configuration of that machine's runner. */
  const allowed = new Map<string, readonly Thumbprint[]>();
  /** Keys of other runners in that machine's runner.json; not named: all of the farm's. */
  const pinned = new Map<string, { readonly [host: string]: readonly string[] }>();
  let wish = options.wish ?? plainWish('rotate-master');
  const letters: Envelope[] = [];
  const numbers = new Map<string, number>();
  let issued = 0;

  /** `skewMs`: how far its clock goes wrong. */
  const windowsHost = (name: string, skewMs = () => 0): WindowsHost =>
    options.world?.windowsHost(name) ??
    createMemoryHost({
      name: host(name),
      farm: machines,
      now: () => clock.now() + skewMs(),
      names: options.names ?? {},
      make: (profile, now) => make(profile, now),
      factsOf: factsOfMade,
    });

  const looks = async (): Promise<{ [host: string]: HostLook }> =>
    Object.fromEntries(await Promise.all(names.map(async (name) => [name, await lookAt(name)] as const)));

  /** With what a look tells of the certificate that is asked for. */
  async function lookAt(name: string): Promise<HostLook> {
    const { use } = wish;
    const named = await lookAtNamed(
      windowsHost(name),
      use === null ? [] : [use],
      allowed.get(name) ?? [],
      usedBefore(journalOf(name).state()),
    );
    return { ...(await windowsHost(name).look()), ...named, pins: pinsOf(config(name), signerOf(name).keyId) };
  }

  async function plan(id = 'prod-17'): Promise<Plan> {
    const by = { id: 'mei', name: 'Mei Lin' };
    const at = new Date(clock.now()).toISOString();
    const planned = await planRotation({
      farm,
      looks: await looks(),
      id,
      wish,
      by,
      reason: 'Yearly',
      at,
    });
    if (isRefusal(planned)) throw new Error(`no plan: ${JSON.stringify(planned)}`);
    return planned;
  }

  const keysOf = (name: string): string[] => [signers.get(name)?.publicKey ?? ''];
  const config = (name: string) => ({
    farm: 'prod',
    host: host(name),
    botKeys: [bot.publicKey],
    hostKeys: pinned.get(name) ?? Object.fromEntries(names.map((one) => [one, keysOf(one)])),
    masterHost: host('sqlm01'),
    allowedCertificates: allowed.get(name) ?? [],
  });
  const diskOf = (name: string): MemoryDisk<RunnerEntry> => disks.get(name) ?? emptyDisk();
  const signerOf = (name: string): Signer => signers.get(name) ?? bot;
  const journalOf = (name: string) =>
    openMemoryJournal({
      ...{ stream: `runner.${name}`, disk: diskOf(name), signer: signerOf(name), clock },
      ...{ initial: initialRunnerState, fold: foldRunner },
    });

  /** A runner over the machine and the disk of that name; `wrap` may put itself between it and the world. */
  function runner(name: string, wrap: Partial<Parameters<typeof createRunner>[0]> = {}) {
    return createRunner({
      config: config(name),
      host: windowsHost(name),
      journal: journalOf(name),
      signer: signerOf(name),
      office: { toHost: async () => {}, toBot: async (letter) => void letters.push(letter), up: () => true },
      clock,
      log: { info() {}, warn() {} },
      version: '0.0.0',
      boot: `boot-${diskOf(name).lines.length}`,
      heartbeatMs: 60_000,
      ...wrap,
    });
  }

  const entries = (name: string): readonly RunnerEntry[] => diskOf(name).lines.map(({ line }) => line.entry);

  /** Certificates as the bot passes them on: each the maker's own signed entry. */
  function refs(): { [name: string]: MadeRef } {
    const all = names.flatMap((name) => {
      const found = diskOf(name).lines.findLast(({ line: { entry } }) => entry.type === 'done' && entry.made !== null);
      const entry = found?.line.entry;
      if (found === undefined || entry?.type !== 'done' || entry.made === null) return [];
      const ref = entry.step.includes('/worker-create/') ? workerRef(name) : 'new';
      return [[ref, { ...entry.made, host: name, seq: found.line.seq, report: found.envelope }] as const];
    });
    return Object.fromEntries(all);
  }

  /** Certificates that the plan takes as they are, with the bytes that lie on their machine. */
  function takenIn({ header }: Plan): { [name: string]: ExistingRef } {
    const taken = Object.entries(header.existing ?? {}).flatMap(([ref, { thumbprint, host: of, store }]) => {
      const der = machines.get(of)?.stores[store].get(thumbprint)?.der;
      return der === undefined ? [] : [[ref, { thumbprint, der, host: of }] as const];
    });
    return Object.fromEntries(taken);
  }

  function order(
    planned: Plan | null,
    name: string,
    kind: OrderKind,
    stage: string | null,
    how: Partial<Order> = {},
  ): Order {
    const n = (numbers.get(name) ?? 0) + 1;
    numbers.set(name, n);
    const index = planned?.slices.findIndex((slice) => slice.host === name) ?? -1;
    const body: Order = {
      v: 1,
      farm: 'prod',
      host: host(name),
      n,
      rotation: 'prod-17',
      kind,
      stage,
      digest: planned?.digest ?? null,
      header: planned?.lines[0] ?? null,
      slice: planned?.lines[index + 1] ?? null,
      lineHashes: planned?.lineHashes ?? [],
      refs: planned === null ? {} : { ...refs(), ...takenIn(planned) },
      issued: new Date(clock.now()).toISOString(),
      startBy: new Date(clock.now() + 60_000).toISOString(),
      timeLimitMs: 60_000,
      ...how,
    };
    return body;
  }

  /** What the bot says to whoever holds this order. */
  const said = (body: Order, say: Say, how: Partial<Signal> = {}, signer: Signer = bot): Envelope => {
    const { farm: farmName, host: name, rotation, n, digest } = body;
    issued = Math.max(issued + 1, clock.now());
    const signal: Signal = {
      v: 1,
      farm: farmName,
      host: name,
      rotation,
      n,
      digest: digest ?? '',
      say,
      issued: new Date(issued).toISOString(),
      ...how,
    };
    return signer.sign('signal', JSON.stringify(signal));
  };

  const seal = (body: Order, signer: Signer = bot): Envelope => signer.sign('order', JSON.stringify(body));

  /**
   * Sends one order to a runner of its own and waits for its end; answers with how it ended. Who holds it armed is told
   * to go, and that all went well.
   */
  async function run(
    planned: Plan | null,
    name: string,
    kind: OrderKind,
    stage: string | null,
    how: Partial<Order> = {},
  ) {
    const one = runner(name);
    await one.start();
    const body = order(planned, name, kind, stage, how);
    await one.receive(seal(body));
    await one.idle();
    for (const say of ['go', 'confirm'] as const) {
      if (outcomeOf(entries(name), body.n) !== 'nothing') break;
      await one.receive(said(body, say));
      await one.idle();
    }
    await one.stop();
    return outcomeOf(entries(name), body.n);
  }

  return {
    clock,
    farm,
    allowed,
    pinned,
    ask: (one: Wish) => {
      wish = one;
    },
    machines,
    old,
    bot,
    letters,
    signers,
    disks,
    looks,
    plan,
    runner,
    entries,
    refs,
    order,
    seal,
    said,
    run,
    config,
    windowsHost,
    diskOf,
    journalOf,
    signerOf,
  };
}

/** The stages of the rig's plan before the outage, in order, each with its machine. */
export const PREPARE = [
  ['sqlm01', 'create'],
  ['sqlw01', 'trust'],
  ['sqlw02', 'trust'],
  ['sqlm01', 'rehearse'],
  ['sqlm01', 'rehearse-end'],
  ['sqlm01', 'publish'],
] as const;

export const CUTOVER = [
  ['sqlm01', 'master'],
  ['sqlw01', 'workers'],
  ['sqlw02', 'workers'],
] as const;

/** A rig with a plan, and its stages applied up to the one named; that one not. */
export async function rigBefore(
  stage: string,
  options: RigOptions & { readonly spoil?: (rig: Rig) => void } = {},
): Promise<{ rig: Rig; plan: Plan }> {
  const rig = await createRig(options);
  options.spoil?.(rig);
  const plan = await rig.plan();
  for (const [name, one] of [...PREPARE, ...CUTOVER]) {
    if (one === stage) break;
    const outcome = await rig.run(plan, name, 'apply', one);
    if (outcome !== 'applied') throw new Error(`${name} ${one}: ${outcome}`);
  }
  return { rig, plan };
}

/** Everything about a machine that a rotation may change, but for process ids; comparable. */
export const stateOf = (machine: MemoryMachine | undefined): object => ({
  root: [...(machine?.stores.Root.keys() ?? [])],
  bindings: machine?.bindings,
  settings: machine?.settings,
  published: machine?.published,
  states: Object.values(machine?.services ?? {}).map(({ facts, read }) => [facts.state, read]),
});

/** `applied`, `put-back` ..., or `refused Code`, or nothing. */
export function outcomeOf(entries: readonly RunnerEntry[], n: number): string {
  for (const entry of entries) {
    if (entry.n !== n) continue;
    if (entry.type === 'refused') return `refused ${entry.code}`;
    if (entry.type === 'finished') return entry.outcome;
  }
  return 'nothing';
}

import { policyDigest } from '../../src/domain/approval/approval.ts';
import { frozenNow } from '../../src/domain/approval/freeze.ts';
import { drive } from '../../src/domain/drive/drive.ts';
import type { Farm } from '../../src/domain/farm/farm.ts';
import { foldEntry } from '../../src/domain/fold/bot-fold.ts';
import type { BotEntry, RecheckMark, RunnerEntry } from '../../src/domain/journal/entries.ts';
import type { ResolveChoice } from '../../src/domain/journal/resolve.ts';
import type { Envelope, Order, Say } from '../../src/domain/letters/protocol.ts';
import type { HostLook } from '../../src/domain/machine/host-facts.ts';
import type { SsisdbLook } from '../../src/domain/machine/ssisdb.ts';
import { type Moment, next, signals } from '../../src/domain/next/index.ts';
import { factsDigest, questionDigest } from '../../src/domain/next/start/facts-digest.ts';
import { unseenHosts } from '../../src/domain/next/start/start-looks.ts';
import { decide, type HeldState, hear, NEW_WATCH, see, seenAs, type Watch } from '../../src/domain/orders/armed.ts';
import type { MovedFact } from '../../src/domain/plan/moved-fact.ts';
import { type PlanHeader, type PlannedStep, type PlanSlice, writePlan } from '../../src/domain/plan/plan.ts';
import { plainWish, type When } from '../../src/domain/plan/wish.ts';
import type { HostPresence } from '../../src/domain/presence/presence.ts';
import { firstSkew } from '../../src/domain/presence/skew.ts';
import { type FarmState, initialFarmState } from '../../src/domain/rotation/farm-state.ts';
import type { RotationState } from '../../src/domain/rotation/rotation.ts';
import type { HostName, Json, Thumbprint } from '../../src/domain/values.ts';
import { farmWith } from '../fixtures/farm.ts';
import { profileOf } from '../fixtures/profile.ts';

export const OLD = 'A'.repeat(40) as Thumbprint;
export const NEW = 'B'.repeat(40) as Thumbprint;
export const OWN = 'C'.repeat(40) as Thumbprint;
export const ID = 'prod-1';

export function farmOf(workers = 3, over: Partial<Farm> = {}): Farm {
  const names = ['sqlm01', ...Array.from({ length: workers }, (_, i) => `sqlw0${i + 1}`)] as HostName[];
  return farmWith({
    hosts: names.map((name, i) => ({
      name,
      roles: [i === 0 ? 'master' : 'worker'],
      keys: [],
      address: null,
      systemRoot: 'C:\\Windows',
    })),
    reminders: { days: [45, 30, 14, 7, 3, 1], at: '09:00', owner: 'mei', escalateDays: 7, snoozeDays: 7 },
    ...over,
  });
}

/**
 * How one host answers one order; `stuck`: it begins and never ends; `shut-out`: all its steps hold, its master never
 * lets it in, and at its time limit it puts them back; null: it says nothing.
 */
export type Behaviour = (
  order: Order,
) => 'ok' | 'put-back' | 'unknown' | 'refuse' | 'FactsMoved' | 'NothingToUndo' | 'stuck' | 'shut-out' | null;

/** An armed order, as its holder knows it. */
interface Held {
  readonly order: Order;
  state: HeldState;
  watch: Watch;
  /** When it gives up waiting to be let in. */
  givesUpAt?: number;
}

/**
 * A farm of pure runners: no clock but its own, no queue, no disk. What holders of armed orders decide is the product's
 * own; all they do takes no time.
 */
export class Sim {
  state: FarmState = initialFarmState;
  now = Date.parse('2026-11-24T14:00:00.000Z');
  readonly presence: { [host: string]: HostPresence } = {};
  readonly seq: { [host: string]: number } = {};
  readonly certificate: { [host: string]: Thumbprint } = {};
  /** Each worker's own certificate. */
  readonly own: { [host: string]: Thumbprint } = {};
  readonly orders: Order[] = [];
  /** Everything that was said to holders of armed orders. */
  readonly said: string[] = [];
  /** Bot and queue are gone for good. */
  botIsGone = false;
  held: Held[] = [];
  /** Runners that are dead: their machines stay as they are. */
  readonly dead = new Set<string>();
  /** Machines on which somebody has paused the runner. */
  readonly paused = new Set<string>();
  /** Machines whose runner cannot write its journal. */
  readonly full = new Set<string>();
  /** Workers that cannot see what their master presents. */
  readonly blind = new Set<string>();
  since = this.now;
  readonly farm: Farm;
  behaviour: Behaviour;
  /** Process number of a machine's service, asked for each time. */
  pidOf: (host: HostName) => number = () => 1;
  /** What the master's machine sees in SSISDB when it is looked at. */
  ssisdb: () => SsisdbLook | null = () => null;
  /** Whether the plan waits for packages before the outage. */
  drains = false;
  sign = (body: string): Envelope => ({ type: 'order', key: 'k', body, sig: 's' });

  constructor(farm: Farm, behaviour: Behaviour = () => 'ok') {
    this.farm = farm;
    this.behaviour = behaviour;
    for (const host of farm.hosts) {
      this.certificate[host.name] = OLD;
      this.hello(host.name);
    }
  }

  hello(host: string): void {
    const lastN = this.lastN(host);
    const skew = firstSkew(0, this.now, null);
    const notes = [
      ...(this.paused.has(host) ? [{ code: 'paused', data: {} }] : []),
      ...(this.full.has(host) ? [{ code: 'journal-full', data: {} }] : []),
    ];
    this.presence[host] = { at: this.now, clock: this.now, skew, lastN, version: '1', boot: 'b', notes };
  }

  /** The bot restarts, and has heard nobody yet. */
  restart(): void {
    this.since = this.now;
    for (const { name } of this.farm.hosts) delete this.presence[name];
  }

  moment(): Moment {
    const freeze = frozenNow(this.state, this.now);
    return { now: this.now, since: this.since, farm: this.farm, presence: this.presence, freeze };
  }

  rotation(): RotationState {
    const rotation = this.state.rotations[ID];
    if (rotation === undefined) throw new Error('nothing was requested');
    return rotation;
  }

  put(...entries: readonly BotEntry[]): void {
    const at = new Date(this.now).toISOString();
    for (const entry of entries) this.state = foldEntry(this.state, entry, at);
  }

  request(when: When = { by: 'policy' }): void {
    this.put({
      type: 'requested',
      id: ID,
      kind: 'rotate-master',
      wish: { when },
      dry: false,
      by: { id: 'mei', name: 'Mei Lin' },
      reason: 'Yearly',
      origin: { platform: 'web', channel: 'sql-ops' },
    });
  }

  /** Asks for a decision about what is unknown, over the facts seen now. Returns the digest that votes name. */
  ask(choice: ResolveChoice, by = { id: 'mei', name: 'Mei Lin' }, hosts: readonly string[] | null = null): string {
    const facts = factsDigest(this.rotation(), next({ ...this.rotation(), resolve: null }, this.moment()));
    const some = hosts as readonly HostName[] | null;
    const digest = questionDigest(facts, choice, this.now, some);
    this.put({ type: 'resolve-asked', id: ID, choice, by, digest, facts, ...(some === null ? {} : { hosts: some }) });
    return digest;
  }

  vote(person: string, vote: 'approve' | 'deny' = 'approve', digest = this.rotation().plan?.digest ?? ''): void {
    const by = { id: person, name: person };
    this.put({ type: 'voted', id: ID, digest, by, platform: 'web', vote, reason: 'no' });
  }

  plan(): void {
    const { lines, digest } = planOf(this.farm, this.drains);
    this.put({ type: 'planned', id: ID, lines, digest, replaces: null });
  }

  /** What the fresh looks before a start show to have moved. */
  moved: readonly MovedFact[] = [];
  /** Why those looks would refuse such a plan. */
  refused: { readonly code: string; readonly data: { readonly [name: string]: Json } } | null = null;

  recheck(mark: RecheckMark): void {
    const unseen = unseenHosts(this.rotation(), this.farm);
    this.put({ type: 'rechecked', id: ID, mark, moved: this.moved, unseen, refused: this.refused });
  }

  /** Lets bot and runners talk until nobody has anything to say. */
  settle(rounds = 200): void {
    if (this.botIsGone) {
      while (this.runAlone());
      return;
    }
    for (let round = 0; round < rounds; round += 1) {
      const driven = drive(this.state, this.moment(), this.sign);
      this.state = driven.state;
      const orders = driven.entries.flatMap((entry) =>
        entry.type === 'ordered' ? [JSON.parse(entry.order.body) as Order] : [],
      );
      this.orders.push(...orders);
      for (const { mark } of driven.toRecheck) this.recheck(mark);
      if (driven.toRecheck.length > 0) continue;
      const isPlanning = driven.toPlan.length > 0 && this.rotation().plan === null;
      if (isPlanning) this.plan();
      for (const order of orders) this.answer(order);
      const hasMoved = this.say() || this.runAlone();
      if (!isPlanning && driven.entries.length === 0 && !hasMoved) return;
    }
    throw new Error('it never settles');
  }

  /** Time passes; hosts in `silent` give no hello. */
  pass(ms: number, silent: readonly string[] = []): void {
    const end = this.now + ms;
    while (this.now < end) {
      this.now = Math.min(end, this.now + 2_500);
      for (const { name } of this.farm.hosts) if (!silent.includes(name) && !this.dead.has(name)) this.hello(name);
      this.settle();
    }
  }

  /** What the bot says to holders, each word once per moment. */
  private say(): boolean {
    const rotation = this.state.rotations[ID];
    let hasMoved = false;
    for (const { order, say } of rotation === undefined ? [] : signals(rotation, this.moment())) {
      if (this.botIsGone) return false;
      const held = this.held.find((one) => one.order.host === order.host && one.order.n === order.n);
      const line = `${say} ${order.stage} ${order.host}`;
      if (this.said.at(-1) !== line && !this.said.includes(line)) this.said.push(line);
      if (held !== undefined && !this.dead.has(order.host)) hasMoved = this.tell(held, say) || hasMoved;
    }
    return hasMoved;
  }

  private tell(held: Held, say: Say): boolean {
    held.watch = hear(held.watch, say, Math.max(this.now, held.watch.issued + 1), this.now);
    return this.act(held);
  }

  /** What holders do by themselves; whether anybody did anything. */
  runAlone(): boolean {
    let hasMoved = false;
    for (const held of [...this.held]) {
      if (this.dead.has(held.order.host)) continue;
      const shown = this.blind.has(held.order.host) ? null : (this.certificate.sqlm01 ?? OLD);
      if (held.state.part === 'follow') held.watch = see(held.watch, seenAs({ old: OLD, next: NEW }, shown), this.now);
      hasMoved = this.giveUp(held) || this.act(held) || hasMoved;
    }
    return hasMoved;
  }

  private giveUp(held: Held): boolean {
    const { host, n, rotation, stage } = held.order;
    if (held.givesUpAt === undefined || held.state.failed || this.now < held.givesUpAt) return false;
    held.state = { ...held.state, failed: true };
    const step = `${host}/${stage}/worker-connected`;
    this.speak(host, { type: 'failed', n, rotation, step, code: 'WorkerRefused', data: {} });
    for (const kind of ['write-setting', 'restart-service'])
      this.speak(host, { type: 'undone', n, rotation, step: `${host}/${stage}/${kind}`, facts: {} });
    return true;
  }

  /** One that was shut out is let in after all. */
  letIn(held: Held): void {
    const { host, n, rotation, stage } = held.order;
    delete held.givesUpAt;
    this.certificate[host] = NEW;
    held.state = { ...held.state, switched: { goesBackAt: null } };
    this.speak(host, { type: 'proved', n, rotation, step: `${host}/${stage}/worker-connected`, facts: {} });
    this.speak(host, { type: 'switched', n, rotation, goesBackAt: null });
  }

  private act(held: Held): boolean {
    const { order, state } = held;
    const { n, rotation, host } = order;
    switch (decide(state, held.watch, this.now)) {
      case 'hold':
        return false;
      case 'end': {
        if (this.full.has(host)) return false;
        const outcome = state.failed ? 'put-back' : state.switched === null ? 'unchanged' : 'applied';
        this.release(held, outcome);
        return true;
      }
      case 'back':
        this.speak(host, { type: 'failed', n, rotation, step: null, code: 'MasterWentBack', data: {} });
        this.certificate[host] = OLD;
        this.release(held, 'put-back');
        return true;
      case 'forth':
        return this.goForth(held);
    }
  }

  private release(held: Held, outcome: 'applied' | 'put-back' | 'unchanged' | 'unknown'): void {
    this.held = this.held.filter((one) => one !== held);
    const { n, rotation, host } = held.order;
    this.speak(host, { type: 'finished', n, rotation, outcome, look: null, facts: {} });
  }

  private goForth(held: Held): boolean {
    const { order, state } = held;
    const { n, rotation, host } = order;
    // It hangs at its first step until somebody ends it.
    if (state.begun) return false;
    held.state = { ...state, begun: true };
    const how = this.behaviour(order);
    const ended = this.doSteps(order, how ?? 'stuck');
    if (ended === 'stuck' && how === 'shut-out') held.givesUpAt = this.now + order.timeLimitMs;
    if (ended === 'stuck') return true;
    if (ended === 'ok') {
      this.certificate[host] = NEW;
      const goesBackAt = state.part === 'lead' ? this.now + this.farm.gap.limitMs : null;
      held.state = { ...held.state, switched: { goesBackAt } };
      const until = goesBackAt === null ? null : new Date(goesBackAt).toISOString();
      this.speak(host, { type: 'switched', n, rotation, goesBackAt: until });
    } else if (ended === 'put-back' && state.part === 'follow') held.state = { ...held.state, failed: true };
    else this.release(held, ended);
    return true;
  }

  answer(order: Order): void {
    if (this.dead.has(order.host)) return;
    const how = this.behaviour(order);
    if (how === null) return;
    const { n, rotation, host, stage } = order;
    const refusesChanges = this.paused.has(host) && (order.kind === 'apply' || order.kind === 'undo');
    if (how === 'refuse' || how === 'FactsMoved' || how === 'NothingToUndo' || refusesChanges) {
      const code = refusesChanges ? 'RunnerPaused' : how === 'refuse' ? 'OrderExpired' : how;
      this.speak(host, { type: 'refused', n, rotation, code, data: {} });
      return;
    }
    const envelope: Envelope = { type: 'order', key: 'k', body: '{}', sig: 's' };
    this.speak(host, { type: 'accepted', n, rotation, kind: order.kind, stage, digest: order.digest, order: envelope });
    if (order.kind === 'look' && how === 'unknown') {
      this.speak(host, { type: 'failed', n, rotation, step: null, code: 'FileBusy', data: {} });
      this.speak(host, { type: 'finished', n, rotation, outcome: 'unknown', look: null, facts: {} });
      return;
    }
    if (order.kind === 'look') {
      this.speak(host, { type: 'finished', n, rotation, outcome: 'looked', look: this.look(host), facts: {} });
      return;
    }
    this.endHeld(order);
    const part = order.kind !== 'apply' ? null : stage === 'master' ? 'lead' : stage === 'workers' ? 'follow' : null;
    if (part !== null) {
      const state: HeldState = { part, begun: false, switched: null, failed: false };
      if (part === 'follow') this.speak(host, { type: 'armed', n, rotation });
      const held: Held = { order, state, watch: NEW_WATCH };
      this.held.push(held);
      this.act(held);
      return;
    }
    if (order.kind === 'stop') {
      this.speak(host, { type: 'finished', n, rotation, outcome: 'unchanged', look: null, facts: {} });
      return;
    }
    const ended = this.doSteps(order, how);
    if (ended === 'stuck') return;
    const back = order.kind === 'undo';
    if (ended === 'ok' && back && (stage === 'master' || stage === 'workers')) this.certificate[host] = OLD;
    if (ended === 'ok' && stage === 'worker-switch') this.own[host] = back ? OWN : this.makes(host);
    const outcome = ended !== 'ok' ? ended : back ? 'put-back' : 'applied';
    this.speak(host, { type: 'finished', n, rotation, outcome, look: null, facts: {} });
  }

  /** A stop ends what has not switched, an undo what is of its stage. */
  private endHeld({ kind, host, stage }: Order): void {
    for (const held of this.held.filter((one) => one.order.host === host)) {
      const { switched, begun, failed } = held.state;
      if (kind === 'undo' && held.order.stage === stage)
        this.release(held, failed ? 'put-back' : switched === null ? 'unchanged' : 'applied');
      if (kind === 'stop' && (switched === null || held.state.part === 'lead')) {
        if (begun) this.certificate[host] = OLD;
        const { n, rotation } = held.order;
        if (begun && !failed)
          this.speak(host, { type: 'failed', n, rotation, step: null, code: 'StopAsked', data: {} });
        this.release(held, begun ? 'put-back' : 'unchanged');
      }
    }
  }

  private doSteps(order: Order, how: NonNullable<ReturnType<Behaviour>>): 'ok' | 'stuck' | 'put-back' | 'unknown' {
    const { n, rotation, host, stage } = order;
    const slice = JSON.parse(order.slice ?? '{}') as PlanSlice;
    const { steps, checks: all } = slice.stages[stage ?? ''] ?? { steps: [], checks: [] };
    const checks = steps.length === 0 ? all.filter(({ id }) => order.only?.includes(id) ?? true) : all;
    const work = { steps, checks };
    const digest = order.digest ?? '';
    const back = order.kind === 'undo';
    const [look] = work.steps.length === 0 ? work.checks : [];
    if (look !== undefined && how === 'stuck') return 'stuck';
    if (look !== undefined && how !== 'ok') {
      const data = { found: { count: 1, packages: ['LoadOrders.dtsx'] }, wanted: 'none' };
      this.speak(host, { type: 'failed', n, rotation, step: look.id, code: 'PackagesRun', data });
      return 'put-back';
    }
    for (const step of work.steps.filter(({ id }) => order.only?.includes(id) ?? true)) {
      const made = step.kind === 'create-certificate' && !back ? { thumbprint: this.makes(host), der: 'AA==' } : null;
      const direction = back ? 'back' : 'forth';
      this.speak(host, { type: 'started', n, rotation, digest, step: step.id, before: {}, made, goal: {}, direction });
      this.now += 100;
      if (how === 'stuck') return 'stuck';
      if (how !== 'ok' && how !== 'shut-out') {
        const [code, data] = ['ServiceNotRunning', { windowsError: 1053 }] as const;
        this.speak(host, { type: 'failed', n, rotation, step: step.id, code, data });
        // An undo goes on to its checks after a failure.
        for (const { id } of back && how === 'unknown' ? work.checks : [])
          this.speak(host, { type: 'failed', n, rotation, step: id, code: 'WorkerRefused', data: {} });
        if (how === 'unknown') return 'unknown';
        this.speak(host, { type: 'undone', n, rotation, step: step.id, facts: {} });
        return 'put-back';
      }
      if (back) this.speak(host, { type: 'undone', n, rotation, step: step.id, facts: {} });
      else {
        const facts = step.kind === 'restart-service' ? { state: 'running', pid: this.pidOf(host) } : {};
        this.speak(host, { type: 'done', n, rotation, digest, step: step.id, facts, made, changed: true });
      }
    }
    if (how === 'shut-out') return 'stuck';
    for (const check of work.checks) this.speak(host, { type: 'proved', n, rotation, step: check.id, facts: {} });
    return 'ok';
  }

  /** An order that was stuck ends. */
  end(order: Order, outcome: 'applied' | 'unchanged' | 'put-back'): void {
    const { n, rotation, host } = order;
    this.speak(host, { type: 'finished', n, rotation, outcome, look: null, facts: {} });
  }

  speak(host: HostName, entry: RunnerEntry): void {
    const seq = (this.seq[host] ?? 0) + 1;
    this.seq[host] = seq;
    const at = new Date(this.now).toISOString();
    const body = JSON.stringify({ stream: host, seq, prev: '', at, entry });
    this.put({ type: 'heard', host, boot: 'b', skewMs: 0, entries: [{ type: 'entry', key: 'k', body, sig: 's' }] });
  }

  /** Thumbprint of what this machine makes. */
  makes(_host: HostName): Thumbprint {
    return NEW;
  }

  lastN(host: string): number {
    return Math.max(0, ...this.orders.filter((order) => order.host === host).map((order) => order.n));
  }

  look(host: HostName): HostLook {
    const on = this.certificate[host] ?? OLD;
    const service = {
      name: 'SSISScaleOut',
      state: 'running' as const,
      pid: this.pidOf(host),
      start: 'auto' as const,
      account: '',
      accountSid: 'S-1-5-80-1',
      folder: 'C:\\',
      dependents: [],
    };
    const shown = { target: 'sqlm01:8391', servername: null, thumbprint: this.certificate.sqlm01 ?? OLD, error: null };
    const certificate = {
      thumbprint: on,
      subject: 'CN=sqlm01',
      selfSigned: true,
      ca: false,
      certSign: false,
      names: ['sqlm01'],
      notBefore: '2025-12-08T00:00:00.000Z',
      notAfter: '2026-12-08T09:14:00.000Z',
      keyBits: 2048,
      hash: 'SHA-256',
      extendedKeyUsage: [],
      privateKey: 'yes' as const,
    };
    const isMaster = host === 'sqlm01';
    const isWorker = this.farm.hosts.some(({ name, roles }) => name === host && roles.includes('worker'));
    return {
      host,
      at: new Date(this.now).toISOString(),
      version: '1',
      systemRoot: 'C:\\Windows',
      root: { count: 10, notSelfSigned: 0 },
      master: isMaster
        ? {
            service,
            port: 8391,
            sslCertThumbprint: on,
            bindings: [
              {
                key: '0.0.0.0:8391',
                kind: 'ipport',
                thumbprint: on,
                appId: '{x}',
                store: 'Root',
                parameters: {},
                extended: {},
              },
            ],
            certificate,
            keyReaders: [],
            published: null,
            presented: [shown],
            clustered: false,
            netshParameters: [],
          }
        : null,
      worker: isWorker
        ? {
            service,
            masterEndpoint: 'https://sqlm01:8391',
            masterThumbprint: on,
            workerThumbprint: this.own[host] ?? OWN,
            workerStore: 'My',
            certificate: { ...certificate, thumbprint: this.own[host] ?? OWN, selfSigned: true },
            trustsPinned: true,
            connection: {
              endpoint: 'https://sqlm01:8391',
              handshake: shown,
              log: { state: on === shown.thumbprint ? 'connected' : 'refused', line: null, at: null },
              tcp: on === shown.thumbprint,
            },
          }
        : null,
      ssisdb: isMaster ? this.ssisdb() : null,
      problems: [],
    };
  }
}

/** Requested, and approved by as many as it takes. */
export function approve<S extends Sim>(sim: S, when?: When): S {
  sim.request(when);
  sim.settle();
  sim.vote('ana');
  sim.vote('tom');
  sim.settle();
  return sim;
}

export function planOf(farm: Farm, drains = false): ReturnType<typeof writePlan> {
  const master = 'sqlm01' as HostName;
  const workers = farm.hosts.filter((host) => host.roles.includes('worker')).map((host) => host.name);
  const step = (host: HostName, stage: string, kind: string): PlannedStep => ({
    id: `${host}/${stage}/${kind}`,
    kind,
    host,
    params:
      kind === 'restart-service' ? { role: host === master ? 'master' : 'worker' } : { thumbprint: { ref: 'new' } },
    expected: {},
  });
  const check = (host: HostName, stage: string, kind: string) => ({
    id: `${host}/${stage}/${kind}`,
    kind,
    host,
    params: {},
    wanted: null,
    wantedAfterUndo: null,
  });
  const params = { limitMs: farm.drain.limitMs, workers: [] };
  const drain = { ...check(master, 'drain', 'packages-end'), params, wanted: 'none' };
  const slices: PlanSlice[] = farm.hosts.map(({ name: host, roles }) => ({
    host,
    roles,
    stages:
      host === master
        ? {
            create: { steps: [step(host, 'create', 'create-certificate')], checks: [] },
            ...(drains ? { drain: { steps: [], checks: [drain] } } : {}),
            master: {
              steps: ['bind-port', 'write-setting', 'restart-service'].map((kind) => step(host, 'master', kind)),
              checks: [check(host, 'master', 'presents')],
            },
          }
        : {
            trust: { steps: [step(host, 'trust', 'trust-certificate')], checks: [] },
            workers: {
              steps: ['write-setting', 'restart-service'].map((kind) => step(host, 'workers', kind)),
              checks: [check(host, 'workers', 'worker-connected')],
            },
          },
  }));
  const { concurrency, canary } = farm.gap;
  const header: PlanHeader = {
    v: 1,
    id: ID,
    farm: farm.name,
    kind: 'rotate-master',
    wish: plainWish('rotate-master'),
    at: '2026-11-24T14:00:00.000Z',
    by: { id: 'mei', name: 'Mei Lin' },
    reason: 'Yearly',
    endpoint: farm.endpoint,
    approval: {
      quorum: farm.approval.quorum,
      approvers: farm.approval.approvers.map((id) => ({ id, name: id })),
      lapsesAfterMs: farm.approval.lapsesAfterMs,
    },
    policyDigest: policyDigest(farm, plainWish('rotate-master')),
    gap: farm.gap,
    old: { thumbprint: OLD, notAfter: '2026-12-08T09:14:00.000Z' },
    profiles: {
      new: profileOf(master, { friendlyName: `certops ${ID}` }),
    },
    phases: [
      {
        name: 'prepare',
        gate: 'request',
        onFailure: 'undo-phase',
        undoOrder: 'reverse',
        stages: [
          { name: 'create', hosts: [master], concurrency, canary: 0 },
          { name: 'trust', hosts: workers, concurrency, canary: 0 },
          ...(drains ? [{ name: 'drain', hosts: [master], concurrency, canary: 0 }] : []),
        ],
      },
      {
        name: 'cutover',
        gate: 'same',
        onFailure: 'put-all-back',
        undoOrder: 'same',
        armed: true,
        stages: [
          { name: 'master', hosts: [master], concurrency, canary: 0 },
          { name: 'workers', hosts: workers, concurrency, canary },
        ],
      },
    ],
  };
  return writePlan(header, slices);
}

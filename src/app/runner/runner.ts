import { createRefusals } from '../../domain/calls/refusals.ts';
import { openOrders } from '../../domain/fold/runner-fold.ts';
import { headNotes } from '../../domain/journal/bot-head.ts';
import type { RunnerEntry } from '../../domain/journal/entries.ts';
import { otherFarmOf } from '../../domain/letters/other-farm.ts';
import { type Envelope, type Order, PROTOCOL } from '../../domain/letters/protocol.ts';
import { unknownKeyNotes, withUnknownKey } from '../../domain/letters/unknown-keys.ts';
import { partOf } from '../../domain/orders/armed.ts';
import { refusedNotes } from '../../domain/presence/orders-refused.ts';
import { type Facts, isRefusal, type Refusal, refuse } from '../../domain/values.ts';
import type { Runner, RunnerDeps } from './deps.ts';
import { EVENTS, tellEventLog } from './event-log.ts';
import { failureOf } from './failure.ts';
import { createGoingOn } from './go-on.ts';
import { readHold } from './held/holds.ts';
import { judgeLetter, judgeOnMachine, refuseLate } from './judge/judge-order.ts';
import { type Named, readLetter } from './judge/read-letter.ts';
import { readSignal } from './judge/read-signal.ts';
import { createRefusalLimit } from './judge/refusals.ts';
import { createOpenWork } from './open-work.ts';
import { createOwnJournal } from './own-journal.ts';
import { createReports } from './reports.ts';

/** Entries that somebody waits for, so they are not merged with what follows. */
const AT_ONCE: readonly RunnerEntry['type'][] = ['armed', 'switched', 'failed', 'finished', 'refused'];

/**
 * A machine's runner: accepts signed orders, records them in its own journal, works from the journal, proves or puts
 * back, and reports its journal. It is the last gate: nothing is done just because a letter says so.
 */
export function createRunner(deps: RunnerDeps): Runner {
  const { config, journal, host, clock, log } = deps;
  const isWorthAnEntry = createRefusalLimit(clock);
  const tooLate = createRefusals(clock, (data) => log.info(data, 'a signal came too late'));
  // The bot sends each again every few seconds.
  const untaken = createRefusals(clock, (data) => log.warn(data, 'a letter could not be taken'));
  let unknownKeys: readonly string[] = [];
  let isStopping = false;
  let turn: Promise<void> = Promise.resolve();
  const stopping = new AbortController();
  /** When an order was last accepted: this clock and the bot's agreed then, whichever was set since. */
  let agreed: { readonly now: number; readonly steady: number } | null = null;

  async function notes() {
    const isPaused = (await deps.paused?.().catch(() => false)) ?? false;
    const found = [...headNotes(journal.state().bot)];
    if (isPaused) found.push({ code: 'paused', data: {} });
    return [...found, ...own.notes(), ...refusedNotes(deps.refusal?.() ?? null), ...unknownKeyNotes(unknownKeys)];
  }

  function noteKey({ code, data }: Refusal): void {
    if (code === 'EnvelopeUnknownKey') unknownKeys = withUnknownKey(unknownKeys, String(data.key));
  }

  const reports = createReports(deps, notes, noteKey);
  const told = {
    appended: (entries: readonly RunnerEntry[]) => reports.appended(mergeMs(entries)),
    noted: reports.noted,
  };
  const own = createOwnJournal(deps, told, stopping.signal);
  const goingOn = createGoingOn(deps, {
    untilRecorded: own.untilRecorded,
    firstWord: reports.firstWord,
    resume: () => openWork.resume(),
    stopping: stopping.signal,
  });
  const openWork = createOpenWork(deps, own, goingOn.isWaiting);

  function mergeMs(entries: readonly RunnerEntry[]): number {
    if (entries.some(({ type }) => AT_ONCE.includes(type))) return 0;
    const following = openOrders(journal.state()).filter((order) => readHold(order, config)?.part === 'follow');
    const isOfThese = entries.every((entry) => 'n' in entry && following.some(({ n }) => n === entry.n));
    return isOfThese ? PROTOCOL.mergeFollowingMs : PROTOCOL.mergeReportsMs;
  }

  /** `order` only if it is one of our own that has no answer yet: the bot takes the number for its own order. */
  async function refused(refusal: Refusal, order: Named | null): Promise<void> {
    const { code, data } = refusal;
    noteKey(refusal);
    const n = order?.n ?? null;
    const rotation = order?.rotation ?? null;
    if (!isWorthAnEntry(code, n)) return;
    if (OF_ANOTHER_VERSION.includes(code))
      log.warn({ code, n, rotation, ...data }, 'an order was not understood: bot and runner may be of two versions');
    else log.warn({ code, n, rotation }, 'an order was refused');
    await own.record({ type: 'refused', n, rotation, code, data });
    tellEventLog(deps, EVENTS.refused, `certops refused order ${n ?? '?'} (${rotation ?? '?'}): ${code}`);
  }

  async function take(letter: unknown): Promise<void> {
    const read = readLetter(letter, config, journal.state());
    if (read.is === 'refused') return refused(read.refusal, read.order);
    if (read.is === 'known') return reports.again(read.seq);
    const { order, envelope } = read;
    const work = judgeLetter(order, deps);
    if (isRefusal(work)) return refused(work, order);
    let seen: ReadonlyMap<string, Facts> | Refusal = new Map();
    if (work !== null) {
      if (await deps.paused?.()) return refused(refuse('RunnerPaused'), order);
      seen = await judgeOnMachine(order, work, deps, journal.state());
      if (isRefusal(seen)) return refused(seen, order);
      // The look takes seconds, and hellos are sent meanwhile: the bot may take the order for void by now.
      const late = refuseLate(order, clock.now());
      if (late !== null) return refused(late, order);
    }
    const isArmed = order.kind === 'apply' && work !== null && partOf(work) === 'follow';
    await accept(order, envelope, seen, isArmed);
  }

  async function accept(
    order: Order,
    envelope: Envelope,
    seen: ReadonlyMap<string, Facts>,
    isArmed: boolean,
  ): Promise<void> {
    const { n, rotation, kind, stage, digest } = order;
    const accepted: RunnerEntry = { type: 'accepted', n, rotation, kind, stage, digest, order: envelope };
    await own.record(accepted, ...(isArmed ? [{ type: 'armed', n, rotation } as const] : []));
    agreed = { now: clock.now(), steady: clock.steady() };
    openWork.begin(n, seen);
    if (kind !== 'look')
      tellEventLog(deps, EVENTS.accepted, `certops took order ${n} (${rotation}): ${kind} ${stage ?? ''}`);
  }

  const byAgreed = (): number => (agreed === null ? clock.now() : agreed.now + clock.steady() - agreed.steady);

  /** A fault in a signal is somebody else's doing: it is no answer to any order. */
  async function listen(letter: unknown): Promise<void> {
    const read = readSignal(letter, config, journal.state(), [clock.now(), byAgreed()]);
    if (read.is === 'refused') return refused(read.refusal, null);
    if (read.is === 'over') return;
    const { n, rotation, say, issued } = read.signal;
    if (read.is === 'late') return tooLate('SignalTooLate', { n, rotation, say });
    openWork.hear(n, say, Date.parse(issued));
  }

  return {
    async start() {
      await host.sweep();
      reports.start();
      await goingOn.start();
    },
    waits: goingOn.isWaiting,
    async stop() {
      isStopping = true;
      stopping.abort();
      await goingOn.ended();
      await turn;
      await openWork.stop();
      await reports.stop();
    },
    receive(letter) {
      if (isStopping) return Promise.resolve();
      const type = typeof letter === 'object' ? (letter as { type?: unknown } | null)?.type : null;
      const isOthers = type !== 'order' && otherFarmOf(letter, config) !== null;
      if (type === 'ack' && !isOthers) {
        reports.acknowledged(letter);
        return Promise.resolve();
      }
      turn = turn
        .then(() => (type === 'signal' && !isOthers ? listen(letter) : take(letter)))
        .catch((error: unknown) => untaken(failureOf(error).code));
      return turn;
    },
    undoHere: openWork.undoHere,
    sayHello: reports.noted,
    idle: () => Promise.all([turn, goingOn.ended()]).then(() => openWork.idle()),
  };
}

/** What these report holds no value from the letter, except the kind of a step, so it can be logged. */
const OF_ANOTHER_VERSION: readonly string[] = [
  'OrderNotUnderstood',
  'PlanNotUnderstood',
  'StepNotUnderstood',
  'KindUnknown',
];

import { type AcceptedOrder, openOrders, pastOf, type RunnerState } from '../../../domain/fold/runner-fold.ts';
import { parseOrder } from '../../../domain/letters/letters.ts';
import { ARMED, type Followed } from '../../../domain/orders/armed.ts';
import { readWork } from '../../../domain/orders/order-work.ts';
import { type HostName, isRefusal, type Thumbprint } from '../../../domain/values.ts';
import { readHold } from '../held/holds.ts';

/** What the machine shows right now; null: it could not be asked. */
export interface SeenHere {
  /** What a worker's master presents to it, and the only one that it accepts by its settings; null: not readable. */
  readonly master: {
    readonly endpoint: string;
    readonly thumbprint: Thumbprint | null;
    readonly accepts: Thumbprint | null;
  } | null;
  /** What this master presents, address by address, and at one address name by name; null: to whoever names none. */
  readonly own: readonly {
    readonly target: string;
    readonly servername: string | null;
    readonly thumbprint: Thumbprint | null;
  }[];
}

interface StatusInput {
  readonly own: { readonly farm: string; readonly host: HostName };
  /** Of the program that prints this, which is what the runner is started from the next time. */
  readonly version: string;
  readonly state: RunnerState;
  readonly seen: SeenHere;
  readonly isPaused: boolean;
  /** The process that holds the runner's lock, and the manual command if it is one; null if none does. */
  readonly holder: { readonly pid: number; readonly since: string; readonly byHand?: string } | null;
  readonly now: number;
  /** How a moment is written. */
  readonly time: (at: number) => string;
}

/**
 * What this machine is about to do, for somebody who has nothing but this machine: what runs, what it holds, what it
 * sees, and what it will do and when. In English, like everything on the command line.
 */
export function statusLines(input: StatusInput): readonly string[] {
  const { own, version, state, seen, isPaused, holder, time } = input;
  const open = openOrders(state).filter(({ kind }) => kind !== 'look');
  return [
    `${own.host} (farm ${own.farm}): ${whetherItRuns(holder, time)}`,
    `This program is certops ${version}.`,
    ...(isPaused ? ['It is PAUSED: it begins no change. certops runner resume ends that.'] : []),
    ...(seen.master === null
      ? []
      : [`The master at ${seen.master.endpoint} presents ${named(seen.master.thumbprint)} now, as seen from here.`]),
    ...(isCutOff(seen.master) ? [`The worker here accepts only ${seen.master.accepts}: it is CUT OFF.`] : []),
    ...seen.own.map(({ target, servername, thumbprint }) => {
      const where = servername === null ? target : `${target} to whoever asks for ${servername}`;
      return `This master presents ${named(thumbprint)} at ${where} now.`;
    }),
    ...(open.length === 0 ? ['No order is open: nothing will change here by itself.'] : []),
    ...open.flatMap((order) => orderLines(order, input)),
  ];
}

/** A holder that did not answer in time is known only by its lock. */
function whetherItRuns(holder: StatusInput['holder'], time: StatusInput['time']): string {
  if (holder === null) return 'NO RUNNER RUNS HERE. Nothing below happens until it is started.';
  if (holder.byHand !== undefined)
    return `NO RUNNER RUNS HERE: ${holder.byHand} is at work, process ${holder.pid}. Nothing below happens by itself until a runner is started.`;
  const since = Date.parse(holder.since);
  return Number.isNaN(since)
    ? 'its runner runs, and is too busy to say since when.'
    : `its runner runs, process ${holder.pid}, since ${time(since)}.`;
}

function orderLines(order: AcceptedOrder, input: StatusInput): readonly string[] {
  const { time, now, own, holder } = input;
  const what = `Order ${order.n} of ${order.rotation} (${order.kind} ${order.stage ?? ''}`.trimEnd();
  const head = `${what}, taken at ${time(Date.parse(order.at))})`;
  const undo = `To put it back by hand: certops runner undo ${order.rotation} --here`;
  if (isOfOtherVersion(order, own))
    return [
      `${head}: another version of this program took it, and this one does not understand it.`,
      '  A runner that is started with this program changes nothing, and ends it as unknown.',
      undo,
    ];
  if (order.kind === 'stop') return [`${head} changes nothing itself, and ends once what it stops has ended.`, undo];
  const hold = readHold(order, own);
  if (hold === null) return [`${head} is at work.`, undo];
  if (hold.part === 'lead') {
    if (order.switched === null) return [`${head}: the master is switching.`, undo];
    const switched = `${head}: the master has switched, at ${time(Date.parse(order.switched.at))}.`;
    if (order.failed !== null)
      return [switched, `  It goes back by itself (${order.failed.code}), whether the bot confirms it or not.`, undo];
    const { goesBackAt } = order.switched;
    // No more than the limit is ever left, as the runner counts it too: the clock may have been set back since.
    const at = goesBackAt === null ? null : Math.min(Date.parse(goesBackAt), now + hold.limitMs);
    const endsAt = Math.min(Date.parse(order.switched.at), now) + hold.limitMs + ARMED.endsAfterMs;
    const since = holder === null ? Number.NaN : Date.parse(holder.since);
    return [
      switched,
      at === null
        ? `  Nothing was bound before, so it does not go back by itself: workers follow it, with or without the bot. Unconfirmed, it ends so at ${time(endsAt)}.`
        : `  It goes back by itself at ${time(at)} (${at > now ? `in ${Math.ceil((at - now) / 1000)} s` : 'that is over'}), unless the bot confirms before that all workers have followed.`,
      ...(at === null || at > now || Number.isNaN(since) ? [] : [whyNotYet(at, since, hold.limitMs)]),
      undo,
    ];
  }
  return [
    head + followerState(order, input),
    ...(hold.followed === null ? [] : will(order, hold.followed, input)),
    undo,
  ];
}

/** Its time is over by the wall clock, which the runner does not go by while it runs. */
const whyNotYet = (at: number, since: number, limitMs: number): string =>
  since >= at
    ? '  Its runner was started after that: it asks the bot first, for a minute at most, what came of it meanwhile.'
    : `  It does so now; or this clock was set forward since, and its runner counts its ${limitMs / 1000} s without it.`;

/** Whether another version took the order: it was understood when it was accepted. */
function isOfOtherVersion({ kind, envelope }: AcceptedOrder, own: StatusInput['own']): boolean {
  if ((kind !== 'apply' && kind !== 'undo') || envelope === null) return false;
  const letter = parseOrder(envelope.body);
  return isRefusal(letter) || isRefusal(readWork(letter, own));
}

function followerState(order: AcceptedOrder, { state, time }: StatusInput): string {
  if (order.failed?.code === 'MasterWentBack') return ': is going back with its master.';
  if (order.failed !== null) return `: could not follow (${order.failed.code}) and put its own steps back.`;
  if (order.switched !== null) return `: has followed the master, at ${time(Date.parse(order.switched.at))}.`;
  if (isFollowing(order, state)) return ': is following the master now.';
  return `: ARMED since ${time(Date.parse(order.armedAt ?? order.at))}.`;
}

/** It has begun a step of this order, and is not yet proved. */
const isFollowing = ({ n, digest }: AcceptedOrder, state: RunnerState): boolean =>
  digest !== null && Object.values(pastOf(state, digest)?.steps ?? {}).some(({ started }) => started.n === n);

/** What this machine will do, by what the master presents now. */
function will(order: AcceptedOrder, { old, next }: Followed, input: StatusInput): readonly string[] {
  const { seen, isPaused } = input;
  const presented = seen.master?.thumbprint ?? null;
  const hasMoved = order.switched !== null || order.failed !== null || isFollowing(order, input.state);
  if (hasMoved && presented === old)
    return [`  The master presents the old ${old}: this machine goes back with it now, and ends this order.`];
  const back = `  If the master presents the old ${old} again, this machine goes back with it.`;
  const stays = `  It stays while the master presents the new ${next}.`;
  const rule = hasMoved
    ? [...(order.failed === null ? [stays] : []), back]
    : [whenItFollows(next, presented, isPaused)];
  if (presented === null)
    return ['  Nothing could be read from the master, as while it restarts: nothing new begins here.', ...rule];
  if (presented !== old && presented !== next)
    return [
      '  The master presents neither of the two certificates, why is unknown: this machine begins nothing until it does.',
      ...rule,
    ];
  if (hasMoved || isPaused) return rule;
  return [
    ...rule,
    presented === old ? '  The master presents the old one: nothing happens now.' : '  The master presents it now.',
  ];
}

function whenItFollows(next: Thumbprint, presented: Thumbprint | null, isPaused: boolean): string {
  if (isPaused && presented === next)
    return '  It is paused, so it does not follow: it is cut off while the master presents the new one.';
  if (isPaused) return '  It is paused, so it does not follow, and is cut off once the master has switched.';
  return `  It follows when the bot says so, or alone once the master has presented ${next} for ${ARMED.aloneAfterMs / 1000} s without a word from the bot.`;
}

/** By its settings and what is presented now; false also if either could not be seen. */
export const isCutOff = (
  master: SeenHere['master'],
): master is NonNullable<SeenHere['master']> & { readonly thumbprint: Thumbprint; readonly accepts: Thumbprint } =>
  master !== null && master.thumbprint !== null && master.accepts !== null && master.thumbprint !== master.accepts;

const named = (thumbprint: Thumbprint | null): string => thumbprint ?? 'nothing that could be read';

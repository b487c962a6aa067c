import { staleUnder } from '../../approval/stale.ts';
import type { BotEntry, Held, RecheckMark } from '../../journal/entries.ts';
import { PROTOCOL } from '../../letters/protocol.ts';
import { retires } from '../../plan/plan-phases.ts';
import type { RotationState, Scheduled } from '../../rotation/rotation.ts';
import { type Start, startIfLifted, startOf, startUnder } from '../../rotation/start.ts';
import { DAY_MS, HOUR_MS, instantOf } from '../../time.ts';
import { type Data, isRefusal, type Refusal } from '../../values.ts';
import type { Freeze } from '../../when/freeze-state.ts';
import { end } from '../end.ts';
import type { Action, Moment } from '../moment.ts';
import { isToCome } from '../to-come.ts';
import { BOT_CLOCK_OFF, type ClockOff, clockOff, isUntold } from './clock-off.ts';
import { againAfter, hostsInVain, LONGEST_AGAIN_MS, startLooks } from './start-looks.ts';
import { ableVotes, approvedVotes, votersUnseen } from './voters.ts';

/** How recent a finding must be to explain why it did not begin. */
const TELLS_MS = LONGEST_AGAIN_MS + 300_000;
/** No look gets past these: it takes another request, or another farm file. Any other refusal may pass. */
const VOID: readonly string[] = [
  'WorkersOutside',
  'NoMaster',
  'MoreThanOneMaster',
  'MasterClustered',
  'ContainClustered',
  'RotationNotServed',
  'CertificateCompromised',
  'ExistingCompromised',
  'ExistingExpired',
  // For a removal: a person must do something first, for which the farm has to be free.
  'StillInUse',
  'KeyShared',
  'KeyNotRemovable',
  'GraceNotOver',
  'NobodyKnowsWhose',
  'CertificateAllowedHere',
  'NothingToRetire',
];
const MARKS: readonly { readonly mark: RecheckMark; readonly beforeMs: number }[] = [
  { mark: 'start', beforeMs: 0 },
  { mark: 'hour', beforeMs: HOUR_MS },
  { mark: 'day', beforeMs: DAY_MS },
];

/**
 * What an approved rotation does until it begins; null: it may go on. One that is due now waits for nothing and records
 * nothing. It does not lapse. Pure.
 */
export function beforeStart(rotation: RotationState, moment: Moment): readonly Action[] | null {
  const { start, begunAt, stop, turned, orders } = rotation;
  if (begunAt !== null || turned !== null || orders.some(({ kind }) => kind === 'apply')) return null;
  if (isDenied(rotation)) return [{ do: 'entry', entry: { type: 'gate-closed', id: rotation.id, how: 'denied' } }];
  const off = clockOff(moment);
  // Letters that waited while nobody listened look like clocks that are behind, until all of them have been read.
  const isUnread = off !== null && moment.now - moment.since <= PROTOCOL.silentAfterMs;
  if (start === null && stop !== null) return null;
  if (start === null) return isUnread ? [] : firstStart(rotation, moment, off);
  if (stop !== null) return [end(rotation, 'withdrawn', {})];
  if (isUnread) return [];
  const now = off === null ? moment.now : Math.min(off.theirs, moment.now);
  const moved = movedStart(rotation, start, { ...moment, now });
  if (moved !== null) return moved;
  const until = Math.max(Date.parse(start.from), Date.parse(start.until));
  const isOver = now >= until;
  if (off !== null) return whileOff(rotation, start, { now, isOver, off });
  if (isOver) return over(rotation, start, moment, until);
  return staleSoon(rotation, start, moment) ?? checked(rotation, start, moment);
}

/** It did not begin in time: says why. */
function over(rotation: RotationState, start: Scheduled, moment: Moment, until: number): readonly Action[] {
  const { refused = null, at = '' } = start.checks.start ?? {};
  // A clock that was just set, or that of a machine that has just started, may be wrong: nobody has confirmed it.
  if (isUntold(moment)) return [];
  const isClocks = refused?.code === BOT_CLOCK_OFF;
  // An older finding may no longer hold: then somebody was silent, or the bot was away.
  if (refused !== null && !isClocks && until - Date.parse(at) <= TELLS_MS) return [wouldBeRefused(rotation, refused)];
  const names = votersUnseen(rotation, moment.farm);
  // A clock that is right again did not hold it up any more; who may approve is still not known.
  if (names.length > 0) return missed(rotation, start, { names });
  return missed(rotation, start, isClocks ? { clocks: refused.data } : {});
}

/** Somebody who may approve took the approval back. */
const isDenied = ({ plan, votes }: RotationState): boolean =>
  votes.some(({ vote, digest }) => vote === 'deny' && digest === plan?.digest);

/**
 * With the bot's clock off by those of all machines nothing begins, since they would refuse each order. Its start is
 * over once it is so by their clocks and the bot's.
 */
function whileOff(
  rotation: RotationState,
  start: Scheduled,
  { now, isOver, off }: { readonly now: number; readonly isOver: boolean; readonly off: ClockOff },
): readonly Action[] {
  const { theirs, ...data } = off;
  const { from, checks } = start;
  if (isOver) return missed(rotation, start, { clocks: data });
  const due = marksOf(start).find(({ beforeMs }) => now >= Date.parse(from) - beforeMs);
  if (due === undefined || checks[due.mark] !== undefined) return [];
  const refused = { code: BOT_CLOCK_OFF, data };
  return [entry({ type: 'rechecked', id: rotation.id, mark: due.mark, moved: [], unseen: [], refused })];
}

function firstStart(rotation: RotationState, moment: Moment, off: ClockOff | null): readonly Action[] | null {
  const { farm, freeze = null } = moment;
  const theirs = off?.theirs ?? moment.now;
  // Nobody knows which clock is wrong: a time is over, or a certificate has ended, only once it is so by both.
  const now = Math.min(theirs, moment.now);
  const start = startUnder(farm, rotation, { now, freeze });
  if (isRefusal(start)) return [heldOrRefused(rotation, start, { ...moment, now })];
  const isNow = start === null || (start.from <= now && now < start.until);
  // Whoever approved may be named by a group that no chat has told of since the bot's start.
  const isUnjudged = off !== null || votersUnseen(rotation, farm).length > 0;
  if (isNow && isUnjudged) return [schedule(rotation, start ?? { from: now, until: theirs + HOUR_MS }, null)];
  // The bot may have died after the approval, and started with another farm file.
  if (isNow) return staleVotes(rotation, moment) ?? atOnce(rotation, start, now);
  const free = freeze === null ? start : startOf(farm, rotation.wish.when, now);
  return [schedule(rotation, start, free?.from === start.from ? null : freeze)];
}

/**
 * A removal looks at every machine first, however soon it begins: a certificate that one of them has started to use
 * again since the plan would be removed by the others, each judging by what it sees itself.
 */
function atOnce(rotation: RotationState, start: Start | null, now: number): readonly Action[] | null {
  if (rotation.plan === null || !retires(rotation.plan)) return null;
  return [schedule(rotation, { from: now, until: start?.until ?? now + HOUR_MS }, null)];
}

/**
 * A freeze that covers the start moves it, or holds it if no time is left before a certificate ends; a lifted freeze
 * restores it. null: it stays.
 */
function movedStart(rotation: RotationState, known: Scheduled, moment: Moment): readonly Action[] | null {
  const { farm, now, freeze = null } = moment;
  const from = Date.parse(known.from);
  const until = Date.parse(known.until);
  const isHeld = known.held?.tooLate === true;
  const isCovered = freeze !== null && Math.max(from, now) < Date.parse(freeze.until);
  if (!isCovered && !isHeld && (known.held === null || now >= from)) return null;
  // A certificate that has ended meanwhile is no reason any more: judge by the last moment before that.
  const start = startUnder(farm, rotation, { now: isHeld && isCovered ? Math.min(now, until - 1) : now, freeze });
  if (isRefusal(start) && isHeld) return isCovered && now < until ? [] : [wouldBeRefused(rotation, start)];
  if (isRefusal(start)) return [heldOrRefused(rotation, start, moment)];
  if (start === null) return null;
  // Without a freeze over it, a start is never moved to a later time.
  const staysSo = start.from === from || (!isCovered && start.from > from);
  if (staysSo && !isHeld) return null;
  const free = startOf(farm, rotation.wish.when, now);
  return [schedule(rotation, start, freeze !== null && free?.from !== start.from ? freeze : null)];
}

/** It waits for the freeze to be lifted, as long as it could then still begin in time. */
function heldOrRefused(rotation: RotationState, refusal: Refusal, { farm, now, freeze = null }: Moment): Action {
  const lifted = startIfLifted(farm, rotation, { now, freeze });
  return lifted === null ? wouldBeRefused(rotation, refusal) : schedule(rotation, lifted, freeze, { tooLate: true });
}

/** The same request would be refused again: the card says what a person has to do first. */
const wouldBeRefused = (rotation: RotationState, { code, data }: Pick<Refusal, 'code' | 'data'>): Action =>
  end(rotation, 'refused', { ...data, code });

const schedule = (
  { id }: RotationState,
  { from, until }: Start,
  freeze: Freeze | null,
  more: Pick<Held, 'tooLate'> = {},
): Action => ({
  do: 'entry',
  entry: {
    type: 'scheduled',
    id,
    from: instantOf(from),
    until: instantOf(until),
    held: freeze === null ? null : { until: freeze.until, by: freeze.by.name, reason: freeze.reason, ...more },
  },
});

/** From a day before the start: people hear of a changed farm file while they are awake, not only at the start. */
const staleSoon = (rotation: RotationState, { from }: Scheduled, moment: Moment): readonly Action[] | null =>
  moment.now < Date.parse(from) - DAY_MS ? null : staleVotes(rotation, moment);

/** A day before, an hour before and at the start: checks what the machines show. */
function checked(rotation: RotationState, start: Scheduled, moment: Moment): readonly Action[] {
  const due = marksOf(start).find(({ beforeMs }) => moment.now >= Date.parse(start.from) - beforeMs);
  if (due === undefined) return [];
  const dueAt = Date.parse(start.from) - due.beforeMs;
  const check = start.checks[due.mark];
  if (check?.refused != null) {
    if (VOID.includes(check.refused.code)) return [wouldBeRefused(rotation, check.refused)];
    if (check.refused.code === BOT_CLOCK_OFF)
      return isUntold(moment) ? [] : startLooks(rotation, due.mark, dueAt, moment);
    // Nothing else in such looks is judged: a machine that is not ready may not show everything.
    const seenAt = Date.parse(check.at);
    const againAt = isToCome(seenAt, moment) ? dueAt : seenAt + againAfter(seenAt - Date.parse(start.from));
    return due.mark === 'start' && moment.now >= againAt ? startLooks(rotation, 'start', againAt, moment) : [];
  }
  const [fact] = check?.moved ?? [];
  if (fact !== undefined) {
    const { host, ...data } = fact;
    return ask(rotation, 'FactsMoved', { host, ...data });
  }
  if (check !== undefined && (due.mark !== 'start' || check.unseen.length === 0))
    return due.mark === 'start' ? [entry({ type: 'begun', id: rotation.id })] : [];
  return startLooks(rotation, due.mark, dueAt, moment);
}

/**
 * When it is looked at, the last first. A start scheduled after a mark skips it; the check at the start still comes.
 */
export const marksOf = ({ at, from }: Scheduled): typeof MARKS =>
  MARKS.filter(({ mark, beforeMs }) => mark === 'start' || Date.parse(at) <= Date.parse(from) - beforeMs);

/** Votes rest on the farm file and people: both are judged as of today. */
function staleVotes(rotation: RotationState, { farm }: Moment): readonly Action[] | null {
  const { plan } = rotation;
  if (plan === null) return null;
  const { approval } = plan.header;
  const stale = staleUnder(farm, plan, rotation);
  if (stale !== null) return ask(rotation, stale.code, stale.data);
  const able = ableVotes(rotation, farm);
  if (able.length >= approval.quorum) return null;
  // A group's members are not known yet: wait, as for a machine that cannot be looked at.
  if (votersUnseen(rotation, farm).length > 0) return [];
  const gone = approvedVotes(rotation).filter((vote) => !able.includes(vote));
  return ask(rotation, 'ApproverGone', { names: gone.map((vote) => vote.by.name), quorum: approval.quorum });
}

const missed = (rotation: RotationState, start: Scheduled, more: Data): readonly Action[] =>
  ask(rotation, 'StartMissed', {
    from: start.from,
    until: start.until,
    hosts: hostsInVain(rotation, start),
    ...more,
  });

/** Closes before anything was changed; the same is requested again. */
const ask = (rotation: RotationState, code: string, data: Data): readonly Action[] => [
  end(rotation, 'refused', { ...data, code }),
];

const entry = (one: BotEntry): Action => ({ do: 'entry', entry: one });

import { cutOffs, isBack } from '../../../domain/inventory/cut-off.ts';
import { type Alignment, alignments } from '../../../domain/inventory/out-of-line.ts';
import type { RotationState } from '../../../domain/rotation/rotation.ts';
import type { Data, HostName, Instant, Message } from '../../../domain/values.ts';
import type { NoticeView } from '../../../domain/views/view.ts';
import type { Desk } from '../desk.ts';
import { containedNow } from '../views/cut-off.ts';
import { button, say } from '../views/notices.ts';
import { readyToGo } from './retire.ts';

/** How many of the newest posted words are updated when they are over. */
const NEWEST = 20;

interface EndedWord {
  readonly key: string;
  readonly at: Instant;
  readonly view: NoticeView;
}

/**
 * What replaces a word with a button once somebody has done what it asks for, or nobody needs to any more: who did it,
 * or that it is over. A word of which nobody can tell stays as it was.
 */
export function endedWords(desk: Desk): readonly EndedWord[] {
  const first = new Map<string, Instant>();
  for (const { key, at } of desk.state().words) if (!first.has(key)) first.set(key, at);
  return [...first].slice(-NEWEST).flatMap(([key, at]) => {
    const view = endOf(desk, key, at);
    return view === null ? [] : [{ key, at, view }];
  });
}

function endOf(desk: Desk, key: string, toldAt: Instant): NoticeView | null {
  const [what = '', about = ''] = key.split(' ');
  switch (what) {
    case 'review':
      return reviewed(desk, about);
    case 'retire':
      return retired(desk, toldAt);
    case 'out-of-line':
    case 'apart':
      return reconnected(desk, toldAt, about as HostName) ?? mooted(desk, key, about as HostName);
    case 'out-of-line-many':
    case 'apart-many':
      return isAnyOut(desk, what)
        ? null
        : (reconnected(desk, toldAt, null) ?? ended(say('told.offer-moot', { host: null })));
    case 'contained-many':
      return isAnyOut(desk, 'apart-many') || containedNow(desk.farm, desk.state()).some(({ hosts }) => hosts.length > 0)
        ? null
        : ended(say('told.offer-moot', { host: null }));
    default:
      return null;
  }
}

function reviewed(desk: Desk, id: string): NoticeView | null {
  const { reviewed = null } = desk.state().rotations[id] ?? {};
  if (reviewed === null) return null;
  return ended(say('told.reviewed', { id, by: reviewed.by.name, reason: reviewed.note }), id);
}

/**
 * Old certificates were removed since it was told; those that may still go, or may go now, have a word of their own.
 */
function retired(desk: Desk, toldAt: Instant): NoticeView | null {
  const { farm } = desk;
  const { order, rotations } = desk.state();
  const isIt = ({ wish, at, closed }: RotationState): boolean =>
    wish.kind === 'retire' && at >= toldAt && closed?.outcome === 'proved';
  const done = order.flatMap((one) => rotations[one] ?? []).findLast(isIt);
  // While nobody can tell, the word stays as it was: what was removed may be there again.
  return done === undefined || readyToGo(desk) === null
    ? null
    : ended(say('told.retired', { farm: farm.name, id: done.id, by: done.by.name }), done.id);
}

/** A reconnect was asked for since it was told, and is under way or done. `host` null: for whichever workers. */
function reconnected(desk: Desk, toldAt: Instant, host: HostName | null): NoticeView | null {
  const { order, rotations } = desk.state();
  const isIt = ({ wish, dry, at, closed }: RotationState): boolean =>
    wish.kind === 'reconnect' &&
    !dry &&
    at >= toldAt &&
    (host === null || wish.workers.includes(host)) &&
    (closed === null || closed.outcome === 'proved');
  const id = order.findLast((one) => rotations[one] !== undefined && isIt(rotations[one]));
  const rotation = id === undefined ? undefined : rotations[id];
  if (rotation === undefined) return null;
  const data: Data = {
    id: rotation.id,
    by: rotation.by.name,
    hosts: rotation.wish.workers,
  };
  return ended(say(rotation.closed === null ? 'told.offer-asked' : 'told.offer-done', data), rotation.id);
}

/**
 * The offer is moot or made anew, by the newest looks; never while a rotation is open, as it may be what changes it.
 */
function mooted(desk: Desk, key: string, host: HostName): NoticeView | null {
  const { farm } = desk;
  const state = desk.state();
  const now = alignments(farm, state).find((one) => one.host === host);
  if (state.open !== null || now?.isSeen !== true || now.inLine === null) return null;
  const cutOff = cutOffs(farm, state).find((one) => one.host === host);
  const isOut = now.inLine === false || cutOff !== undefined;
  const wasApart = key.startsWith('apart ');
  if (isOut) return ended(say('told.offer-anew', { host }));
  return wasApart && !isBack(state, host) ? null : ended(say('told.offer-moot', { host }));
}

/** Whether any worker is out, or may be: while no master runs, nobody can tell. */
function isAnyOut(desk: Desk, what: string): boolean {
  const state = desk.state();
  if (state.open !== null && state.rotations[state.open]?.wish.kind !== 'reconnect') return true;
  if (state.open !== null) return false;
  const seen = alignments(desk.farm, state);
  const isOut = ({ host, isSeen, inLine }: Alignment): boolean =>
    !isSeen || inLine !== true || (what === 'apart-many' && !isBack(state, host));
  return seen.length === 0 || seen.some(isOut) || cutOffs(desk.farm, state).length > 0;
}

const ended = (message: Message, id: string | null = null): NoticeView => ({
  kind: 'notice',
  messages: [message],
  actions: id === null ? [] : [button('show', 'show', { rotation: id }, { id })],
});

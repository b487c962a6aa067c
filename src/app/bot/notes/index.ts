import { openGate, stillNeeded, votesAt } from '../../../domain/approval/approval.ts';
import { peopleOf, policyFor } from '../../../domain/approval/people.ts';
import { stillLeft } from '../../../domain/rotation/left-behind.ts';
import { isWaiting, type RotationState } from '../../../domain/rotation/rotation.ts';
import { sha256 } from '../../../domain/sha256.ts';
import { DAY_MS, instantOf } from '../../../domain/time.ts';
import type { Message } from '../../../domain/values.ts';
import type { ClosedView } from '../../../domain/views/view.ts';
import { calledBy } from '../chats/posting.ts';
import { lateEnd, lateOn } from '../views/closed/left-as-it-is.ts';
import { undoneByHand } from '../views/closed/undone-by-hand.ts';
import { say } from '../views/notices.ts';
import { progress } from './milestones.ts';
import { type DueNote, type NoteMoment, note } from './note.ts';
import { waitingNotes } from './waiting.ts';

export type { DueNote } from './note.ts';

/** Sent only where the card could not call its people. */
export const CALL_NOTE = 'call';

/** What ended longer ago is not told any more, as when a bot is new to an old journal. */
export const NEWS_MS = DAY_MS;

/**
 * The notes due below the card now, a few in all: what waits, what has begun, how far it is, why it goes back, how it
 * ended. A milestone overtaken by a later one is dropped, so that a single note follows a chat outage.
 */
export function notesDue(moment: NoteMoment): readonly DueNote[] {
  const { rotation, view, now } = moment;
  if (rotation.dry) return [];
  if (rotation.closed !== null)
    return [
      ...(now - Date.parse(rotation.closed.at) < NEWS_MS ? ended(moment) : []),
      ...cameBack(moment),
      ...undoneSince(moment),
    ];
  if (view.kind === 'needs-person') return [...needsPerson(moment), ...lookedAgain(moment), ...halfWay(moment)];
  if (rotation.gate === null) return [...halfWay(moment), ...calls(moment)];
  if (isWaiting(rotation)) return waitingNotes(rotation);
  return view.kind === 'running' ? progress(rotation, view, now) : [];
}

/** What is due to the requester alone: that their request has lapsed. */
export function wordsDue({ rotation, now }: NoteMoment): readonly DueNote[] {
  const { closed } = rotation;
  if (rotation.dry || closed?.outcome !== 'lapsed' || now - Date.parse(closed.at) > NEWS_MS) return [];
  return [note('tell lapsed', [say('tell.lapsed', { id: rotation.id, reason: rotation.reason, at: closed.at })])];
}

/** Calls the card's people again, in a place where the card's own call did not get through. */
function calls({ rotation, view }: NoteMoment): readonly DueNote[] {
  const called = calledBy(view);
  return called.length === 0 ? [] : [note(CALL_NOTE, [say('note.call', { id: rotation.id })], called)];
}

/** A waiting request is brought up once, half-way to its lapse. */
function halfWay({ farm, rotation, now }: NoteMoment): readonly DueNote[] {
  const gate = openGate(farm, rotation);
  const opensAt = Date.parse((rotation.gate === null ? rotation.plannedAt : rotation.resolve?.at) ?? rotation.at);
  if (gate === null || now >= gate.lapsesAt || now < (opensAt + gate.lapsesAt) / 2) return [];
  const needed = stillNeeded(farm, rotation, gate);
  if (needed.length === 0) return [];
  const approved = votesAt(rotation, gate).filter(({ vote }) => vote === 'approve').length;
  const data = {
    id: rotation.id,
    by: rotation.by.name,
    approved,
    quorum: gate.quorum,
    lapsesAt: instantOf(gate.lapsesAt),
  };
  return [
    note(
      `half-way ${gate.digest.slice(0, 8)}`,
      [say('note.half-way', data)],
      needed.map(({ id }) => id),
    ),
  ];
}

/** Asks people: once about the machines in an unknown state, and once about what somebody wants done. */
function needsPerson({ farm, rotation, view }: NoteMoment): readonly DueNote[] {
  if (view.kind !== 'needs-person') return [];
  const { id, unknown, asked, digest, mayApprove, needed, packages, paused, cutOffAlready = false } = view;
  if (asked !== null) {
    const data = { id, choice: asked.choice, by: asked.by.name, hosts: asked.hosts ?? [], needed };
    return [
      note(
        `asked ${digest.slice(0, 8)}`,
        [say('note.asked', data)],
        mayApprove.map(({ id: one }) => one),
      ),
    ];
  }
  // Somebody has asked for a second look: what is to be decided after that, nobody knows yet.
  if (rotation.resolve !== null) return [];
  const called = [...new Set([rotation.by.id, ...policyFor(farm, rotation.wish).approvers])];
  if (packages !== null) {
    // After waiting longer, the very same packages may reach the next limit, which is news again.
    const waited = Object.values(rotation.resolved).map(({ at }) => at);
    const name = ['packages', digest.slice(0, 8), ...waited.sort().slice(-1)].join(' ');
    const { unseen, frozen, windowClosed: closedAt } = packages;
    const data = { id, unseen, cutOffAlready, frozen: frozen?.until ?? null, closedAt };
    return [note(name, [say('note.packages', data)], called)];
  }
  // Tells the person who decided before that the decision no longer counts.
  const { voided } = rotation;
  const gone =
    voided === null
      ? []
      : [say('person.voided', { by: voided.by.name, choice: voided.choice, hosts: voided.hosts ?? [] })];
  // A rotation that was resumed and then is unknown is another question than a paused one.
  const about = [sha256(unknown.join(' ')).slice(0, 8), ...(paused ? ['paused'] : [])];
  const name = ['needs-person', ...about, ...(voided === null ? [] : [voided.at])].join(' ');
  return [note(name, [say('note.needs-person', { id, hosts: unknown, paused }), ...gone], called)];
}

/**
 * A second look settled nothing: the card may not have changed, and the person who asked must learn that it is over.
 */
function lookedAgain({ rotation: { id, lookedAgain: last }, now }: NoteMoment): readonly DueNote[] {
  if (last?.at == null || now - Date.parse(last.at) >= NEWS_MS) return [];
  const data = { id, by: last.by.name, at: last.at };
  return [note(`looked-again ${last.at}`, [say('note.looked-again', data)], [last.by.id])];
}

/** The end, addressed to the requester. */
function ended({ farm, rotation, view }: NoteMoment): readonly DueNote[] {
  const { closed, by, id } = rotation;
  if (closed === null || view.kind !== 'closed') return [];
  const { outcome, tookMs, endedBy, why } = view;
  const requester = peopleOf(farm, [by.id])[0]?.name ?? by.name;
  const data = {
    id,
    by: endedBy?.name ?? null,
    requester,
    tookMs,
    at: closed.at,
    workers: view.gaps.length,
    planned: rotation.plan !== null,
    of: rotation.wish.of,
    machines: rotation.plan?.slices.length ?? 0,
    unproved: view.unproved === 'workers' ? stillLeft(rotation) : [],
    unbound: view.unbound === undefined ? null : { seen: view.unbound.seen, workers: view.hosts.length },
  };
  // The person who withdrew it knows.
  const knows = outcome === 'withdrawn' && endedBy?.id === by.id;
  const said = [
    say(endOf(view), data),
    ...(why === null ? [] : [why]),
    ...(data.unproved.length > 0 ? [] : leftAsTheyWere(rotation)),
  ];
  return [note('ended', said, knows ? [] : [by.id])];
}

/** Where everything went back, nothing else says so. */
function leftAsTheyWere(rotation: RotationState): readonly Message[] {
  const hosts = stillLeft(rotation);
  const isBack = rotation.closed?.outcome === 'put-back' || rotation.closed?.outcome === 'stopped';
  return isBack && hosts.length > 0 ? [say('note.left-as-it-is', { hosts })] : [];
}

/** A master that was left behind because it was silent has come back: the requester is told. */
function cameBack({ rotation, now }: NoteMoment): readonly DueNote[] {
  const late = lateEnd(rotation);
  const at = Date.parse(late?.order.endHeardAt ?? '');
  if (late === null || !(now - at < NEWS_MS)) return [];
  const { id, by } = rotation;
  return [note('came-back', [say('note.came-back', { id, host: late.host, on: lateOn(late.order) })], [by.id])];
}

/** A person at a machine has put it back since: its card says so too, and the requester is told. */
function undoneSince({ rotation, now }: NoteMoment): readonly DueNote[] {
  const undone = undoneByHand(rotation);
  if (undone === null || now - Date.parse(undone.at) >= NEWS_MS) return [];
  const { hosts, sure } = undone;
  const { id, by } = rotation;
  return [
    note(
      `undone ${sha256([...hosts, sure].join(' ')).slice(0, 8)}`,
      [say('note.undone-by-hand', { id, hosts, sure })],
      [by.id],
    ),
  ];
}

const RECONNECTS: { readonly [outcome: string]: string } = {
  proved: 'note.reconnect-proved',
  partly: 'note.reconnect-partly',
  'put-back': 'note.reconnect-put-back',
  stopped: 'note.reconnect-stopped',
};

function endOf({ wish, outcome, untold, unproved, everywhere, tookMs }: ClosedView): string {
  if (untold) return 'note.untold';
  if (unproved) return 'note.unproved';
  if (everywhere) return 'note.everywhere';
  // Approved, then turned back before any machine had begun.
  if (tookMs === null && (outcome === 'put-back' || outcome === 'stopped')) return 'note.refused';
  if (wish.kind === 'retire' && outcome === 'proved') return 'note.retire-proved';
  if (wish.kind === 'retire' && outcome === 'stopped') return 'note.retire-stopped';
  return (wish.kind === 'reconnect' ? RECONNECTS[outcome] : undefined) ?? `note.${outcome}`;
}

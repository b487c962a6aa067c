import type { Pen } from '../../pen.ts';
import type { Lines, Names } from '../line.ts';
import { capital, count, list } from './grammar.ts';
import { range, took } from './measure.ts';
import { cameBackOn } from './returning.ts';

type Id = { readonly id: string };
/** Whether a port that had no binding before was seen without one again; null: it had one. */
type Unbound = { readonly unbound: { readonly seen: boolean; readonly workers: number } | null };
/** The rotation that is rolled back. */
type Of = { readonly of: string | null };
type Ended = Id & { readonly by: string | null; readonly tookMs: number | null };

const ASKED: { readonly [choice: string]: string } = {
  'leave-behind': 'leave behind what is unknown',
  'put-all-back': 'put all back',
  'go-on': 'go on without waiting for packages',
  'leave-out': 'leave workers behind where packages run',
};

/**
 * Short messages below a card: what waits, what began, how far it is, how it ended; and what is told to one person
 * only.
 */
export const noteWords = {
  'note.call': (d: Id, pen: Pen) =>
    `${pen.bold(`${d.id} waits for you`)}: the channel where you are usually called takes nothing from the bot now, so you are called here.`,
  'note.half-way': (d: Id & { approved: number; quorum: number; lapsesAt: string }, pen: Pen) =>
    `${pen.bold(`${d.id} still waits`)}: ${d.approved} of ${d.quorum} approved. It lapses on ${pen.dateTime(d.lapsesAt)}.`,
  'note.started': (d: Id & { by: Names; hosts: number; cutOffAlready: boolean }, pen: Pen) =>
    `Approved by ${list(d.by, 'and', 4)}, so ${pen.bold(`${d.id} starts`)}. ${count(d.hosts, 'machine')} ${d.hosts === 1 ? 'is' : 'are'} prepared first; ${d.cutOffAlready ? 'every worker is cut off already' : 'nothing is cut off meanwhile'}.`,
  'note.prepared': (d: Prepared & { hosts: number; request: string }) =>
    d.request === 'rotate-worker'
      ? preparedWorkers(d)
      : `${capital(theNew(d))} is ${d.taken ? '' : 'made and '}trusted. Next ${masterNext(d)}.`,
  'note.switched': (d: Of & { host: string; workers: number }) =>
    `${d.host} presents ${theNew(d)}. ${follow(d.workers)}`,
  'note.canary': (d: { hosts: Names; left: number }) =>
    `${list(d.hosts, 'and', 4)} ${d.hosts.length === 1 ? 'is' : 'are'} connected again, so the other ${d.left === 1 ? 'worker follows' : `${d.left} workers follow`}.`,
  'note.connected': (d: { workers: number; measured: number; minMs: number; maxMs: number }) =>
    `${d.workers === 1 ? 'The worker is' : `${d.workers === 2 ? 'Both' : `All ${d.workers}`} workers are`} connected again, ${d.measured < d.workers ? `${d.measured} of them ` : ''}after ${range(d.minMs, d.maxMs)}. A fresh look at every machine follows.`,
  'note.going-back': (d: Id) => `${d.id}: all is being put back.`,
  'note.needs-person': (d: Id & { hosts: Names; paused: boolean }, pen: Pen) =>
    `${pen.bold(`${d.id} needs a person`)}: ${d.paused ? `${list(d.hosts, 'and', 4)} ${d.hosts.length === 1 ? 'is' : 'are'} paused, and not put back before that ends. Resume ${d.hosts.length === 1 ? 'its runner' : 'their runners'}, or decide` : `how ${list(d.hosts, 'and', 4)} ${d.hosts.length === 1 ? 'stands' : 'stand'} is not known. Decide`} on the card.`,
  'note.looked-again': (d: Id & { by: string; at: string }, pen: Pen) =>
    `${pen.bold(`${d.id} was looked at again`)}, as ${d.by} asked, until ${pen.dateTime(d.at)}. It still needs a decision: its card shows what was found.`,
  'note.packages': (
    d: Id & { unseen: boolean; cutOffAlready: boolean; frozen: string | null; closedAt: string | null },
    pen: Pen,
  ) =>
    `${pen.bold(`${d.id} waits for a decision`)}: ${d.unseen ? 'whether packages run cannot be seen' : 'packages still run'}, and ${d.cutOffAlready ? 'every worker is cut off already' : 'nobody is cut off'}.${d.frozen === null ? '' : ` The farm is frozen until ${pen.dateTime(d.frozen)}.`}${d.closedAt === null ? '' : ` Its change window closed on ${pen.dateTime(d.closedAt)}.`} Decide on the card.`,
  'note.packages-ended': (d: Id, pen: Pen) =>
    `No package is seen to run any more, so ${pen.bold(`${d.id} goes on`)} as approved. Nobody need decide.`,
  'note.asked': (d: Id & { by: string; choice: string; hosts: Names; needed: number }, pen: Pen) =>
    `${pen.bold(`${d.by} asks to ${d.hosts.length > 0 ? `leave ${list(d.hosts, 'and', 4)} behind` : (ASKED[d.choice] ?? d.choice)}`)} in ${d.id}. That needs ${count(d.needed, 'approval')} on the card.`,
  'note.proved': (d: Ended & Of & { machines: number }, pen: Pen) =>
    `${pen.bold(`${d.id} is done`)}: ${theNew(d)} is in use, proved on ${count(d.machines, 'machine')}${took(d.tookMs, ' after ')}.`,
  'note.retire-started': (d: Id & { by: Names; hosts: number }, pen: Pen) =>
    `Approved by ${list(d.by, 'and', 4)}, so ${pen.bold(`${d.id} starts`)}: old certificates are removed from ${count(d.hosts, 'machine')}.`,
  'note.retire-proved': (d: Ended, pen: Pen) =>
    `${pen.bold(`${d.id} is done`)}: what was to be removed is gone everywhere.`,
  'note.retire-stopped': (d: Ended, pen: Pen) =>
    `${pen.bold(`${d.id} was stopped`)}. What was removed by then stays removed.`,
  'note.left-behind': (d: Ended, pen: Pen) =>
    `${pen.bold(`${d.id} is done, but not everywhere`)}${took(d.tookMs, ', after ')}.`,
  'note.everywhere': (d: Ended, pen: Pen) =>
    `${pen.bold(`${d.id} is done everywhere now`)}: whom it had left behind has followed since.`,
  'note.left-as-it-is': (d: { hosts: Names }) =>
    `${list(d.hosts, 'and', 4)} ${d.hosts.length === 1 ? 'was left as it is: how it stands' : 'were left as they are: how they stand'} was not proved.`,
  'note.unproved': (d: Ended & { unproved: Names }, pen: Pen) =>
    `${pen.bold(`${d.id} has ended`)}${took(d.tookMs, ', after ')}. How ${d.unproved.length === 0 ? 'its master' : list(d.unproved, 'and', 4)} ${d.unproved.length < 2 ? 'stands' : 'stand'} is not proved.`,
  'note.came-back': (d: Id & { host: string; on: 'old' | 'new' | 'unknown' }, pen: Pen) =>
    `${pen.bold(`${d.host} has come back`)}, ${cameBackOn(d.on)}. ${d.id} ended before that, and stays as it ended.`,
  'note.undone-by-hand': (d: Id & { hosts: Names; sure: boolean }, pen: Pen) =>
    `${pen.bold(`${list(d.hosts, 'and', 4)} ${d.hosts.length === 1 ? 'was' : 'were'} put back by hand`)} since ${d.id} ended${d.sure ? '' : ', and not all of that is proved'}. /ssis certs shows what is in use now.`,
  'note.partly': (d: Ended & Of, pen: Pen) =>
    `${pen.bold(`${d.id} is done in part`)}: ${d.of === null ? 'who was proved keeps the new certificate, the others run on the old one' : `who was proved is on the certificate from before ${d.of} again, the others run on the one from ${d.of}`}${took(d.tookMs, ', after ')}.`,
  'note.put-back': (d: Ended & Of & Unbound, pen: Pen) => `${pen.bold(`${d.id} was put back`)}: ${inUse(d)}.`,
  'note.stopped': (d: Ended & Of & Unbound, pen: Pen) =>
    `${pen.bold(`${d.id} was stopped and put back`)}: ${inUse(d)}.`,
  'note.withdrawn': (d: Ended, pen: Pen) =>
    `${pen.bold(`${d.id} was withdrawn`)}${d.by === null ? '' : ` by ${d.by}`}. Nothing has been changed.`,
  'note.denied': (d: Ended, pen: Pen) => `${pen.bold(`${d.id} was denied`)}. Nothing has been changed.`,
  'note.lapsed': (d: Ended, pen: Pen) =>
    `${pen.bold(`${d.id} has lapsed`)}: it was not approved in time. Nothing has been changed.`,
  'note.refused': (d: Ended & { planned: boolean }, pen: Pen) =>
    `${pen.bold(`${d.id} ${d.planned ? 'was not begun' : 'cannot be planned'}`)}. Nothing has been changed.`,
  'note.untold': (d: Ended, pen: Pen) =>
    `${pen.bold(`${d.id} was ended`)}. What was done on the machines is not known here.`,
  'tell.lapsed': (d: Id & { reason: string; at: string }, pen: Pen) =>
    `${pen.bold(`Your request ${d.id} has lapsed`)}${d.reason === '' ? '' : ` (${d.reason})`}: it was not approved in time, and nothing has been changed. Ask again when somebody is there to approve it.`,
} satisfies Lines;

interface Prepared extends Of {
  readonly workers: number;
  /** Nothing was made: what was there before is used again. */
  readonly taken: boolean;
  readonly cutOffAlready: boolean;
}

function preparedWorkers({ workers, taken }: Prepared): string {
  const one = workers === 1;
  const made = taken
    ? 'Nothing had to be made.'
    : `The new ${one ? 'certificate is' : 'certificates are'} made and trusted.`;
  return `${made} Next ${one ? 'the worker restarts' : 'the workers restart, one wave after the other'}.`;
}

function masterNext({ workers, cutOffAlready }: Prepared): string {
  const one = workers === 1;
  if (cutOffAlready)
    return `the master is bound to it, and ${one ? 'its worker, which is cut off already, follows' : `its ${workers} workers, which are cut off already, follow`}`;
  if (workers === 0) return 'the master switches';
  return `the master switches, and ${cutOff(workers)} until ${one ? 'it follows' : 'they follow'}`;
}

const theNew = ({ of }: Of): string => (of === null ? 'the new certificate' : `the certificate from before ${of}`);

const inUse = ({ of, unbound, tookMs }: Of & Unbound & { readonly tookMs: number | null }): string =>
  unbound === null
    ? `the ${of === null ? 'old certificate' : `certificate from ${of}`} is in use${took(tookMs, ', proved after ')}`
    : unbound.seen
      ? `the port has no binding, as before${unbound.workers === 0 ? '' : ', and every worker is cut off'}`
      : 'it is not proved that the port is as before';

const cutOff = (workers: number): string =>
  workers === 1 ? 'its worker is cut off' : `its ${workers} workers are cut off`;

const follow = (workers: number): string => {
  if (workers === 0) return 'A fresh look follows.';
  return workers === 1
    ? 'Its worker is cut off until it follows.'
    : `Its ${workers} workers are cut off until they follow.`;
};

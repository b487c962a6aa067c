import { parseThumbprint } from '../../../src/domain/values.ts';
import type { Pen } from '../../pen.ts';
import type { Lines, Names } from '../line.ts';
import { list, masterOf, short } from './grammar.ts';
import { took } from './measure.ts';

type Offer = { readonly id: string; readonly by: string; readonly hosts: Names };
type Ended = { readonly id: string; readonly tookMs: number | null };

/** Whatever its settings hold, a thumbprint or not. */
const pinning = (pinned: string): string =>
  pinned === '' || parseThumbprint(pinned) !== null
    ? `it pins ${pinned === '' ? 'nothing' : short(pinned)}`
    : `its MasterHttpsCertThumbprint holds no thumbprint ("${pinned}")`;

/**
 * What a channel is told about workers that are cut off from a master that goes on without them, and about how a
 * reconnect went.
 */
export const reconnectNotices = {
  'told.out-of-line': (
    d: { farm: string; host: string; master: string; pinned: string; presented: string; since: string },
    pen: Pen,
  ) =>
    `${pen.bold(`${d.host} is cut off from ${d.farm}`)}: ${
      d.pinned === d.presented
        ? `it pins ${short(d.presented)}, which ${masterOf([d.host], d.master)} presents, and trusts neither it nor its issuer in Root`
        : `${pinning(d.pinned)}, and ${masterOf([d.host], d.master)} presents ${short(d.presented)}`
    }. Seen since ${pen.dateTime(d.since)}; it runs no package until it is reconnected.`,
  'told.out-of-line-many': (
    d: { farm: string; hosts: Names; master: string; presented: string; since: string },
    pen: Pen,
  ) =>
    `${pen.bold(`${d.hosts.length} workers are cut off from ${d.farm}`)}: ${list(d.hosts, 'and', 6)} do not pin or trust ${short(d.presented)}, which ${d.master} presents. Seen since ${pen.dateTime(d.since)}; they run no package until they are reconnected.`,
  'told.in-line': (d: { farm: string; host: string; master: string; presented: string }, pen: Pen) =>
    `${pen.bold(`${d.host} is in line with ${d.farm} again`)}: it pins and trusts ${short(d.presented)}, which ${masterOf([d.host], d.master)} presents.`,
  'told.apart': (
    d: { farm: string; host: string; master: string; presented: string; since: string; contained?: boolean },
    pen: Pen,
  ) =>
    `${pen.bold(`${d.host} is not connected to ${d.farm}`)}, though its service runs, and pins and trusts ${short(d.presented)}, which ${masterOf([d.host], d.master)} presents. Seen since ${pen.dateTime(d.since)}; ${
      d.contained === true
        ? `${masterOf([d.host], d.master)} does not trust the certificate of ${d.host}, whose key is compromised, so that worker runs no package until it has a new one: /ssis rotate-worker ${d.host} compromised.`
        : 'it runs no package until its service is restarted.'
    }`,
  'told.apart-many': (d: { farm: string; hosts: Names; master: string; presented: string; since: string }, pen: Pen) =>
    `${pen.bold(`${d.hosts.length} workers are not connected to ${d.farm}`)}: the services of ${list(d.hosts, 'and', 6)} run, and pin and trust ${short(d.presented)}, which ${d.master} presents. Seen since ${pen.dateTime(d.since)}; they run no package until their services are restarted.`,
  'told.contained-many': (
    d: { farm: string; hosts: Names; master: string; presented: string; since: string },
    pen: Pen,
  ) =>
    `${pen.bold(`${d.hosts.length} workers are not connected to ${d.farm}`)}: ${d.master} does not trust the certificates of ${list(d.hosts, 'and', 6)}, whose keys are compromised. Seen since ${pen.dateTime(d.since)}; they run no package until they have new ones.`,
  'told.connected': (d: { farm: string; host: string; master: string; presented: string }, pen: Pen) =>
    `${pen.bold(`${d.host} is connected to ${d.farm} again`)}: its service runs, with a connection to ${masterOf([d.host], d.master)}.`,
  'told.offer-asked': (d: Offer, pen: Pen) =>
    `${pen.bold(`${d.by} asked to reconnect ${list(d.hosts, 'and', 6)}`)}: ${d.id}.`,
  'told.offer-done': (d: Offer, pen: Pen) =>
    `${pen.bold(`${list(d.hosts, 'and', 6)} ${d.hosts.length === 1 ? 'was' : 'were'} reconnected`)} with ${d.id}, which ${d.by} asked for.`,
  'told.offer-moot': (d: { host: string | null }, pen: Pen) =>
    `${pen.bold('Nothing needs to be done any more')}: ${d.host === null ? 'these workers are' : `${d.host} is`} in line with the master again.`,
  'told.offer-anew': (d: { host: string }) =>
    `Something changed on ${d.host} since: the newest word about it says what it needs.`,
  'button.reconnect': (d: { host: string }) => `Reconnect ${d.host}…`,
  'button.rotate-worker': (d: { host: string }) => `Rotate ${d.host}…`,
  'button.reconnect-many': (d: { count: number }) => `Reconnect ${d.count} workers…`,
  'button.rotate-worker-many': (d: { count: number }) => `Rotate ${d.count} workers…`,
  'note.reconnect-started': (d: { id: string; by: Names; hosts: Names }, pen: Pen) =>
    `Approved by ${list(d.by, 'and', 4)}, so ${pen.bold(`${d.id} starts`)}: ${list(d.hosts, 'and', 4)} ${d.hosts.length === 1 ? 'is' : 'are'} reconnected. No other machine is changed.`,
  'note.reconnect-proved': (d: Ended, pen: Pen) =>
    `${pen.bold(`${d.id} is done`)}: in line with the master${took(d.tookMs, ', proved after ')}.`,
  'note.reconnect-partly': (d: Ended, pen: Pen) =>
    `${pen.bold(`${d.id} is done in part`)}: who was proved stays connected, the others are cut off as before${took(d.tookMs, ', after ')}.`,
  'note.reconnect-put-back': (d: Ended, pen: Pen) =>
    `${pen.bold(`${d.id} was put back`)}: cut off as before${took(d.tookMs, ', after ')}.`,
  'note.reconnect-stopped': (d: Ended, pen: Pen) =>
    `${pen.bold(`${d.id} was stopped and put back`)}: cut off as before${took(d.tookMs, ', after ')}.`,
} satisfies Lines;

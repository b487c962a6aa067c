import type { Line, Lines } from '../line.ts';
import { list, short } from './grammar.ts';
import { exact } from './measure.ts';

type Names = readonly string[];
type Offer = { readonly id: string; readonly by: string; readonly hosts: Names };
type Ended = { readonly id: string; readonly tookMs: number | null };

const took = (ms: number | null, before: string): string => (ms === null || ms < 0 ? '' : `${before}${exact(ms)}`);

/**
 * What a channel is told of workers that are cut off from a master that goes on without them, and how a reconnect went.
 */
export const reconnectNotices = {
  'told.out-of-line': ((d, pen) =>
    `${pen.bold(`${d.host} is cut off from ${d.farm}`)}: ${
      d.pinned === d.presented
        ? `it pins ${short(d.presented)}, which ${d.master} presents, and trusts neither it nor its issuer in Root`
        : `it pins ${d.pinned === '' ? 'nothing' : short(d.pinned)}, and ${d.master} presents ${short(d.presented)}`
    }. Seen since ${pen.dateTime(d.since)}; it runs no package until it is reconnected.`) as Line<{
    farm: string;
    host: string;
    master: string;
    pinned: string;
    presented: string;
    since: string;
  }>,
  'told.out-of-line-many': ((d, pen) =>
    `${pen.bold(`${d.hosts.length} workers are cut off from ${d.farm}`)}: ${list(d.hosts, 'and', 6)} do not pin or trust ${short(d.presented)}, which ${d.master} presents. Seen since ${pen.dateTime(d.since)}; they run no package until they are reconnected.`) as Line<{
    farm: string;
    hosts: Names;
    master: string;
    presented: string;
    since: string;
  }>,
  'told.in-line': ((d, pen) =>
    `${pen.bold(`${d.host} is in line with ${d.farm} again`)}: it pins and trusts ${short(d.presented)}, which ${d.master} presents.`) as Line<{
    farm: string;
    host: string;
    master: string;
    presented: string;
  }>,
  'told.apart': ((d, pen) =>
    `${pen.bold(`${d.host} is not connected to ${d.farm}`)}, though its service runs, and pins and trusts ${short(d.presented)}, which ${d.master} presents. Seen since ${pen.dateTime(d.since)}; it runs no package until its service is restarted.`) as Line<{
    farm: string;
    host: string;
    master: string;
    presented: string;
    since: string;
  }>,
  'told.apart-many': ((d, pen) =>
    `${pen.bold(`${d.hosts.length} workers are not connected to ${d.farm}`)}: the services of ${list(d.hosts, 'and', 6)} run, and pin and trust ${short(d.presented)}, which ${d.master} presents. Seen since ${pen.dateTime(d.since)}; they run no package until their services are restarted.`) as Line<{
    farm: string;
    hosts: Names;
    master: string;
    presented: string;
    since: string;
  }>,
  'told.connected': ((d, pen) =>
    `${pen.bold(`${d.host} is connected to ${d.farm} again`)}: its service runs, with a connection to ${d.master}.`) as Line<{
    farm: string;
    host: string;
    master: string;
    presented: string;
  }>,
  'told.offer-asked': ((d, pen) =>
    `${pen.bold(`${d.by} asked to reconnect ${list(d.hosts, 'and', 6)}`)}: ${d.id}.`) as Line<Offer>,
  'told.offer-done': ((d, pen) =>
    `${pen.bold(`${list(d.hosts, 'and', 6)} ${d.hosts.length === 1 ? 'was' : 'were'} reconnected`)} with ${d.id}, which ${d.by} asked for.`) as Line<Offer>,
  'told.offer-moot': ((d, pen) =>
    `${pen.bold('A reconnect is no longer needed')}: ${d.host === null ? 'these workers are' : `${d.host} is`} in line with the master again.`) as Line<{
    host: string | null;
  }>,
  'told.offer-anew': ((d) =>
    `Something changed on ${d.host} since: the newest word about it says what it needs.`) as Line<{
    host: string;
  }>,
  'button.reconnect': ((d) => `Reconnect ${d.host}…`) as Line<{ host: string }>,
  'button.reconnect-many': ((d) => `Reconnect ${d.count} workers…`) as Line<{ count: number }>,
  'note.reconnect-started': ((d, pen) =>
    `Approved by ${list(d.by, 'and', 4)}, so ${pen.bold(`${d.id} starts`)}: ${list(d.hosts, 'and', 4)} ${d.hosts.length === 1 ? 'is' : 'are'} reconnected. No other machine is changed.`) as Line<{
    id: string;
    by: Names;
    hosts: Names;
  }>,
  'note.reconnect-proved': ((d, pen) =>
    `${pen.bold(`${d.id} is done`)}: in line with the master${took(d.tookMs, ', proved after ')}.`) as Line<Ended>,
  'note.reconnect-partly': ((d, pen) =>
    `${pen.bold(`${d.id} is done in part`)}: who was proved stays connected, the others are cut off as before${took(d.tookMs, ', after ')}.`) as Line<Ended>,
  'note.reconnect-put-back': ((d, pen) =>
    `${pen.bold(`${d.id} was put back`)}: cut off as before${took(d.tookMs, ', after ')}.`) as Line<Ended>,
  'note.reconnect-stopped': ((d, pen) =>
    `${pen.bold(`${d.id} was stopped and put back`)}: cut off as before${took(d.tookMs, ', after ')}.`) as Line<Ended>,
} satisfies Lines;

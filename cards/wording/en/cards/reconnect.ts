import { parseThumbprint } from '../../../../src/domain/values.ts';
import type { Pen } from '../../../pen.ts';
import type { Lines, Names } from '../../line.ts';
import { approvers, count, list, masterOf, short } from '../grammar.ts';

/** The workers concerned. */
export interface Whom {
  readonly farm: string;
  readonly hosts: Names;
}

export const reconnectWords = {
  'reconnect.title': (d: Whom) => `Reconnect ${whom(d)}`,
  'reconnect.about': (d: Whom & { id: string; master: string; by: string }) =>
    `${d.id} · ${list(d.hosts, 'and', 4)}, to ${masterOf(d.hosts, d.master)} · asked by ${d.by}`,
  'reconnect.now': () => 'How it stands',
  'reconnect.presents': (
    d: { master: string; thumbprint: string; madeBy: string | null; notAfter: string | null },
    pen: Pen,
  ) =>
    `${d.master} presents ${pen.bold(short(d.thumbprint))}${d.madeBy === null ? '' : `, made by ${d.madeBy}`}${d.notAfter === null ? '' : `, until ${pen.date(d.notAfter)}`}. The master is not touched.`,
  'reconnect.authority': (d: { names: Names; thumbprint: string }, pen: Pen) =>
    `It was issued by an authority${d.names.length === 0 ? '' : ` (${list(d.names, 'and', 8)})`}. The root, ${pen.bold(short(d.thumbprint))}, is trusted in its place, as allowedCertificates of each runner there says; whatever it issues is trusted then.`,
  'reconnect.worker': (d: { host: string; pinned: string; trusted: boolean | null; presented: boolean }, pen: Pen) => {
    const pinned = pen.bold(short(d.pinned));
    if (!d.presented && d.pinned !== '' && parseThumbprint(d.pinned) === null)
      return `MasterHttpsCertThumbprint of ${d.host} holds no thumbprint (${pinned}): it is cut off.`;
    if (!d.presented) return `${d.host} pins ${pinned}, which its master does not present: it is cut off.`;
    if (d.trusted === null) return `${d.host} pins it, is not connected, and whether it trusts it is not known.`;
    return d.trusted
      ? `${d.host} pins and trusts it, and is not connected.`
      : `${d.host} pins it, and does not trust it in Root: it is cut off.`;
  },
  'reconnect.does': () => 'What happens',
  'reconnect.does-what': (d: {
    thumbprint: string;
    root: string | null;
    hosts: Names;
    restart: Names;
    stay: Names;
  }) => {
    const one = d.hosts.length === 1;
    const trust = `${list(d.hosts, 'and', 5)} ${one ? 'trusts' : 'trust'} ${short(d.root ?? d.thumbprint)} in Root`;
    const write = `${trust} and ${one ? 'pins' : 'pin'} ${d.root === null ? 'it' : short(d.thumbprint)}.`;
    const restart =
      d.restart.length === 0
        ? ''
        : d.stay.length === 0
          ? ` Then ${one ? 'its worker restarts, and its connection is' : 'their workers restart, and each connection is'} proved.`
          : ` Then the workers on ${list(d.restart, 'and', 5)} restart, and the connection is proved.`;
    const stay =
      d.stay.length === 0
        ? ''
        : ` The service on ${list(d.stay, 'and', 5)} does not run, and is not started: it connects when somebody starts it.`;
    return `${write}${restart}${stay} No other machine is changed.`;
  },
  'reconnect.fails-what': (d: { count: number }) =>
    d.count === 1
      ? 'If that fails, it is put back as it is now: cut off.'
      : 'One that fails is put back as it is now, cut off, and no further one begins; the proved stay connected.',
  'reconnect.fallback': (d: Whom & { id: string; approved: number; quorum: number; needed: number; names: Names }) =>
    `${d.id}: reconnect ${whom(d)}? ${d.approved} of ${d.quorum} approved${
      d.needed === 0 || d.names.length === 0 ? '' : `, ${d.needed} more needed: ${approvers(d.needed, d.names)}`
    }.`,
  'reconnect.fallback-dry': (d: Whom & { id: string }) =>
    `${d.id}: what reconnecting ${whom(d)} would change. Nobody is asked.`,
  'reconnect.fallback-waits': (d: Whom & { id: string; from: string }, pen: Pen) =>
    `${d.id} starts on ${pen.dateTime(d.from)}: to reconnect ${whom(d)} is approved.`,
  'stop.reconnect': (d: { hosts: Names }) =>
    `The change in hand is finished, then ${d.hosts.length === 1 ? `${d.hosts[0]} is` : 'all of them are'} put back as before: cut off.`,
} satisfies Lines;

/** `sqlw02`, or `3 workers of prod`. */
const whom = ({ farm, hosts }: Whom): string =>
  hosts.length === 1 ? (hosts[0] ?? '') : `${count(hosts.length, 'worker')} of ${farm}`;

/** What a running card says it is doing. */
export const reconnecting = (about: Whom, back: boolean): string =>
  back ? `Putting ${whom(about)} back as before` : `Reconnecting ${whom(about)}`;

/** The result of a closed card. */
export function reconnected(outcome: string, ran: boolean, about: Whom & { readonly past: boolean }): string {
  const one = about.hosts.length === 1;
  const who = about.hosts.length === 0 ? `Workers of ${about.farm}` : whom(about);
  const then = about.past ? ' when this ended' : '';
  const [is, are] = about.past ? ['was', 'were'] : ['is', 'are'];
  if (outcome === 'proved') return `${who} ${one ? is : are} in line with ${one ? 'its' : 'their'} master${then}`;
  if (outcome === 'partly') return `Some workers of ${about.farm} ${are} in line with their master${then}`;
  if (outcome === 'left-behind') return `${who}: in line with ${one ? 'its' : 'their'} master, not proved everywhere`;
  const stays = about.past ? 'stayed' : one ? 'stays' : 'stay';
  return ran
    ? `${who} ${stays} cut off${then}, as before`
    : `${who} ${stays} as ${one ? 'it' : 'they'} ${one ? is : are}${then}`;
}

import { inTable } from '../../../src/domain/in-table.ts';
import type { Pen } from '../../pen.ts';
import type { Lines, Names } from '../line.ts';
import { usesByHosts } from '../uses-by-hosts.ts';
import { buildOf, count, days, list } from './grammar.ts';
import { exact } from './measure.ts';

type Span = { readonly from: string; readonly to: string };
type Use = { readonly kind: string; readonly where: Names; readonly hosts: Names };
type Kind = { readonly keyBits: number | null; readonly hash: string };
type End = { readonly days: number | null; readonly notAfter: string | null };

const asOf = ({ from, to }: Span, pen: Pen): string =>
  from === ''
    ? ''
    : pen.dateTime(from) === pen.dateTime(to)
      ? ` As of ${pen.dateTime(to)}.`
      : ` As of ${pen.dateTime(from)} to ${pen.dateTime(to)}.`;

const kindOf = ({ keyBits, hash }: Kind): string =>
  [keyBits === null ? 'a key of unknown length' : `a key of ${keyBits} bits`, ...(hash === '' ? [] : [hash])].join(
    ', ',
  );

/** `ends in 14 days, on 8 Dec 2026`; for several: `end`. */
function end({ days: left, notAfter }: End, many: boolean, pen: Pen): string {
  if (left === null || notAfter === null) return 'no look has read it, so its end is not known';
  if (left === 0) return pen.bold(many ? 'have ended' : `has ended`);
  return `${many ? 'end' : 'ends'} in ${days(left)}, on ${pen.date(notAfter)}`;
}

const USES: { readonly [kind: string]: (where: string, pen: Pen) => string } = {
  presents: (where) => `presented at ${where}`,
  binds: (where) => `bound to ${where}`,
  sets: (where) => `set as ${where}`,
  publishes: () => 'in the .cer file',
  stores: (where) => `stored in ${where}`,
  pins: () => 'pinned',
  trusts: () => 'trusted',
  untrusted: (where, pen) => pen.bold(`trusted neither itself nor by its issuer in ${where}`),
  'trust-unknown': () => 'not known whether trusted',
  missing: (where, pen) => pen.bold(`not to be found in ${where}`),
  elsewhere: (where) => `in ${where}, which is not read`,
  reads: (where) => `its key readable by ${where}`,
  left: (where) => `no longer used and still in ${where}`,
  keyless: (_where, pen) => pen.bold('without its private key'),
};

const uses = (all: readonly Use[], pen: Pen): string =>
  all
    .map(({ kind, where }) => {
      const words = inTable(USES, kind);
      return words?.(list(where, 'and', 4), pen) ?? kind;
    })
    .join('; ');

/** `On sqlw01 and sqlw02: pinned; trusted.`: machines that use it alike are listed together. */
const onMachines = (all: readonly Use[], pen: Pen): string =>
  usesByHosts(all)
    .map(([hosts, alike]) => ` On ${list(hosts, 'and', 4)}: ${uses(alike, pen)}.`)
    .join('');

const clock = (skewMs: number | null): string => {
  if (skewMs === null) return 'clock not known yet';
  const isRight = Math.abs(skewMs) < 1000;
  return isRight ? 'clock right to a second' : `clock ${exact(Math.abs(skewMs))} ${skewMs > 0 ? 'ahead' : 'behind'}`;
};

const NOTES: { readonly [code: string]: string } = {
  paused: 'It is paused: run node runner.mjs resume there.',
  'journal-full':
    'It cannot write its journal: see whether its disk is full, and whether its state folder is still in its place and its account may write there.',
  'orders-refused':
    'It takes no orders, because its Redis user lacks a right: give it those that certops redis acl prints for this machine.',
  'bot-key-unknown':
    'It does not go by the key of this bot: run node runner.mjs keys --bot-key KEY there, with what certops keys prints at the bot, and restart it.',
  'not-understood':
    'What it says is not understood here, most likely because it is of a later version than the bot: update the bot.',
};

const notes = (codes: Names): string => codes.map((code) => ` ${inTable(NOTES, code) ?? `It says ${code}.`}`).join('');

const versions = (all: Names): string =>
  all.length === 0 ? '' : `, ${all.length === 1 ? 'version' : 'versions'} ${list(all)}`;

type Runner = {
  readonly host: string;
  readonly version: string;
  /** It is another build than the bot's. */
  readonly isOther: boolean;
  readonly at: string;
  readonly skewMs: number | null;
  readonly isOff: boolean;
  readonly lastN: number;
  readonly codes: Names;
};

const runner = (d: Runner, pen: Pen): string => {
  const off = d.isOff ? `${pen.bold(clock(d.skewMs))}: nothing is planned until it is set` : clock(d.skewMs);
  const version = d.isOther ? pen.bold(`version ${buildOf(d.version)}, not the bot's`) : `version ${d.version}`;
  return `${version}, ${d.lastN === 0 ? 'no order yet' : `last order ${d.lastN}`}, ${off}.${notes(d.codes)}`;
};

/** `certs`, `runners`. */
export const inventoryWords = {
  'certs.nothing': (d: { farm: string }, pen: Pen) => `${pen.bold(d.farm)}: no machine has been looked at yet.`,
  'certs.farm': (d: { farm: string; count: number; looked: number; machines: number; at: string | null }, pen: Pen) => {
    const where = `${d.looked < d.machines ? `${d.looked} of ` : ''}${count(d.machines, 'machine')}`;
    return d.count === 0
      ? `${pen.bold(d.farm)}: ${where} looked at, and no certificate in use.`
      : `${pen.bold(d.farm)}: ${count(d.count, 'certificate')} in use on ${where}, worst first${d.at === null ? '' : `, as of ${pen.dateTime(d.at)}`}.`;
  },
  'certs.host': (d: { host: string; farm: string; count: number; at: string }, pen: Pen) =>
    `${pen.bold(`${d.host} of ${d.farm}`)}: ${d.count === 0 ? 'no certificate' : count(d.count, 'certificate')} in use, as its look on ${pen.dateTime(d.at)} saw it.`,
  'certs.way': (d: { host: string; hosts: Names; others: number }) => {
    if (d.hosts.length === 0) return `Whole thumbprints, machine by machine: /ssis certs ${d.host}.`;
    const hosts = d.others === 0 ? list(d.hosts, 'and', d.hosts.length) : `${d.hosts.join(', ')} and ${d.others} more`;
    return `Whole thumbprints, and what is only counted here, machine by machine: /ssis certs ${d.host}. Some certificates of ${hosts} are only counted.`;
  },
  'certs.not-looked': (d: { hosts: Names; silent: Names }) =>
    `Not looked at yet: ${list(d.hosts, 'and', 8)}.${d.silent.length === 0 ? '' : ` No runner answers on ${list(d.silent, 'and', 4)}: start it there.`}`,
  'certs.silent': (d: { hosts: Names }) =>
    `No runner answers on ${list(d.hosts, 'and', 4)}, so what stands here of ${d.hosts.length === 1 ? 'it' : 'them'} is older than an hour.`,
  'certs.asked': (d: { hosts: Names }) =>
    `A fresh look at ${list(d.hosts, 'and', 4)} is asked for, as the last one is older than an hour or there was none. Say the same again in a minute.`,
  'certs.held-rotation': (d: { id: string }) =>
    `No fresh look is asked for while ${d.id} is at work; what stands here may be older than an hour.`,
  'certs.held-queue': () =>
    'No fresh look can be asked for while Redis takes no letters; what stands here may be older than an hour.',
  'certs.held-start': () =>
    'The bot has just started and has not heard every runner yet, so no fresh look is asked for. Say the same again in half a minute.',
  'certs.held-journal': () =>
    'No fresh look is asked for, as nothing can be recorded now: look at the disk of the bot. What stands here may be older than an hour.',
  'certs.no-answer': (d: Span & { where: string; hosts: Names }, pen: Pen) =>
    `${pen.bold(`${d.where} presents no certificate`)}, seen from ${list(d.hosts, 'and', 4)}.${asOf(d, pen)}`,
  'certs.no-thumbprint': (d: Span & { where: string; hosts: Names }, pen: Pen) =>
    `${pen.bold(`${d.where} names no certificate`)} on ${list(d.hosts, 'and', 4)}.${asOf(d, pen)}`,
  'certs.certificate': (
    d: Span & End & Kind & { thumbprint: string; names: Names; uses: readonly Use[] },
    pen: Pen,
  ) => {
    const names = d.names.length === 0 ? '' : `, ${d.names.length === 1 ? 'name' : 'names'} ${list(d.names, 'and', 3)}`;
    const what = d.days === null ? '' : `: ${kindOf(d)}${names}`;
    return `${pen.bold(d.thumbprint)} ${d.days === null ? '– ' : ''}${end(d, false, pen)}${what}.${onMachines(d.uses, pen)}${asOf(d, pen)}`;
  },
  'certs.of-host': (
    d: Span &
      End &
      Kind & {
        thumbprint: string;
        notBefore: string | null;
        names: Names;
        uses: readonly Use[];
        elsewhere: readonly Use[];
      },
    pen: Pen,
  ) => {
    const since = d.notBefore === null ? '' : `, begun on ${pen.date(d.notBefore)}`;
    const names =
      d.names.length === 0 ? '' : `, ${d.names.length === 1 ? 'name' : 'names'} ${list(d.names, 'and', 10)}`;
    const what = d.days === null ? '' : `${since}: ${kindOf(d)}${names}`;
    const elsewhere = d.elsewhere.length === 0 ? '' : onMachines(d.elsewhere, pen);
    return `${pen.bold(d.thumbprint)} ${d.days === null ? '– ' : ''}${end(d, false, pen)}${what}. Here: ${uses(d.uses, pen)}.${elsewhere}${asOf(d, pen)}`;
  },
  'certs.alike': (d: Span & End & Kind & { count: number; hosts: Names }, pen: Pen) =>
    `${pen.bold(`${d.count} workers' own certificates`)} ${end(d, true, pen)}: ${kindOf(d)}, one each on ${list(d.hosts, 'and', 4)} (/ssis certs ${d.hosts[0]} shows its own).${asOf(d, pen)}`,
  'certs.more': (d: Span & { count: number; hosts: Names; next: string | null }, pen: Pen) =>
    `${count(d.count, 'more certificate')}, in use on ${list(d.hosts, 'and', 4)}${d.next === null ? '' : `; the first of them ends on ${pen.date(d.next)}`} (/ssis certs ${d.hosts[0]} shows one machine's).${asOf(d, pen)}`,
  'certs.left': (
    d: Span &
      End & {
        thumbprint: string;
        lastUsed: string | null;
        mark: string | null;
        stores: Names;
        hosts: Names;
        keys: Names;
      },
    pen: Pen,
  ) => {
    const made = d.mark === null ? '' : `, made as ${d.mark}`;
    const last = d.lastUsed === null ? 'nobody knows when it was used last' : `last used on ${pen.date(d.lastUsed)}`;
    const key = d.keys.length === 0 ? 'no private key' : `its private key is on ${list(d.keys, 'and', 4)}`;
    return `${pen.bold(d.thumbprint)} is not used any more${made}: in ${list(d.stores)} of ${list(d.hosts, 'and', 4)}, ${key}, ${last}; it ${end(d, false, pen)}.${asOf(d, pen)}`;
  },
  'certs.left-more': (d: Span & { count: number; hosts: Names }, pen: Pen) =>
    `${count(d.count, 'more certificate')} that nobody uses any more ${d.count === 1 ? 'lies' : 'lie'} on ${list(d.hosts, 'and', 4)} (/ssis certs ${d.hosts[0]} shows one machine's).${asOf(d, pen)}`,
  'certs.left-thumbprints': (d: { thumbprints: Names }) =>
    `Not used any more either: ${list(d.thumbprints, 'and', d.thumbprints.length)}.`,
  'certs.left-rest': (d: { host: string; count: number }) =>
    `And ${d.count} more that nobody uses any more: certutil -store Root and certutil -store My on ${d.host} list them.`,
  'certs.left-unread': (d: { hosts: Names }) =>
    `Not known: which certificates ${list(d.hosts, 'and', 8)} ${d.hosts.length === 1 ? 'keeps' : 'keep'} without using them.`,
  'refused.unknown-machine': (d: { said: string; farm: string | null; farms: Names; nearest: string }) => {
    const which =
      d.farm === null ? `"${d.said}" is no farm and no machine here` : `${d.farm} has no machine "${d.said}"`;
    if (d.nearest !== '') return `${which}. Did you mean ${d.nearest}?`;
    return d.farm === null
      ? `${which}. The farms: ${list(d.farms, 'and', 6)}.`
      : `${which}. /ssis runners ${d.farm} names its machines.`;
  },
  'runners.farm': (d: { farm: string; answering: number; count: number; versions: Names }, pen: Pen) =>
    `${pen.bold(d.farm)}: ${d.answering} of ${count(d.count, 'runner')} ${d.answering === 1 || d.count === 1 ? 'answers' : 'answer'}${versions(d.versions)}.`,
  'runners.last-heard': (d: { farm: string; count: number; unheard: Names }, pen: Pen) =>
    `${pen.bold(d.farm)}: ${count(d.count, 'runner')}, each as it was last heard.${d.unheard.length === 0 ? '' : ` Not heard since the bot began to listen: ${list(d.unheard, 'and', 8)}.`}`,
  'runners.more-last-heard': (
    d: { count: number; hosts: Names; versions: Names; skewMs: number; at: string },
    pen: Pen,
  ) =>
    `${d.count} more: ${list(d.hosts, 'and', 8)}${versions(d.versions)}, clocks within ${exact(Math.max(1000, d.skewMs))}, last seen on ${pen.dateTime(d.at)} or later.`,
  'runners.builds': (d: { bot: string; hosts: Names }) =>
    `The bot is of version ${d.bot}, and ${list(d.hosts, 'and', 8)} ${d.hosts.length === 1 ? 'is' : 'are'} of another build: with no rotation open, put the bot's own runner.mjs there, or update the bot first if theirs is the newer one.`,
  'runners.early': (d: { hosts: Names; since: string }, pen: Pen) =>
    `${pen.bold(`Not heard yet: ${list(d.hosts, 'and', 8)}`)}. The bot began to listen on ${pen.dateTime(d.since)}, and runners speak every 15 seconds: say the same again in half a minute.`,
  'runners.never': (d: { hosts: Names }, pen: Pen) =>
    `${pen.bold(`Never heard: ${list(d.hosts, 'and', 8)}`)}. Start the runner there; its key must be the one in the farm file.`,
  'runners.not-since': (d: { hosts: Names; since: string }, pen: Pen) =>
    `${pen.bold(`Not heard: ${list(d.hosts, 'and', 8)}`)}, since the bot began to listen on ${pen.dateTime(d.since)}. See whether the runner runs. If it already runs, node runner.mjs status there tells which farm it serves, and whether Redis refuses it anything.`,
  'runners.elsewhere': (d: { farm: string; other: string; hosts: Names }, pen: Pen) =>
    `${pen.bold(`${list(d.hosts, 'and', 8)} ${d.hosts.length === 1 ? 'reports' : 'report'} for a farm ${d.other}`)}, signed with the key that the file of ${d.farm} names: write "farm": "${d.farm}" into runner.json there and restart the runner. If it was moved to that farm for good, take it out of the file of ${d.farm}.`,
  'runners.silent': (d: Runner, pen: Pen) =>
    `${pen.bold(`${d.host} is silent`)}, last seen on ${pen.dateTime(d.at)}: ${runner(d, pen)}`,
  'runners.more-silent': (d: { count: number; hosts: Names; versions: Names; skewMs: number; at: string }, pen: Pen) =>
    `${d.count} more are silent: ${list(d.hosts, 'and', 8)}${versions(d.versions)}, clocks within ${exact(Math.max(1000, d.skewMs))}, the longest since ${pen.dateTime(d.at)}.`,
  'runners.runner': (d: Runner, pen: Pen) =>
    `${pen.bold(d.host)}, last seen on ${pen.dateTime(d.at)}: ${runner(d, pen)}`,
  'runners.noted': (d: Runner, pen: Pen) => `${pen.bold(d.host)}: ${runner(d, pen)}`,
  'runners.more': (d: { count: number; hosts: Names; versions: Names; skewMs: number; at: string }, pen: Pen) =>
    `${d.count} more ${d.count === 1 ? 'answers' : 'answer'}: ${list(d.hosts, 'and', 8)}${versions(d.versions)}, clocks within ${exact(Math.max(1000, d.skewMs))}, last seen on ${pen.dateTime(d.at)} or later.`,
} satisfies Lines;

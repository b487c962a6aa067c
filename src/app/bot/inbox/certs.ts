import { groupsBy } from '../../../domain/group-by.ts';
import {
  type Gap,
  type HeldCertificate,
  type Inventory,
  inventoryOf,
  type LeftCertificate,
} from '../../../domain/inventory/inventory.ts';
import { daysLeft } from '../../../domain/time.ts';
import { type HostName, type Instant, type Json, type Message, shortThumbprint } from '../../../domain/values.ts';
import type { NoticeAction } from '../../../domain/views/view.ts';
import type { Answer } from '../../../ports/chat.ts';
import type { Desk } from '../desk.ts';
import { button, notice, say } from '../views/notices.ts';
import type { FreshLooks } from '../watch/fresh-looks.ts';

/** How many lines are shown; the rest are counted, and shown machine by machine. */
const MOST_LINES = 10;
const MOST_LEFT = 3;
/** Room, in characters, for the names of machines whose certificates are only counted. */
const NAMES_ROOM = 600;

/** `certs [FARM]`: what is known, as of when, whether a fresh look is on its way, and how to see what is folded. */
export function certs(desk: Desk, fresh: FreshLooks): Answer {
  const { now } = desk.moment();
  const farm = desk.farm.name;
  const hosts = desk.farm.hosts.map(({ name }) => name);
  const { inventory, at } = seenAtOnce(inventoryOf(hosts, desk.state().latest, now));
  const drawn = lines(inventory, now);
  const left = leftLines(inventory, now);
  return notice(
    [
      head(farm, hosts.length, inventory, at),
      ...wayLine(inventory, [...drawn.folded, ...left.folded]),
      ...lookLines(inventory, fresh),
      ...inventory.gaps.map(gapLine),
      ...drawn.messages,
      ...left.messages,
    ],
    againButton(`certs ${farm}`, fresh),
  );
}

/** What was seen within one minute gets its time once, above all lines, instead of in each. */
function seenAtOnce(inventory: Inventory): { readonly inventory: Inventory; readonly at: Instant | null } {
  const { certificates, left, gaps } = inventory;
  const { from, to } = spanOf([...certificates, ...left, ...gaps]);
  if (certificates.length === 0 || !isOneMinute(from, to)) return { inventory, at: null };
  return { inventory: { ...inventory, ...timeless(inventory) }, at: to };
}

/** Whether two times look the same on a card. */
export const isOneMinute = (one: Instant, other: Instant): boolean => one.slice(0, 16) === other.slice(0, 16);

const TIMELESS = { from: '', to: '' };

const timeless = ({ certificates, left, gaps }: Inventory): Pick<Inventory, 'certificates' | 'left' | 'gaps'> => ({
  certificates: certificates.map((one) => ({ ...one, ...TIMELESS })),
  left: left.map((one) => ({ ...one, ...TIMELESS })),
  gaps: gaps.map((one) => ({ ...one, ...TIMELESS })),
});

/** Repeats the same command, for when the requested look has come in. */
export const againButton = (text: string, { asked }: FreshLooks): readonly NoticeAction[] =>
  asked.length > 0 ? [button('type', 'type', { text: `/ssis ${text}` }, { text })] : [];

/** Placed above the lines that it is about, because a card that has to be cut loses its last lines. */
function wayLine({ certificates, left }: Inventory, folded: readonly HostName[]): readonly Message[] {
  const hosts = [...new Set(folded)];
  const host = hosts[0] ?? hostsOf(certificates)[0] ?? left[0]?.hosts[0];
  if (host === undefined) return [];
  const named = hosts.filter((_, at) => hosts.slice(0, at + 1).join('').length <= NAMES_ROOM);
  return [say('certs.way', { host, hosts: named, others: hosts.length - named.length })];
}

/** Lines, and the machines of whatever has no line of its own. */
interface Lines {
  readonly messages: readonly Message[];
  readonly folded: readonly HostName[];
}

function head(farm: string, hosts: number, { looked, certificates }: Inventory, at: Instant | null): Message {
  if (looked.length === 0) return say('certs.nothing', { farm });
  return say('certs.farm', { farm, count: certificates.length, looked: looked.length, machines: hosts, at });
}

/** Which machines were not looked at, and what becomes of the look that was asked for. */
export function lookLines({ notLooked }: Inventory, { asked, silent, held }: FreshLooks): readonly Message[] {
  const lacking = silent.filter((host) => !notLooked.includes(host));
  const never = silent.filter((host) => notLooked.includes(host));
  return [
    ...(notLooked.length === 0 ? [] : [say('certs.not-looked', { hosts: notLooked, silent: never })]),
    ...(lacking.length === 0 ? [] : [say('certs.silent', { hosts: lacking })]),
    ...(asked.length === 0 ? [] : [say('certs.asked', { hosts: asked })]),
    ...(held === null ? [] : [say(HELD[held.by], held.by === 'rotation' ? { id: held.id } : {})]),
  ];
}

const HELD = {
  rotation: 'certs.held-rotation',
  queue: 'certs.held-queue',
  journal: 'certs.held-journal',
  start: 'certs.held-start',
} as const;

/** Where no certificate was seen although one should be. */
export const gapLine = ({ kind, where, hosts, from, to }: Gap): Message =>
  say(kind === 'no-answer' ? 'certs.no-answer' : 'certs.no-thumbprint', { where, hosts, from, to });

/** Unused certificates come last: they hurt nobody, and can be removed. */
function leftLines({ left, leftUnread }: Inventory, now: number): Lines {
  const kept = left.slice(0, MOST_LEFT);
  const others = left.slice(kept.length);
  const folded = [...new Set(others.flatMap(({ hosts }) => hosts))];
  const messages = [
    ...kept.map((one) => leftLine({ ...one, thumbprint: shortThumbprint(one.thumbprint) }, now)),
    ...(others.length === 0
      ? []
      : [say('certs.left-more', { count: others.length, hosts: folded, ...spanOf(others) })]),
    ...unreadLine(leftUnread),
  ];
  return { messages, folded };
}

/** A certificate that nothing uses any more. */
export const leftLine = (one: LeftCertificate, now: number): Message =>
  say('certs.left', {
    thumbprint: one.thumbprint,
    days: daysLeft(one.notAfter, now),
    notAfter: one.notAfter,
    lastUsed: one.lastUsed,
    mark: one.mark,
    stores: [...one.stores],
    hosts: [...one.hosts],
    keys: [...one.keys],
    from: one.from,
    to: one.to,
  });

/** Machines whose stores could not be read, so that nobody knows what is left there. */
export const unreadLine = (hosts: readonly HostName[]): readonly Message[] =>
  hosts.length === 0 ? [] : [say('certs.left-unread', { hosts: [...hosts] })];

interface Line {
  readonly all: readonly HeldCertificate[];
  readonly message: Message;
}

function lines({ certificates, looked }: Inventory, now: number): Lines {
  const drawn = alike(certificates).map((all): Line => ({ all, message: lineOf(all, looked, now) }));
  const many = drawn.flatMap(({ all }) => (all.length > 1 ? all : []));
  const owners = ownersOf(many, looked);
  if (drawn.length <= MOST_LINES) return { messages: drawn.map(({ message }) => message), folded: owners };
  const worst = drawn.slice(0, MOST_LINES - 1);
  // The certificate that everything depends on is shown, however long it lasts.
  const shared = drawn.slice(MOST_LINES - 1).find(({ all }) => all.some(isPresented)) ?? drawn[MOST_LINES - 1];
  const kept = shared === undefined ? worst : [...worst, shared];
  const left = drawn.filter((one) => !kept.includes(one)).flatMap(({ all }) => all);
  return {
    messages: [...kept.map(({ message }) => message), more(left)],
    folded: [...new Set([...owners, ...hostsOf(left)])],
  };
}

const isPresented = ({ uses }: HeldCertificate): boolean => uses.some(({ kind }) => kind === 'presents');

/** Workers' own certificates of one kind that end on the same day share a line. */
const alike = (certificates: readonly HeldCertificate[]): readonly (readonly HeldCertificate[])[] =>
  groupsBy(certificates, (one) => kindOf(one) ?? one.thumbprint);

/** null: it gets a line of its own. */
function kindOf({ facts, uses }: HeldCertificate): string | null {
  const isPlain = uses.every(
    ({ kind, where }) =>
      ['stores', 'reads', 'publishes', 'trusts'].includes(kind) ||
      (kind === 'sets' && where[0] !== 'SSLCertThumbprint'),
  );
  // A certificate that is only in the .cer file is not what its worker presents.
  if (facts === null || !isPlain || !uses.some(({ kind }) => kind === 'sets')) return null;
  return `${facts.notAfter.slice(0, 10)} ${facts.keyBits} ${facts.hash}`;
}

function lineOf(all: readonly HeldCertificate[], looked: readonly HostName[], now: number): Message {
  const [first] = all;
  const facts = first?.facts ?? null;
  const data = {
    days: facts === null ? null : daysLeft(facts.notAfter, now),
    notAfter: facts?.notAfter ?? null,
    keyBits: facts?.keyBits ?? null,
    hash: facts?.hash ?? '',
    ...spanOf(all),
  };
  if (all.length > 1) return say('certs.alike', { ...data, count: all.length, hosts: ownersOf(all, looked) });
  return say('certs.certificate', {
    ...data,
    thumbprint: shortThumbprint(first?.thumbprint ?? ''),
    names: [...(facts?.names ?? [])],
    uses: (first?.uses ?? []).map(({ kind, where, hosts }): Json => ({ kind, where: [...where], hosts: [...hosts] })),
  });
}

function more(left: readonly HeldCertificate[]): Message {
  const ends = left.flatMap(({ facts }) => (facts === null ? [] : [facts.notAfter])).sort();
  return say('certs.more', { count: left.length, hosts: hostsOf(left), next: ends[0] ?? null, ...spanOf(left) });
}

const hostsOf = (all: readonly HeldCertificate[]): readonly HostName[] => [
  ...new Set(all.flatMap(({ uses }) => uses.flatMap(({ hosts }) => hosts))),
];

/**
 * The machines whose own certificates these are (masters only trust them), in the order of the farm file: a few seconds
 * do not tell who is worse off.
 */
function ownersOf(all: readonly HeldCertificate[], looked: readonly HostName[]): readonly HostName[] {
  const owners = hostsOf(all.map((one) => ({ ...one, uses: one.uses.filter(({ kind }) => kind !== 'trusts') })));
  return looked.filter((host) => owners.includes(host));
}

function spanOf(all: readonly { readonly from: Instant; readonly to: Instant }[]): {
  readonly from: Instant;
  readonly to: Instant;
} {
  const times = all.flatMap(({ from, to }) => [from, to]).sort();
  return { from: times[0] ?? '', to: times.at(-1) ?? '' };
}

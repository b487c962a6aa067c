import { type Gap, type HeldCertificate, type Inventory, inventoryOf } from '../../domain/inventory.ts';
import { type HostName, type Instant, type Json, type Message, shortThumbprint } from '../../domain/values.ts';
import type { Answer } from '../../ports/chat.ts';
import type { Desk } from './desk.ts';
import type { FreshLooks } from './fresh-looks.ts';
import { button, notice, say } from './notices.ts';
import { daysLeft } from './views/plan-view.ts';

/** So many lines are read; what is behind them is counted. */
const MOST_LINES = 10;
const MOST_LEFT = 3;

/** `certs [FARM]`: what is known, as of when, and whether a fresh look is on its way. */
export function certs(desk: Desk, fresh: FreshLooks): Answer {
  const { now } = desk.moment();
  const farm = desk.farm.name;
  const hosts = desk.farm.hosts.map(({ name }) => name);
  const inventory = inventoryOf(hosts, desk.state().latest, now);
  const again =
    fresh.asked.length > 0 ? [button('type', 'type', { text: `/ssis certs ${farm}` }, { text: `certs ${farm}` })] : [];
  return notice(
    [
      head(farm, hosts.length, inventory),
      ...lookLines(inventory, fresh),
      ...inventory.gaps.map(gapLine),
      ...lines(inventory, now),
      ...leftLines(inventory, now),
    ],
    again,
  );
}

function head(farm: string, hosts: number, { looked, certificates }: Inventory): Message {
  if (looked.length === 0) return say('certs.nothing', { farm });
  return say('certs.farm', { farm, count: certificates.length, looked: looked.length, machines: hosts });
}

function lookLines({ notLooked }: Inventory, { asked, silent, held }: FreshLooks): readonly Message[] {
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

const gapLine = ({ kind, where, hosts, from, to }: Gap): Message =>
  say(kind === 'no-answer' ? 'certs.no-answer' : 'certs.no-thumbprint', { where, hosts, from, to });

/** What lies there and nobody uses comes last: it hurts nobody, and can be removed. */
function leftLines({ left, leftUnread }: Inventory, now: number): readonly Message[] {
  const kept = left.slice(0, MOST_LEFT);
  const others = left.slice(kept.length);
  return [
    ...kept.map(({ thumbprint, notAfter, lastUsed, mark, stores, hosts, keys, from, to }) =>
      say('certs.left', {
        thumbprint: shortThumbprint(thumbprint),
        days: daysLeft(notAfter, now),
        notAfter,
        lastUsed,
        mark,
        stores: [...stores],
        hosts: [...hosts],
        keys: [...keys],
        from,
        to,
      }),
    ),
    ...(others.length === 0 ? [] : [say('certs.left-more', { count: others.length, ...spanOf(others) })]),
    ...(leftUnread.length === 0 ? [] : [say('certs.left-unread', { hosts: [...leftUnread] })]),
  ];
}

interface Line {
  readonly all: readonly HeldCertificate[];
  readonly message: Message;
}

function lines({ certificates }: Inventory, now: number): readonly Message[] {
  const drawn = alike(certificates).map((all): Line => ({ all, message: lineOf(all, now) }));
  if (drawn.length <= MOST_LINES) return drawn.map(({ message }) => message);
  const worst = drawn.slice(0, MOST_LINES - 1);
  // What all hang on is shown, however long it lasts.
  const shared = drawn.slice(MOST_LINES - 1).find(({ all }) => all.some(isPresented)) ?? drawn[MOST_LINES - 1];
  const kept = shared === undefined ? worst : [...worst, shared];
  const left = drawn.filter((one) => !kept.includes(one)).flatMap(({ all }) => all);
  return [...kept.map(({ message }) => message), more(left)];
}

const isPresented = ({ uses }: HeldCertificate): boolean => uses.some(({ kind }) => kind === 'presents');

/** Workers' own certificates that end on one day and are of one kind are told in one line. */
function alike(certificates: readonly HeldCertificate[]): readonly (readonly HeldCertificate[])[] {
  const groups = new Map<string, HeldCertificate[]>();
  for (const one of certificates) {
    const key = kindOf(one) ?? one.thumbprint;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()];
}

/** null: it is told by itself. */
function kindOf({ facts, uses }: HeldCertificate): string | null {
  const isPlain = uses.every(
    ({ kind, where }) => kind === 'stores' || kind === 'reads' || (kind === 'sets' && where[0] !== 'SSLCertThumbprint'),
  );
  if (facts === null || !isPlain) return null;
  return `${facts.notAfter.slice(0, 10)} ${facts.keyBits} ${facts.hash}`;
}

function lineOf(all: readonly HeldCertificate[], now: number): Message {
  const [first] = all;
  const facts = first?.facts ?? null;
  const data = {
    days: facts === null ? null : daysLeft(facts.notAfter, now),
    notAfter: facts?.notAfter ?? null,
    keyBits: facts?.keyBits ?? null,
    hash: facts?.hash ?? '',
    ...spanOf(all),
  };
  if (all.length > 1) return say('certs.alike', { ...data, count: all.length, hosts: hostsOf(all) });
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

function spanOf(all: readonly Pick<HeldCertificate, 'from' | 'to'>[]): {
  readonly from: Instant;
  readonly to: Instant;
} {
  const times = all.flatMap(({ from, to }) => [from, to]).sort();
  return { from: times[0] ?? '', to: times.at(-1) ?? '' };
}

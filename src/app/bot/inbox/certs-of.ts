import {
  type CertificateUse,
  type HeldCertificate,
  type Inventory,
  inventoryOf,
} from '../../../domain/inventory/inventory.ts';
import { daysLeft } from '../../../domain/time.ts';
import type { HostName, Instant, Json, Message } from '../../../domain/values.ts';
import type { Answer } from '../../../ports/chat.ts';
import type { Desk } from '../desk.ts';
import { notice, say } from '../views/notices.ts';
import type { FreshLooks } from '../watch/fresh-looks.ts';
import { againButton, gapLine, isOneMinute, leftLine, lookLines, unreadLine } from './certs.ts';

/**
 * How many unused certificates get a line of their own, and how many more just their thumbprint: a chat has no room for
 * more.
 */
const MOST_LEFT = 8;
const MOST_THUMBPRINTS = 40;

/** `certs HOST`: every certificate of one machine with its whole thumbprint, to be typed where no runner is heard. */
export function certsOf(desk: Desk, host: HostName, fresh: FreshLooks): Answer {
  const { now } = desk.moment();
  const { name: farm, hosts } = desk.farm;
  const { latest } = desk.state();
  const names = hosts.map(({ name }) => name);
  // All looks are read: another machine may know the details of a certificate that this one only pins, and use it too.
  const inventory = ofHost(inventoryOf(names, latest, now), host);
  const at = latest[host]?.at ?? null;
  return notice(
    [
      ...(at === null ? [] : [say('certs.host', { host, farm, count: inventory.certificates.length, at })]),
      ...lookLines(inventory, fresh),
      ...inventory.gaps.map(gapLine),
      ...inventory.certificates.map((one) => lineOf(one, host, at, now)),
      ...leftLines(inventory, host, now),
    ],
    againButton(`certs ${farm} ${host}`, fresh),
  );
}

function ofHost(all: Inventory, host: HostName): Inventory {
  const isHere = ({ hosts }: { readonly hosts: readonly HostName[] }): boolean => hosts.includes(host);
  const first = (hosts: readonly HostName[]): readonly HostName[] => [
    ...hosts.filter((one) => one === host),
    ...hosts.filter((one) => one !== host),
  ];
  return {
    certificates: all.certificates.filter(({ uses }) => uses.some(isHere)),
    left: all.left.filter(isHere).map((one) => ({ ...one, hosts: first(one.hosts), keys: first(one.keys) })),
    leftUnread: all.leftUnread.filter((one) => one === host),
    gaps: all.gaps.filter(isHere).map((one) => ({ ...one, hosts: [host] })),
    looked: all.looked.filter((one) => one === host),
    notLooked: all.notLooked.filter((one) => one === host),
  };
}

function lineOf(
  { thumbprint, facts, uses, from, to }: HeldCertificate,
  host: HostName,
  at: Instant | null,
  now: number,
): Message {
  // Already said above all lines.
  const isTold = at !== null && isOneMinute(from, at) && isOneMinute(at, to);
  return say('certs.of-host', {
    thumbprint,
    days: facts === null ? null : daysLeft(facts.notAfter, now),
    notBefore: facts?.notBefore ?? null,
    notAfter: facts?.notAfter ?? null,
    keyBits: facts?.keyBits ?? null,
    hash: facts?.hash ?? '',
    names: [...(facts?.names ?? [])],
    uses: only(uses, (one) => one === host),
    elsewhere: only(uses, (one) => one !== host),
    from: isTold ? '' : from,
    to: isTold ? '' : to,
  });
}

const only = (uses: readonly CertificateUse[], isMeant: (host: HostName) => boolean): readonly Json[] =>
  uses.flatMap(({ kind, where, hosts }): readonly Json[] => {
    const meant = hosts.filter(isMeant);
    return meant.length === 0 ? [] : [{ kind, where: [...where], hosts: meant }];
  });

function leftLines({ left, leftUnread }: Inventory, host: HostName, now: number): readonly Message[] {
  const others = left.slice(MOST_LEFT);
  const told = others.slice(0, MOST_THUMBPRINTS).map(({ thumbprint }) => thumbprint);
  const rest = others.length - told.length;
  return [
    ...left.slice(0, MOST_LEFT).map((one) => leftLine(one, now)),
    ...(told.length === 0 ? [] : [say('certs.left-thumbprints', { thumbprints: told })]),
    ...(rest === 0 ? [] : [say('certs.left-rest', { host, count: rest })]),
    ...unreadLine(leftUnread),
  ];
}

import type { HostLook, MasterLook } from '../../../domain/machine/host-facts.ts';
import type { FarmState } from '../../../domain/rotation/farm-state.ts';
import { daysLeft } from '../../../domain/time.ts';
import { type HostName, type Instant, parseThumbprint, type Role, type Thumbprint } from '../../../domain/values.ts';
import type { Desk } from '../desk.ts';

export interface Expiry {
  readonly host: HostName;
  readonly role: Role;
  readonly thumbprint: Thumbprint;
  readonly notAfter: Instant;
  readonly days: number;
  /** When the machine was looked at. */
  readonly asOf: Instant;
}

/** Every certificate that the newest looks have seen in use, worst first. A master's is the one that it presents. */
export function farmExpiry(desk: Desk, now = desk.moment().now): readonly Expiry[] {
  const state = desk.state();
  const hosts = new Set<string>(desk.farm.hosts.map(({ name }) => name));
  const looks = Object.values(state.latest).filter((look) => hosts.has(look.host));
  const ends = endsOf(state, looks);
  return looks
    .flatMap((look) => ofLook(look, ends))
    .map((one) => ({ ...one, days: daysLeft(one.notAfter, now) }))
    .sort(
      (a, b) =>
        a.days - b.days ||
        (a.role === b.role ? compare(a.host, b.host) || compare(a.notAfter, b.notAfter) : a.role === 'master' ? -1 : 1),
    );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The end of every certificate that some look has read or seen presented, in the newest looks and earlier ones. */
function endsOf({ endsOnce }: Pick<FarmState, 'endsOnce'>, looks: readonly HostLook[]): ReadonlyMap<string, Instant> {
  const ends = new Map(Object.entries(endsOnce));
  for (const { master } of looks)
    for (const { thumbprint, notAfter } of master?.presented ?? [])
      if (thumbprint !== null && notAfter !== undefined) ends.set(thumbprint, notAfter);
  for (const { master, worker } of looks)
    for (const one of [master?.certificate, worker?.certificate])
      if (one != null) ends.set(one.thumbprint, one.notAfter);
  return ends;
}

/** What a machine says about its own certificates takes precedence over what others say about them. */
function ofLook(look: HostLook, ends: ReadonlyMap<string, Instant>): readonly Omit<Expiry, 'days'>[] {
  const own = endsOf({ endsOnce: {} }, [look]);
  const of = (role: Role, thumbprints: readonly Thumbprint[]): readonly Omit<Expiry, 'days'>[] =>
    thumbprints.flatMap((thumbprint) => {
      const notAfter = own.get(thumbprint) ?? ends.get(thumbprint);
      return notAfter === undefined ? [] : [{ host: look.host, role, thumbprint, notAfter, asOf: look.at }];
    });
  const workers = look.worker?.certificate ?? null;
  return [
    ...(look.master === null ? [] : of('master', presentedBy(look.master))),
    ...(workers === null ? [] : of('worker', [workers.thumbprint])),
  ];
}

/**
 * What clients are shown, since reminders are about that: a job may have ended well while the master still presents the
 * old one. If it did not answer: what is bound, else what its settings name. A certificate that nobody has read is left
 * out, and no other takes its place.
 */
function presentedBy(master: MasterLook): readonly Thumbprint[] {
  const named = parseThumbprint(master.sslCertThumbprint);
  const choices = [
    master.presented.flatMap(({ thumbprint }) => thumbprint ?? []),
    master.bindings.map(({ thumbprint }) => thumbprint),
    named === null ? [] : [named],
  ];
  return [...new Set(choices.find((thumbprints) => thumbprints.length > 0))];
}

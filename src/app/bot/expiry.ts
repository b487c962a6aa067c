import type { HostLook } from '../../domain/host-facts.ts';
import type { HostName, Instant, Role, Thumbprint } from '../../domain/values.ts';
import type { Desk } from './desk.ts';
import { daysLeft } from './views/plan-view.ts';

export interface Expiry {
  readonly host: HostName;
  readonly role: Role;
  readonly thumbprint: Thumbprint;
  readonly notAfter: Instant;
  readonly days: number;
  /** When the machine was looked at. */
  readonly asOf: Instant;
}

/** Every certificate that the newest looks have seen, worst first. */
export function farmExpiry(desk: Desk): readonly Expiry[] {
  const { now } = desk.moment();
  return Object.values(desk.state().latest)
    .filter((look) => desk.farm.hosts.some((host) => host.name === look.host))
    .flatMap((look) => ofLook(look, now))
    .sort(
      (a, b) => a.days - b.days || (a.role === b.role ? a.host.localeCompare(b.host) : a.role === 'master' ? -1 : 1),
    );
}

function ofLook(look: HostLook, now: number): readonly Expiry[] {
  const master = look.master?.certificate ?? null;
  const worker = look.worker?.certificate ?? null;
  const line = (role: Role, certificate: NonNullable<typeof master>): Expiry => ({
    host: look.host,
    role,
    thumbprint: certificate.thumbprint,
    notAfter: certificate.notAfter,
    days: daysLeft(certificate.notAfter, now),
    asOf: look.at,
  });
  return [...(master === null ? [] : [line('master', master)]), ...(worker === null ? [] : [line('worker', worker)])];
}

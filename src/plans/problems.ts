import type { Farm } from '../domain/farm/farm.ts';
import type { Looks, Problem, ServiceFacts, WorkerLook } from '../domain/machine/host-facts.ts';
import { isPassive } from '../domain/machine/presented.ts';
import { type HostName, type Refusal, type Role, refuse } from '../domain/values.ts';

/**
 * Problems in a look that block nothing: the card tells them, or what they lead to. All but the last five come from
 * older runners, which judged facts that the plan judges by itself.
 */
const PASSABLE: readonly string[] = [
  'root-crowded',
  'root-not-self-signed',
  'password-account',
  'service-not-running',
  'setting-hidden-characters',
  'pinned-not-trusted',
  'log-unreadable',
  'program-open',
  'folder-open',
  'folder-not-read',
  'program-not-read',
];

/** A machine that was not looked at, or that lacks a role which the farm file gives it. */
export function refuseUnlooked(hosts: Farm['hosts'], looks: Looks): Refusal | null {
  for (const { name: host, roles } of hosts) {
    const look = looks[host];
    if (look === undefined) return refuse('HostNotLooked', { host });
    const role = roles.find((one) => look[one] === null);
    if (role !== undefined) return refuse('RoleNotInstalled', { host, role });
  }
  return null;
}

/** `pid`: whoever asks may have to end a service that hangs between two states, for nothing here does that. */
export function notRunning(
  code: 'MasterNotRunning' | 'WorkerNotRunning' | 'InLineNotRunning',
  host: HostName,
  { state, pid }: Pick<ServiceFacts, 'state' | 'pid'>,
  isGone = false,
): Refusal {
  const hangs = state.endsWith('-pending') && pid > 0;
  return refuse(code, { host, state, ...(hangs ? { pid } : {}), ...(isGone ? { gone: true } : {}) });
}

/**
 * Whether a worker's own certificate, or its key, is gone: its service cannot start with it. A store that is not read
 * says nothing.
 */
export const isOwnGone = ({ storeLocation, certificate }: Pick<WorkerLook, 'storeLocation' | 'certificate'>): boolean =>
  storeLocation === undefined && (certificate === null || certificate.privateKey === 'no');

/** A .cer file that cannot be read: no connection depends on it. */
export const isOfCerFile = ({ code, data }: Problem): boolean =>
  code === 'not-readable' && typeof data.what === 'string' && data.what.endsWith('.cer');

/** A .cer file that cannot be refreshed: only a rotation that refreshes it depends on that. */
export const isLockedCer = ({ code, data }: Problem, role: Role): boolean =>
  code === 'cer-not-writable' && data.role === role;

/**
 * Nobody can tell who may use the private key in use by that role, as of one in hardware. Only making a certificate in
 * its place depends on that: those who can use the old key have to be able to use the new one. Older runners do not
 * name the role.
 */
export const isOfKey = ({ code, data }: Problem, role: Role): boolean =>
  code === 'not-readable' && data.what === 'private key' && data.role === role;

/**
 * A problem that blocks the plan and that nothing else has named better. `passable`: what this kind of rotation
 * ignores.
 */
export function problemIn(
  hosts: readonly HostName[],
  looks: Looks,
  passable: (problem: Problem) => boolean,
): Refusal | null {
  for (const host of hosts) {
    const look = looks[host];
    const stands = (one: Problem): boolean =>
      !PASSABLE.includes(one.code) && !passable(one) && !(one.code === 'master-not-answering' && isPassive(look));
    const problem = look?.problems.find(stands);
    if (problem !== undefined) return refuse('HostNotReady', { ...problem.data, host, problem: problem.code });
  }
  return null;
}

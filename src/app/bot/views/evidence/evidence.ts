import type { Proof } from '../../../../domain/machine/proof-roles.ts';
import { forthWork } from '../../../../domain/next/stages.ts';
import { followStages } from '../../../../domain/plan/plan-phases.ts';
import { hostsClosedWith } from '../../../../domain/rotation/left-behind.ts';
import type { RotationState } from '../../../../domain/rotation/rotation.ts';
import type { HostName, Message } from '../../../../domain/values.ts';
import type { ClosedView } from '../../../../domain/views/view.ts';

export type Evidence = ClosedView['evidence'][number];

export const line = (state: Evidence['state'], id: string, data: Message['data']): Evidence => ({
  state,
  what: { id, data },
});

/** Which witnesses say that workers are connected; a handshake shows what a master presents, and no worker. */
export const witnessesOf = (proofs: readonly Proof[]): readonly string[] => [
  ...new Set(proofs.flatMap(({ witnesses }) => witnesses.filter((one) => one !== 'handshake'))),
];

/**
 * How many of these workers are connected by their own witnesses, whatever else is wrong. `unproved`: something else is
 * wrong on at least one of them. `since`: workers that came after the end, which this does not count, though later
 * looks may have seen them; then fewer than all is no good end, but no bad state now either.
 */
export function connectedLine(
  workers: readonly string[],
  proofs: readonly Proof[],
  since: readonly string[] = [],
): Evidence {
  const own = proofs.filter(({ host }) => workers.includes(host) && !since.includes(host));
  const connected = own.filter(isIn).length;
  const isProved = workers.every((host) => since.includes(host) || own.some((one) => one.host === host && one.proved));
  const told = { connected, count: workers.length, witnesses: witnessesOf(since.length === 0 ? proofs : own) };
  const data = since.length === 0 ? told : { ...told, ended: true, unproved: true };
  const good = since.length === 0 || connected === workers.length ? 'good' : 'unknown';
  return line(isProved ? good : 'bad', 'proof.workers', isProved ? data : { ...data, unproved: true });
}

/** A worker that was not connected before is proved to be back although none of its witnesses speaks. */
const isIn = ({ witnesses }: Proof): boolean => witnesses.includes('log') || witnesses.includes('tcp');

/** On the way back, names workers that are back and not connected, as before; no line if there are none. */
export function apartAsBefore(
  workers: readonly string[],
  proofs: readonly Proof[],
  forth: boolean,
): readonly Evidence[] {
  const isApart = (host: string): boolean => proofs.some((one) => one.host === host && one.proved && !isIn(one));
  const hosts = forth ? [] : workers.filter(isApart);
  return hosts.length === 0 ? [] : [line('unknown', 'proof.cut-off-as-before', { hosts })];
}

/** Names workers that nobody expects to connect; no line if there are none. */
export const notConnecting = (hosts: readonly string[]): readonly Evidence[] =>
  hosts.length === 0 ? [] : [line('unknown', 'proof.not-connecting', { hosts })];

/** What fresh looks found instead of what was wanted, machine by machine. */
export const againstIn = (proofs: readonly Proof[]): readonly Evidence[] =>
  proofs.flatMap(({ host, against }) => against.map((one) => line('bad', 'proof.against', { host, ...one })));

/** How far a worker got in its own stage of the cutover; 'none' if it never began, or has none. */
export function followWork(rotation: RotationState, host: HostName): string {
  const stages = rotation.plan === null ? [] : followStages(rotation.plan);
  const stage = stages.find((one) => one.hosts.includes(host));
  return stage === undefined ? 'none' : forthWork(rotation, host, stage.name);
}

/** Workers that were proved on a certificate of their own and keep it. */
export const keptOf = (rotation: RotationState): readonly string[] => hostsClosedWith(rotation, 'kept');

/**
 * Which workers keep what they got, which were put back after they had begun, which never began, and whether any began.
 */
export function courseOf(rotation: RotationState, workers: readonly HostName[], forth: boolean) {
  const kept = forth ? keptOf(rotation) : [];
  const begun = workers.filter((host) => followWork(rotation, host) !== 'none');
  const back = begun.filter((host) => !kept.includes(host) && followWork(rotation, host) !== 'left');
  return { kept, back, never: workers.filter((host) => !begun.includes(host)), isBegun: begun.length > 0 };
}

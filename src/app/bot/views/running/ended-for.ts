import type { Assessment } from '../../../../domain/next/index.ts';
import { keeps } from '../../../../domain/plan/plan-phases.ts';
import type { Planned } from '../../../../domain/rotation/rotation.ts';
import type { NeedsPersonView } from '../../../../domain/views/view.ts';
import { workersOf } from '../evidence/gaps.ts';
import { isReconnect } from '../evidence/reconnected.ts';

/** Causes that a worker gives which its master does not get to accept it, whatever its own settings say. */
const APART: readonly string[] = ['WorkerRefused', 'WorkerNotConnected', 'EndpointNotTrusted'];

/**
 * That workers in question have to accept a certificate of their master that has ended meanwhile: no look and no way
 * back connects them. Left out: it has not ended, or their question is another one.
 */
export function endedFor(
  rotation: Planned,
  { attention, direction }: Assessment,
  now: number,
): Pick<NeedsPersonView, 'ended'> {
  const workers: readonly (string | null)[] = workersOf(rotation);
  const isAsked = attention.some(
    ({ host, code, data }) => workers.includes(host) && (APART.includes(code) || isUnconnected(code, data.against)),
  );
  const [first, ...others] = rotation.plan.slices.filter(({ roles }) => roles.includes('master'));
  if (!isAsked || first === undefined) return {};
  const master = rotation.looks[first.host]?.master ?? null;
  const stays = keeps(rotation.plan) || isReconnect(rotation);
  const at = stays
    ? master?.certificate?.notAfter
    : direction === 'back'
      ? rotation.plan.header.old?.notAfter
      : undefined;
  if (at == null || Date.parse(at) > now) return {};
  return { ended: { master: first.host, at, clustered: others.length > 0 } };
}

/** The final look that found no connection. */
const isUnconnected = (code: string, against: unknown): boolean =>
  code === 'NotProved' &&
  Array.isArray(against) &&
  against.some((one: { readonly fact?: unknown }) => one.fact === 'connection');

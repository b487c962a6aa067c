import type { Farm } from '../farm/farm.ts';
import { drainTeller } from '../plan/drain-teller.ts';
import type { Plan } from '../plan/plan.ts';
import { changedSince } from '../plan/scope.ts';
import { checkParams } from '../plan/step-params.ts';
import type { RotationState } from '../rotation/rotation.ts';
import { type Refusal, refuse } from '../values.ts';
import { isPolicyChanged } from './approval.ts';

type Asked = Pick<RotationState, 'wish' | 'looks'>;

/** Why no vote on this plan counts under the farm file as it is now; null: what the plan took from it is the same. */
export function staleUnder(farm: Farm, plan: Plan, asked: Asked): Refusal | null {
  const { wish } = asked;
  if (isPolicyChanged(farm, plan, wish)) return refuse('PolicyChanged', {});
  // A machine missing from the plan would be cut off by it.
  const hosts = changedSince(farm, wish, plan.slices);
  if (hosts.length > 0) return refuse('MachinesChanged', { hosts });
  const changes = changesOf(farm, plan, asked);
  return changes.length > 0 ? refuse('FarmFileChanged', { changes }) : null;
}

/**
 * Fields that are written into the plan itself, so no digest of them is kept beside it. Only where this plan uses them:
 * most plans about workers never name the endpoint.
 */
function changesOf(farm: Farm, { header, slices }: Plan, { wish, looks }: Asked): readonly string[] {
  const { endpoint, drain } = farm;
  const checks = slices.flatMap(({ stages }) => Object.values(stages).flatMap((stage) => stage.checks));
  const names = checks.some(({ kind }) => kind === 'presents');
  const [was, now] = [addressOf(header.endpoint), addressOf(endpoint)];
  const waits = checks.find(({ kind }) => kind === 'packages-end');
  // Without a limit the plan has no such check, as where nobody could see packages: the looks tell which it was.
  const none = drainTeller(farm, wish, looks) === null ? drain.limitMs : 0;
  const limit = waits === undefined ? none : checkParams('packages-end', waits).limitMs;
  return [
    ...(names && was !== now ? [`endpoint: ${was} → ${now}`] : []),
    ...(limit === drain.limitMs ? [] : [`drain.limit: ${inSeconds(limit)} → ${inSeconds(drain.limitMs)}`]),
  ];
}

const addressOf = ({ host, port }: Farm['endpoint']): string => `${host.toLowerCase()}:${port}`;

/** As the farm file may have it. */
const inSeconds = (ms: number): string => (ms % 60_000 === 0 && ms > 0 ? `${ms / 60_000} min` : `${ms / 1000} s`);

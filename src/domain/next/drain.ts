import type { OrderState, RotationState } from '../rotation.ts';
import type { CheckParams } from '../step-params.ts';
import type { Cause } from './moment.ts';
import type { Work } from './stages.ts';

/** The last stage before an outage: packages that run are waited for, by the master's runner, which alone can see them. */
export const DRAIN = 'drain';

/** What its check ends with when packages still run, or cannot be seen any more, at the limit. */
const STILL: readonly string[] = ['PackagesRun', 'PackagesUnseen', 'TimeIsOver'];

/** Nothing went wrong: packages run longer than the plan allows to wait, and a person says what becomes of that. */
export const asksAboutPackages = ({ stage, code }: Pick<Cause, 'stage' | 'code'>): boolean =>
  stage === DRAIN && STILL.includes(code);

/**
 * How far the drain is: an open question is `unknown`; decided to go on, or gone on already, it is good; decided to wait
 * longer it is to be ordered anew. Between the waves of workers nothing that fails here turns anybody back: it is asked.
 */
export function drainWork(rotation: RotationState, order: OrderState | undefined, work: Work): Work {
  if (order === undefined || work !== 'failed') return work;
  const since = rotation.orders.slice(rotation.orders.indexOf(order));
  if (hasBegun(rotation, since)) return 'good';
  if (!asksAboutPackages({ stage: DRAIN, code: order.code ?? '' }) && !hasBegun(rotation)) return work;
  const decided = rotation.resolved[order.host];
  // Both by the bot's clock: an earlier decision gave rise to this very order, in the same moment.
  if (decided === undefined || decided.at <= order.issued) return 'unknown';
  if (decided.choice === 'go-on') return 'good';
  return decided.choice === 'look-again' ? 'none' : 'unknown';
}

/** Whether the outage has begun, or has since. */
export function hasBegun({ plan, orders }: RotationState, since: readonly OrderState[] = orders): boolean {
  const cutover = plan?.header.phases.find(({ name }) => name === 'cutover')?.stages ?? [];
  return since.some(({ kind, stage }) => kind === 'apply' && cutover.some(({ name }) => name === stage));
}

/** How long packages are waited for, as approved. Milliseconds; null: the plan waits for none. */
export function drainLimitMs({ plan }: RotationState): number | null {
  const checks = plan?.slices.flatMap(({ stages }) => stages[DRAIN]?.checks ?? []) ?? [];
  const params = checks.find(({ kind }) => kind === 'packages-end')?.params;
  return params === undefined ? null : (params as CheckParams<'packages-end'>).limitMs;
}

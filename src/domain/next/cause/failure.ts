import { DRAIN } from '../../plan/plan-phases.ts';
import type { OrderState, RotationState } from '../../rotation/rotation.ts';
import type { HostName } from '../../values.ts';
import { waitsOf } from '../drain.ts';
import type { Cause } from '../moment.ts';
import { latestOrder, silentCode, tellingOrder, waitWork } from '../stages.ts';

/** What the host reported when it failed; a silent one has reported nothing. */
export function failure(
  rotation: RotationState,
  host: HostName,
  stage: string,
  kind: 'apply' | 'undo' = 'apply',
): Cause {
  const waits = stage === DRAIN && rotation.plan !== null ? waitsOf(rotation.plan) : [];
  const asked = waits.find((wait) => wait.host === host && waitWork(rotation, wait) === 'unknown');
  const order = asked === undefined ? undefined : tellingOrder(rotation, asked);
  return failureOf(host, stage, order ?? latestOrder(rotation, host, stage, kind));
}

export function failureOf(host: HostName, stage: string, order: OrderState | undefined): Cause {
  if (order?.silentSince != null)
    return {
      host,
      stage,
      step: null,
      code: silentCode(order),
      data: { ...(order.unwritten ?? { since: order.silentSince }) },
    };
  const code = order?.code ?? codeless(order);
  return { host, stage, step: order?.failedStep ?? null, code, data: order?.data ?? {} };
}

function codeless(order: OrderState | undefined): string {
  if (order?.status === 'lapsed') return 'OrderLapsed';
  return isPutBackByHand(order) ? 'PutBackByHand' : 'StateUnknown';
}

/** A runner that puts back what had ended well was told so by a person at its machine: it names no failure. */
export const isPutBackByHand = (order: OrderState | undefined): boolean =>
  order?.kind === 'apply' && order.code === null && order.outcome === 'put-back';

export const cause = (code: string, data: Cause['data'], host: HostName | null = null): Cause => ({
  host,
  stage: null,
  step: null,
  code,
  data,
});

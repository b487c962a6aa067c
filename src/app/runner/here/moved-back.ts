import type { AcceptedOrder } from '../../../domain/fold/runner-fold.ts';
import { type Followed, followedOf } from '../../../domain/orders/armed.ts';
import type { HostName, Thumbprint } from '../../../domain/values.ts';
import { readHold } from '../held/holds.ts';
import type { OwnStage } from './undo-here.ts';

/**
 * The two certificates of a master between which this machine's worker moves when a rotation is put back here, by what
 * was begun and what is held. null: it moves between none, or its master is put back here too.
 */
export function movedBack(
  stages: readonly OwnStage[],
  open: readonly AcceptedOrder[],
  own: { readonly farm: string; readonly host: HostName },
): Followed | null {
  if (stages.some(({ work }) => work.steps.some(({ kind }) => kind === 'bind-port'))) return null;
  const begun = stages.map(({ work, letter }) => followedOf(work, letter.refs));
  const held = open.map((order) => readHold(order, own)?.followed ?? null);
  return [...begun, ...held].find((followed) => followed !== null) ?? null;
}

/**
 * What its master presents that cuts off a worker which moves back: the certificate that it comes from, or a third one.
 * null: nothing, since the master presents the old one. `unseen`: nobody knows, and that must keep no one from putting
 * a machine back.
 */
export function cutOffBy({ old, next }: Followed, presented: Thumbprint | null): 'next' | 'another' | 'unseen' | null {
  if (presented === null) return 'unseen';
  if (presented === old) return null;
  return presented === next ? 'next' : 'another';
}

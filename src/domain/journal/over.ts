import type { Envelope, OrderKind } from '../letters/protocol.ts';
import type { Digest, RotationId } from '../values.ts';

/** What was done under one digest, as far as this file asks. */
interface Past {
  readonly digest: Digest;
  readonly rotation: RotationId;
  readonly isOver: boolean;
}

interface Taken {
  readonly kind: OrderKind;
  readonly digest: Digest | null;
  readonly order: Envelope;
}

/**
 * With those ended that are over by an order taken just now: it says that another rotation is open, or it begins
 * another plan, and a farm has one at work. Whoever takes the bot's key later cannot unsay it. The order was verified
 * before. Pure.
 */
export function withOver<P extends Past>(pasts: readonly P[], { kind, digest, order }: Taken): readonly P[] {
  if (pasts.every(({ isOver }) => isOver)) return pasts;
  const { open } = JSON.parse(order.body) as { readonly open?: readonly RotationId[] };
  return pasts.map((past) => {
    const isReplaced = kind === 'apply' && past.digest !== digest;
    const isClosed = open !== undefined && !open.includes(past.rotation);
    return isReplaced || isClosed ? { ...past, isOver: true } : past;
  });
}

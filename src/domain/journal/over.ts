import type { Envelope, OrderKind } from '../letters/protocol.ts';
import type { Digest, RotationId } from '../values.ts';

/** The part of a digest's past that matters here. */
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
 * Marks as over what a newly accepted order shows to be over: the order lists the open rotations, or it starts another
 * plan, and a farm works on only one. A later thief of the bot's key cannot revoke that. The order was verified before.
 * Pure.
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

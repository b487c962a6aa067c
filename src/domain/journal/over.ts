import type { Envelope, OrderKind } from '../letters/protocol.ts';
import type { Moment } from '../next/moment.ts';
import type { FarmState } from '../rotation.ts';
import type { Digest, HostName, RotationId } from '../values.ts';
import { readsOpen } from './bot-head.ts';
import type { DigestPast } from './runner-fold.ts';

/** Rotations that may still change something: what is over is never ordered again, forth or back. */
const openIn = ({ order, rotations }: Pick<FarmState, 'order' | 'rotations'>): readonly RotationId[] =>
  order.filter((id) => rotations[id]?.closed === null && rotations[id].gate?.how === 'approved');

/** What an order to this host says of what is open, where its runner has told that it reads that. */
export function openFor(
  state: Pick<FarmState, 'order' | 'rotations'>,
  { presence }: Pick<Moment, 'presence'>,
  host: HostName,
): { readonly open?: readonly RotationId[] } {
  return readsOpen(presence[host]?.boot ?? '') ? { open: openIn(state) } : {};
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
export function withOver(pasts: readonly DigestPast[], { kind, digest, order }: Taken): readonly DigestPast[] {
  if (pasts.every(({ isOver }) => isOver)) return pasts;
  const { open } = JSON.parse(order.body) as { readonly open?: readonly RotationId[] };
  return pasts.map((past) => {
    const isReplaced = kind === 'apply' && past.digest !== digest;
    const isClosed = open !== undefined && !open.includes(past.rotation);
    return isReplaced || isClosed ? { ...past, isOver: true } : past;
  });
}

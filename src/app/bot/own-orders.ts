import type { Signed } from '../../domain/fold/entry-limits.ts';
import { isRemembered } from '../../domain/fold/heard-numbers.ts';
import type { RunnerEntry } from '../../domain/journal/entries.ts';
import { verifyEnvelope } from '../../domain/letters/envelope.ts';
import type { BotHead, Order } from '../../domain/letters/protocol.ts';
import { parseJson } from '../../domain/letters/untrusted-json.ts';
import type { FarmState } from '../../domain/rotation/farm-state.ts';
import { type HostName, isRefusal, type RotationId } from '../../domain/values.ts';

/** Orders to one machine, and the key that signs them. */
export interface OwnOrders {
  readonly farm: string;
  readonly host: HostName;
  readonly publicKey: string;
}

/**
 * Numbers of the lines about orders that the journal does not have and that were not signed here. Trusting the runner's
 * word alone would let anybody with its key end what is open, and use up the numbers of rotations.
 */
export function foreignAmong(
  fresh: readonly Signed[],
  first: number,
  state: Pick<FarmState, 'rotations'>,
  own: OwnOrders,
): readonly number[] {
  return fresh.flatMap(({ entry }, at) =>
    entry.type === 'accepted' && !isRemembered(state, own.host, entry) && orderIn(entry, own) === null
      ? [first + at]
      : [],
  );
}

interface Lost extends Omit<BotHead, 'hash'> {
  readonly n: number;
  readonly rotation: RotationId;
}

/** The newest order that was signed here and names a position that this journal lacks; null if there is none. */
export function lostAmong(fresh: readonly Signed[], own: OwnOrders, knows: (head: BotHead) => boolean): Lost | null {
  for (const { entry } of fresh.toReversed()) {
    const order = entry.type === 'accepted' ? orderIn(entry, own) : null;
    if (order?.bot === undefined || knows(order.bot)) continue;
    const { n, rotation, bot } = order;
    return { epoch: bot.epoch, seq: bot.seq, n, rotation };
  }
  return null;
}

/**
 * The order that a runner says it took, if it was signed here and says the same. An earlier key does not count:
 * somebody who got hold of it may have signed more, and the journal has what was ordered under it.
 */
function orderIn(entry: Extract<RunnerEntry, { type: 'accepted' }>, own: OwnOrders): Order | null {
  const signed = verifyEnvelope(entry.order, 'order', [own.publicKey]);
  if (isRefusal(signed)) return null;
  // Perhaps from another version of this bot, but its own word.
  const order = (parseJson(signed.body) ?? {}) as unknown as Order;
  const isSame =
    order.farm === own.farm &&
    order.host === own.host &&
    order.n === entry.n &&
    order.rotation === entry.rotation &&
    order.kind === entry.kind;
  return isSame ? order : null;
}

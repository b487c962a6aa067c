import type { RunnerState } from '../../../domain/fold/runner-fold.ts';
import { isBehind } from '../../../domain/journal/bot-head.ts';
import { verifyEnvelope } from '../../../domain/letters/envelope.ts';
import { nameOfOrder, parseOrder } from '../../../domain/letters/letters.ts';
import { otherFarmOf } from '../../../domain/letters/other-farm.ts';
import { type Envelope, type Order, PROTOCOL } from '../../../domain/letters/protocol.ts';
import { SCAN } from '../../../domain/rotation/farm-state.ts';
import { sha256 } from '../../../domain/sha256.ts';
import { isRefusal, type Json, type Refusal, refuse } from '../../../domain/values.ts';
import type { RunnerDeps } from '../deps.ts';

export type Named = Pick<Order, 'n' | 'rotation'>;

type ReadLetter =
  /** `order` only if it is one of our own that has no answer yet: the bot takes the number for its own order. */
  | { readonly is: 'refused'; readonly refusal: Refusal; readonly order: Named | null }
  /** Accepted or refused before: what was said about it since that entry is said again. */
  | { readonly is: 'known'; readonly seq: number }
  | { readonly is: 'next'; readonly order: Order; readonly envelope: Envelope };

/** Whether a letter is this runner's next order, by who signed it, whom it is for, its number, and the bot's head. */
export function readLetter(letter: unknown, config: RunnerDeps['config'], state: RunnerState): ReadLetter {
  const { orders, lastN, bot } = state;
  const other = otherFarmOf(letter, config);
  if (other !== null) return refused(refuse('LetterOfOtherFarm', { ...other }));
  const verified = verifyEnvelope(letter, 'order', config.botKeys);
  if (isRefusal(verified)) return refused(verified);
  const order = parseOrder(verified.body);
  if (isRefusal(order)) return refused(order, ofOtherVersion(verified.body, config, state));
  if (order.farm !== config.farm) return refused(strange('OtherFarm', order, { found: order.farm }));
  if (order.host !== config.host) return refused(strange('OtherHost', order, { found: order.host }));
  const known = orders.find(({ n }) => n === order.n);
  if (known !== undefined && known.bodyHash === sha256(verified.body)) return { is: 'known', seq: known.seq };
  // The bot takes a refusal as the end of the order: begun now, it would change a machine under a rotation that may be
  // over. Scans are exempt: they change nothing, and all have the same rotation id.
  const given = state.refused.find(
    ({ n, rotation }) => n === order.n && rotation === order.rotation && rotation !== SCAN,
  );
  if (given !== undefined) return { is: 'known', seq: given.seq };
  // The bot takes that there is nothing to undo as the end of what it ordered before.
  const undo = state.refused.find(
    ({ n, rotation, code }) => code === 'NothingToUndo' && rotation === order.rotation && n > order.n,
  );
  if (undo !== undefined && order.kind !== 'look')
    return refused(strange('OrderNumberUsed', order, { lastN: undo.n }), order);
  if (order.n <= lastN) return refused(strange('OrderNumberUsed', order, { lastN }));
  const epochsAhead = (order.bot?.epoch ?? 0) - (bot?.epoch ?? 0);
  if (order.n > lastN + PROTOCOL.orderNumbersAhead || epochsAhead > PROTOCOL.orderNumbersAhead)
    return refused(strange('OrderNumberTooHigh', order, { lastN }));
  if (order.bot !== undefined && bot !== null && isBehind(order.bot, bot))
    return refused(refuse('BotJournalCutShort', { found: order.bot.seq, wanted: bot.seq }), order);
  return { is: 'next', order, envelope: verified.envelope };
}

/** The bot waits for an answer to it, and that it is not understood is one. */
function ofOtherVersion(
  body: string,
  { farm, host }: RunnerDeps['config'],
  { lastN }: Pick<RunnerState, 'lastN'>,
): Named | null {
  const named = nameOfOrder(body);
  const isNext = named !== null && named.n > lastN && named.n <= lastN + PROTOCOL.orderNumbersAhead;
  return isNext && named.farm === farm && named.host === host ? named : null;
}

const refused = (refusal: Refusal, order: Named | null = null): ReadLetter => ({ is: 'refused', refusal, order });

const strange = (code: string, order: Order, data: { [name: string]: Json }): Refusal =>
  refuse(code, { ...data, n: order.n, rotation: order.rotation });

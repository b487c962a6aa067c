import { openOrders, type RunnerState } from '../../../domain/fold/runner-fold.ts';
import { verifyEnvelope } from '../../../domain/letters/envelope.ts';
import { parseSignal } from '../../../domain/letters/letters.ts';
import { PROTOCOL, type Signal } from '../../../domain/letters/protocol.ts';
import { type Instant, isRefusal, type Refusal, refuse } from '../../../domain/values.ts';
import type { RunnerDeps } from '../deps.ts';

type ReadSignal =
  | { readonly is: 'refused'; readonly refusal: Refusal }
  /** The queue kept it for long: it no longer counts, and if Redis was away, that is nobody's fault. */
  | { readonly is: 'late'; readonly signal: Signal }
  /** About an order that is not open: it says nothing any more. */
  | { readonly is: 'over' }
  | { readonly is: 'heard'; readonly signal: Signal };

/**
 * What a signal says about an order that is open here, by who signed it, whom it is for, and its time. `clocks`: what
 * time it may be, in milliseconds since 1970; it has to be timely by one of them.
 */
export function readSignal(
  letter: unknown,
  config: RunnerDeps['config'],
  state: RunnerState,
  clocks: readonly number[],
): ReadSignal {
  const verified = verifyEnvelope(letter, 'signal', config.botKeys);
  const signal = isRefusal(verified) ? verified : parseSignal(verified.body);
  if (isRefusal(signal)) return { is: 'refused', refusal: signal };
  const strange = judgeAddress(signal, config);
  if (strange !== null) return { is: 'refused', refusal: strange };
  if (!clocks.some((now) => isTimely(signal.issued, now))) return { is: 'late', signal };
  const { n, rotation, digest } = signal;
  const isOpen = openOrders(state).some(
    (order) => order.n === n && order.rotation === rotation && order.digest === digest,
  );
  return isOpen ? { is: 'heard', signal } : { is: 'over' };
}

/** Signed by the bot, but not for this runner: somebody carried it here. */
function judgeAddress(signal: Signal, own: { readonly farm: string; readonly host: string }): Refusal | null {
  const { farm, host, n, rotation } = signal;
  if (farm !== own.farm) return refuse('OtherFarm', { found: farm, n, rotation });
  return host === own.host ? null : refuse('OtherHost', { found: host, n, rotation });
}

const isTimely = (issued: Instant, now: number): boolean =>
  now >= Date.parse(issued) - PROTOCOL.issuedToleranceMs && now <= Date.parse(issued) + PROTOCOL.startByToleranceMs;

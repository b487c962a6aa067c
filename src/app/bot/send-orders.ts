import { CertopsError, errorCode, isCertopsError } from '../../domain/errors.ts';
import type { BotEntry } from '../../domain/journal/entries.ts';
import { PROTOCOL } from '../../domain/letters/protocol.ts';
import type { FarmState } from '../../domain/rotation/farm-state.ts';
import type { RotationId } from '../../domain/values.ts';
import type { SteadyClock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { PostOffice } from '../../ports/post-office.ts';
import { inTime } from '../in-time.ts';

type Ordered = Pick<Extract<BotEntry, { type: 'ordered' }>, 'host' | 'n' | 'order'>;

interface OrderSender {
  /** Sends an order that has just been recorded; it waits for nothing. */
  send(ordered: Ordered): void;
  /** Sends the same bytes again until the host has accepted or refused, or it is too late to begin. */
  sendAgain(): void;
  /** Orders that Redis did not let this bot write when they were sent last, because its user lacks a right. */
  unsent(): readonly Pick<Ordered, 'host' | 'n'>[];
  /** Whether Redis has taken each order of this rotation, as last sent; without an answer within a second: no. */
  taken(id: RotationId): Promise<boolean>;
}

const SEND_AGAIN_AFTER_MS = 3_000;
/** Somebody waits for the answer. */
const TAKEN_WITHIN_MS = 1_000;
const NO_RIGHT = 'NOPERM';

/** Brings recorded orders to their hosts. What was sent when is kept in memory only: after a start all go out again. */
export function createOrderSender({
  state,
  office,
  clock,
  log,
}: {
  readonly state: () => FarmState;
  readonly office: Pick<PostOffice, 'toHost' | 'up'>;
  readonly clock: SteadyClock;
  readonly log: Log;
}): OrderSender {
  /** By the steady clock; `taken`: by Redis. */
  let sent = new Map<string, { readonly at: number; readonly taken: Promise<boolean> }>();
  const lacking = new Map<string, Pick<Ordered, 'host' | 'n'>>();

  function send({ host, n, order }: Ordered): void {
    const taken = office.toHost(host, order).then(
      () => {
        lacking.delete(keyOf({ host, n }));
        return true;
      },
      (error: unknown) => {
        // That Redis is away says nothing of rights.
        if (isCertopsError(error) && error.data.reason === NO_RIGHT) lacking.set(keyOf({ host, n }), { host, n });
        log.warn({ host, n, code: errorCode(error) || 'unknown' }, 'an order waits for Redis');
        return false;
      },
    );
    sent.set(keyOf({ host, n }), { at: clock.steady(), taken });
  }

  return {
    send,
    sendAgain() {
      const open = state()
        .unclosed.flatMap((id) => state().rotations[id]?.orders ?? [])
        .filter(({ status }) => status === 'sent');
      for (const key of lacking.keys()) if (!open.some((order) => keyOf(order) === key)) lacking.delete(key);
      if (!office.up()) return;
      const now = clock.now();
      const waiting = open.filter(({ startBy }) => now <= Date.parse(startBy) + PROTOCOL.startByToleranceMs);
      const before = sent;
      // Only waiting orders are kept here; one that an earlier process sent is sent again at once.
      sent = new Map(
        waiting.flatMap((order) => {
          const known = before.get(keyOf(order));
          return known === undefined ? [] : [[keyOf(order), known]];
        }),
      );
      const due = clock.steady() - SEND_AGAIN_AFTER_MS;
      for (const { host, n, envelope } of waiting)
        if (envelope !== null && (sent.get(keyOf({ host, n }))?.at ?? due) <= due) send({ host, n, order: envelope });
    },
    unsent: () => [...lacking.values()],
    async taken(id) {
      const orders = state().rotations[id]?.orders ?? [];
      const all = Promise.all(orders.map((order) => sent.get(keyOf(order))?.taken ?? true));
      const late = () => new CertopsError('QueueAway', { reason: 'no answer' });
      return (await inTime(clock, all, TAKEN_WITHIN_MS, late).catch(() => [false])).every((is) => is);
    },
  };
}

const keyOf = ({ host, n }: Pick<Ordered, 'host' | 'n'>): string => `${host} ${n}`;

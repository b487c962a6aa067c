import type { AcceptedOrder } from '../../domain/fold/runner-fold.ts';
import type { RotationId } from '../../domain/values.ts';
import type { StageBack } from './deps.ts';

/** The rotations that people at this machine want put back, one after the other. */
export interface AskedHere {
  /** `lastN`: number of the last order that was accepted before. Resolves as `serve` does, once its turn comes. */
  ask(rotation: RotationId, lastN: number): Promise<readonly StageBack[]>;
  isEmpty(): boolean;
  /** Whether somebody waits for this one, or it is being put back right now. */
  has(rotation: RotationId): boolean;
  /** Whether somebody has asked for its rotation since this order was accepted. */
  hasSince(order: AcceptedOrder): boolean;
  /** Serves whoever has waited longest; who asked hears of a failure, and nobody else. */
  serve(undo: (rotation: RotationId) => Promise<readonly StageBack[]>): Promise<void>;
}

export function createAskedHere(): AskedHere {
  let waiting: readonly { readonly rotation: RotationId; done(stages: Promise<readonly StageBack[]>): void }[] = [];
  const afterN = new Map<RotationId, number>();
  return {
    ask: (rotation, lastN) =>
      new Promise((done) => {
        waiting = [...waiting, { rotation, done }];
        afterN.set(rotation, lastN);
      }),
    isEmpty: () => waiting.length === 0,
    has: (rotation) => waiting.some((one) => one.rotation === rotation),
    hasSince: ({ n, rotation }) => n <= (afterN.get(rotation) ?? 0),
    async serve(undo) {
      const [first] = waiting;
      if (first === undefined) return;
      const undone = undo(first.rotation);
      first.done(undone);
      await undone.catch(() => {});
      waiting = waiting.slice(1);
    },
  };
}

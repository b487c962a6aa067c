import { ARMED } from '../../domain/armed.ts';
import { openIds } from '../../domain/drive.ts';
import type { Say, Signal } from '../../domain/letters/protocol.ts';
import { type Moment, signals } from '../../domain/next/index.ts';
import type { FarmState } from '../../domain/rotation.ts';
import type { RotationId } from '../../domain/values.ts';
import type { DeskDeps } from './desk.ts';

/**
 * Says to each holder of an armed order what holds for it now: at once when it is new, and again while it holds. None
 * of it is journaled: what was said before a crash is said again, and what came of it the runners report.
 */
export function createSayer({
  farm,
  signer,
  office,
  clock,
}: Pick<DeskDeps, 'farm' | 'signer' | 'office' | 'clock'>): (state: FarmState, moment: Moment) => void {
  /** `at` by the steady clock: one that is set back would mute what keeps followers waiting. */
  let last = new Map<string, { readonly say: Say; readonly at: number }>();
  /** Each signal is newer than the one before, whatever the clock does. */
  let issued = 0;

  function send(id: RotationId, host: Signal['host'], n: number, digest: string, say: Say, now: number): void {
    issued = Math.max(issued + 1, now);
    const signal: Signal = {
      v: 1,
      farm: farm.name,
      host,
      rotation: id,
      n,
      digest,
      say,
      issued: new Date(issued).toISOString(),
    };
    // While Redis is away it is lost, and said again soon.
    office.toHost(host, signer.sign('signal', JSON.stringify(signal))).catch(() => {});
  }

  return (state, moment) => {
    const at = clock.steady();
    const said = new Map<string, { readonly say: Say; readonly at: number }>();
    for (const id of openIds(state)) {
      const rotation = state.rotations[id];
      if (rotation?.plan == null) continue;
      for (const { order, say } of signals(rotation, moment)) {
        const key = `${order.host} ${order.n}`;
        const before = last.get(key);
        const isDue = before?.say !== say || at - before.at >= ARMED.sayEveryMs;
        if (isDue) send(id, order.host, order.n, rotation.plan.digest, say, moment.now);
        said.set(key, isDue || before === undefined ? { say, at } : before);
      }
    }
    last = said;
  };
}

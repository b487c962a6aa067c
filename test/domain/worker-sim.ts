import { createHash } from 'node:crypto';
import type { Order } from '../../src/domain/letters/protocol.ts';
import { type PlanSlice, writePlan } from '../../src/domain/plan/plan.ts';
import { plainWish } from '../../src/domain/plan/wish.ts';
import { type HostName, isRefusal, type Thumbprint } from '../../src/domain/values.ts';
import { draftRotateWorker } from '../../src/plans/rotate-worker.ts';
import { ID, Sim } from './sim.ts';

const by = { id: 'mei', name: 'Mei Lin' };

/** The same farm, asked to rotate the workers' own certificates. */
export class WorkerSim extends Sim {
  readonly wish = { ...plainWish('rotate-worker') };

  override request(): void {
    const origin = { platform: 'web', channel: 'sql-ops' };
    const kind = 'rotate-worker' as const;
    this.put({ type: 'requested', id: ID, kind, wish: this.wish, dry: false, by, reason: 'Yearly', origin });
  }

  override plan(): void {
    const at = '2026-11-24T14:00:00.000Z';
    const { looks } = this.rotation();
    const draft = draftRotateWorker({ farm: this.farm, looks, id: ID, wish: this.wish, by, reason: 'Yearly', at });
    if (isRefusal(draft)) throw new Error(JSON.stringify(draft));
    const slices = JSON.parse(JSON.stringify(draft.slices)) as PlanSlice[];
    const { lines, digest } = writePlan(draft.header, slices);
    this.put({ type: 'planned', id: ID, lines, digest, replaces: null });
  }

  override makes(host: HostName): Thumbprint {
    return createHash('sha1').update(host).digest('hex').toUpperCase() as Thumbprint;
  }
}

/** The machines that were given such an order, in the order in which they got it. */
export const asked = (sim: WorkerSim, kind: Order['kind'], stage?: string): readonly string[] =>
  sim.orders.filter((one) => one.kind === kind && (stage === undefined || one.stage === stage)).map((one) => one.host);

/** The worker's own certificate that its settings name now. */
export const ownOf = (sim: WorkerSim, host: string): string => sim.look(host as never).worker?.workerThumbprint ?? '';

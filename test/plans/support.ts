import type { Farm } from '../../src/domain/farm/farm.ts';
import type { HostLook } from '../../src/domain/machine/host-facts.ts';
import type { Plan } from '../../src/domain/plan/plan.ts';
import { plainWish } from '../../src/domain/plan/wish.ts';
import { isRefusal, type Thumbprint } from '../../src/domain/values.ts';
import { planRotation } from '../../src/plans/index.ts';
import { warningsOf } from '../../src/plans/warnings.ts';
import { createRig, type RigOptions } from '../app/runner/rig.ts';

export type Looks = { [host: string]: HostLook };
/** Looks and farm file as plain data that a test may change. */
export type Loose<T> = { -readonly [K in keyof T]: T[K] extends object | null ? Loose<T[K]> : T[K] };

export const OTHER = 'CD'.repeat(20) as Thumbprint;

export async function survey(options: RigOptions = {}): Promise<{ farm: Loose<Farm>; looks: Loose<Looks> }> {
  const rig = await createRig(options);
  return { farm: JSON.parse(JSON.stringify(rig.farm)), looks: JSON.parse(JSON.stringify(await rig.looks())) };
}

export const request = (farm: unknown, looks: unknown) => ({
  farm: farm as Farm,
  looks: looks as Looks,
  id: 'prod-17',
  wish: plainWish('rotate-master'),
  by: { id: 'mei', name: 'Mei Lin' },
  reason: 'Yearly renewal',
  at: '2026-11-24T12:00:00.000Z',
});

export async function planned(options: RigOptions = {}): Promise<Plan> {
  const { farm, looks } = await survey(options);
  const plan = await planRotation(request(farm, looks));
  if (isRefusal(plan)) throw new Error(plan.code);
  return plan;
}

/** Without the warning that machines in memory always get: they have no SSISDB. */
export const warn = (farm: unknown, looks: unknown) =>
  warningsOf(farm as Farm, looks as Looks, plainWish('rotate-master')).filter(
    ({ id }) => id !== 'warning.outside-not-seen',
  );

export type Spoil = (looks: Loose<Looks>, farm: Loose<Farm>) => void;
export const master = (looks: Loose<Looks>) => looks.sqlm01?.master as NonNullable<Loose<HostLook>['master']>;

/** Adds a binding like the others, on an address that the machine has lost. */
export function lose(looks: Loose<Looks>): void {
  const { bindings, presented } = master(looks);
  const [first] = bindings;
  if (first !== undefined) bindings.push({ ...first, key: '[::]:8391' });
  for (const servername of [null, 'sqlm01'])
    presented.push({ target: '::1:8391', servername, thumbprint: null, error: 'ECONNREFUSED' });
}

export const worker = (looks: Loose<Looks>) => looks.sqlw01?.worker as NonNullable<Loose<HostLook>['worker']>;

import * as z from 'zod';
import { host, instant, text, thumbprint } from '../letters/letter-fields.ts';
import type { HostName, Instant, RotationId, Thumbprint } from '../values.ts';

export const ROTATION_KINDS = ['rotate-master', 'rotate-worker', 'reconnect', 'retire', 'rollback'] as const;

export type RotationKind = (typeof ROTATION_KINDS)[number];

/** When the work begins. `policy`: as the farm file says. */
export type When =
  | { readonly by: 'policy' }
  | { readonly by: 'now' }
  | { readonly by: 'window' }
  | { readonly by: 'time'; readonly at: Instant };

/**
 * What a request asks for, besides farm and reason. The same shape for every kind; what a kind does not use is empty.
 */
export type Wish = {
  readonly kind: RotationKind;
  /** The workers it is about; empty: all. */
  readonly workers: readonly HostName[];
  /** An existing certificate to use; null: one is made. */
  readonly use: Thumbprint | null;
  /** The rotation it follows or rolls back. */
  readonly of: RotationId | null;
  /** Machines nobody waits for, by the names under which they were seen. */
  readonly leaveBehind: readonly string[];
  readonly compromised: boolean;
  readonly ticket: string | null;
  readonly when: When;
};

/** A wish that says nothing beyond its kind: the defaults for older journals. */
export const plainWish = (kind: RotationKind): Wish => ({
  kind,
  workers: [],
  use: null,
  of: null,
  leaveBehind: [],
  compromised: false,
  ticket: null,
  when: { by: 'policy' },
});

export const wishShape: z.ZodType<Wish> = z.strictObject({
  kind: z.enum(ROTATION_KINDS),
  workers: z.array(host).max(2000),
  use: thumbprint.nullable(),
  of: text(80).nullable(),
  leaveBehind: z.array(text(253)).max(2000),
  compromised: z.boolean(),
  ticket: text(200).nullable(),
  when: z.union([
    z.strictObject({ by: z.enum(['policy', 'now', 'window']) }),
    z.strictObject({ by: z.literal('time'), at: instant }),
  ]),
});

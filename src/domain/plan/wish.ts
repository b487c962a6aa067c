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
 * What a request asks for, beyond the farm and the reason. The same for every kind; what a kind has no use for is
 * empty.
 */
export type Wish = {
  readonly kind: RotationKind;
  /** Workers that it is about; none named: all. */
  readonly workers: readonly HostName[];
  /** A certificate that exists; null: one is made. */
  readonly use: Thumbprint | null;
  /** The rotation that it follows or takes back. */
  readonly of: RotationId | null;
  /** Machines that nobody waits for, by the names they have where they were seen. */
  readonly leaveBehind: readonly string[];
  readonly compromised: boolean;
  readonly ticket: string | null;
  readonly when: When;
};

/** A wish with nothing said beyond its kind: what is not in an older journal. */
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

import { BODY_LIMITS } from '../letters/envelope.ts';
import { type CertificateProfile, type Plan, refsIn } from '../plan/plan.ts';
import { type Refusal, refuse } from '../values.ts';

/** Everything else in an order, and what surrounds a certificate that travels with its maker's entry. Characters. */
const REST = 4_000;
const AROUND_A_MADE_ONE = 800;
const A_TAKEN_ONE = 4_000;
/** Bytes of a certificate besides its key, its signature and its names. */
const DER_REST = 300;

/**
 * Why a plan cannot be carried out: one of its orders would be longer than a runner reads. A master trusts all workers'
 * certificates in one order. Certificates not made yet are estimated, erring on the long side.
 */
export function refuseLarge(plan: Plan): Refusal | null {
  const { header, slices, lines, lineHashes } = plan;
  const shared = REST + lengthOf(lines[0] ?? '') + lineHashes.length * 67;
  for (const [at, { host, stages }] of slices.entries()) {
    const own = shared + lengthOf(lines[at + 1] ?? '');
    for (const [stage, work] of Object.entries(stages)) {
      const refs = [...new Set(refsIn(work))];
      const size = own + refs.reduce((sum, ref) => sum + refLength(header.profiles[ref]), 0);
      if (size > BODY_LIMITS.order) {
        const most = Math.floor((header.wish.workers.length || slices.length) * (BODY_LIMITS.order / size));
        return refuse('PlanTooLarge', { host, stage, most });
      }
    }
  }
  return null;
}

/** Its length in the order, as a string within JSON. */
const lengthOf = (line: string): number => JSON.stringify(line).length;

/** How much a certificate of this profile adds to an order. undefined: an existing certificate. */
export function refLength(profile: CertificateProfile | undefined): number {
  if (profile === undefined) return A_TAKEN_ONE;
  const { keyBits, cn, names, host } = profile;
  const bytes = DER_REST + (2 * keyBits) / 8 + 2 * cn.length + names.join('  ').length;
  // The bytes occur twice: by themselves and in the maker's entry.
  return AROUND_A_MADE_ONE + 6 * host.length + 2 * Math.ceil((bytes * 4) / 3);
}

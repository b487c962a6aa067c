import type { MasterLook } from './host-facts.ts';

/** netsh binds from My if no store is given; names are case-insensitive. */
const READ: readonly string[] = ['root', 'my', ''];

/**
 * A binding of this certificate from a store that no look reads (WebHosting, a custom one), so that a certificate in
 * neither Root nor My is not called missing; null: there is none.
 */
export const boundElsewhere = (
  { bindings }: Pick<MasterLook, 'bindings'>,
  thumbprint: string,
): MasterLook['bindings'][number] | null =>
  bindings.find((one) => one.thumbprint === thumbprint && !READ.includes(one.store.toLowerCase())) ?? null;

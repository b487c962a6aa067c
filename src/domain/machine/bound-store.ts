import type { MasterLook } from './host-facts.ts';

/** netsh binds from My where no store is given; names compare without case. */
const READ: readonly string[] = ['root', 'my', ''];

/**
 * The binding that names a store which no look reads (WebHosting, a custom one) for this certificate, so that one which
 * is in neither Root nor My is not called missing; null: none does.
 */
export const boundElsewhere = (
  { bindings }: Pick<MasterLook, 'bindings'>,
  thumbprint: string,
): MasterLook['bindings'][number] | null =>
  bindings.find((one) => one.thumbprint === thumbprint && !READ.includes(one.store.toLowerCase())) ?? null;

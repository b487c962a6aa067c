import { inTable } from '../in-table.ts';
import type { StoreName } from '../values.ts';
import type { MasterLook, SslBinding } from './host-facts.ts';

/** netsh binds from My if no store is given; names are case-insensitive. Any other store cannot be read. */
const READ: { readonly [name: string]: StoreName } = { root: 'Root', my: 'My', '': 'My' };

/** The store that a certificate is bound from; undefined: one that cannot be read, and so tells nothing. */
export const boundStore = ({ store }: Pick<SslBinding, 'store'>): StoreName | undefined =>
  inTable(READ, store.toLowerCase());

/**
 * A binding of this certificate from a store that no look reads (WebHosting, a custom one), so that a certificate in
 * neither Root nor My is not called missing; null: there is none.
 */
export const boundElsewhere = (
  { bindings }: Pick<MasterLook, 'bindings'>,
  thumbprint: string,
): MasterLook['bindings'][number] | null =>
  bindings.find((one) => one.thumbprint === thumbprint && boundStore(one) === undefined) ?? null;

import { CertopsError } from '../../../src/domain/errors.ts';
import { issuersOf } from '../../../src/domain/machine/chain.ts';
import type { NamedCertificate } from '../../../src/domain/machine/host-facts.ts';
import type { StoreName, Thumbprint } from '../../../src/domain/values.ts';
import type { WindowsContext } from '../context.ts';
import { readKeyReaders } from '../keys/access.ts';
import { settle } from '../keys/settle.ts';
import { readWhole } from './read.ts';
import { readAuthorities } from './stored.ts';
import { type Held, listOf } from './traces.ts';

const STORES: readonly StoreName[] = ['Root', 'My'];

/**
 * What the machine has of each of these certificates. Both stores are listed only once, however many there are. Throws
 * what reading throws: what cannot be read is never "not there".
 */
export async function readNamed(
  context: WindowsContext,
  thumbprints: readonly Thumbprint[],
): Promise<readonly NamedCertificate[]> {
  if (thumbprints.length === 0) return [];
  const held = (await Promise.all(STORES.map((store) => listOf(context, store)))).flat();
  let authorities: Promise<NamedCertificate['issuers']> | null = null;
  return Promise.all(
    thumbprints.map(async (thumbprint): Promise<NamedCertificate> => {
      const own = held.filter((entry) => entry.thumbprint === thumbprint);
      const [first] = own;
      const whole = first === undefined ? null : await readWhole(context, first.store, thumbprint);
      if (whole === null) return { thumbprint, der: null, places: [], issuers: [] };
      const places = await Promise.all(own.map((entry) => placeOf(context, entry)));
      if (whole.facts.selfSigned) return { thumbprint, der: whole.der, places, issuers: [] };
      // Read once, and only when one of them was issued by another certificate.
      authorities ??= readAuthorities(context);
      const issuers = issuersOf(whole.der, await authorities, context.clock.now());
      return { thumbprint, der: whole.der, places, issuers };
    }),
  );
}

async function placeOf(context: WindowsContext, held: Held): Promise<NamedCertificate['places'][number]> {
  const { store, thumbprint } = held;
  const { privateKey } = await settle(context, held);
  if (privateKey === 'no') return { store, privateKey, readers: [] };
  try {
    return { store, privateKey, readers: await readKeyReaders(context, store, thumbprint) };
  } catch (error) {
    // For a key in hardware, or one whose file is gone, nothing tells who may use it.
    if (error instanceof CertopsError && error.code === 'KeyNotInFile') return { store, privateKey, readers: null };
    throw error;
  }
}

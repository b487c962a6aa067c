import { CertopsError } from '../../../src/domain/errors.ts';
import type { CertificateTrace, CertificateUser } from '../../../src/domain/machine/host-facts.ts';
import type { StoreName, Thumbprint } from '../../../src/domain/values.ts';
import type { WindowsContext } from '../context.ts';
import { type KeyPlace, placeOfKey } from '../keys/key-place.ts';
import { distinct, isWhole, isWholeAndEmpty, parseStore, type StoreEntry, saysNotFound } from '../parse/certutil.ts';
import { cut } from '../parse/text.ts';
import { readUsers } from './users.ts';

const LIMIT_MS = 30_000;
const STORES: readonly StoreName[] = ['Root', 'My'];

export interface Held extends StoreEntry {
  readonly store: StoreName;
}

/**
 * Where each certificate is, where its key still exists, and who would miss either. The machine is read only once,
 * however many certificates there are. Throws what reading throws: what cannot be read is never "nobody".
 */
export async function readTraces(
  context: WindowsContext,
  thumbprints: readonly Thumbprint[],
): Promise<readonly CertificateTrace[]> {
  if (thumbprints.length === 0) return [];
  const [lists, users] = await Promise.all([
    Promise.all(STORES.map((store) => listOf(context, store))),
    readUsers(context, thumbprints),
  ]);
  const held = lists.flat();
  return Promise.all(
    thumbprints.map(async (thumbprint): Promise<CertificateTrace> => {
      const own = held.filter((entry) => entry.thumbprint === thumbprint);
      const places = await Promise.all(own.map((entry) => placeOfKey(context, entry)));
      const stores = own.map(({ store }) => store);
      return {
        thumbprint,
        stores,
        keys: stores.filter((_store, at) => places[at] !== 'gone'),
        users: [...(users[thumbprint] ?? []), ...sharing(own, held), ...elsewhere(places)],
      };
    }),
  );
}

/** All certificates in a store. Throws `StoreNotReadable`. */
export async function listOf(context: WindowsContext, store: StoreName): Promise<readonly Held[]> {
  const { code, text } = await context.tools.run('certutil', ['-silent', '-store', store], { timeLimitMs: LIMIT_MS });
  // a machine's My may be empty
  if (saysNotFound(code, text) && store === 'My') return [];
  const entries = code === 0 && isWhole(text) ? distinct(parseStore(text)) : [];
  // every Windows has roots, and output of an unknown form, or that broke off, does not show what is nowhere
  const isAnswer = code === 0 && (entries.length > 0 || (store === 'My' && isWholeAndEmpty(text)));
  if (!isAnswer) throw new CertopsError('StoreNotReadable', { store, code, output: cut(text) });
  return entries.map((entry) => ({ ...entry, store }));
}

/**
 * A key that nothing here can remove counts as a user: without its certificate nothing would name it any more, so the
 * certificate stays.
 */
const elsewhere = (places: readonly KeyPlace[]): readonly CertificateUser[] =>
  places.flatMap((place) => (typeof place === 'string' ? [] : [{ kind: 'key-elsewhere', where: place.elsewhere }]));

/** Another certificate with the same key: one that was renewed without a new key. */
const sharing = (own: readonly Held[], held: readonly Held[]): readonly CertificateUser[] =>
  held
    .filter(
      (other) =>
        own.every(({ thumbprint }) => thumbprint !== other.thumbprint) &&
        own.some(({ keyFile, container }) => same(keyFile, other.keyFile) || same(container, other.container)),
    )
    .map(({ store, thumbprint }) => ({ kind: 'shared-key', where: `${store} ${thumbprint}` }));

const same = (one: string | null, other: string | null): boolean =>
  one !== null && one.toLowerCase() === other?.toLowerCase();

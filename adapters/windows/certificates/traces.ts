import { CertopsError } from '../../../src/domain/errors.ts';
import type { CertificateTrace, CertificateUser } from '../../../src/domain/machine/host-facts.ts';
import type { StoreName, Thumbprint } from '../../../src/domain/values.ts';
import type { WindowsContext } from '../context.ts';
import { type KeyPlace, placeOfKey } from '../keys/key-place.ts';
import { distinct, isWholeAndEmpty, parseStore, type StoreEntry, saysNotFound } from '../parse/certutil.ts';
import { cut } from '../parse/text.ts';
import { readUsers } from './users.ts';

const LIMIT_MS = 30_000;
const STORES: readonly StoreName[] = ['Root', 'My'];

export interface Held extends StoreEntry {
  readonly store: StoreName;
}

/**
 * Where each certificate lies, where its key is still there, and who would miss either. All of the machine is read
 * once, whatever the number of certificates. Throws what reading throws: what cannot be read is never "nobody".
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

/** All that a store holds. Throws `StoreNotReadable`. */
export async function listOf(context: WindowsContext, store: StoreName): Promise<readonly Held[]> {
  const { code, text } = await context.tools.run('certutil', ['-silent', '-store', store], { timeLimitMs: LIMIT_MS });
  // a machine may have nothing of its own
  if (saysNotFound(code, text) && store === 'My') return [];
  const entries = code === 0 ? distinct(parseStore(text)) : [];
  // there is no Windows without a root, and what broke off or has no known form is not "nothing"
  const isAnswer = code === 0 && (entries.length > 0 || (store === 'My' && isWholeAndEmpty(text)));
  if (!isAnswer) throw new CertopsError('StoreNotReadable', { store, code, output: cut(text) });
  return entries.map((entry) => ({ ...entry, store }));
}

/** Without its certificate nothing would name a key any more that nobody here can remove: so the certificate stays. */
const elsewhere = (places: readonly KeyPlace[]): readonly CertificateUser[] =>
  places.flatMap((place) => (typeof place === 'string' ? [] : [{ kind: 'key-elsewhere', where: place.elsewhere }]));

/** Another certificate over the same key: one that was renewed without a new key. */
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

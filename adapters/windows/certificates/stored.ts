import { CertopsError } from '../../../src/domain/errors.ts';
import type { NamedCertificate, StoredCertificate } from '../../../src/domain/machine/host-facts.ts';
import { parseThumbprint, type StoreName, type Thumbprint } from '../../../src/domain/values.ts';
import type { WindowsContext } from '../context.ts';
import type { RegistryKey } from '../parse/registry.ts';
import { childNames, readChildren, readKeys } from '../registry.ts';
import { factsOf } from './der.ts';

const STORES = 'HKLM\\SOFTWARE\\Microsoft\\SystemCertificates';
/** CERT_FRIENDLY_NAME_PROP_ID, CERT_CERT_PROP_ID. Source: MicrosoftDocs/win32, CertGetCertificateContextProperty. */
const FRIENDLY_NAME = 11;
const CERTIFICATE = 32;
const HEADER_BYTES = 12;

/**
 * The machine's own certificates in Root and My, in one call a store, whatever the language; those from Group Policy
 * are kept elsewhere. Throws `RegistryNotReadable`.
 */
export async function readStored(context: WindowsContext): Promise<readonly StoredCertificate[]> {
  const both = await Promise.all((['Root', 'My'] as const).map((store) => storedIn(context, store)));
  return both.flat();
}

async function storedIn(context: WindowsContext, store: StoreName): Promise<readonly StoredCertificate[]> {
  const key = `${STORES}\\${store.toUpperCase()}\\Certificates`;
  // nothing shows where a list of keys ends, and one that was cut off would hide certificates: it is compared with one
  // of their names alone
  const [keys, names] = await Promise.all([readKeys(context, key, { deep: true }), readChildren(context, key, '')]);
  if (sorted(childNames(keys ?? [], key)) !== sorted(names ?? []))
    throw new CertopsError('RegistryNotReadable', { key, code: 0, output: 'two lists of it differ' });
  return blobsIn(keys ?? []).flatMap(({ thumbprint, der, friendlyName }) => {
    const facts = readable(der);
    if (facts === null) return [];
    const { subject, names, selfSigned, notAfter } = facts;
    return [{ thumbprint, store, subject, names, selfSigned, notAfter, friendlyName }];
  });
}

const sorted = (names: readonly string[]): string => [...names].sort().join();

/** null: Windows accepts certificates that OpenSSL does not, and ours are not among those. */
function readable(der: Buffer): ReturnType<typeof factsOf> | null {
  try {
    return factsOf(der);
  } catch {
    return null;
  }
}

interface Blob {
  readonly thumbprint: Thumbprint;
  readonly der: Buffer;
  readonly friendlyName: string | null;
}

/** Every certificate at or below a registry key; none when there is no such key. */
async function readBelow(context: WindowsContext, key: string): Promise<readonly Blob[]> {
  return blobsIn((await readKeys(context, key, { deep: true })) ?? []);
}

function blobsIn(keys: readonly RegistryKey[]): readonly Blob[] {
  return keys.flatMap(({ path, values }) => {
    const thumbprint = parseThumbprint(/\\([0-9a-f]{40})$/iu.exec(path)?.[1] ?? '');
    const blob = values.get('blob');
    if (thumbprint === null || blob?.type !== 'REG_BINARY') return [];
    const properties = propertiesOf(Buffer.from(blob.data, 'hex'), path);
    const der = properties.get(CERTIFICATE);
    if (der === undefined) return [];
    const friendlyName = properties.get(FRIENDLY_NAME)?.toString('utf16le').replace(/\0+$/u, '') ?? null;
    return [{ thumbprint, der, friendlyName }];
  });
}

/** Where a machine's authorities are: its own, Windows' list, those of Active Directory and of Group Policy. */
const AUTHORITIES = [
  ['Root', `${STORES}\\ROOT`],
  ['Root', `${STORES}\\AuthRoot`],
  ['Root', 'HKLM\\SOFTWARE\\Microsoft\\EnterpriseCertificates\\Root'],
  ['Root', 'HKLM\\SOFTWARE\\Policies\\Microsoft\\SystemCertificates\\Root'],
  ['CA', `${STORES}\\CA`],
  ['CA', 'HKLM\\SOFTWARE\\Microsoft\\EnterpriseCertificates\\CA'],
  ['CA', 'HKLM\\SOFTWARE\\Policies\\Microsoft\\SystemCertificates\\CA'],
] as const;

/** DER of one certificate of a machine store, wherever it came from; null: not there. Throws `RegistryNotReadable`. */
export async function derInRegistry(
  context: WindowsContext,
  store: StoreName,
  thumbprint: Thumbprint,
): Promise<Buffer | null> {
  const places = store === 'My' ? [`${STORES}\\MY`] : AUTHORITIES.filter(([of]) => of === store).map(([, key]) => key);
  for (const place of places) {
    const [found] = await readBelow(context, `${place}\\Certificates\\${thumbprint}`);
    if (found !== undefined) return found.der;
  }
  return null;
}

/** All authorities that the machine knows, from any source; DER in base64. Throws `RegistryNotReadable`. */
export async function readAuthorities(context: WindowsContext): Promise<NamedCertificate['issuers']> {
  const found = await Promise.all(
    AUTHORITIES.map(async ([store, key]) =>
      (await readBelow(context, `${key}\\Certificates`)).map(({ thumbprint, der }) => ({
        thumbprint,
        der: der.toString('base64'),
        store,
      })),
    ),
  );
  return found.flat();
}

/** A stored certificate is a sequence of properties: number, encoding, length, then that many bytes. */
function propertiesOf(blob: Buffer, key: string): ReadonlyMap<number, Buffer> {
  const properties = new Map<number, Buffer>();
  for (let at = 0; at + HEADER_BYTES <= blob.length; ) {
    const end = at + HEADER_BYTES + blob.readUInt32LE(at + 8);
    if (end > blob.length) throw new CertopsError('RegistryNotReadable', { key, code: 0, output: 'it is cut off' });
    properties.set(blob.readUInt32LE(at), blob.subarray(at + HEADER_BYTES, end));
    at = end;
  }
  return properties;
}

import { commonName, nameLine, readCertificate } from '../certificate.ts';
import type { LabHost } from '../world/host.ts';
import type { KeyContainer, Store, StoredCertificate } from '../world/state.ts';

export const STORE_TITLES: { readonly [store in Store]: string } = {
  Root: 'Trusted Root Certification Authorities',
  My: 'Personal',
};

/** One block of `certutil -store`, as a machine with an English display language and US dates prints it. */
export function showCertificate(host: LabHost, stored: StoredCertificate, index: number): string {
  const certificate = host.describe(stored);
  const selfSigned = certificate.subject === certificate.issuer;
  return [
    `================ Certificate ${index} ================`,
    `Serial Number: ${certificate.serial}`,
    `Issuer: ${nameLine(certificate.issuer)}`,
    ` NotBefore: ${usDate(certificate.notBefore)}`,
    ` NotAfter: ${usDate(certificate.notAfter)}`,
    `Subject: ${nameLine(certificate.subject)}`,
    ...(certificate.ca ? ['CA Version: V0.0'] : []),
    ...(selfSigned
      ? ['Signature matches Public Key', 'Root Certificate: Subject matches Issuer']
      : ['Non-root Certificate']),
    `Cert Hash(sha1): ${stored.thumbprint}`,
    ...showKey(host, stored),
    '',
  ].join('\n');
}

function showKey(host: LabHost, stored: StoredCertificate): string[] {
  const container = containerOf(host, stored);
  if (container === undefined) return stored.container === null ? showNone(host, stored) : ['Missing stored keyset'];
  const there = host.keyPem(container) !== null;
  return [
    `  Key Container = ${container.file}`,
    ...(there ? [`  Simple container name: ${container.name}`] : []),
    `  Provider = ${container.provider}`,
    ...(there
      ? [...(container.exportable ? [] : ['Private key is NOT exportable']), 'Encryption test passed']
      : ['Missing stored keyset']),
  ];
}

/**
 * The certificate is linked to no key. If the same certificate in another store is, certutil finds that key all the
 * same.
 */
function showNone(host: LabHost, stored: StoredCertificate): string[] {
  const twins = host.state.certificates.filter(({ thumbprint }) => thumbprint === stored.thumbprint);
  const found = twins.flatMap((twin) => containerOf(host, twin) ?? []).find((one) => host.keyPem(one) !== null);
  if (found === undefined)
    return ['No key provider information', 'Cannot find the certificate and private key for decryption.'];
  return [
    'No key provider information',
    `  Provider = ${found.provider}`,
    `  Simple container name: ${found.name}`,
    `  Unique container name: ${found.file}`,
    '  ERROR: missing key association property: CERT_KEY_IDENTIFIER_PROP_ID',
    'Signature test passed',
  ];
}

const containerOf = (host: LabHost, stored: StoredCertificate): KeyContainer | undefined =>
  host.state.containers.find((each) => each.name === stored.container);

/** What a certificate is called in sentences: its common name. */
export const displayName = (der: string): string => commonName(readCertificate(der).subject);

function usDate(date: Date): string {
  const hours = date.getUTCHours();
  const clock = `${hours % 12 === 0 ? 12 : hours % 12}:${String(date.getUTCMinutes()).padStart(2, '0')}`;
  return `${date.getUTCMonth() + 1}/${date.getUTCDate()}/${date.getUTCFullYear()} ${clock} ${hours < 12 ? 'AM' : 'PM'}`;
}

import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type tls from 'node:tls';
import { readCertificate, sha1 } from '../certificate.ts';
import type { LabHost } from '../world/host.ts';

/**
 * Thumbprint of a master that the worker accepts; null for one that it refuses: not the one in its settings, not
 * trusted by its Root, not valid today, or without the endpoint among its names. All of these look the same in its log.
 */
export function judgeMaster(host: LabHost, secure: tls.TLSSocket, endpoint: string, pinned: string): string | null {
  const certificate = secure.getPeerX509Certificate();
  if (certificate === undefined) return null;
  const thumbprint = sha1(certificate.raw);
  if (thumbprint !== pinned.toLowerCase() || !trusts(host, certificate, thumbprint)) return null;
  const now = Date.now();
  if (now < Date.parse(certificate.validFrom) || now > Date.parse(certificate.validTo)) return null;
  return covers(certificate, endpoint) ? thumbprint : null;
}

/** The certificate is in Root itself, or an authority in Root has issued it. */
const trusts = (host: LabHost, certificate: X509Certificate, thumbprint: string): boolean =>
  host.certificate('Root', thumbprint) !== null ||
  host.state.certificates.some((each) => {
    if (each.store !== 'Root' || host.describe(each).subject !== certificate.issuer) return false;
    return certificate.verify(readCertificate(each.der).publicKey);
  });

/** An address may be an iPAddress or, as .NET Framework wants it, the text of a dNSName. */
function covers(certificate: X509Certificate, endpoint: string): boolean {
  if (isIP(endpoint) === 0) return certificate.checkHost(endpoint, { subject: 'default' }) !== undefined;
  const asName = (certificate.subjectAltName ?? '').split(', ').includes(`DNS:${endpoint}`);
  return asName || certificate.checkIP(endpoint) !== undefined;
}

/** What the worker's log says, in the words that Microsoft's troubleshooting page lists. */
export function sentences(endpoint: string) {
  const authority = endpoint.replace(/^https:\/\//u, '');
  const service = `${endpoint}/ClusterManagement/`;
  return {
    nobody: `System.ServiceModel.EndpointNotFoundException: There was no endpoint listening at ${service} that could accept the message. This is often caused by an incorrect address or SOAP action.`,
    untrusted: `System.ServiceModel.Security.SecurityNegotiationException: Could not establish trust relationship for the SSL/TLS secure channel with authority '${authority}'. ---> The remote certificate is invalid according to the validation procedure.`,
    noKey: `System.ServiceModel.Security.SecurityNegotiationException: Could not establish secure channel for SSL/TLS with authority '${authority}'. ---> The request was aborted: Could not create SSL/TLS secure channel.`,
    forbidden: `System.ServiceModel.Security.MessageSecurityException: The HTTP request was forbidden with client authentication scheme 'Anonymous'. ---> The remote server returned an error: (403) Forbidden.`,
    unbound: `System.ServiceModel.CommunicationException: An error occurred while making the HTTP request to ${service}. This could be due to the fact that the server certificate is not configured properly with HTTP.SYS in the HTTPS case.`,
    broken: `System.ServiceModel.CommunicationException: The underlying connection to ${service} was closed: A connection that was expected to be kept alive was closed by the server.`,
  };
}

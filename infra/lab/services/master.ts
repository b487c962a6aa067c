import type { X509Certificate } from 'node:crypto';
import type tls from 'node:tls';
import { readCertificate, sha1 } from '../certificate.ts';
import type { LabHost } from '../world/host.ts';
import type { ServiceConfig } from '../world/state.ts';
import type { HttpSys } from './http-sys.ts';
import type { ServiceProgram } from './program.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 5\r\n\r\n<ok/>';
const FORBIDDEN = 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';

/** The Scale Out Master: answers only clients that show a certificate which its Root trusts. */
export function createMaster(input: { host: LabHost; service: ServiceConfig; httpSys: HttpSys }): ServiceProgram {
  const { host, service, httpSys } = input;
  const trust = createTrust(host);
  const serve = (connection: tls.TLSSocket): void => {
    let allowed: boolean | null = null;
    let head = '';
    connection.setNoDelay(true);
    connection.setEncoding('latin1').on('data', (text) => {
      head += String(text);
      if (head.length > 65_536) connection.destroy();
      for (let end = head.indexOf('\r\n\r\n'); end >= 0; end = head.indexOf('\r\n\r\n')) {
        head = head.slice(end + 4);
        allowed ??= trust(connection.getPeerX509Certificate() ?? null);
        if (allowed) connection.write(OK);
        else connection.end(FORBIDDEN);
      }
    });
  };
  return {
    check: ({ settings }) => {
      const thumbprint = settings.SSLCertThumbprint ?? '';
      const found = (['Root', 'My'] as const).flatMap((store) => host.certificate(store, thumbprint) ?? []);
      const certificate = found.find((each) => host.key(each) !== null) ?? found[0] ?? null;
      if (!/^[1-9]\d{0,4}$/u.test(settings.PortNumber ?? '8391')) return 'MasterSettings.config cannot be read.';
      if (certificate === null) return `The certificate ${thumbprint} is neither in LocalMachine\\Root nor in My.`;
      const container = host.key(certificate);
      if (container === null) return `The certificate ${thumbprint} has no private key.`;
      return host.mayOpen(container, service)
        ? null
        : `The private key of ${thumbprint} cannot be read: Keyset does not exist.`;
    },
    run: () => httpSys.register(serve),
    halt: () => httpSys.unregister(),
  };
}

/**
 * Schannel's view of a client certificate: it or its issuer is in Root, and all certificates in Root are self-signed.
 */
function createTrust(host: LabHost): (certificate: X509Certificate | null) => boolean {
  const read = new Map<string, X509Certificate>();
  const roots = (): X509Certificate[] =>
    host.state.certificates
      .filter((each) => each.store === 'Root')
      .map((each) => {
        const known = read.get(each.thumbprint) ?? readCertificate(each.der);
        read.set(each.thumbprint, known);
        return known;
      });
  return (certificate) => {
    if (certificate === null) return false;
    const all = roots();
    if (all.some((root) => root.subject !== root.issuer)) return false;
    const thumbprint = sha1(certificate.raw);
    if (host.certificate('Root', thumbprint) !== null) return true;
    return all.some((root) => root.ca && root.subject === certificate.issuer && certificate.verify(root.publicKey));
  };
}

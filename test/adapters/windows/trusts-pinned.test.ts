import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import type { WindowsContext } from '../../../adapters/windows/context.ts';
import { readTrust } from '../../../adapters/windows/trusts-pinned.ts';
import { type LabKey, type MadeLabCertificate, makeCertificate } from '../../../infra/lab/certificate.ts';
import { makeKeyPool } from '../../../infra/lab/keys.ts';
import type { ConnectionWitness } from '../../../src/domain/machine/host-facts.ts';
import type { Thumbprint } from '../../../src/domain/values.ts';
import { contextOf, openLab } from './lab-host.ts';

const DAY = 86_400_000;
const { lab, end } = await openLab({ workers: 1 });
const [rootKey, issuingKey, ownKey] = (await makeKeyPool(3)) as [LabKey, LabKey, LabKey];
let server: tls.Server | null = null;
afterEach(() => server?.close());
afterAll(end);

const make = (how: Partial<Parameters<typeof makeCertificate>[0]> = {}): MadeLabCertificate =>
  makeCertificate({
    ...{ key: ownKey, cn: 'sqlm01', names: ['sqlm01'], client: false },
    notBefore: new Date(Date.now() - DAY),
    notAfter: new Date(Date.now() + 700 * DAY),
    ...how,
  });
const authority = { names: ['contoso'], ca: true };
const root = make({ ...authority, cn: 'Contoso Root', key: rootKey });
const ofRoot = { cn: 'Contoso Root', key: rootKey };
const issuing = make({ ...authority, cn: 'Contoso Issuing', key: issuingKey, issuer: ofRoot });
const ended = make({ ...authority, cn: 'Contoso Issuing', key: issuingKey, issuer: ofRoot, notAfter: new Date(1e12) });
const leaf = make({ issuer: { cn: 'Contoso Issuing', key: issuingKey } });

await lab.change('sqlw01', { certificates: [{ ...root, store: 'Root', key: null, readable: false }] });
const withRoot = contextOf(lab, 'sqlw01');
const withoutRoot = contextOf(lab, 'sqlm01');

const pem = ({ der }: MadeLabCertificate): string =>
  `-----BEGIN CERTIFICATE-----\n${der.match(/.{1,64}/gu)?.join('\n')}\n-----END CERTIFICATE-----\n`;

const upper = ({ thumbprint }: MadeLabCertificate): Thumbprint => thumbprint.toUpperCase() as Thumbprint;

/** How a machine whose worker pins the first of these sees a master that presents them. */
async function trusts(
  { connect, ...context }: WindowsContext,
  sent: readonly MadeLabCertificate[],
  line: string | null = null,
): Promise<boolean | null> {
  server = tls.createServer({ key: ownKey.privatePem, cert: sent.map(pem).join('') }, (socket) => socket.end());
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const pinned = upper(sent[0] as MadeLabCertificate);
  const witness: ConnectionWitness = {
    endpoint: 'https://sqlm01:8391',
    handshake: { target: 'sqlm01:8391', servername: 'sqlm01', thumbprint: pinned, error: null },
    log: { state: line === null ? 'silent' : 'refused', line, at: null },
    tcp: false,
  };
  return readTrust({ ...context, connect: { ...connect, 'sqlm01:8391': `127.0.0.1:${port}` } }, pinned, witness);
}

test('a certificate that an authority issued is trusted if it leads to a root that the machine trusts', async () => {
  expect(await trusts(withRoot, [make({ issuer: ofRoot })])).toBe(true);
  server?.close();
  expect(await trusts(withRoot, [leaf, issuing])).toBe(true);
});

test('it is not trusted if that root is in no Root store of the machine', async () => {
  expect(await trusts(withoutRoot, [leaf, issuing, root])).toBe(false);
});

test('if its issuer cannot be found it is unknown, unless the log says that Windows did not accept it', async () => {
  const forbidden = 'The remote server returned an error: (403) Forbidden.';
  const untrusted = 'Could not establish trust relationship for the SSL/TLS secure channel with authority';
  const german = 'System.Security.Authentication.AuthenticationException: Das Remotezertifikat ist ungültig.';
  const found: (boolean | null)[] = [];
  for (const line of [null, forbidden, untrusted, german]) {
    found.push(await trusts(withRoot, [leaf], line));
    server?.close();
  }
  expect(found).toEqual([null, null, false, false]);
});

test('it is unknown, too, if an authority in between has expired', async () => {
  expect(await trusts(withRoot, [leaf, ended])).toBeNull();
});

test('a self-signed certificate is trusted in Root and nowhere else', async () => {
  const own = make();
  expect(await trusts(withRoot, [own])).toBe(false);
  server?.close();
  await lab.change('sqlw01', { certificates: [{ ...own, store: 'Root', key: null, readable: false }] });
  expect(await trusts(withRoot, [own])).toBe(true);
});

test('a pin that the master does not present at the moment is not judged', async () => {
  const none = { target: 'sqlm01:8391', servername: null, thumbprint: null, error: 'ECONNREFUSED' };
  const witness: ConnectionWitness = { endpoint: 'https://sqlm01:8391', handshake: none, log: null, tcp: null };
  expect(await readTrust(withRoot, upper(leaf), witness)).toBeNull();
});

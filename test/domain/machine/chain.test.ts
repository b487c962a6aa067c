import forge from 'node-forge';
import { issuersOf } from '../../../src/domain/machine/chain.ts';

const keys = () => forge.pki.rsa.generateKeyPair({ bits: 1024, e: 0x10001 });

interface By {
  readonly name: string;
  readonly key: forge.pki.rsa.PrivateKey;
  readonly from?: string;
  readonly to?: string;
}

function issue(name: string, own: forge.pki.rsa.KeyPair, by: By) {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = own.publicKey;
  certificate.serialNumber = '4a';
  certificate.validity.notBefore = new Date(by.from ?? '2026-01-01');
  certificate.validity.notAfter = new Date(by.to ?? '2027-01-01');
  certificate.setSubject([{ name: 'commonName', value: name }]);
  certificate.setIssuer([{ name: 'commonName', value: by.name }]);
  certificate.sign(by.key, forge.md.sha256.create());
  const der = forge.asn1.toDer(forge.pki.certificateToAsn1(certificate)).getBytes();
  return { name, der: Buffer.from(der, 'latin1').toString('base64') };
}

const [rootKey, middleKey, otherKey, leafKey] = [keys(), keys(), keys(), keys()];
const root = issue('Contoso Root', rootKey, { name: 'Contoso Root', key: rootKey.privateKey });
const middle = issue('Contoso Issuing', middleKey, { name: 'Contoso Root', key: rootKey.privateKey });
const leaf = issue('sqlm01', leafKey, { name: 'Contoso Issuing', key: middleKey.privateKey });
/** The same names as the real ones, but other keys. */
const fake = issue('Contoso Issuing', otherKey, { name: 'Contoso Root', key: otherKey.privateKey });

const NOW = Date.parse('2026-11-24');
const names = (der: string, pool: readonly (typeof root)[]) => issuersOf(der, pool, NOW).map(({ name }) => name);

test.each([
  ['all are at hand', leaf, [root, middle], ['Contoso Issuing', 'Contoso Root']],
  ['another of the same name did not sign it', leaf, [fake, root, middle], ['Contoso Issuing', 'Contoso Root']],
  ['only the first is at hand', leaf, [middle], ['Contoso Issuing']],
  ['none is at hand', leaf, [root], []],
  ['it issued itself', root, [root, middle], []],
  ['its issuer is known by name but not by key', leaf, [fake], []],
] as const)('finds who issued a certificate when %s', (_, of, pool, wanted) => {
  expect(names(of.der, pool)).toEqual(wanted);
});

test('bytes that are no certificate have no issuer and are none', () => {
  expect(issuersOf('AAAA', [root], NOW)).toEqual([]);
  expect(names(leaf.der, [{ name: 'junk', der: 'AAAA' }, middle])).toEqual(['Contoso Issuing']);
});

test.each([
  ['has ended', { from: '2020-01-01', to: '2026-11-23' }],
  ['has not begun', { from: '2026-11-25', to: '2030-01-01' }],
])(
  'of an authority that was renewed with its key, the certificate that %s counts only without another',
  (_what, dates) => {
    const [oldRoot, oldMiddle] = [
      issue('Contoso Root', rootKey, { name: 'Contoso Root', key: rootKey.privateKey, ...dates }),
      issue('Contoso Issuing', middleKey, { name: 'Contoso Root', key: rootKey.privateKey, ...dates }),
    ];
    expect(issuersOf(leaf.der, [oldRoot, oldMiddle, root, middle], NOW)).toEqual([middle, root]);
    expect(issuersOf(leaf.der, [root, middle, oldRoot, oldMiddle], NOW)).toEqual([middle, root]);
    expect(issuersOf(leaf.der, [oldRoot, oldMiddle], NOW)).toEqual([oldMiddle, oldRoot]);
  },
);

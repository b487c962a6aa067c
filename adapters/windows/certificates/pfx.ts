import { randomBytes } from 'node:crypto';
import forge from 'node-forge';
import type { KeyMaterial } from './secret.ts';

const { asn1 } = forge;
type Node = forge.asn1.Asn1;

/**
 * The password is 192 random bits and used only once: stretching it would make no guess harder, and with forge's own
 * SHA-1 would take half as long as making the key itself.
 */
const ITERATIONS = 64;
/** Bytes. */
const [SALT, MAC_KEY] = [8, 20];
/** What `generateKey` derives: the key of a MAC. */
const FOR_MAC = 3;
const VERSION = 3;

/**
 * Key and certificate as PKCS #12 under 3DES and a SHA-1 MAC, which Windows Server 2016 and older still read. The
 * friendly name marks the certificate as ours. Only the certificate has one, so this is not left to forge: Windows
 * would name the key's container after the key's, where WCF was seen to fail on a blank (OctopusDeploy/Issues 3689),
 * and `-f` may let the import overwrite a key of that name. A key without a name gets a container of its own.
 */
export function makePfx(material: KeyMaterial, password: string, friendlyName: string): Buffer {
  const key = forge.pki.privateKeyFromPem(material.privateKeyPem);
  const certificate = bytesOf(forge.pki.certificateToAsn1(forge.pki.certificateFromPem(material.certificatePem)));
  // tells which key is whose
  const id = attribute('localKeyId', octets(forge.md.sha1.create().update(certificate).digest().getBytes()));
  const name = attribute('friendlyName', node(asn1.Type.BMPSTRING, friendlyName));
  const plain = forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(key));
  const shrouded = forge.pki.encryptPrivateKeyInfo(plain, password, { algorithm: '3des', count: ITERATIONS });
  const x509 = sequence(oid('x509Certificate'), tagged(octets(certificate)));
  const safe = sequence(
    data(sequence(sequence(oid('certBag'), tagged(x509), set(id, name)))),
    data(sequence(sequence(oid('pkcs8ShroudedKeyBag'), tagged(shrouded), set(id)))),
  );
  const pfx = sequence(integer(VERSION), data(safe), macOf(bytesOf(safe), password));
  return Buffer.from(bytesOf(pfx), 'latin1');
}

function macOf(content: string, password: string): Node {
  const salt = forge.util.createBuffer(randomBytes(SALT).toString('latin1'));
  const mac = forge.hmac.create();
  mac.start('sha1', forge.pkcs12.generateKey(password, salt.copy(), FOR_MAC, ITERATIONS, MAC_KEY));
  mac.update(content);
  const sha1 = sequence(oid('sha1'), node(asn1.Type.NULL, ''));
  return sequence(sequence(sha1, octets(mac.digest().getBytes())), octets(salt.bytes()), integer(ITERATIONS));
}

const bytesOf = (one: Node): string => asn1.toDer(one).getBytes();

const node = (type: forge.asn1.Type, value: string | Node[]): Node =>
  asn1.create(asn1.Class.UNIVERSAL, type, typeof value !== 'string', value);
const sequence = (...parts: Node[]): Node => node(asn1.Type.SEQUENCE, parts);
const set = (...parts: Node[]): Node => node(asn1.Type.SET, parts);
const octets = (value: string): Node => node(asn1.Type.OCTETSTRING, value);
const integer = (value: number): Node => node(asn1.Type.INTEGER, asn1.integerToDer(value).getBytes());
const oid = (name: string): Node => node(asn1.Type.OID, asn1.oidToDer(forge.pki.oids[name] as string).getBytes());
const tagged = (value: Node): Node => asn1.create(asn1.Class.CONTEXT_SPECIFIC, 0 as forge.asn1.Type, true, [value]);
const data = (content: Node): Node => sequence(oid('data'), tagged(octets(bytesOf(content))));
const attribute = (name: string, value: Node): Node => sequence(oid(name), set(value));

/** 192 bits in letters and digits only: nothing that a command line could misread, and no leading dash. */
export const oneTimePassword = (): string => `p${randomBytes(24).toString('hex')}`;

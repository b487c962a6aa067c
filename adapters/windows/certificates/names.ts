import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import forge from 'node-forge';
import { CertopsError } from '../../../src/domain/errors.ts';

/** A general name as node-forge takes it: 2 is dNSName, 7 is iPAddress. */
type AltName = { readonly type: 2; readonly value: string } | { readonly type: 7; readonly ip: string };

/** ub-common-name of RFC 5280. */
const MAX_COMMON_NAME = 64;
const MAX_DNS_NAME = 253;

/**
 * The subject's attribute: any text, as PrintableString where its characters allow it, else UTF8String. Throws
 * `CommonNameRefused` when it is empty, too long, or has control characters.
 */
export function commonName(cn: string): forge.pki.CertificateField {
  const characters = [...cn];
  if (cn.trim() === '' || characters.length > MAX_COMMON_NAME || hasControl(cn) || /\p{Surrogate}/u.test(cn))
    throw new CertopsError('CommonNameRefused', { cn: cn.slice(0, 100), maxCharacters: MAX_COMMON_NAME });
  const printable = /^[A-Za-z0-9 '()+,./:=?-]*$/u.test(cn);
  const valueTagClass = printable ? forge.asn1.Type.PRINTABLESTRING : forge.asn1.Type.UTF8;
  // the published types only allow classes, but forge wants the type's number here
  return { name: 'commonName', value: cn, valueTagClass: valueTagClass as unknown as forge.asn1.Class };
}

/**
 * Names and addresses of the SAN, each once, in order. An address goes in twice: as iPAddress for clients that follow
 * the standard, and as dNSName text for .NET, which compares text. A name beyond ASCII becomes its A-label. Throws
 * `CertificateNameRefused`, and `CertificateNamesMissing` for an empty list.
 */
export function altNames(names: readonly string[]): readonly AltName[] {
  const found = names.flatMap((name): readonly AltName[] => {
    const address = name.replace(/^\[(.*)\]$/u, '$1');
    if (isIP(address) !== 0)
      return [
        { type: 7, ip: address },
        { type: 2, value: address },
      ];
    const ascii = /^[\x20-\x7e]*$/u.test(name) ? name : domainToASCII(name);
    if (!isDnsName(ascii)) throw new CertopsError('CertificateNameRefused', { name: name.slice(0, 300) });
    return [{ type: 2, value: ascii }];
  });
  if (found.length === 0) throw new CertopsError('CertificateNamesMissing');
  const seen = new Set<string>();
  return found.filter((name) => {
    const key = JSON.stringify(name).toLowerCase();
    return !seen.has(key) && seen.add(key);
  });
}

/** Underscores occur in machine names, so they are allowed. */
const isDnsName = (name: string): boolean =>
  name.length <= MAX_DNS_NAME &&
  /^(?:\*\.)?[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/iu.test(name);

const hasControl = (text: string): boolean =>
  [...text].some((character) => character < ' ' || (character >= '\u007f' && character <= '\u009f'));

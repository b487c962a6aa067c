import { createHash } from 'node:crypto';

const WELL_KNOWN: readonly (readonly [sid: string, name: string, sddl: string | null])[] = [
  ['S-1-5-18', 'NT AUTHORITY\\SYSTEM', 'SY'],
  ['S-1-5-19', 'NT AUTHORITY\\LOCAL SERVICE', 'LS'],
  ['S-1-5-20', 'NT AUTHORITY\\NETWORK SERVICE', 'NS'],
  ['S-1-5-32-544', 'BUILTIN\\Administrators', 'BA'],
  ['S-1-5-32-545', 'BUILTIN\\Users', 'BU'],
  ['S-1-1-0', 'Everyone', 'WD'],
  ['S-1-5-11', 'NT AUTHORITY\\Authenticated Users', 'AU'],
  ['S-1-3-0', 'CREATOR OWNER', 'CO'],
];

/** SID of a service's virtual account: SHA-1 of the upper-case name in UTF-16LE, as five little-endian numbers. */
export function serviceSid(service: string): string {
  const hash = createHash('sha1').update(Buffer.from(service.toUpperCase(), 'utf16le')).digest();
  const parts = [0, 4, 8, 12, 16].map((offset) => hash.readUInt32LE(offset));
  return `S-1-5-80-${parts.join('-')}`;
}

/** SID of an account as the service control manager or icacls would name it; null when nobody has that name. */
export function accountSid(account: string, services: readonly string[]): string | null {
  const name = account.trim().toLowerCase();
  const known = WELL_KNOWN.find(([, full]) => full.toLowerCase() === name || short(full) === name);
  if (known !== undefined) return known[0];
  if (name === 'localsystem') return 'S-1-5-18';
  const virtual = /^nt service\\(.+)$/u.exec(name);
  if (virtual !== null) {
    const service = services.find((each) => each.toLowerCase() === virtual[1]);
    return service === undefined ? null : serviceSid(service);
  }
  return /^[^\\]+\\[^\\]+$/u.test(account) ? domainSid(account) : null;
}

/** The name icacls prints for a SID; the SID itself when nobody has it. */
export function sidName(sid: string, services: readonly string[]): string {
  const known = WELL_KNOWN.find(([each]) => each === sid);
  if (known !== undefined) return known[1];
  const service = services.find((each) => serviceSid(each) === sid);
  return service === undefined ? sid : `NT SERVICE\\${service}`;
}

/** Two-letter alias of SDDL for a well-known SID; the SID itself otherwise. */
export const sidToSddl = (sid: string): string => WELL_KNOWN.find(([each]) => each === sid)?.[2] ?? sid;
export const sddlToSid = (text: string): string => WELL_KNOWN.find(([, , alias]) => alias === text)?.[0] ?? text;

const short = (full: string): string => full.slice(full.indexOf('\\') + 1).toLowerCase();

/** A made-up domain: the same account always has the same SID. */
function domainSid(account: string): string {
  const number = createHash('sha1').update(account.toLowerCase()).digest().readUInt16LE(0) + 1000;
  return `S-1-5-21-1004336348-1177238915-682003330-${number}`;
}

import { inTable } from '../in-table.ts';
import type { ServiceFacts } from './host-facts.ts';

/** SYSTEM may read every key. */
export const SYSTEM_SID = 'S-1-5-18';

/**
 * Accounts that exist on every Windows, by SID, and those of every domain, by the letters that stand for them in an
 * access list. Windows itself would show their names localized.
 */
const KNOWN: { readonly [sid: string]: string } = {
  [SYSTEM_SID]: 'SYSTEM',
  'S-1-5-19': 'LocalService',
  'S-1-5-20': 'NetworkService',
  'S-1-5-32-544': 'Administrators',
  'S-1-5-32-545': 'Users',
  'S-1-5-11': 'Authenticated Users',
  'S-1-1-0': 'Everyone',
  AP: 'Protected Users',
  CA: 'Cert Publishers',
  CN: 'Cloneable Domain Controllers',
  DC: 'Domain Computers',
  DD: 'Domain Controllers',
  DG: 'Domain Guests',
  DU: 'Domain Users',
  EA: 'Enterprise Admins',
  EK: 'Enterprise Key Admins',
  KA: 'Key Admins',
  LG: 'Guest',
  PA: 'Group Policy Creator Owners',
  RO: 'Enterprise Read-only Domain Controllers',
  RS: 'RAS and IAS Servers',
  SA: 'Schema Admins',
};

/**
 * Whether a tool can grant them access. Windows shows some domain groups only as two letters, which no tool accepts,
 * and nothing on the machine says for certain which domain is meant.
 */
export const isGrantable = (reader: string): boolean => reader.startsWith('S-1-');

const nameOf = (sid: string): string => inTable(KNOWN, sid) ?? sid;

/** Display names of accounts known to every Windows; others by their SID. */
export const accountNames = (sids: readonly string[]): readonly string[] => sids.map(nameOf);

/** Display names of who may read a private key: the service's account by its name, others as in `accountNames`. */
export const readerNames = (sids: readonly string[], service: Pick<ServiceFacts, 'account' | 'accountSid'>) =>
  sids.map((sid) => (sid === service.accountSid ? service.account : nameOf(sid)));

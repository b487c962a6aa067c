import type { ServiceFacts } from './host-facts.ts';

/** Accounts that every Windows has, by their SIDs; their names there are in its language. */
const KNOWN: { readonly [sid: string]: string } = {
  'S-1-5-18': 'SYSTEM',
  'S-1-5-19': 'LocalService',
  'S-1-5-20': 'NetworkService',
  'S-1-5-32-544': 'Administrators',
  'S-1-5-32-545': 'Users',
  'S-1-5-11': 'Authenticated Users',
  'S-1-1-0': 'Everyone',
};

/** Who may read a private key, as people call them: the service's account by its name, others by their SID. */
export const readerNames = (sids: readonly string[], service: Pick<ServiceFacts, 'account' | 'accountSid'>) =>
  sids.map((sid) =>
    sid === service.accountSid ? service.account : Object.hasOwn(KNOWN, sid) ? (KNOWN[sid] ?? sid) : sid,
  );

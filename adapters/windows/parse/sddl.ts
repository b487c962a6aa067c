import { CertopsError } from '../../../src/domain/errors.ts';

/** Who may read an object according to its DACL. SIDs, sorted; an alias of an unknown domain is kept as written. */
interface Readers {
  /** Allowed and not denied. */
  readonly allowed: readonly string[];
  readonly denied: readonly string[];
}

const EVERYONE = 'S-1-1-0';

/**
 * Reads the DACL of a security descriptor in SDDL. An entry counts when it covers reading a file (FR, GR, FA, GA, or a
 * mask that includes as much) and applies to the object itself. Throws `AclUnreadable`: a descriptor that cannot be
 * read is never "nobody". Source: MicrosoftDocs/win32, ACE strings and SID strings.
 */
export function readersOf(sddl: string): Readers {
  const entries = entriesOf(sddl);
  if (entries === 'everyone') return { allowed: [EVERYONE], denied: [] };
  const allowed = new Set<string>();
  const denied = new Set<string>();
  for (const { type, inheritOnly, mask, sid } of entries) {
    // inherit only: applies to children, and a key file has none
    if (inheritOnly) continue;
    if (DENY.has(type) && deniesReading(mask)) denied.add(sid);
    // a conditional entry (XA) may not apply when it matters
    if (type === 'A' && coversReading(mask)) allowed.add(sid);
  }
  const mayRead = denied.has(EVERYONE) ? [] : [...allowed].filter((sid) => !denied.has(sid));
  return { allowed: mayRead.sort(), denied: [...denied].sort() };
}

/**
 * SIDs that may change a folder or anything that will be in it: any right to write, add, delete, or change owner or
 * access. SIDs that a deny entry may stop are included. Throws `AclUnreadable`.
 */
export const writersOf = (sddl: string): readonly string[] => holdersOf(sddl, WRITING);

/** The same, including those who may only read what is in it. Throws `AclUnreadable`. */
export const usersOf = (sddl: string): readonly string[] => holdersOf(sddl, WRITING | GENERIC_READ | FILE_READ_DATA);

/**
 * SIDs that may delete a folder or what is in it, or change the owner or access of the folder itself: any of them could
 * put another folder in its place. Throws `AclUnreadable`.
 */
export const replacersOf = (sddl: string): readonly string[] =>
  holdersOf(sddl, REPLACING, ({ inheritOnly }) => !inheritOnly);

/** Whether an entry of the object's own, not an inherited one, grants this account anything. Throws `AclUnreadable`. */
export function isNamedIn(sddl: string, account: string): boolean {
  const entries = entriesOf(sddl);
  if (entries === 'everyone') return false;
  return entries.some(
    ({ type, isInherited, sid }) => (type === 'A' || type === 'XA') && !isInherited && sid === account,
  );
}

function holdersOf(sddl: string, rights: number, counts: (entry: Entry) => boolean = () => true): readonly string[] {
  const entries = entriesOf(sddl);
  if (entries === 'everyone') return [EVERYONE];
  const holders = entries.filter(
    (entry) => (entry.type === 'A' || entry.type === 'XA') && (entry.mask & rights) !== 0 && counts(entry),
  );
  return [...new Set(holders.map(({ sid }) => sid))].sort();
}

interface Entry {
  readonly type: string;
  readonly inheritOnly: boolean;
  readonly isInherited: boolean;
  readonly mask: number;
  readonly sid: string;
}

/** 'everyone': there is no DACL at all, which lets everybody do everything. */
function entriesOf(sddl: string): readonly Entry[] | 'everyone' {
  const dacl = /(?:^|[^(;])D:((?:P|AI|AR|NO_ACCESS_CONTROL)*)(?=\(|S:|$)/u.exec(sddl.trim());
  if (dacl?.[1] === undefined) throw new CertopsError('AclUnreadable', { sddl: excerpt(sddl) });
  if (dacl[1].includes('NO_ACCESS_CONTROL')) return 'everyone';
  return splitEntries(sddl.trim().slice(dacl.index + dacl[0].length), sddl).map((entry) => {
    const [type = '', flags = '', rights = '', , , who = ''] = entry.split(';');
    if (who === '') throw new CertopsError('AclUnreadable', { sddl: excerpt(sddl) });
    const says = (flag: string): boolean => flags.match(/../gu)?.includes(flag) === true;
    const mask = maskOf(rights, sddl);
    return { type, inheritOnly: says('IO'), isInherited: says('ID'), mask, sid: sidOf(who) };
  });
}

const DENY = new Set(['D', 'XD', 'OD']);

/** Aliases that mean the same SID on every machine; those of a domain (LA, DA, ...) are kept as written. */
const ALIASES: { readonly [alias: string]: string } = {
  AA: 'S-1-5-32-579',
  AC: 'S-1-15-2-1',
  AN: 'S-1-5-7',
  AO: 'S-1-5-32-548',
  AS: 'S-1-18-1',
  AU: 'S-1-5-11',
  BA: 'S-1-5-32-544',
  BG: 'S-1-5-32-546',
  BO: 'S-1-5-32-551',
  BU: 'S-1-5-32-545',
  CD: 'S-1-5-32-574',
  CG: 'S-1-3-1',
  CO: 'S-1-3-0',
  CY: 'S-1-5-32-569',
  ED: 'S-1-5-9',
  ER: 'S-1-5-32-573',
  ES: 'S-1-5-32-576',
  HA: 'S-1-5-32-578',
  IS: 'S-1-5-32-568',
  IU: 'S-1-5-4',
  LS: 'S-1-5-19',
  LU: 'S-1-5-32-559',
  MS: 'S-1-5-32-577',
  MU: 'S-1-5-32-558',
  NO: 'S-1-5-32-556',
  NS: 'S-1-5-20',
  NU: 'S-1-5-2',
  OW: 'S-1-3-4',
  PO: 'S-1-5-32-550',
  PS: 'S-1-5-10',
  PU: 'S-1-5-32-547',
  RA: 'S-1-5-32-575',
  RC: 'S-1-5-12',
  RD: 'S-1-5-32-555',
  RE: 'S-1-5-32-552',
  RM: 'S-1-5-32-580',
  RU: 'S-1-5-32-554',
  SO: 'S-1-5-32-549',
  SS: 'S-1-18-2',
  SU: 'S-1-5-6',
  SY: 'S-1-5-18',
  UD: 'S-1-5-84-0-0-0-0-0',
  WD: EVERYONE,
  WR: 'S-1-5-33',
};

const sidOf = (who: string): string => ALIASES[who.toUpperCase()] ?? who.toUpperCase();

const FILE_READ_DATA = 0x1;
const GENERIC_ALL = 0x1000_0000;
const GENERIC_READ = 0x8000_0000;
/** FILE_GENERIC_READ without SYNCHRONIZE, which old key containers do not have. */
const READING = 0x0002_0089;

/**
 * Write data, append, write (extended) attributes, delete, delete a child, write DAC and owner, GENERIC_WRITE and
 * GENERIC_ALL.
 */
const WRITING = 0x500d_0156;

/** Delete, delete a child, write DAC and owner, GENERIC_ALL. */
const REPLACING = 0x100d_0040;

const RIGHTS: { readonly [code: string]: number } = {
  GA: GENERIC_ALL,
  GR: GENERIC_READ,
  GW: 0x4000_0000,
  GX: 0x2000_0000,
  FA: 0x001f_01ff,
  FR: 0x0012_0089,
  FW: 0x0012_0116,
  FX: 0x0012_00a0,
  KA: 0x000f_003f,
  KR: 0x0002_0019,
  KW: 0x0002_0006,
  KX: 0x0002_0019,
  RC: 0x0002_0000,
  SD: 0x0001_0000,
  WD: 0x0004_0000,
  WO: 0x0008_0000,
  CC: 0x1,
  DC: 0x2,
  LC: 0x4,
  SW: 0x8,
  RP: 0x10,
  WP: 0x20,
  DT: 0x40,
  LO: 0x80,
  CR: 0x100,
};

function maskOf(rights: string, sddl: string): number {
  if (/^(?:0x[0-9a-f]{1,8}|\d{1,10})$/iu.test(rights)) return Number(rights);
  const codes = rights.match(/../gu) ?? [];
  if (codes.join('') !== rights) throw new CertopsError('AclUnreadable', { sddl: excerpt(sddl) });
  return codes.reduce((mask, code) => {
    const bits = RIGHTS[code];
    // an unknown code may be the one that denies: better to stop than to guess
    if (bits === undefined) throw new CertopsError('AclUnreadable', { sddl: excerpt(sddl), right: code });
    return (mask | bits) >>> 0;
  }, 0);
}

const has = (mask: number, bits: number): boolean => (mask & bits) >>> 0 === bits >>> 0;
const coversReading = (mask: number): boolean =>
  has(mask, GENERIC_ALL) || has(mask, GENERIC_READ) || has(mask, READING);
const deniesReading = (mask: number): boolean =>
  has(mask, GENERIC_ALL) || has(mask, GENERIC_READ) || has(mask, FILE_READ_DATA);

/**
 * `(A;;FA;;;SY)(XA;;FR;;;WD;(...))`: a condition may have brackets of its own, nested to any depth, and texts in which
 * brackets do not count. Reads to the end, or to the SACL: skipping an entry would hide an account.
 */
function splitEntries(list: string, sddl: string): readonly string[] {
  const found: string[] = [];
  let depth = 0;
  let from = 0;
  let quoted = false;
  for (let at = 0; at < list.length; at += 1) {
    const sign = list[at];
    if (depth === 0 && sign !== '(') {
      if (list.startsWith('S:', at)) return found;
      throw new CertopsError('AclUnreadable', { sddl: excerpt(sddl) });
    }
    if (sign === '"') quoted = !quoted;
    if (quoted) continue;
    if (sign === '(') {
      depth += 1;
      if (depth === 1) from = at + 1;
    }
    if (sign === ')') {
      depth -= 1;
      if (depth === 0) found.push(list.slice(from, at));
    }
  }
  if (depth !== 0) throw new CertopsError('AclUnreadable', { sddl: excerpt(sddl) });
  return found;
}

const excerpt = (sddl: string): string => sddl.slice(0, 300);

import { sddlToSid, sidToSddl } from './sid.ts';

/** One access control entry. `mask` is the access mask of files. */
export interface Ace {
  readonly allow: boolean;
  /** Inheritance letters of SDDL: OI, CI, IO, NP, ID. */
  readonly flags: string;
  readonly mask: number;
  readonly sid: string;
}

export interface Acl {
  /** Inheritance is cut. */
  readonly protected: boolean;
  readonly entries: readonly Ace[];
}

const FULL = 0x1f01ff;
const READ = 0x120089;
const WRITE = 0x120116;
const EXECUTE = 0x1200a0;
const MODIFY = 0x1301bf;

const SDDL_RIGHTS: { readonly [right: string]: number } = {
  FA: FULL,
  FR: READ,
  FW: WRITE,
  FX: EXECUTE,
  GA: FULL,
  GR: READ,
  GW: WRITE,
  GX: EXECUTE,
  SD: 0x10000,
  RC: 0x20000,
  WD: 0x40000,
  WO: 0x80000,
};

const ICACLS_RIGHTS: { readonly [right: string]: number } = {
  F: FULL,
  M: MODIFY,
  RX: READ | EXECUTE,
  R: READ,
  W: WRITE,
  D: 0x10000,
  RC: 0x20000,
  GR: READ,
  GE: EXECUTE,
  GW: WRITE,
  GA: FULL,
  RD: 0x1,
};

/** Parses the `D:` part of an SDDL string as this lab writes it. */
export function parseSddl(sddl: string): Acl {
  const control = /D:([A-Z]*)/u.exec(sddl)?.[1] ?? '';
  const entries = [...sddl.matchAll(/\(([AD]);([A-Z]*);([^;]*);;;([^)]+)\)/gu)].map((ace) => ({
    allow: ace[1] === 'A',
    flags: ace[2] ?? '',
    mask: sddlMask(ace[3] ?? ''),
    sid: sddlToSid(ace[4] ?? ''),
  }));
  return { protected: control.includes('P'), entries };
}

export function writeSddl(acl: Acl): string {
  const own = acl.entries.filter((ace) => !ace.flags.includes('ID'));
  const entries = [...own, ...acl.entries.filter((ace) => ace.flags.includes('ID'))].map(
    (ace) => `(${ace.allow ? 'A' : 'D'};${ace.flags};${maskToSddl(ace.mask)};;;${sidToSddl(ace.sid)})`,
  );
  return `D:${acl.protected ? 'P' : ''}AI${entries.join('')}`;
}

/** Whether somebody with any of these SIDs may read; a deny entry wins. */
export function mayRead(acl: Acl, sids: readonly string[]): boolean {
  const mine = acl.entries.filter((ace) => sids.includes(ace.sid) && (ace.mask & 0x1) !== 0);
  return mine.some((ace) => ace.allow) && !mine.some((ace) => !ace.allow);
}

/** Reads the permission of an icacls argument: `R`, `(R,W)`, `(OI)(CI)F`. Null when icacls would not understand it. */
export function parseIcaclsRights(text: string): { flags: string; mask: number } | null {
  const groups = [...text.matchAll(/\(([^)]*)\)|([A-Z]+)/giu)].map((part) => (part[1] ?? part[2] ?? '').toUpperCase());
  if (groups.length === 0) return null;
  const flags = groups.filter((group) => /^(OI|CI|IO|NP)$/u.test(group)).join('');
  const rights = groups.filter((group) => !/^(OI|CI|IO|NP)$/u.test(group)).flatMap((group) => group.split(','));
  if (rights.length === 0) return null;
  let mask = 0;
  for (const right of rights) {
    const bits = ICACLS_RIGHTS[right];
    if (bits === undefined) return null;
    mask |= bits;
  }
  return { flags, mask };
}

/** As icacls lists it: `(I)(OI)(CI)(F)`. */
export function showIcaclsRights(ace: Ace): string {
  const flags = (ace.flags.match(/../gu) ?? []).map((flag) => (flag === 'ID' ? '(I)' : `(${flag})`));
  const ordered = [...flags.filter((flag) => flag === '(I)'), ...flags.filter((flag) => flag !== '(I)')];
  return `${ordered.join('')}${ace.allow ? '' : '(DENY)'}(${maskToIcacls(ace.mask)})`;
}

function sddlMask(text: string): number {
  if (text.startsWith('0x')) return Number.parseInt(text, 16);
  return (text.match(/../gu) ?? []).reduce((mask, right) => mask | (SDDL_RIGHTS[right] ?? 0), 0);
}

function maskToSddl(mask: number): string {
  const name = ['FA', 'FR', 'FW', 'FX'].find((right) => SDDL_RIGHTS[right] === mask);
  return name ?? `0x${mask.toString(16)}`;
}

function maskToIcacls(mask: number): string {
  const name = ['F', 'M', 'RX', 'R', 'W'].find((right) => ICACLS_RIGHTS[right] === mask);
  if (name !== undefined) return name;
  return (mask & (READ | WRITE)) === (READ | WRITE) ? 'R,W' : 'Rc,S,RD';
}

import { statfs } from 'node:fs/promises';

/** NFS, SMB (three types), AFS, Ceph, GFS2, OCFS2, Lustre: `f_type` of statfs(2), from linux/magic.h. */
const SHARED_TYPES: readonly number[] = [
  ...[0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x5346414f],
  ...[0x00c36400, 0x01161970, 0x7461636f, 0x0bd00bd0],
];

/**
 * Whether other machines may use the same folder: a socket in it locks this machine only, and to another machine looks
 * like one that a dead process left behind. Only checked on Linux; Windows' own locks work across a network.
 */
export async function isOnNetwork(
  folder: string,
  typeOf: (folder: string) => Promise<bigint> = async (place) => (await statfs(place, { bigint: true })).type,
): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const type = await typeOf(folder).catch(() => 0n);
  // 32 bits, which some machines sign-extend to a negative number
  return SHARED_TYPES.includes(Number(BigInt.asUintN(32, type)));
}

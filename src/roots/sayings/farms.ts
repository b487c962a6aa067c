import { NAME, PATTERN_MEANINGS } from '../../config/farm-fields.ts';
import { type Saying, USAGE } from './saying.ts';

/** What a runner is told of its farm when it is made, and cannot be so. */
export const OF_ITS_FARM: { readonly [code: string]: Saying } = {
  FarmNameNotAllowed: {
    exit: USAGE,
    say: ({ found }) => `${JSON.stringify(found)} is no name of a farm: ${PATTERN_MEANINGS.get(NAME.source)}.`,
  },
  MasterWithoutRole: {
    exit: USAGE,
    say: ({ host, roles }) =>
      `${host} is named as the farm's master, and its role is ${roles} alone: --role master says that it is, --role master worker that it is both, --master HOST which other host is.`,
  },
};

/** Why one bot cannot serve these farms together. */
export const OF_SEVERAL_FARMS: { readonly [code: string]: Saying } = {
  FarmTwice: {
    exit: USAGE,
    say: ({ file, other, farm }) =>
      `${file} and ${other} are both of farm ${farm}: rotations are called after it, and its journal too. Name one of them, or give the other farm its own name.`,
  },
  HostInTwoFarms: {
    exit: USAGE,
    say: ({ file, other, host }) =>
      `${file} and ${other} both have a host ${host}: orders reach a runner by its host's name. Take it out of one; two machines of one name need two bots, each with a Redis of its own.`,
  },
  FarmsDiffer: {
    exit: USAGE,
    say: ({ file, other, setting, found, wanted }) =>
      `One bot has one answer for ${setting}: it is ${found || 'none'} in ${file} and ${wanted || 'none'} in ${other}. Set it alike, or serve them by two bots.`,
  },
};

/** Why a farm file may not say what it says now: a rotation that has begun rests on what it said before. */
export const OF_OPEN_ROTATIONS: { readonly [code: string]: Saying } = {
  MachineNotInFarm: {
    exit: USAGE,
    say: ({ farm, id, hosts }) =>
      `${id} has begun with ${list(hosts)} among its machines, and the file of farm ${farm} names no such machine any more, so nothing it says would be heard. Put it back into the file as it was until ${id} is over, then take it out.`,
  },
  FarmNotServed: {
    exit: USAGE,
    say: ({ farm, id, file }) =>
      `${id} has begun on machines of farm ${farm}, and no farm file here is of that name any more, so nothing they say would be heard. Give the farm its name back, or name its file with --farm too, until ${id} is over. To give ${id} up as it stands, move ${file} elsewhere; each machine goes on by itself as certops runner status says.`,
  },
};

const list = (hosts: unknown): string => (Array.isArray(hosts) ? hosts.join(', ') : String(hosts));

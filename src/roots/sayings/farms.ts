import { NAME, PATTERN_MEANINGS } from '../../config/farm-fields.ts';
import { listed, type Saying, USAGE } from './saying.ts';

/** What `runner init` is told about the farm and cannot be right. */
export const OF_ITS_FARM: { readonly [code: string]: Saying } = {
  FarmNameNotAllowed: {
    exit: USAGE,
    say: ({ found }) => `${JSON.stringify(found)} cannot be the name of a farm: ${PATTERN_MEANINGS.get(NAME.source)}.`,
  },
  MasterWithoutRole: {
    exit: USAGE,
    say: ({ host, roles }) =>
      `${host} is named as the farm's master, but its only role is ${roles}: use --role master if it is the master, --role master worker if it is both, or --master HOST if another host is the master.`,
  },
};

/** Why one bot cannot serve these farms together. */
export const OF_SEVERAL_FARMS: { readonly [code: string]: Saying } = {
  FarmTwice: {
    exit: USAGE,
    say: ({ file, other, farm }) =>
      `${file} and ${other} both describe farm ${farm}, and rotations and the journal are named after the farm. Name only one of these files, or give the other farm its own name.`,
  },
  HostInTwoFarms: {
    exit: USAGE,
    say: ({ file, other, host }) =>
      `${file} and ${other} both have a host ${host}: orders reach a runner by its host's name. Remove it from one of them; two machines with the same name need two bots, each with its own Redis.`,
  },
  FarmsDiffer: {
    exit: USAGE,
    say: ({ file, other, setting, found, wanted }) =>
      `One bot can have only one ${setting}: it is ${found || 'none'} in ${file} and ${wanted || 'none'} in ${other}. Make them the same, or use two bots.`,
  },
};

/** Why a farm file may not have changed like this: a rotation that has begun depends on what it said before. */
export const OF_OPEN_ROTATIONS: { readonly [code: string]: Saying } = {
  MachineNotInFarm: {
    exit: USAGE,
    say: ({ farm, id, hosts }) =>
      `${id} has begun, and the file of farm ${farm} no longer names all of its machines (missing: ${listed(hosts)}), so nothing they say would be heard. Put them back into the file as they were until ${id} is over, then remove them.`,
  },
  FarmNotServed: {
    exit: USAGE,
    say: ({ farm, id, file }) =>
      `${id} has begun on machines of farm ${farm}, and no farm file here has that name any more, so nothing they say would be heard. Give the farm its old name back, or add its file with --farm, until ${id} is over. To give up ${id} as it is, move ${file} elsewhere; each machine then goes on by itself, as certops runner status shows.`,
  },
};

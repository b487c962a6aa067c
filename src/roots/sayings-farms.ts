import { type Saying, USAGE } from './saying.ts';

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

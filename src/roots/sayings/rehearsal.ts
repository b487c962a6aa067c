import { FAILED, type Saying, USAGE } from './saying.ts';

/** A process cannot write down that its disk is full. */
export const silent = (log: string): string => `it could write nothing to ${log}, so see whether the disk is full`;

/** What keeps a rehearsal, or its made-up machines, from running. */
export const OF_REHEARSAL: { readonly [code: string]: Saying } = {
  RehearsalNotHere: {
    exit: FAILED,
    say: () => 'A rehearsal needs Linux, macOS or WSL: on Windows itself, run it inside WSL.',
  },
  DemoRuns: {
    exit: FAILED,
    say: ({ folder, url }) =>
      `A rehearsal is already running in ${folder}. End it with Ctrl-C first, or name another folder with --state.${url === null ? '' : ` It is open at ${url}`}`,
  },
  FarmOfAnotherShape: {
    exit: USAGE,
    say: ({ folder, found, wanted }) =>
      `The farm in ${folder} has ${found}; asked for: ${wanted}. --fresh makes a new one and forgets the old.`,
  },
  ShapeNotUnderstood: {
    exit: USAGE,
    say: ({ file }) =>
      `${file} does not say how many machines the farm there has: --fresh makes a new one and forgets the old, and --state names another folder.`,
  },
  ChildNotReady: {
    exit: FAILED,
    say: ({ name, log, hasSaid }) =>
      `${name} did not start: ${hasSaid === false ? silent(String(log)) : `${log} says why`}.`,
  },
  LabNotRunning: { exit: FAILED, say: ({ folder }) => `No lab is running in ${folder}: start one with npm start.` },
  LabRefused: {
    exit: USAGE,
    say: ({ reason }) => `The lab says: ${reason}. certops lab faults lists what can be broken.`,
  },
  LabFileNotValid: {
    exit: FAILED,
    say: ({ file, why }) => `${file} is not what this version's lab writes (${why}): start anew with --fresh.`,
  },
};

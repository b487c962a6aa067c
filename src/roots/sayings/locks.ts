import { BUSY, FAILED, NO_FOLDER, type Saying } from './saying.ts';

/** Why this may not run beside another, or cannot know whether one runs. */
export const OF_LOCKS: { readonly [code: string]: Saying } = {
  LockHeld: {
    exit: BUSY,
    say: ({ who, pid, since, file }) =>
      file === undefined
        ? `${who || 'Another one'} runs already${pid === 0 ? '' : ` (process ${pid}, since ${since})`}: only one may.`
        : `${file} belongs to another user, as whom one runs, or has run: end that one if it does, and make its folder this account's again, with all that is in it.`,
  },
  LockFolderForeign: {
    exit: FAILED,
    say: ({ folder }) => `${folder} belongs to somebody else, so no lock in it can be trusted: remove it.`,
  },
  LockNotTaken: {
    exit: FAILED,
    say: ({ folder, reason }) =>
      folder === undefined
        ? `The lock cannot be taken (${reason}): check who may write there.`
        : NO_FOLDER.includes(reason ?? '')
          ? `${folder} is no folder (${reason}): name another.`
          : `The lock in ${folder} cannot be taken (${reason}): let this account write in that folder.`,
  },
  LockNotElevated: {
    exit: FAILED,
    say: () =>
      'Only an administrator may hold the lock of this machine: run it elevated, or as a service of SYSTEM or of an account in Administrators.',
  },
};

import { BUSY, FAILED, NO_FOLDER, type Saying } from './saying.ts';
import { wrongName } from './windows-name.ts';

/** Why this may not run beside another one, or cannot tell whether one is running. */
export const OF_LOCKS: { readonly [code: string]: Saying } = {
  LockHeld: {
    exit: BUSY,
    say: ({ who, pid, since, file }) =>
      file === undefined
        ? `${who || 'Another one'} is already running${pid === 0 ? '' : ` (process ${pid}, since ${since})`}: only one may. End it first, or wait until it has ended.`
        : `${file} belongs to another user, under whom one is running or has run: end it if it is running, and give its folder, with everything in it, back to this account.`,
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
          ? `${folder} is not a folder (${reason}): name another.`
          : (wrongName(String(folder), reason ?? '') ??
            `The lock in ${folder} cannot be taken (${reason}): let this account write in that folder.`),
  },
  LockNotElevated: {
    exit: FAILED,
    say: () =>
      'Only an administrator may hold the lock of this machine: run it elevated, or as a service of SYSTEM or of an account in Administrators.',
  },
};

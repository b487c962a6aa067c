import { FAILED, type Saying, USAGE, unlessHeld } from './saying.ts';

/** What is wrong with a key, or with how one is named. */
export const OF_KEYS: { readonly [code: string]: Saying } = {
  KeyFileOpen: {
    exit: USAGE,
    say: ({ file }) =>
      `Others may read ${file}, and it could not be closed to them: run chmod 600 as its owner, on a file system that keeps file modes. Exchange the key if one of them may have read it.`,
  },
  KeyNotAllowed: {
    exit: USAGE,
    say: ({ found }) =>
      `${found} is not a public key: a public key is ed25519: and 43 characters, as certops keys prints it.`,
  },
  PeerNotUnderstood: {
    exit: USAGE,
    say: ({ found }) => `--peer ${found} is not understood: write --peer HOST=ed25519:...`,
  },
  PeerKeysTooMany: {
    exit: USAGE,
    say: ({ host }) => `--peer names more than two keys of ${host}: keep the one that its runner prints.`,
  },
  PeerKeyIsOfBot: {
    exit: USAGE,
    say: ({ host }) =>
      `The key of ${host} is the bot's own, with which the bot could report in its name. --peer, the farm file and hostKeys in runner.json take the key that certops runner init printed on ${host}; --bot-key and botKeys take the one of certops keys.`,
  },
  KeyFileExists: {
    exit: USAGE,
    say: ({ file, runner }) => {
      const [keys, exchange] = runner === true ? ['runner keys', 'runner keys'] : ['keys', 'keys new'];
      return `${file} already exists and is not replaced: certops ${keys} prints its public half. To replace it: certops ${exchange} --exchange`;
    },
  },
  KeyWithoutConfig: {
    exit: USAGE,
    say: ({ file, config }) =>
      `${file} exists, but there is no ${config} beside it: an earlier certops runner init was cut short, or that file was lost. Restore it, or move the key away and run this again: the farm file then needs the new key.`,
  },
  KeyFileMissing: {
    exit: USAGE,
    // A runner finds this out only beside its runner.json, where init would be refused.
    say: ({ file }) =>
      `${file} is missing: put it back. A bot that never had one, or has lost it, makes one with certops keys new; a runner that has lost it is set up anew (docs/set-up.md, "Machines that come and go").`,
  },
  KeyFileMalformed: {
    exit: USAGE,
    say: ({ file }) => `${file} holds no Ed25519 key: restore it, or move it away and make a new one.`,
  },
  KeyNotReadable: {
    exit: USAGE,
    say: ({ file, reason }) =>
      `The key ${file} cannot be read (${reason}): ${unlessHeld(reason, 'check who may read it')}.`,
  },
  KeyNotWritable: {
    exit: USAGE,
    say: ({ file, reason }) =>
      `The key ${file} cannot be written (${reason}): check the folder, and who may write there.`,
  },
  FormerKeysNotValid: {
    exit: FAILED,
    say: ({ file }) =>
      `${file} is not as certops wrote it: restore it, because it says whose lines the journals may contain.`,
  },
};

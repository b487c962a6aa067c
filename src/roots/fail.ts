import { isNativeError } from 'node:util/types';
import { type CertopsError, isCertopsError } from '../domain/errors.ts';
import type { Json } from '../domain/values.ts';

/** What the operator typed or wrote is wrong. */
export const USAGE = 2;
export const FAILED = 1;
/** Somebody else holds the lock: try again later (EX_TEMPFAIL). */
export const BUSY = 75;

type Data = { readonly [name: string]: Json };
interface Saying {
  readonly exit: number;
  readonly say: (data: Data) => string;
}

const SAYINGS: { readonly [code: string]: Saying } = {
  OptionNotValid: {
    exit: USAGE,
    say: ({ option, found, allowed }) => `${option} is ${found}; allowed: ${allowed}.`,
  },
  FileNotReadable: {
    exit: USAGE,
    say: ({ file, reason }) => `${file} cannot be read (${reason}): check the name and who may read it.`,
  },
  FarmFileNotValid: {
    exit: USAGE,
    say: ({ file }) => `${file} cannot be used: the lines above say what is wrong, and where.`,
  },
  RunnerConfigNotValid: {
    exit: USAGE,
    say: ({ where, allowed }) =>
      `The runner's configuration is wrong at ${where || 'its start'} (${allowed}): write it anew with certops runner init.`,
  },
  HostNotInFarm: {
    exit: USAGE,
    say: ({ host, hosts }) => `${host} is no host of this farm; it has ${hosts}.`,
  },
  HostOfAnother: {
    exit: USAGE,
    say: ({ folder, found, wanted }) =>
      `${folder} holds the runner of ${found}, not of ${wanted}: name its folder with --folder.`,
  },
  KeyNotAllowed: {
    exit: USAGE,
    say: ({ found }) => `${found} is no public key: it is ed25519: and 43 characters, as certops keys prints it.`,
  },
  PeerNotUnderstood: {
    exit: USAGE,
    say: ({ found }) => `--peer ${found} is not understood: write --peer HOST=ed25519:...`,
  },
  HostNameNotAllowed: {
    exit: USAGE,
    say: ({ found }) =>
      found === ''
        ? 'Which host is the master? Name it with --master HOST, or take it from the farm file with --farm-file FILE.'
        : `${JSON.stringify(found)} is no host name: letters, digits, dot, dash and underscore, at most 63 characters.`,
  },
  ThumbprintMalformed: {
    exit: USAGE,
    say: ({ found }) => `${JSON.stringify(found)} is no thumbprint: it has 40 hexadecimal digits.`,
  },
  KeyFileExists: {
    exit: USAGE,
    say: ({ file }) => `${file} is there already and is not replaced: move it away first if a new key is wanted.`,
  },
  KeyFileMissing: {
    exit: USAGE,
    say: ({ file }) => `${file} is missing: make it with certops keys new (bot) or certops runner init (runner).`,
  },
  RedisUrlMissing: {
    exit: USAGE,
    say: () => 'No Redis is named: set REDIS_URL, such as redis://user:password@host:6379.',
  },
  LockHeld: {
    exit: BUSY,
    say: ({ who, pid, since }) =>
      `${who || 'Another one'} runs already (process ${pid}, since ${since}): only one may.`,
  },
  DemoRuns: {
    exit: FAILED,
    say: ({ folder, url }) =>
      `A rehearsal runs already on ${folder}${url === null ? '' : ` at ${url}`}: end it with Ctrl-C first, or name another folder with --state.`,
  },
  FarmOfAnotherShape: {
    exit: USAGE,
    say: ({ folder, found, wanted }) =>
      `The farm in ${folder} has ${found}, and ${wanted} was asked for: --fresh makes a new one and forgets the old.`,
  },
  ConsoleOnlyForRehearsals: {
    exit: USAGE,
    say: ({ farm }) => `--console is for the lab only, where names need no check: ${farm} is a real farm.`,
  },
  NoChat: {
    exit: USAGE,
    say: ({ farm }) => `${farm} has no chat that this version can speak: only the console of a rehearsal (--console).`,
  },
  ChildNotReady: {
    exit: FAILED,
    say: ({ name, log }) => `${name} did not start: ${log} says why.`,
  },
  LabNotRunning: {
    exit: FAILED,
    say: ({ folder }) => `No lab runs on ${folder}: start one with npm start.`,
  },
  LabRefused: {
    exit: USAGE,
    say: ({ reason }) => `The lab says: ${reason}. certops lab faults lists what can be broken.`,
  },
  PreflightFailed: {
    exit: FAILED,
    say: ({ problems }) => `This machine cannot be served: ${problems}.`,
  },
};

/** One sentence with its code, to standard error; answers with the exit code. */
export function tellFailure(error: unknown): number {
  if (isCertopsError(error)) return tellCertopsError(error);
  const words = isNativeError(error) ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`This is a fault of certops itself, please report it. (Unexpected)\n${words}\n`);
  return FAILED;
}

function tellCertopsError(error: CertopsError): number {
  const saying = SAYINGS[error.code];
  const sentence = saying?.say(error.data) ?? `${sentenceOf(error)}`;
  process.stderr.write(`${sentence} (${error.code})\n`);
  return saying?.exit ?? FAILED;
}

const sentenceOf = ({ data }: CertopsError): string =>
  Object.keys(data).length === 0 ? 'It did not work.' : `It did not work: ${JSON.stringify(data)}.`;

import type { Json } from '../domain/values.ts';
import { BUSY, FAILED, NO_FOLDER, type Saying, USAGE } from './saying.ts';
import { OF_ITS_FARM, OF_SEVERAL_FARMS } from './sayings-farms.ts';
import { OF_FOLDER } from './sayings-folder.ts';
import { OF_PREFLIGHT } from './sayings-preflight.ts';
import { OF_PROGRAM } from './sayings-program.ts';
import { OF_REDIS } from './sayings-redis.ts';

/** What the command line says of an error: one sentence, and what to do. In chat the words of cards/ are used. */
export const SAYINGS: { readonly [code: string]: Saying } = {
  OptionNotValid: {
    exit: USAGE,
    say: ({ option, found, allowed }) => `${option} is ${found}; allowed: ${allowed}.`,
  },
  OptionTwice: {
    exit: USAGE,
    say: ({ option, file }) => `${option} and ${file} are both set: keep one of them.`,
  },
  FileNotReadable: {
    exit: USAGE,
    say: ({ file, reason }) =>
      `${file} cannot be read (${reason}): check the name and who may read it${ifDenied(reason)}.${ifNotNamed(file, reason)}`,
  },
  FarmFileNotValid: {
    exit: USAGE,
    say: ({ file }) => `${file} cannot be used: the lines above say what is wrong, and where.`,
  },
  ...OF_SEVERAL_FARMS,
  ...OF_ITS_FARM,
  ...OF_PROGRAM,
  ...OF_FOLDER,
  ...OF_PREFLIGHT,
  ...OF_REDIS,
  RunnerNotSetUp: {
    exit: USAGE,
    say: ({ file }) =>
      `${file} is missing: make it with certops runner init, or name the folder that holds it with --folder.`,
  },
  KeyFileOpen: {
    exit: USAGE,
    say: ({ file }) =>
      `Others may read ${file}, and it cannot be closed to them: chmod 600 as its owner, on a file system that keeps modes. Exchange the key if one of them may have read it.`,
  },
  AclUnreadable: {
    exit: FAILED,
    say: ({ file, sddl, output }) =>
      `Who has access to ${file ?? 'a folder of ours'} cannot be read (${output ?? sddl}): icacls must show it to this account.`,
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
  PeerKeysTooMany: {
    exit: USAGE,
    say: ({ host }) => `--peer names more than two keys of ${host}: keep the one that its runner prints.`,
  },
  FarmOfAnother: {
    exit: USAGE,
    say: ({ file, found, wanted }) =>
      `${file} is the farm file of ${found}, and this runner belongs to ${wanted}: name the file of its own farm.`,
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
    say: ({ file }) =>
      `${file} is there already and is not replaced: certops keys new --exchange (of a runner: certops runner keys --exchange) makes another in its place.`,
  },
  KeyFileMissing: {
    exit: USAGE,
    say: ({ file }) => `${file} is missing: make it with certops keys new (bot) or certops runner init (runner).`,
  },
  RedisUrlMissing: {
    exit: USAGE,
    say: ({ file }) =>
      `No Redis is named: set REDIS_URL, such as redis://user:password@host:6379${file === undefined ? '' : `, or redisUrl in ${file}`}.`,
  },
  UndoNotHere: {
    exit: USAGE,
    say: ({ rotation }) =>
      `This puts back ${rotation} on this machine alone: add --here if you mean that, or say stop ${rotation} in chat, which puts all of it back.`,
  },
  NothingToUndo: {
    exit: USAGE,
    say: ({ rotation, host }) =>
      `The journal of ${host} shows no change of ${rotation} that could be put back: check the id with certops runner status, or in chat.`,
  },
  UndoNotProved: {
    exit: FAILED,
    say: ({ rotation, host }) =>
      `${rotation} is not put back for certain on ${host}: the lines above say what is not as it was. Mend that, and run the same command again.`,
  },
  UndoNotTaken: {
    exit: FAILED,
    say: ({ file }) =>
      `The runner has not finished in ten minutes: it goes on by itself while ${file} is there. certops runner status says how far it is.`,
  },
  LockHeld: {
    exit: BUSY,
    say: ({ who, pid, since, file }) =>
      file === undefined
        ? `${who || 'Another one'} runs already${pid === 0 ? '' : ` (process ${pid}, since ${since})`}: only one may.`
        : `${file} belongs to another user, as whom one runs, or has run: end that one if it does, and make its folder this account's again, with all that is in it.`,
  },
  DemoRuns: {
    exit: FAILED,
    say: ({ folder, url }) =>
      `A rehearsal runs already on ${folder}. End it with Ctrl-C first, or name another folder with --state.${url === null ? '' : ` It is open at ${url}`}`,
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
  ConsoleOnlyForRehearsals: {
    exit: USAGE,
    say: ({ farm }) => `--console is for the lab only, where names need no check: ${farm} is a real farm.`,
  },
  NoChat: {
    exit: USAGE,
    say: ({ farm }) =>
      `${farm} has no channel in Slack or Teams: name one in the farm file, or, for a rehearsal, add --console.`,
  },
  SlackTokenMissing: {
    exit: USAGE,
    say: () =>
      'SLACK_BOT_TOKEN is missing: the Bot User OAuth Token (xoxb-...) of the app, at api.slack.com/apps under OAuth & Permissions. It may stand in a file that SLACK_BOT_TOKEN_FILE names.',
  },
  SlackSecretMissing: {
    exit: USAGE,
    say: () =>
      "Slack cannot reach the bot yet: set SLACK_SIGNING_SECRET (the app's Basic Information) for HTTP, or SLACK_APP_TOKEN (xapp-..., under App-Level Tokens, scope connections:write) for Socket Mode.",
  },
  TeamsPasswordMissing: {
    exit: USAGE,
    say: () =>
      "TEAMS_APP_PASSWORD is missing: a client secret (its value, not its id) of the bot's app registration, at entra.microsoft.com under Certificates & secrets. It may stand in a file that TEAMS_APP_PASSWORD_FILE names.",
  },
  TeamsCloudUnknown: {
    exit: USAGE,
    say: ({ channelService }) =>
      `TEAMS_CHANNEL_SERVICE is ${channelService}, which is no cloud of Microsoft's: leave it out, or write https://botframework.azure.us for the US government's.`,
  },
  NotListening: {
    exit: FAILED,
    say: ({ listen, port, reason }) =>
      `The bot cannot listen on ${listen}:${port} (${reason}): another process has the port, or it is no address of this machine. CERTOPS_PORT and CERTOPS_LISTEN name others.`,
  },
  ConsolePortTaken: {
    exit: FAILED,
    say: ({ port, reason }) =>
      `The console cannot listen on 127.0.0.1:${port} (${reason}): another program has that port, or the system keeps it. Name another one, or none: then a free one is taken.`,
  },
  ChildNotReady: { exit: FAILED, say: ({ name, log }) => `${name} did not start: ${log} says why.` },
  LabNotRunning: { exit: FAILED, say: ({ folder }) => `No lab runs on ${folder}: start one with npm start.` },
  LabRefused: {
    exit: USAGE,
    say: ({ reason }) => `The lab says: ${reason}. certops lab faults lists what can be broken.`,
  },
  AclNameUnfit: {
    exit: USAGE,
    say: ({ name }) =>
      `${JSON.stringify(name)} cannot be part of a Redis user's rights: it would open more than its own.`,
  },
  FarmNameUnfit: {
    exit: USAGE,
    say: ({ farm }) =>
      `${JSON.stringify(farm)} cannot be the name of a queue: lower-case letters, digits, dot, dash, underscore.`,
  },
  HostNameUnfit: {
    exit: USAGE,
    say: ({ host }) =>
      `${JSON.stringify(host)} cannot be the name of a queue: lower-case letters, digits, dot, dash, underscore.`,
  },
  RedisUrlMalformed: {
    exit: USAGE,
    say: ({ wanted }) => `REDIS_URL is not understood: write it as ${wanted}.`,
  },
  RedisMissing: {
    exit: FAILED,
    say: ({ looked }) => `There is no Redis (${list(looked)}): install redis-server, or set REDIS_URL.`,
  },
  RedisPrefixDenied: {
    exit: FAILED,
    say: ({ prefix }) =>
      `The Redis user of REDIS_URL has no right to keys that begin with ${prefix}, which a rehearsal keeps apart from real farms: leave REDIS_URL out, and it brings a Redis of its own.`,
  },
  RedisNotStarted: {
    exit: FAILED,
    say: ({ program, log, reason }) => `${program} did not start: ${log ?? reason ?? 'it does not say why'}.`,
  },
  RedisFolderInUse: {
    exit: FAILED,
    say: ({ folder, clients }) =>
      `A Redis runs already on ${folder}, and ${clients} are connected to it: end them first.`,
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
  JournalNotReadable: {
    exit: FAILED,
    say: ({ file, reason }) => `The journal ${file} cannot be opened (${reason}): check the disk, and who may read it.`,
  },
  JournalBroken: {
    exit: FAILED,
    say: ({ file, line, why }) =>
      BROKEN[String(why)]?.(`Line ${line} of ${file}`) ??
      `Line ${line} of ${file} is not as it was written (${why}), so nothing in it is believed: keep the file, and find out who changed it.`,
  },
  FormerKeysNotValid: {
    exit: FAILED,
    say: ({ file }) => `${file} is not as certops wrote it: restore it, for it says whose lines the journals may hold.`,
  },
  KeyFileMalformed: {
    exit: USAGE,
    say: ({ file }) => `${file} holds no Ed25519 key: restore it, or move it away and make a new one.`,
  },
  KeyNotReadable: {
    exit: USAGE,
    say: ({ file, reason }) => `The key ${file} cannot be read (${reason}): check who may read it.`,
  },
  KeyNotWritable: {
    exit: USAGE,
    say: ({ file, reason }) =>
      `The key ${file} cannot be written (${reason}): check the folder, and who may write there.`,
  },
  LabFileNotValid: {
    exit: FAILED,
    say: ({ file, why }) => `${file} is not what this version's lab writes (${why}): start anew with --fresh.`,
  },
  ConsoleRefused: {
    exit: FAILED,
    say: ({ status }) => `The console did not take it (${status}): its log says why.`,
  },
};

const BROKEN: { readonly [why: string]: (line: string) => string } = {
  EntryOfNewerVersion: (line) =>
    `${line} was written by a newer version, and this one does not know what it says: start the newer one again.`,
  EnvelopeUnknownKey: (line) =>
    `${line} was signed by another key than the one that lies here. If the key was exchanged, name the one before: certops keys former KEY with its public half, which each runner.json has below botKeys (of a runner: certops runner keys --former KEY, which the farm file had). If it was not, keep the file, and find out who changed it.`,
  'former-key': (line) =>
    `${line} was signed by a key that had been exchanged before, so nothing in it is believed: keep the file, and find out who has that key and may write here.`,
  'cut-before-exchange': (line) =>
    `${line} is the last one, and the journal went on when its key was exchanged: restore a copy that was made after that.`,
};

/** What Windows says to whoever has not elevated the window. */
const ifDenied = (reason: Json | undefined): string => (reason === 'EPERM' ? ', and on Windows run this elevated' : '');

/** It stands in no folder, so nobody has named it. */
const ifNotNamed = (file: Json | undefined, reason: Json | undefined): string =>
  file === 'farm.yaml' && reason === 'ENOENT' ? ' Name the farm file with --farm FILE or CERTOPS_FARM.' : '';

const list = (value: Json | undefined): string => (Array.isArray(value) ? value.join(', ') : String(value));

import type { Json } from '../../domain/values.ts';
import { VERSION } from '../version.ts';
import { OF_CHATS } from './chats.ts';
import { OF_ITS_FARM, OF_OPEN_ROTATIONS, OF_SEVERAL_FARMS } from './farms.ts';
import { OF_FOLDER } from './folder.ts';
import { OF_KEYS } from './keys.ts';
import { OF_LOCKS } from './locks.ts';
import { OF_PREFLIGHT } from './preflight.ts';
import { OF_PROGRAM } from './program.ts';
import { OF_REDIS } from './redis.ts';
import { OF_REHEARSAL } from './rehearsal.ts';
import { FAILED, meanwhile, type Saying, UNLESS_BEGUN, USAGE, unlessHeld } from './saying.ts';

/** What the command line says about an error: one sentence, and what to do. Chat uses the words of cards/. */
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
    say: ({ file, reason, others }) =>
      `${file} cannot be read (${reason}): ${unlessHeld(reason, toRead(reason))}.${ifNotNamed(file, reason)}${meanwhile(others, UNLESS_BEGUN)}`,
  },
  FarmFileNotValid: {
    exit: USAGE,
    say: ({ file, others }) =>
      `${file} cannot be used: the lines above say what is wrong, and where.${meanwhile(others, UNLESS_BEGUN)}`,
  },
  ...OF_SEVERAL_FARMS,
  ...OF_OPEN_ROTATIONS,
  ...OF_ITS_FARM,
  ...OF_PROGRAM,
  ...OF_FOLDER,
  ...OF_PREFLIGHT,
  ...OF_REDIS,
  ...OF_CHATS,
  ...OF_KEYS,
  ...OF_LOCKS,
  ...OF_REHEARSAL,
  RunnerNotSetUp: {
    exit: USAGE,
    say: ({ file }) =>
      `${file} is missing. If a runner worked here, its folder was moved or lost: put it back, for nothing else here tells what was in hand. If none did, or it is lost for good, make it with certops runner init, or name the folder that holds it with --folder.`,
  },
  AclUnreadable: {
    exit: FAILED,
    say: ({ file, sddl, output }) =>
      `Who has access to ${file ?? 'a folder of ours'} cannot be read (${output || sddl || 'nothing was answered'}): icacls must show it to this account.`,
  },
  HostNotInFarm: {
    exit: USAGE,
    say: ({ host, hosts }) => `${host} is not a host of this farm, which has ${hosts}: name one of these.`,
  },
  HostOfAnother: {
    exit: USAGE,
    say: ({ folder, found, wanted }) =>
      `${folder} holds the runner of ${found}, not of ${wanted}: name its folder with --folder.`,
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
        : `${JSON.stringify(found)} is not a host name: letters, digits, dot, dash and underscore, at most 63 characters.`,
  },
  ThumbprintMalformed: {
    exit: USAGE,
    say: ({ found }) => `${JSON.stringify(found)} is not a thumbprint: a thumbprint has 40 hexadecimal digits.`,
  },
  UndoNotHere: {
    exit: USAGE,
    say: ({ rotation }) =>
      `This would put back ${rotation} on this machine only: add --here if you mean that. For the whole rotation say in chat stop ${rotation}, or rollback ${rotation} once it is done.`,
  },
  NothingToUndo: {
    exit: USAGE,
    say: ({ rotation, host }) =>
      `The journal of ${host} shows no change of ${rotation} that could be put back: check the id with certops runner status, or in chat.`,
  },
  OrderOfOtherVersion: {
    exit: FAILED,
    say: ({ n, rotation }) =>
      `Order ${n} of ${rotation} was begun by another version of this program, and version ${VERSION} does not understand it, so nothing is put back: run the same command with the runner.mjs that was in use then.`,
  },
  UndoBehindAnother: {
    exit: USAGE,
    say: ({ rotation, other, host }) =>
      `${host} has begun ${other} and was not told that it is over, so it may go back to what ${rotation} has made. If it is over in chat, certs ${host} there tells ${host} so. Otherwise stop it in chat, or first put it back: certops runner undo ${other} --here`,
  },
  UndoCutsOff: {
    exit: USAGE,
    say: ({ host, master, old, next }) =>
      `${master} presents ${next}, and ${host} would accept only ${old} after this: it would be cut off, so nothing is put back. If the master is to go back too, run this command there first; ${host} may then follow by itself. To go on all the same, add --anyway.`,
  },
  UndoNotProved: {
    exit: FAILED,
    say: ({ rotation, host }) =>
      `It is not certain that ${rotation} is put back on ${host}: the lines above say what is not as it was. Fix that, and run the same command again.`,
  },
  UndoneAndCutOff: {
    exit: FAILED,
    say: ({ rotation, host, master, presented, accepts }) =>
      `${host} accepts ${accepts} again, and is cut off until its master at ${master} presents that: now it presents ${presented}. If the master is to stay with that, say in chat reconnect ${host}. If it is to go back, put it back there first; if ${host} is not connected then, the same command here restarts its service: certops runner undo ${rotation} --here`,
  },
  NotUndoneAndCutOff: {
    exit: FAILED,
    say: ({ rotation, host, master, presented, accepts }) =>
      `${host} is cut off: it accepts only ${accepts}, and its master at ${master} presents ${presented}. The journal here does not show that ${rotation} wrote that, as when its folder was put back from a copy, so it stays, however often this is run. Say in chat reconnect ${host}. Without chat: if ${presented} is the right one, name it in WorkerSettings.config as MasterHttpsCertThumbprint, and restart the service.`,
  },
  UndoNotTaken: {
    exit: FAILED,
    say: ({ file }) =>
      `No runner has done this within ten minutes. Whichever runs here takes it up by itself as long as ${file} is there; certops runner status says whether one runs, and how far it is.`,
  },
  AclNameUnfit: {
    exit: USAGE,
    say: ({ name }) =>
      `${JSON.stringify(name)} cannot be part of a Redis user's rights: it would give access to more than its own keys. Choose another.`,
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
  JournalNotReadable: {
    exit: FAILED,
    say: ({ file, reason, others }) =>
      `The journal ${file} cannot be opened (${reason}): ${unlessHeld(reason, 'check the disk, and that this account may read and write it')}.${meanwhile(others)}`,
  },
  JournalBroken: {
    exit: FAILED,
    say: ({ file, line, why, others }) => {
      const saying = BROKEN[String(why)] ?? notAsWritten(why);
      const ofAll = ['EntryOfNewerVersion', 'EnvelopeUnknownKey'].includes(String(why));
      return `${saying(`Line ${line} of ${file}`, anew(file))}${ofAll ? '' : meanwhile(others)}`;
    },
  },
  JournalNotWritable: {
    exit: FAILED,
    say: ({ file, reason }) =>
      `The journal ${file} cannot be written (${reason}): ${unlessHeld(reason, 'free space on the disk, and let this account write there')}. Then run the same command again.`,
  },
  ToolsStillRunning: {
    exit: FAILED,
    say: ({ tool, pid }) =>
      `${tool}.exe (process ${pid}), which a runner that ended has started, does not end, and half a change may be under way: see in Task Manager what it waits for, and end it there. Then start the runner again.`,
  },
  TemporaryFolderNotEmptied: {
    exit: FAILED,
    say: ({ folder, name, cause }) =>
      `${name === undefined ? folder : `${name} in ${folder}`} cannot be removed (${cause}): close what holds it open, and remove it by hand, because it may hold a key. Then start the runner again.`,
  },
  FileBusy: {
    exit: FAILED,
    say: ({ file, reason, seconds }) =>
      `${file} was held by another program for ${seconds} s (${reason}): close it there, or let a scanner leave it alone. Then run the same command again.`,
  },
};

/** How somebody goes on whose journal is not to be believed. */
const anew = (file: Json | undefined): string =>
  /(?:^|[\\/])runner\.journal$/u.test(String(file))
    ? 'Then move its folder away, and set this runner up anew (docs/set-up.md, "Machines that come and go").'
    : 'Then put back a copy of the bot\'s folder (docs/operations.md, "A copy of the bot\'s folder").';

const notAsWritten = (why: Json | undefined) => (line: string, then: string) =>
  `${line} is not as it was written (${why}), so nothing in it is believed: keep the file, and find out who changed it. ${then}`;

const BROKEN: { readonly [why: string]: (line: string, then: string) => string } = {
  EntryOfNewerVersion: (line) =>
    `${line} was written by a newer version, and this one does not understand it: start the newer version again.`,
  EnvelopeUnknownKey: (line, then) =>
    `${line} was signed with a different key from the one here. If the key was exchanged, name the earlier one: certops keys former KEY, with its public half, which each runner.json has below botKeys (for a runner: certops runner keys --former KEY, with the key that the farm file had). If it was not exchanged, keep the file, and find out who changed it. ${then}`,
  'only-zeros': (line, then) =>
    `${line} and all behind it is nothing but zeros, as a power cut may leave it: what was recorded here is lost, and with it what was begun. Keep the file. ${then}`,
  'wrong-stream': (line, then) =>
    `${line} belongs to the journal of another runner or farm: if its name was changed ("host" in runner.json, or the name of this file), put back the earlier one; a machine under a new name is set up anew. Otherwise keep the file, and find out who changed it. ${then}`,
  'former-key': (line, then) =>
    `${line} was signed with a key that had already been exchanged, so nothing in it is believed: keep the file, and find out who has that key and may write here. ${then}`,
  'cut-before-exchange': (line) =>
    `${line} is the last one, but the journal was longer when its key was exchanged: restore a copy made after the exchange.`,
};

/** EPERM is what Windows answers in a window that is not elevated. */
const toRead = (reason: Json | undefined): string =>
  reason === 'EISDIR'
    ? 'it is a folder; name the file in it'
    : `check the name and who may read it${reason === 'EPERM' ? ', and on Windows run this elevated' : ''}`;

/** The bare default name, so nobody has named a file. */
const ifNotNamed = (file: Json | undefined, reason: Json | undefined): string =>
  file === 'farm.yaml' && reason === 'ENOENT' ? ' Name the farm file with --farm FILE or CERTOPS_FARM.' : '';

import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { loadSigner } from '../../../adapters/files/keys.ts';
import { isOnNetwork } from '../../../adapters/files/network-folder.ts';
import { errorCode } from '../../domain/errors.ts';
import type { Farm } from '../../domain/farm/farm.ts';
import { isExchanged } from '../former-keys.ts';
import { count } from '../program/count.ts';
import { type Line, no, note, ok } from './line.ts';

/** What a valid farm file holds, in numbers, who decides in it, and whether it is still marked as a rehearsal. */
export function lookAtFarm(farm: Farm, file: string): readonly Line[] {
  const { name, hosts, people, channels, approval } = farm;
  const counted = [
    count(hosts.length, 'host'),
    count(people.length, 'person', 'people'),
    count(channels.length, 'channel'),
  ];
  const { compromised } = approval;
  const decide = `${approval.quorum} of ${approval.approvers.length} approvers ${approval.quorum === 1 ? 'decides' : 'decide'}${
    compromised === undefined
      ? ''
      : `, where a key is compromised ${compromised.quorum} of ${compromised.approvers.length}`
  }`;
  return [ok(`${file}: ${name} has ${counted.join(', ')}; ${decide}.`), ...saidOfRehearsal(farm, file)];
}

/** With Slack or Teams in it, the file is most likely a copy of the example in which the line was forgotten. */
function saidOfRehearsal({ name, rehearsal, chat: { slack, teams } }: Farm, file: string): readonly Line[] {
  if (!rehearsal) return [];
  const words = `${file}: ${name} is a rehearsal, where names need not be checked. Remove rehearsal: true for a farm that matters.`;
  return [slack === null && teams === null ? note(words) : no(words)];
}

/** Less than this is soon used up: a full disk keeps the bot from taking requests. Bytes. */
const LEAST_FREE = 1e9;
/** At some 30 MB a second, more than this takes over a minute to read. Bytes. */
const MUCH_TO_READ = 2e9;

/** The bot's key, and the folder for its journals; nothing is written. Throws as `loadSigner` does. */
export async function lookAtState(
  folder: string,
  keyFile: string,
  isShared: (folder: string) => Promise<boolean> = isOnNetwork,
  room: (folder: string) => Promise<number> = roomIn,
): Promise<readonly Line[]> {
  const { publicKey } = await loadSigner(keyFile);
  const given = ok(
    `The bot's key is ${publicKey}: each runner must have been given it (certops runner init --bot-key).`,
  );
  const key = (await isExchanged(keyFile)) ? [given, note(NOT_SEEN)] : [given];
  try {
    await access(folder, constants.R_OK | constants.W_OK);
    const [shared, free] = await Promise.all([isShared(folder), room(folder)]);
    return [
      ...key,
      ...(shared ? [note(`${folder} ${ONE_MACHINE}`)] : []),
      ...(free < LEAST_FREE ? [no(`${folder} lies on a disk with only ${inGigabytes(free)} free: ${FULL}`)] : []),
    ];
  } catch (error) {
    const reason = errorCode(error) || 'unknown';
    return [...key, no(`The journal cannot be written into ${folder} (${reason}): let the bot's account write there.`)];
  }
}

/** Redis could tell that a runner is there, never which key it goes by. */
const NOT_SEEN =
  'That key has replaced another one. A runner that was not given it refuses every order, and only its own answer tells: type /ssis certs in a channel, which asks each of them, and 20 s later /ssis runners, which names those that do not go by it.';

/** Bytes. A file system that does not tell its room is not called full. */
const roomIn = (folder: string): Promise<number> =>
  statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => Number.POSITIVE_INFINITY,
  );

const FULL = 'once it is full, nothing can be recorded, and no request is taken. Make room there. (DiskNearlyFull)';

/** A journal is never shortened, so somebody has to see it grow. One that is not there yet has no size. */
export async function lookAtSize(
  farms: readonly Pick<Farm, 'name'>[],
  journal: (farm: string) => string,
): Promise<readonly Line[]> {
  const sizes = await Promise.all(
    farms.map(({ name }) =>
      stat(journal(name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return farms.flatMap(({ name }, at) => {
    const size = sizes[at] ?? 0;
    const words = `The journal of ${name} has ${inGigabytes(size)}. A bot reads all of it when it starts, in about ${Math.ceil(size / 30e6)} s.`;
    return size > MUCH_TO_READ
      ? [note(`${words} If it has grown fast of late, one of the runners says more than it should.`)]
      : [];
  });
}

const inGigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

const ONE_MACHINE =
  'lies on a network file system, where nothing keeps bots on two machines from writing one journal. Start it on one machine alone, or put the folder on a local disk.';

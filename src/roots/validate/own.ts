import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { loadSigner } from '../../../adapters/files/keys.ts';
import { isOnNetwork } from '../../../adapters/files/network-folder.ts';
import { errorCode } from '../../domain/errors.ts';
import type { Farm } from '../../domain/farm/farm.ts';
import { count } from '../program/count.ts';
import { type Line, no, note, ok } from './line.ts';

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

/** The bot's key, and the folder for its journal; nothing is written. Throws as `loadSigner` does. */
export async function lookAtState(
  folder: string,
  keyFile: string,
  isShared: (folder: string) => Promise<boolean> = isOnNetwork,
): Promise<readonly Line[]> {
  const { publicKey } = await loadSigner(keyFile);
  const key = ok(`The bot's key is ${publicKey}: each runner must have been given it (certops runner init --bot-key).`);
  try {
    await access(folder, constants.R_OK | constants.W_OK);
    return (await isShared(folder)) ? [key, note(`${folder} ${ONE_MACHINE}`)] : [key];
  } catch (error) {
    const reason = errorCode(error) || 'unknown';
    return [key, no(`The journal cannot be written into ${folder} (${reason}): let the bot's account write there.`)];
  }
}

const ONE_MACHINE =
  'lies on a network file system, where nothing keeps bots on two machines from writing one journal. Start it on one machine alone, or put the folder on a local disk.';

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { isMap, parseDocument } from 'yaml';
import { createKey, loadSigner } from '../../../adapters/files/keys.ts';
import { parseRunnerConfig, writeRunnerConfig } from '../../config/runner-config.ts';
import { isCertopsError } from '../../domain/errors.ts';
import type { Farm } from '../../domain/farm/farm.ts';
import { type HostName, parseHostName } from '../../domain/values.ts';
import { readFarm, readText, replaceFile } from '../program/files.ts';
import { botFiles, runnerFiles } from '../program/state.ts';
import type { LabFile } from './lab-file.ts';

interface DemoFolders {
  readonly farmFile: string;
  readonly bot: string;
  runner(host: string): string;
}

/** Where a rehearsal keeps its farm file, its bot and its runners. `state`: its own state folder. */
export const demoFolders = (state: string): DemoFolders => ({
  farmFile: path.join(state, 'farm.yaml'),
  bot: path.join(state, 'bot'),
  runner: (host) => path.join(state, 'runners', host),
});

/**
 * Does what an operator of a real farm does by hand: a key for the bot and for each runner, the farm file with the
 * runners' keys, and each runner's own configuration. Keys are kept, and so is what the user has put into a runner's
 * configuration; addresses in the lab are new at each start.
 */
export async function prepareFarm(lab: LabFile, folders: DemoFolders, example: string): Promise<Farm> {
  const bot = await keyOf(botFiles(folders.bot).key);
  const keys = new Map<string, string>();
  for (const host of lab.hosts) keys.set(host.name, await keyOf(runnerFiles(folders.runner(host.name)).key));
  await replaceOne(folders.farmFile, await farmText(lab, keys, folders.farmFile, example));
  const { farm } = await readFarm(folders.farmFile);

  const hostKeys = Object.fromEntries([...keys].map(([host, key]) => [host, [key]]));
  const master = lab.hosts.find((host) => host.roles.includes('master'))?.name ?? '';
  for (const { name, root, systemRoot, connect } of lab.hosts) {
    const file = runnerFiles(folders.runner(name)).config;
    // A configuration that its runner would not start with is written anew.
    const own = await readText(file)
      .then((text) => parseRunnerConfig(text, file))
      .catch(() => null);
    const text = writeRunnerConfig({
      farm: farm.name,
      host: parseHostName(name) as HostName,
      botKeys: [bot],
      hostKeys,
      masterHost: parseHostName(master) as HostName,
      allowedCertificates: own?.allowedCertificates ?? [],
      overrides: { ...own?.overrides, systemRoot, root, connect },
    });
    await replaceOne(file, text);
  }
  return farm;
}

/** The example with the lab's machines in it; once it is in the state folder, the user may change it. */
async function farmText(
  lab: LabFile,
  keys: ReadonlyMap<string, string>,
  present: string,
  example: string,
): Promise<string> {
  const kept = await readText(present).catch(() => null);
  const document = parseDocument(kept ?? (await readText(example)));
  // Nothing can be put into it: this says where it is wrong, and throws.
  if (document.errors.length > 0 || !isMap(document.contents)) await readFarm(present);
  // So that somebody who tries it at night is reminded at once, too.
  if (kept === null) document.setIn(['reminders', 'at'], '00:00');
  const hosts = lab.hosts.map(({ name, roles }) => [name, { roles, keys: [keys.get(name)] }] as const);
  document.setIn(['hosts'], document.createNode(Object.fromEntries(hosts)));
  document.setIn(['endpoint'], `${lab.endpoint.host}:${lab.endpoint.port}`);
  return document.toString({ lineWidth: 120 });
}

async function keyOf(file: string): Promise<string> {
  try {
    return (await loadSigner(file)).publicKey;
  } catch (error) {
    if (isCertopsError(error) && error.code === 'KeyFileMissing') return (await createKey(file)).publicKey;
    throw error;
  }
}

async function replaceOne(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await replaceFile(file, text);
}

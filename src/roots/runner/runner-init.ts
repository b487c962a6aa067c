import { existsSync } from 'node:fs';
import { makeFolder } from '../../../adapters/files/disk.ts';
import { createKey } from '../../../adapters/files/keys.ts';
import { NAME } from '../../config/farm-fields.ts';
import { systemRootHere } from '../../config/load.ts';
import type { RunnerConfig } from '../../config/runner-config.ts';
import { CertopsError, isCertopsError } from '../../domain/errors.ts';
import { type Farm, hostsWith } from '../../domain/farm/farm.ts';
import { type HostName, parseThumbprint, type Role, type Thumbprint } from '../../domain/values.ts';
import { asTyped } from '../program/as-typed.ts';
import { readFarm, removeFile } from '../program/files.ts';
import { runnerFiles } from '../program/state.ts';
import { replaceConfig } from './here/keys.ts';
import { hostOptions } from './host-options.ts';
import { makeOwnPlace, placeOnWindows, type RunnerPlace } from './own-program.ts';
import { hostName, mustNotBeBots, peersNamed, peersOf, publicKey } from './peers.ts';

interface RunnerInit {
  readonly farm: string;
  readonly host: string;
  readonly master?: string;
  /** Left out: as in the farm file, else a worker. */
  readonly role?: readonly Role[];
  readonly botKey: readonly string[];
  /** `host=key` */
  readonly peer?: readonly string[];
  readonly allow?: readonly string[];
  /** Takes peers, master, addresses, and this host's system root and overrides from a farm file. */
  readonly farmFile?: string;
  readonly folder: string;
}

/**
 * `certops runner init`: makes the runner's key and its own configuration, and prints the line for the farm file.
 * People carry the keys: nothing is trusted because it came first through Redis. A key without a configuration, as left
 * by an init that was cut short, is not used: nobody knows who put it there. Throws `KeyWithoutConfig`, and as
 * `createKey` does.
 */
export async function runnerInit(init: RunnerInit, windows?: RunnerPlace): Promise<void> {
  const files = runnerFiles(init.folder);
  const { host, roles, config } = await readInit(init);
  mustNotBeBots(config(''));
  // Before the key is written there: below ProgramData every user may create files by default.
  const place = windows ?? (process.platform === 'win32' ? placeOnWindows(hostOptions(config(''), init.folder)) : null);
  if (place === null) makeFolder(init.folder);
  else for (const line of await makeOwnPlace(init.folder, place)) process.stderr.write(`${line}\n`);
  const signer = await createKey(files.key).catch((error: unknown) => {
    if (!isCertopsError(error) || error.code !== 'KeyFileExists') throw error;
    if (existsSync(files.config)) throw new CertopsError(error.code, { ...error.data, runner: true });
    throw new CertopsError('KeyWithoutConfig', { file: files.key, config: files.config });
  });
  await replaceConfig({ files }, config(signer.publicKey)).catch(async (error: unknown) => {
    // Nobody was given the key yet, and as long as it is there init could not be run again.
    await removeFile(files.key);
    throw error;
  });
  process.stderr.write(`Wrote ${files.key} and ${files.config}. The line for the farm file, below hosts:\n`);
  process.stdout.write(`  ${host}: { roles: [${roles.join(', ')}], keys: ['${signer.publicKey}'] }\n`);
  process.stderr.write(`${asTyped(NEXT)}\n`);
}

/**
 * What the command line and the farm file say of this runner. Throws `FarmNameNotAllowed`, `FarmOfAnother`,
 * `MasterWithoutRole`, and as `hostName`, `publicKey` and `peersNamed` do.
 */
async function readInit(init: RunnerInit) {
  const host = hostName(init.host);
  if (!NAME.test(init.farm)) throw new CertopsError('FarmNameNotAllowed', { found: init.farm });
  const read = init.farmFile === undefined ? null : await readFarm(init.farmFile);
  if (init.farmFile !== undefined && read !== null && read.farm.name !== init.farm)
    throw new CertopsError('FarmOfAnother', { file: init.farmFile, found: read.farm.name, wanted: init.farm });
  const peers = { ...(read === null ? {} : peersOf(read.farm)), ...peersNamed(init.peer ?? []) };
  const roles = init.role ?? read?.farm.hosts.find(({ name }) => name === host)?.roles ?? ['worker'];
  const master = init.master ?? (read === null ? undefined : hostsWith(read.farm, 'master')[0]?.name);
  if (master !== undefined && hostName(master) === host && !roles.includes('master'))
    throw new CertopsError('MasterWithoutRole', { host, roles: roles.join(' ') });
  /** With this public key as its own. */
  const config = (own: string): RunnerConfig => ({
    farm: init.farm,
    host,
    botKeys: init.botKey.map(publicKey),
    hostKeys: { ...peers, [host]: [own] },
    masterHost: hostName(master ?? (roles.includes('master') ? host : '')),
    allowedCertificates: (init.allow ?? []).map(thumbprint),
    overrides: { ...machineOf(read?.farm, host), root: null, connect: {}, ...read?.overrides[host] },
  });
  return { host, roles, config };
}

const NEXT =
  'Next, once all hosts are in that file: certops runner keys --farm-file FILE, here; then Redis and the start-up task (docs/set-up.md).';

/** Where Windows is on this machine, and where the farm file says that the other machines are. */
function machineOf(
  farm: Farm | undefined,
  host: HostName,
): Pick<RunnerConfig['overrides'], 'systemRoot' | 'addresses'> {
  // The farm file's default is the usual folder, so what Windows says comes first.
  const systemRoot = systemRootHere(farm?.hosts.find(({ name }) => name === host)?.systemRoot);
  const addresses = farm === undefined ? {} : addressesOf(farm);
  return Object.keys(addresses).length === 0 ? { systemRoot } : { systemRoot, addresses };
}

/** The endpoint may have another name than its machine: it leads to the master if there is only one. */
function addressesOf(farm: Farm): { readonly [name: string]: string } {
  const known = farm.hosts.flatMap(({ name, address }) => (address === null ? [] : [[name, address] as const]));
  const [master, another] = hostsWith(farm, 'master');
  const isAlone = master?.address != null && another === undefined;
  return { ...(isAlone ? { [farm.endpoint.host]: master.address } : {}), ...Object.fromEntries(known) };
}

function thumbprint(text: string): Thumbprint {
  const parsed = parseThumbprint(text);
  if (parsed === null) throw new CertopsError('ThumbprintMalformed', { found: text });
  return parsed;
}

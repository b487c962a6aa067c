import { type RunnerConfig, writeRunnerConfig } from '../../../config/runner-config.ts';
import { CertopsError } from '../../../domain/errors.ts';
import { type Farm, hostsWith } from '../../../domain/farm/farm.ts';
import { inTable } from '../../../domain/in-table.ts';
import type { HostName } from '../../../domain/values.ts';
import { readFarm, replaceFile } from '../../program/files.ts';
import { keepOwnFolder } from '../own-config.ts';
import { hostName, mustNotBeBots, type Peers, peersNamed, peersOf, publicKey } from '../peers.ts';
import { type HereFlags, lockUnlessRunning, type OwnRunner, openOwnRunner } from './own-runner.ts';
import { say } from './say.ts';

export interface KeysFlags extends HereFlags {
  /** `host=key` */
  readonly peer?: readonly string[];
  readonly master?: string;
  readonly farmFile?: string;
  /** Public keys of the bot, to replace those that the runner accepts. */
  readonly botKey?: readonly string[];
}

/**
 * `certops runner keys`: prints which runners' keys this one pins; with a farm file or `--peer` it takes them from
 * there and prints what has changed. A person carries the keys, none of them comes through Redis. A runner reads its
 * configuration only at its start, so it may be running meanwhile. Throws as `openOwnRunner`, `readFarm`, `peersNamed`
 * and `mustNotBeBots` and keeping the folder do, and CertopsError `FarmOfAnother`.
 */
export async function runnerKeys(flags: KeysFlags): Promise<void> {
  const { peer = [], master, farmFile, botKey = [] } = flags;
  const botKeys = botKey.map(publicKey);
  const named = peersNamed(peer);
  if (farmFile === undefined && master === undefined && peer.length + botKeys.length === 0) {
    tell(await openOwnRunner(flags));
    return;
  }
  const farm = farmFile === undefined ? null : (await readFarm(farmFile)).farm;
  const lock = await lockUnlessRunning(await openOwnRunner(flags), 'runner keys');
  // A running runner has protected the folder since its start.
  try {
    if (lock !== null) await keepOwnFolder((await openOwnRunner(flags)).folder);
    const own = await openOwnRunner(flags);
    if (farm !== null) mustBeOf(own, farm, farmFile ?? '');
    const kept = botKeys.length === 0 ? own.config.botKeys : botKeys;
    const config = { ...withKeys(own, farm, named, master === undefined ? null : hostName(master)), botKeys: kept };
    mustNotBeBots(config);
    const changes = changesOf(own.config, config);
    if (changes.length > 0) await replaceConfig(own, config);
    for (const line of changes) say(line);
    say(
      outcome(own, {
        isRunning: lock === null,
        isChanged: changes.length > 0,
        count: Object.keys(config.hostKeys).length,
      }),
    );
    if (farm !== null) sayOwn(own, farm, farmFile ?? '');
  } finally {
    await lock?.release();
  }
}

function mustBeOf({ config }: OwnRunner, farm: Farm, file: string): void {
  if (farm.name !== config.farm)
    throw new CertopsError('FarmOfAnother', { file, found: farm.name, wanted: config.farm });
}

/**
 * A farm file lists all hosts: one that is not in it has left. This runner's own key is the one in its folder, whatever
 * the file says.
 */
function withKeys(
  { config, signer }: OwnRunner,
  farm: Farm | null,
  named: Peers,
  master: HostName | null,
): RunnerConfig {
  const { host, masterHost } = config;
  const before = farm === null ? config.hostKeys : peersOf(farm);
  const hostKeys = { ...before, ...named, [host]: [signer.publicKey] };
  return { ...config, hostKeys, masterHost: master ?? masterOf(farm, masterHost) };
}

/** Of several masters (a cluster's nodes), the one that was chosen before stays. */
function masterOf(farm: Farm | null, present: HostName): HostName {
  const masters = farm === null ? [] : hostsWith(farm, 'master').map(({ name }) => name);
  return masters.includes(present) ? present : (masters[0] ?? present);
}

function changesOf(before: RunnerConfig, after: RunnerConfig): readonly string[] {
  const hosts = [...new Set([...Object.keys(before.hostKeys), ...Object.keys(after.hostKeys)])].sort();
  const keys = hosts.flatMap((host) => {
    const [was, is] = [keysOf(before, host), keysOf(after, host)];
    if ([...was].sort().join() === [...is].sort().join()) return [];
    if (is.length === 0) return [line('gone', host, was)];
    return [
      line(was.length === 0 ? 'new' : 'other', host, is),
      ...(was.length === 0 ? [] : [line('before', host, was)]),
    ];
  });
  const was = (at: RunnerConfig): string => [...at.botKeys].sort().join(' ');
  return [
    ...keys,
    ...(before.masterHost === after.masterHost
      ? []
      : [line('master', after.masterHost), line('before', before.masterHost)]),
    ...(was(before) === was(after) ? [] : [line('bot', was(after)), line('before', was(before))]),
  ];
}

const keysOf = ({ hostKeys }: RunnerConfig, host: string): readonly string[] => inTable(hostKeys, host) ?? [];

/** The file is complete at any moment, because a runner may be starting; a new file inherits the folder's access. */
export async function replaceConfig({ files }: Pick<OwnRunner, 'files'>, config: RunnerConfig): Promise<void> {
  await replaceFile(files.config, writeRunnerConfig(config));
}

function outcome(
  { config, files }: OwnRunner,
  { isRunning, isChanged, count }: { readonly isRunning: boolean; readonly isChanged: boolean; readonly count: number },
): string {
  const pins = count === 1 ? `no runner's key but its own` : `the keys of ${count} runners, its own among them`;
  if (!isChanged) return `Nothing to change: ${config.host} pins ${pins}.`;
  const when = isRunning
    ? 'Its runner uses what it read when it started: restart it while no rotation is open for this to take effect.'
    : 'It takes effect when its runner starts.';
  return `Wrote ${files.config}: ${config.host} pins ${pins}. ${when}`;
}

/** Until the farm file has its key, the bot believes nothing that this runner says. */
function sayOwn({ config: { host }, signer }: OwnRunner, farm: Farm, file: string): void {
  const listed = farm.hosts.find(({ name }) => name === host)?.keys ?? [];
  if (listed.includes(signer.publicKey)) return;
  say(
    `${file} has ${listed.length === 0 ? 'no key' : 'another key'} of ${host}; its own, to be added below hosts, is ${signer.publicKey}`,
  );
}

function tell({ config, signer }: OwnRunner): void {
  say(line('own', config.host, [signer.publicKey]));
  say(line('master', config.masterHost));
  say(line('bot', config.botKeys.join(' ')));
  for (const host of Object.keys(config.hostKeys).sort())
    if (host !== config.host) say(line('pinned', host, keysOf(config, host)));
}

const line = (what: string, host: string, keys: readonly string[] = []): string =>
  `${what.padEnd(7)} ${[host, ...keys].join(' ')}`;

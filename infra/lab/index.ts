import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { LabKey } from './certificate.ts';
import { openChannel, type ToolAnswer, type ToolCall } from './channel/daemon.ts';
import { installShims } from './channel/install.ts';
import { type LabTool, UNAVAILABLE } from './channel/shim.ts';
import { type LabControl, labAnswers, type OfferedFault } from './control.ts';
import { serveControl } from './control-server.ts';
import { openFaults } from './faults/box.ts';
import { createFileFaults } from './faults/files.ts';
import { COMMON, FAULTS } from './faults/table.ts';
import { makeKeyPool } from './keys.ts';
import { hostInfos, type Layout, planLayout } from './layout.ts';
import { assembleMachine, type LabMachine } from './machine.ts';
import { createMeasure, type Measured } from './measure.ts';
import type { LabFile, LabHostInfo, LabOptions } from './options.ts';
import { createCatalog } from './ssisdb/catalog.ts';
import { runTool } from './tools/index.ts';
import { changeHost } from './world/change.ts';
import { encodeOutput } from './world/code-page.ts';
import { createWorld } from './world/create.ts';
import { type LabHost, openHost } from './world/host.ts';

export type { Measured } from './measure.ts';
export type { LabFile, LabHostInfo, LabOptions } from './options.ts';
export type { HostChanges } from './world/change.ts';

export interface Lab extends LabControl {
  readonly folder: string;
  /** lab.json */
  readonly file: string;
  readonly hosts: readonly LabHostInfo[];
  readonly endpoint: { readonly host: string; readonly port: number };
  /** The machines themselves, for tests of the lab. */
  machine(host: string): LabMachine;
  /** Resolves when every worker is connected. Rejects after the limit, naming those that are not. */
  connected(limitMs?: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts a Scale Out farm to rehearse on: the one in the folder, or a new one. Resolves once its services run. */
export async function startLab(options: LabOptions): Promise<Lab> {
  const folder = path.resolve(options.folder);
  const stateFolder = path.join(folder, 'state');
  const file = path.join(folder, 'lab.json');
  await refuseSecond(file);
  mkdirSync(stateFolder, { recursive: true, mode: 0o700 });
  const rootOf = (host: string): string => path.join(folder, 'hosts', host);
  const { layout, keys, hosts } = await openWorld(options, stateFolder, rootOf);
  const faults = openFaults(path.join(stateFolder, 'faults.json'));
  const measure = createMeasure();
  const infos = hostInfos(layout, rootOf);
  const machines = new Map<string, LabMachine>();
  const workerNames = layout.hosts.filter((host) => host.roles.includes('worker')).map(({ name }) => name);
  const catalog = createCatalog({ host: hosts[0] as LabHost, workers: workerNames, clock: Date.now });
  for (const [index, host] of hosts.entries()) {
    const machine = assembleMachine({
      host,
      info: infos[index] as LabHostInfo,
      faults,
      measure,
      keys,
      port: layout.port,
      masterAddress: layout.hosts[0]?.address ?? '',
      sockets: layout.hosts[index]?.passive === true ? {} : layout.sockets,
      sqlServer: layout.sqlServer ?? host.state.name,
      heartbeatMs: options.heartbeatMs ?? Math.max(100, Math.round(workerNames.length * 2.5)),
      retryMs: options.retryMs ?? Math.max(150, workerNames.length * 40),
      catalog,
    });
    machines.set(host.state.name, machine);
  }
  const fileFaults = createFileFaults(machines, faults);
  for (const machine of machines.values()) await machine.scm.restore();
  const channel = openChannel({
    folder,
    handle: (call) => {
      fileFaults.settle(call.host);
      return handle(machines, call);
    },
  });
  installShims(hosts, channel.runFolder);
  fileFaults.refresh();

  const machineOf = (name: string): LabMachine => {
    const machine = machines.get(name);
    if (machine === undefined) throw new Error(`no such host: ${name}; there are ${[...machines.keys()].join(', ')}`);
    return machine;
  };
  const control: LabControl = {
    break: async (host, fault, { skip = 0 } = {}) => {
      const machine = machineOf(host);
      const kind = faults.arm(host, fault, skip);
      if (kind.mode === 'service-dies') for (const service of machine.host.state.services) machine.scm.die(service);
      if (kind.mode === 'settings-locked') fileFaults.lock(host);
      if (kind.mode === 'binding-gone')
        machine.host.setBindings(machine.host.state.bindings.filter(({ key }) => !key.endsWith(`:${layout.port}`)));
      if (kind.mode.startsWith('package-runs'))
        catalog.begin({
          package: 'LoadOrders.dtsx',
          worker: host,
          ms: kind.mode === 'package-runs' ? 20_000 : 3_600_000,
        });
      fileFaults.refresh();
    },
    clear: async (host) => {
      faults.clear(host ?? null);
      for (const machine of machines.values()) {
        if (host === undefined || machine.host.state.name === host) machine.scm.relent();
      }
      fileFaults.refresh();
    },
    armed: async () => faults.armed(),
    faults: async () => infos.flatMap(offeredFaults),
    measure: async () => ({ ...measure.report(), packages: catalog.packages() }),
    change: async (host, changes) => changeHost(machineOf(host).host, changes, catalog),
  };
  const token = randomBytes(24).toString('base64url');
  const server = await serveControl(control, token);
  const endpoint = { host: layout.endpointHost, port: layout.port };
  const labFile: LabFile = {
    farm: layout.farm,
    control: server.url,
    token,
    pid: process.pid,
    endpoint,
    hosts: infos,
  };
  writeWhole(file, labFile);
  return {
    ...control,
    folder,
    file,
    hosts: infos,
    endpoint,
    machine: machineOf,
    connected: (limitMs = 10_000) => waitForWorkers(measure.report, limitMs),
    close: async () => {
      await server.close();
      channel.close();
      fileFaults.close();
      for (const machine of machines.values()) machine.scm.close();
      rmSync(file, { force: true });
    },
  };
}

/** Two labs on one folder would overwrite each other's world. Waits for a lab that is just ending. */
async function refuseSecond(file: string): Promise<void> {
  for (let tries = 0; existsSync(file); tries++) {
    if (!(await labAnswers(file))) return;
    if (tries >= 30) throw new Error(`a lab runs on this folder already: ${path.dirname(file)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function offeredFaults({ name, roles }: LabHostInfo): OfferedFault[] {
  const fitting = FAULTS.filter((kind) => kind.role === null || roles.includes(kind.role));
  const rank = (id: string): number => (COMMON.includes(id) ? COMMON.indexOf(id) : COMMON.length);
  return fitting
    .map(({ id, sentence }) => ({ host: name, fault: id, sentence, common: COMMON.includes(id) }))
    .sort((one, other) => rank(one.fault) - rank(other.fault));
}

async function openWorld(
  options: LabOptions,
  stateFolder: string,
  rootOf: (host: string) => string,
): Promise<{ layout: Layout; keys: readonly LabKey[]; hosts: LabHost[] }> {
  const file = path.join(stateFolder, 'farm.json');
  const stateFile = (host: string): string => path.join(stateFolder, `${host}.json`);
  if (existsSync(file)) {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as { layout: Layout; keys: LabKey[] };
    const hosts = kept.layout.hosts.map(({ name }) => openHost(stateFile(name), rootOf(name)));
    return { ...kept, hosts };
  }
  const [layout, keys] = await Promise.all([planLayout(options), options.keys ?? makeKeyPool(3)]);
  const hosts = createWorld({ layout, options, keys, stateFile, rootOf, now: Date.now() });
  // Last: a world without this file is unfinished and gets made again.
  writeWhole(file, { layout, keys });
  return { layout, keys, hosts };
}

async function handle(machines: ReadonlyMap<string, LabMachine>, call: ToolCall): Promise<ToolAnswer> {
  const machine = machines.get(call.host);
  const tool = call.tool.toLowerCase().replace(/\.exe$/u, '') as LabTool;
  if (machine === undefined) return { code: UNAVAILABLE, bytes: Buffer.from('The RPC server is unavailable.\r\n') };
  const answer = await runTool(machine, tool, call.args, call.alive);
  const { codePage } = machine.host.state.switches;
  const bytes = answer.unicode
    ? Buffer.from(answer.text.replace(/\n/gu, '\r\n'), 'utf16le')
    : encodeOutput(answer.text, codePage);
  return { code: answer.code, bytes };
}

async function waitForWorkers(report: () => Measured, limitMs: number): Promise<void> {
  const end = Date.now() + limitMs;
  for (;;) {
    const away = Object.entries(report().workers).filter(([, worker]) => !worker.connected);
    if (away.length === 0) return;
    if (Date.now() > end)
      throw new Error(`not connected after ${limitMs} ms: ${away.map(([name]) => name).join(', ')}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function writeWhole(file: string, content: object): void {
  writeFileSync(`${file}.new`, JSON.stringify(content), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

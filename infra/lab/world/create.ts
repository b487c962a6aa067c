import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type LabKey, type MadeLabCertificate, makeCertificate } from '../certificate.ts';
import type { HostPlan, Layout } from '../layout.ts';
import type { LabOptions } from '../options.ts';
import { setClustered } from './cluster.ts';
import { type LabHost, wrapHost, writeKeyFile } from './host.ts';
import { masterSettings, workerSettings, writeSettingsText } from './settings.ts';
import { serviceSid } from './sid.ts';
import { type HostState, type Role, type ServiceConfig, SQL_SWITCHES, type Store, type Switches } from './state.ts';

const FOLDER = 'C:\\Program Files\\Microsoft SQL Server\\160\\DTS\\Binn';
const LEGACY_PROVIDER = 'Microsoft Enhanced RSA and AES Cryptographic Provider';
const MACHINE_KEYS = 'C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys';
const DAY = 86_400_000;

/** A farm as set-up left it: services installed, old certificates in place, every worker trusted and trusting. */
export function createWorld(input: {
  layout: Layout;
  options: LabOptions;
  keys: readonly LabKey[];
  stateFile: (host: string) => string;
  rootOf: (host: string) => string;
  now: number;
}): LabHost[] {
  const { layout, keys } = input;
  const notBefore = new Date(input.now - 400 * DAY);
  // At midnight, so that a reminder counts the same number of days at each hour of today.
  const notAfter = new Date(Math.floor(input.now / DAY) * DAY + (input.options.days ?? 14) * DAY);
  const certify = (host: HostPlan, role: Role, index: number): Issued => {
    const key = keys[index % keys.length] as LabKey;
    const made = makeCertificate({
      key,
      cn: role === 'master' ? layout.endpointHost : host.name,
      names: role === 'master' && layout.endpointHost !== host.name ? [layout.endpointHost, host.name] : [host.name],
      notBefore,
      notAfter,
      client: role === 'worker',
    });
    return { ...made, key };
  };
  const master = certify(layout.hosts[0] as HostPlan, 'master', 0);
  const workers = new Map(
    layout.hosts
      .filter((host) => host.roles.includes('worker'))
      .map((host, index) => [host.name, certify(host, 'worker', index + 1)] as const),
  );
  return layout.hosts.map((plan) => {
    const root = input.rootOf(plan.name);
    const host = wrapHost(emptyState(plan, input.options.switches ?? {}), input.stateFile(plan.name), root);
    furnish(host, {
      layout,
      passive: plan.passive === true,
      master,
      worker: workers.get(plan.name) ?? null,
      workers: [...workers.values()],
      now: input.now,
    });
    host.save();
    return host;
  });
}

interface Issued extends MadeLabCertificate {
  readonly key: LabKey;
}

function furnish(
  host: LabHost,
  farm: {
    layout: Layout;
    passive: boolean;
    master: Issued;
    worker: Issued | null;
    workers: readonly Issued[];
    now: number;
  },
): void {
  const { layout, master, worker, now } = farm;
  for (const folder of [
    FOLDER,
    MACHINE_KEYS,
    'C:\\Windows\\System32',
    'C:\\Windows\\Temp',
    'C:\\ProgramData\\Microsoft',
  ]) {
    mkdirSync(host.real(folder) ?? '', { recursive: true });
  }
  const write = (name: string, bytes: Buffer): void => writeFileSync(host.real(`${FOLDER}\\${name}`) ?? '', bytes);
  if (host.state.roles.includes('master')) {
    const service = addService(host, 'master');
    if (farm.passive) service.running = null;
    if (layout.endpointHost !== layout.hosts[0]?.name) setClustered(host, true);
    addKeyed(host, 'Root', master, service, now);
    for (const each of farm.workers) addPublic(host, 'Root', each);
    host.state.bindings.push(oldBinding(layout.port, master.thumbprint));
    const thumbprint = master.thumbprint.toUpperCase();
    const settings = masterSettings({ port: layout.port, thumbprint, sqlServer: layout.sqlServer ?? host.state.name });
    write('MasterSettings.config', writeSettingsText(settings));
    write('SSISScaleOutMaster.cer', Buffer.from(master.der, 'base64'));
  }
  if (worker !== null) {
    const service = addService(host, 'worker');
    addKeyed(host, 'My', worker, service, now);
    addPublic(host, 'Root', master);
    const settings = workerSettings({
      host: host.state.name,
      endpoint: `https://${layout.endpointHost}:${layout.port}`,
      masterThumbprint: master.thumbprint.toUpperCase(),
      workerThumbprint: worker.thumbprint.toUpperCase(),
      agentId: randomUUID(),
    });
    write('WorkerSettings.config', writeSettingsText(settings));
    write('SSISScaleOutWorker.cer', Buffer.from(worker.der, 'base64'));
    if (!host.state.roles.includes('master')) write('SSISScaleOutMaster.cer', Buffer.from(master.der, 'base64'));
  }
}

function emptyState(plan: HostPlan, switches: Partial<Switches>): HostState {
  const build = switches.build ?? '2022';
  return {
    name: plan.name,
    roles: plan.roles,
    address: plan.address,
    machineGuid: randomUUID(),
    switches: {
      codePage: 437,
      language: 'en',
      build,
      netshUpdate: build !== '2016',
      newKeySettlesMs: 250,
      stopMs: 150,
      startMs: 350,
      lockMs: 4000,
      staysAway: false,
      ...SQL_SWITCHES,
      ...switches,
    },
    services: [],
    certificates: [],
    containers: [],
    bindings: [],
    acls: {},
    registry: {},
    nextPid: 1000 + 4 * Math.floor(Math.random() * 1000),
  };
}

function addService(host: LabHost, role: Role): ServiceConfig {
  const kind = role === 'master' ? 'Master' : 'Worker';
  const name = `SSISScaleOut${kind}160`;
  const service: ServiceConfig = {
    name,
    displayName: `SQL Server Integration Services Scale Out ${kind} 16.0`,
    role,
    account: `NT Service\\${name}`,
    start: 'auto',
    image: `"${FOLDER}\\SSISScaleOut${kind}.exe"`,
    folder: FOLDER,
    dependsOn: [],
    // Settings are read by the program itself when the lab opens the world for the first time.
    running: { pid: host.nextPid(), settings: {} },
    exitCode: 0,
  };
  host.state.services.push(service);
  return service;
}

/**
 * Puts a certificate with its key into a store, as an import does. `reader`: the service whose account may read the key
 * besides SYSTEM and Administrators; null: nobody else may.
 */
export function addKeyed(host: LabHost, store: Store, issued: Issued, reader: ServiceConfig | null, now: number): void {
  const container = randomUUID();
  const file = keyFileName(container, host.state.machineGuid);
  const keyPath = `${MACHINE_KEYS}\\${file}`;
  writeKeyFile(host, keyPath, issued.key.privatePem);
  host.state.containers.push({
    name: container,
    file,
    path: keyPath,
    provider: LEGACY_PROVIDER,
    exportable: false,
    madeAt: now - DAY,
  });
  const own = reader === null ? '' : `(A;;FR;;;${serviceSid(reader.name)})`;
  host.state.acls[keyPath.toLowerCase()] = `D:PAI(A;;FA;;;SY)(A;;FA;;;BA)${own}`;
  host.state.certificates.push({ store, thumbprint: issued.thumbprint, der: issued.der, container });
}

/** Name of a legacy container's file: MD5 of the container's name, and the machine's GUID. */
export const keyFileName = (container: string, machineGuid: string): string =>
  `${createHash('md5').update(`${container.toLowerCase()}\0`).digest().swap32().toString('hex')}_${machineGuid}`;

export const keyPathOf = (file: string): string => path.win32.join(MACHINE_KEYS, file);

export function addPublic(host: LabHost, store: Store, issued: MadeLabCertificate): void {
  if (host.certificate(store, issued.thumbprint) !== null) return;
  host.state.certificates.push({ store, thumbprint: issued.thumbprint, der: issued.der, container: null });
}

/** As an operator might have bound it: asks for a client certificate, with old TLS off. */
const oldBinding = (port: number, thumbprint: string) => ({
  key: `0.0.0.0:${port}`,
  kind: 'ipport' as const,
  thumbprint,
  appId: `{${randomGuid()}}`,
  store: 'Root',
  checkMode: 0x1,
  flags: 0x2 | 0x400,
  freshness: 0,
  timeout: 0,
  ctlIdentifier: null,
  ctlStore: null,
  properties: {},
});

const randomGuid = (): string =>
  randomBytes(16)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, '$1-$2-$3-$4-$5');

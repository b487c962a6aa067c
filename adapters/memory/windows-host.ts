import { sameJson } from '../../src/domain/equal.ts';
import { CertopsError } from '../../src/domain/errors.ts';
import { parseEndpoint } from '../../src/domain/machine/endpoint.ts';
import type { CertificateFacts, HandshakeFacts, MasterLook, WorkerLook } from '../../src/domain/machine/host-facts.ts';
import { probesOf } from '../../src/domain/machine/probes.ts';
import { blindLook } from '../../src/domain/machine/ssisdb.ts';
import type { CertificateProfile, MadeCertificate } from '../../src/domain/plan/plan.ts';
import {
  type HostName,
  type Json,
  parseThumbprint,
  type Role,
  type StoreName,
  type Thumbprint,
} from '../../src/domain/values.ts';
import type { HostChange, Secret, WindowsHost } from '../../src/ports/windows-host.ts';
import { answering, isLocal, withEnd } from './answering.ts';
import { hasEnded, keeps, namedOf, storedOf, traceOf, trustsIn, usersOf } from './certificate-traces.ts';
import type { MemoryCertificate, MemoryFarm, MemoryMachine, MemoryService } from './machine.ts';

interface MemoryHostOptions {
  readonly name: HostName;
  readonly farm: MemoryFarm;
  readonly now: () => number;
  /** Names by which machines are reached: from an endpoint's name to the machine's. */
  readonly names: { readonly [name: string]: HostName };
  readonly make: (profile: CertificateProfile, now: number) => MadeCertificate;
  readonly factsOf: (made: MadeCertificate) => CertificateFacts;
}

const SECRET: Secret = { toJSON: () => '[secret]', toString: () => '[secret]' };
const CER = { master: 'published', worker: 'publishedOwn' } as const;
const NETSH = ['clientcertnegotiation', 'disablehttp2', 'disabletls13', 'verifyclientcertrevocation', 'usagecheck'];
const TOLD = { netshParameters: NETSH, listens: [], passesSilent: true } as const;

/**
 * A Windows host in memory that keeps the rules that bite: a binding needs a certificate with its key in the store it
 * names, what is not given again is reset, a setting is written only over the value that was read, a service does not
 * show what it has read, a worker connects only to a master that it pins and trusts.
 */
export function createMemoryHost(options: MemoryHostOptions): WindowsHost {
  const { name, farm, now } = options;
  const machine = (): MemoryMachine => {
    const found = farm.get(name);
    if (found === undefined) throw new CertopsError('HostMissing', { host: name });
    return found;
  };
  const service = (role: Role): MemoryService => {
    const found = machine().services[role];
    if (found === undefined) throw new CertopsError('ServiceMissing', { host: name, role });
    return found;
  };
  const settings = (role: Role): { [key: string]: string } => {
    const found = machine().settings[role];
    if (found === undefined) throw new CertopsError('SettingsFileMissing', { host: name, role });
    return found;
  };

  function handshake(target: { host: string; port: number; servername: string | null }): HandshakeFacts {
    const text = `${target.host}:${target.port}`;
    const there = farm.get(isLocal(target.host) ? name : (options.names[target.host] ?? target.host));
    const found = there === undefined ? null : answering(there, target);
    const error = found === null ? 'ECONNREFUSED' : null;
    return { target: text, servername: target.servername, thumbprint: found?.thumbprint ?? null, error };
  }

  function connection() {
    const { read, facts } = service('worker');
    const { MasterEndpoint = '' } = settings('worker');
    const endpoint = parseEndpoint(MasterEndpoint);
    if (endpoint === null) throw new CertopsError('EndpointNotUnderstood', { found: MasterEndpoint });
    const shown = handshake({ ...endpoint, servername: endpoint.host });
    const pinned = parseThumbprint(read.MasterHttpsCertThumbprint ?? '');
    const accepts =
      shown.thumbprint !== null &&
      shown.thumbprint === pinned &&
      trustsIn(machine(), farm, pinned) &&
      !hasEnded(farm, shown.thumbprint, now());
    return { endpoint: MasterEndpoint, shown, accepts, runs: facts.state === 'running' };
  }

  const isConnected = (): boolean => {
    const { accepts, runs } = connection();
    return runs && accepts && !(machine().staysAway && machine().refusedAtStart);
  };

  const keyed = ({ store, thumbprint }: { store: StoreName; thumbprint: Thumbprint }): MemoryCertificate => {
    const found = stored(store, thumbprint);
    if (found?.facts.privateKey !== 'yes') throw new CertopsError('KeyFileMissing', { thumbprint });
    return found;
  };

  const changes: { [type in HostChange['type']]: (change: never) => void } = {
    'certificate.import': ({ store, made, profile }: Extract<HostChange, { type: 'certificate.import' }>) => {
      const { friendlyName } = profile;
      const facts = options.factsOf(made);
      machine().stores[store].set(made.thumbprint, { ...made, facts, readers: [], friendlyName });
    },
    'certificate.trust': ({ thumbprint, der }: Extract<HostChange, { type: 'certificate.trust' }>) => {
      const { Root } = machine().stores;
      if (Root.has(thumbprint)) throw new CertopsError('CertificateThereAlready', { thumbprint });
      const facts: CertificateFacts = { ...options.factsOf({ thumbprint, der }), privateKey: 'no' };
      Root.set(thumbprint, { facts, der, readers: [] });
    },
    'certificate.remove': (change: Extract<HostChange, { type: 'certificate.remove' }>) => {
      if (keeps(machine(), change)) throw new CertopsError('CertificateInUse', { thumbprint: change.thumbprint });
      // As with certutil, removing what is not there is no failure.
      machine().stores[change.store].delete(change.thumbprint);
    },
    'key.remove': ({ store, thumbprint }: Extract<HostChange, { type: 'key.remove' }>) => {
      const found = machine().stores[store].get(thumbprint);
      if (found === undefined) throw new CertopsError('CertificateMissing', { store, thumbprint });
      if (usersOf(machine(), thumbprint).length > 0) throw new CertopsError('KeyUsedElsewhere', { thumbprint });
      machine().stores[store].set(thumbprint, { ...found, facts: { ...found.facts, privateKey: 'unreadable' } });
    },
    'key.grant': ({ sid, ...of }: Extract<HostChange, { type: 'key.grant' }>) => {
      keyed(of).readers = [...new Set([...keyed(of).readers, sid])].sort();
    },
    'key.revoke': ({ sid, ...of }: Extract<HostChange, { type: 'key.revoke' }>) => {
      keyed(of).readers = keyed(of).readers.filter((one) => one !== sid);
    },
    'sslcert.set': ({ from, to }: Extract<HostChange, { type: 'sslcert.set' }>) => {
      const key = from?.key ?? to?.key ?? '';
      const present = machine().bindings.find((binding) => binding.key === key) ?? null;
      if (!sameJson(present as Json, from as Json)) throw new CertopsError('BindingMoved', { key });
      if (to !== null) {
        const certificate = machine().stores[to.store === 'Root' ? 'Root' : 'My'].get(to.thumbprint);
        if (certificate?.facts.privateKey !== 'yes')
          throw new CertopsError('BindingCertificateNotUsable', { key, error: 1312 });
      }
      const others = machine().bindings.filter((binding) => binding.key !== key);
      machine().bindings = to === null ? others : [...others, to].sort((a, b) => (a.key < b.key ? -1 : 1));
    },
    'setting.write': ({ role, key, from, to }: Extract<HostChange, { type: 'setting.write' }>) => {
      if (settings(role)[key] !== from) throw new CertopsError('SettingMoved', { key });
      settings(role)[key] = to;
    },
    'service.restart': ({ role }: Extract<HostChange, { type: 'service.restart' }>) => {
      const one = service(role);
      if (one.facts.start === 'disabled') throw new CertopsError('ServiceDisabled', { role });
      one.facts = { ...one.facts, state: 'running', pid: one.facts.pid + 1000 };
      one.read = { ...settings(role) };
      if (role === 'worker') machine().refusedAtStart = !connection().accepts;
    },
    'cer.publish': ({ role, thumbprint, der }: Extract<HostChange, { type: 'cer.publish' }>) => {
      machine()[CER[role]] = { thumbprint, der };
    },
  };

  async function perform(change: HostChange, signal: AbortSignal): Promise<void> {
    const fault = machine().faults.get(change.type);
    const kind = fault !== undefined && fault.times > 0 ? fault.kind : null;
    if (fault !== undefined) fault.times -= 1;
    machine().performed.push(change);
    if (kind === 'fail') throw new CertopsError('ToolFailed', { change: change.type });
    if (kind === 'lie') return;
    if (kind === 'hang') {
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        else signal.addEventListener('abort', () => resolve(), { once: true });
      });
      throw new CertopsError('ToolTimedOut', { change: change.type });
    }
    changes[change.type](change as never);
    if (kind === 'late') throw new CertopsError('ToolFailed', { change: change.type });
  }

  const stored = (store: StoreName, thumbprint: string) => machine().stores[store].get(thumbprint) ?? null;
  function lookAtMaster(): MasterLook | null {
    const { services, bindings, settings: files, published, clustered } = machine();
    if (services.master === undefined) return null;
    const port = Number(files.master?.PortNumber ?? 0);
    const onPort = bindings.filter(({ key }) => key.endsWith(`:${port}`));
    const [bound] = onPort;
    const named = bound?.thumbprint ?? files.master?.SSLCertThumbprint ?? '';
    const inUse = stored(bound === undefined || bound.store === 'Root' ? 'Root' : 'My', named);
    return {
      service: services.master.facts,
      port,
      sslCertThumbprint: files.master?.SSLCertThumbprint ?? '',
      bindings: onPort,
      certificate: inUse?.facts ?? null,
      der: inUse?.der ?? null,
      keyReaders: inUse?.readers ?? [],
      published: published?.thumbprint ?? null,
      presented: probesOf(onPort, port, 'sqlm01').map((to) => withEnd(machine(), handshake(to))),
      clustered,
      ...TOLD,
    };
  }

  async function lookAtWorker(): Promise<WorkerLook | null> {
    const { services, settings: files, publishedOwn } = machine();
    if (services.worker === undefined) return null;
    const own = stored('My', files.worker?.WorkerHttpsCertThumbprint ?? '');
    return {
      service: services.worker.facts,
      masterEndpoint: files.worker?.MasterEndpoint ?? '',
      masterThumbprint: files.worker?.MasterHttpsCertThumbprint ?? '',
      workerThumbprint: files.worker?.WorkerHttpsCertThumbprint ?? '',
      workerStore: 'My',
      certificate: own?.facts ?? null,
      keyReaders: own?.readers ?? [],
      published: publishedOwn?.thumbprint ?? null,
      trustsPinned: trustsIn(machine(), farm, files.worker?.MasterHttpsCertThumbprint ?? ''),
      connection: await host.connectionWitness(),
    };
  }

  const host: WindowsHost = {
    name,
    certificate: async (store, thumbprint) => stored(store, thumbprint)?.facts ?? null,
    rootSummary: async () => ({ count: machine().stores.Root.size, notSelfSigned: machine().notSelfSigned }),
    sslBindings: async (port) => machine().bindings.filter(({ key }) => key.endsWith(`:${port}`)),
    async setting(role, key) {
      const value = settings(role)[key];
      if (value === undefined) throw new CertopsError('SettingMissing', { role, key });
      return value;
    },
    service: async (role) => service(role).facts,
    keyReaders: async (store, thumbprint) => stored(store, thumbprint)?.readers ?? [],
    published: async (role) => machine()[CER[role]]?.thumbprint ?? null,
    publishedDer: async (role) => machine()[CER[role]]?.der ?? null,
    isPublishedTorn: async () => false,
    traces: async (thumbprints) => thumbprints.map((thumbprint) => traceOf(machine(), thumbprint)),
    named: async (thumbprints) => thumbprints.map((thumbprint) => namedOf(machine(), thumbprint)),
    stored: async () => storedOf(machine()),
    handshake: async (target) => handshake(target),
    async connectionWitness() {
      const { endpoint, shown, runs } = connection();
      const isIn = isConnected();
      const line = isIn || !runs ? null : 'The remote certificate is invalid';
      return {
        endpoint,
        handshake: shown,
        log: machine().blind.has('log')
          ? null
          : { state: isIn ? 'connected' : runs ? 'refused' : 'silent', line, at: new Date(now()).toISOString() },
        tcp: machine().blind.has('tcp') ? null : isIn,
      };
    },
    ssisdb: async () => machine().ssisdb ?? blindLook('sqlm01', 'sqlcmd-missing'),
    async look() {
      const { services, problems } = machine();
      return {
        host: name,
        at: new Date(now()).toISOString(),
        version: '0.0.0',
        systemRoot: 'C:\\Windows',
        root: await host.rootSummary(),
        master: lookAtMaster(),
        worker: await lookAtWorker(),
        ssisdb: services.master === undefined ? null : await host.ssisdb(),
        problems,
      };
    },
    makeCertificate: async (profile) => ({ made: options.make(profile, now()), secret: SECRET }),
    perform,
    forget: () => undefined,
    preflight: async () => [],
    sweep: async () => {},
    tryRoomForCopy: async () => {},
    endHalfImport: async () => {},
    event: async () => {},
  };
  return host;
}

import { CertopsError } from '../../src/domain/errors.ts';
import type { CertificateFacts } from '../../src/domain/machine/host-facts.ts';
import { blindLook } from '../../src/domain/machine/ssisdb.ts';
import type { CertificateProfile, MadeCertificate } from '../../src/domain/plan/plan.ts';
import { instantOf } from '../../src/domain/time.ts';
import type { HostName } from '../../src/domain/values.ts';
import type { Secret, WindowsHost } from '../../src/ports/windows-host.ts';
import { namedOf, storedOf, traceOf } from './certificate-traces.ts';
import { createPerform } from './host-changes.ts';
import { CER, lookAtMaster, lookAtWorker } from './host-look.ts';
import { createMemoryState } from './host-state.ts';
import type { MemoryFarm } from './machine.ts';

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

/**
 * A Windows host in memory that keeps the rules that bite: a binding needs a certificate with its key in the store it
 * names, what is not given again is reset, a setting is written only over the value that was read, a service does not
 * show what it has read, a worker connects only to a master that it pins and trusts.
 */
export function createMemoryHost(options: MemoryHostOptions): WindowsHost {
  const { name, now } = options;
  const state = createMemoryState(options);
  const { machine, service, settings, stored, handshake, connection } = state;

  const isConnected = (): boolean => {
    const { accepts, runs } = connection();
    return runs && accepts && !(machine().staysAway && machine().refusedAtStart);
  };

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
          : { state: isIn ? 'connected' : runs ? 'refused' : 'silent', line, at: instantOf(now()) },
        tcp: machine().blind.has('tcp') ? null : isIn,
      };
    },
    ssisdb: async () => machine().ssisdb ?? blindLook('sqlm01', 'sqlcmd-missing'),
    async look() {
      const { services, problems } = machine();
      return {
        host: name,
        at: instantOf(now()),
        version: '0.0.0',
        systemRoot: 'C:\\Windows',
        root: await host.rootSummary(),
        master: lookAtMaster(state),
        worker:
          services.worker === undefined ? null : lookAtWorker(state, services.worker, await host.connectionWitness()),
        ssisdb: services.master === undefined ? null : await host.ssisdb(),
        problems,
      };
    },
    makeCertificate: async (profile) => ({ made: options.make(profile, now()), secret: SECRET }),
    perform: createPerform(state, options.factsOf),
    forget: () => undefined,
    preflight: async () => [],
    sweep: async () => {},
    tryRoomForCopy: async () => {},
    endHalfImport: async () => {},
    event: async () => {},
  };
  return host;
}

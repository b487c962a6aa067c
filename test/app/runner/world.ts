import type { MemoryMachine } from '../../../adapters/memory/machine.ts';
import type { Farm } from '../../../src/domain/farm/farm.ts';
import type { MadeCertificate } from '../../../src/domain/plan/plan.ts';
import type { HostName, Role, Thumbprint } from '../../../src/domain/values.ts';
import type { Signer } from '../../../src/ports/journal.ts';
import { farmWith } from '../../fixtures/farm.ts';
import { createCertificateMaker, factsOfMade } from './certificates.ts';

export const host = (name: string): HostName => name as HostName;

export const make = createCertificateMaker();

/** SIDs that may read the old key: the system's own two, the service's account, and a monitoring account. */
export const SERVICE_SID = 'S-1-5-80-1-2-3-4-5';
export const MONITORING_SID = 'S-1-5-21-1-2-3-1104';

/** A worker's own certificate, which somebody else issued: its master trusts it without holding it. */
const OWN = 'AB'.repeat(20) as Thumbprint;
const ownOf = (old: MadeCertificate) => {
  const facts = { ...factsOfMade(old), thumbprint: OWN, selfSigned: false, notAfter: '2031-12-08T09:14:00.000Z' };
  return [OWN, { facts, der: old.der, readers: [] }] as const;
};

export function machineOf(roles: readonly Role[], old: MadeCertificate): MemoryMachine {
  const isMaster = roles.includes('master');
  const facts = { ...factsOfMade(old), privateKey: isMaster ? ('yes' as const) : ('no' as const) };
  const readers = isMaster ? ['S-1-5-18', 'S-1-5-32-544', MONITORING_SID, SERVICE_SID].sort() : [];
  const settings = {
    master: { PortNumber: '8391', SSLCertThumbprint: old.thumbprint },
    worker: {
      MasterEndpoint: 'https://sqlm01:8391',
      MasterHttpsCertThumbprint: old.thumbprint,
      WorkerHttpsCertThumbprint: OWN,
    },
  };
  const service = (role: Role) => ({
    facts: {
      name: `SSISScaleOut${role === 'master' ? 'Master' : 'Worker'}160`,
      state: 'running' as const,
      pid: role === 'master' ? 1100 : 1200,
      start: 'auto' as const,
      account: `NT Service\\SSISScaleOut${role === 'master' ? 'Master' : 'Worker'}160`,
      accountSid: SERVICE_SID,
      folder: 'C:\\Program Files\\Microsoft SQL Server\\160\\DTS\\Binn',
      dependents: [],
    },
    read: settings[role],
  });
  return {
    stores: {
      Root: new Map([[old.thumbprint, { facts, der: old.der, readers }]]),
      My: new Map(roles.includes('worker') ? [ownOf(old)] : []),
    },
    bindings: isMaster
      ? [
          {
            key: '0.0.0.0:8391',
            kind: 'ipport',
            thumbprint: old.thumbprint,
            appId: '{4dc3e181-e14b-4a21-b022-59fc669b0914}',
            store: 'Root',
            parameters: { clientcertnegotiation: 'enable' },
            extended: {},
          },
        ]
      : [],
    settings: {
      ...(isMaster ? { master: { ...settings.master } } : {}),
      ...(roles.includes('worker') ? { worker: { ...settings.worker } } : {}),
    },
    services: {
      ...(isMaster ? { master: service('master') } : {}),
      ...(roles.includes('worker') ? { worker: service('worker') } : {}),
    },
    published: isMaster ? { thumbprint: old.thumbprint, der: old.der } : null,
    staysAway: false,
    refusedAtStart: false,
    clustered: false,
    notSelfSigned: 0,
    problems: [],
    faults: new Map(),
    blind: new Set(),
    performed: [],
    ssisdb: null,
  };
}

export const farmOf = (roles: { readonly [name: string]: readonly Role[] }, signers: Map<string, Signer>): Farm =>
  farmWith({
    rehearsal: false,
    hosts: Object.entries(roles).map(([name, its]) => ({
      name: host(name),
      roles: its,
      keys: [signers.get(name)?.publicKey ?? ''],
      address: null,
      systemRoot: 'C:\\Windows',
    })),
    channels: [],
  });

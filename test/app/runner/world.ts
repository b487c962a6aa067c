import type { MemoryMachine } from '../../../adapters/memory/machine.ts';
import type { Farm } from '../../../src/domain/farm/farm.ts';
import type { MadeCertificate } from '../../../src/domain/plan/plan.ts';
import type { HostName, Role } from '../../../src/domain/values.ts';
import type { Signer } from '../../../src/ports/journal.ts';
import { createCertificateMaker, factsOfMade } from './certificates.ts';

export const host = (name: string): HostName => name as HostName;

export const make = createCertificateMaker();

/** SIDs that may read the old key: the system's own two, the service's account, and a monitoring account. */
export const SERVICE_SID = 'S-1-5-80-1-2-3-4-5';
export const MONITORING_SID = 'S-1-5-21-1-2-3-1104';

export function machineOf(roles: readonly Role[], old: MadeCertificate): MemoryMachine {
  const isMaster = roles.includes('master');
  const facts = { ...factsOfMade(old), privateKey: isMaster ? ('yes' as const) : ('no' as const) };
  const readers = isMaster ? ['S-1-5-18', 'S-1-5-32-544', MONITORING_SID, SERVICE_SID].sort() : [];
  const settings = {
    master: { PortNumber: '8391', SSLCertThumbprint: old.thumbprint },
    worker: {
      MasterEndpoint: 'https://sqlm01:8391',
      MasterHttpsCertThumbprint: old.thumbprint,
      WorkerHttpsCertThumbprint: 'AB'.repeat(20),
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
    stores: { Root: new Map([[old.thumbprint, { facts, der: old.der, readers }]]), My: new Map() },
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

export function farmOf(roles: { readonly [name: string]: readonly Role[] }, signers: Map<string, Signer>): Farm {
  const person = (id: string, name: string) => ({
    id,
    name,
    accounts: { web: id },
    groups: [],
    language: 'en' as const,
    timeZone: 'UTC',
  });
  return {
    name: 'prod',
    rehearsal: false,
    timeZone: 'UTC',
    endpoint: { host: 'sqlm01', port: 8391 },
    hosts: Object.entries(roles).map(([name, its]) => ({
      name: host(name),
      roles: its,
      keys: [signers.get(name)?.publicKey ?? ''],
      address: null,
      systemRoot: 'C:\\Windows',
    })),
    people: [person('mei', 'Mei Lin'), person('ana', 'Ana Ruiz'), person('tom', 'Tom Becker')],
    groups: [],
    chat: { slack: null, teams: null },
    approval: { quorum: 2, approvers: ['ana', 'tom'], groups: [], lapsesAfterMs: 86_400_000 },
    gap: { limitMs: 60_000, leaveBehind: 0, canary: 1, concurrency: 50 },
    drain: { limitMs: 900_000 },
    certificate: { keyBits: 2048, lifetimeDays: 365, exportable: false, extraNames: [] },
    reminders: { days: [14, 7], at: '09:00', owner: null, escalateDays: 7, snoozeDays: 7 },
    retire: { graceMs: 7 * 86_400_000 },
    windows: [],
    ticket: null,
    channels: [],
  };
}

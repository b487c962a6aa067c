import type { MasterLook, WorkerLook } from '../../src/domain/machine/host-facts.ts';
import { probesOf } from '../../src/domain/machine/probes.ts';
import { withEnd } from './answering.ts';
import { trustsIn } from './certificate-traces.ts';
import type { MemoryState } from './host-state.ts';
import type { MemoryService } from './machine.ts';

/** Where a machine keeps the .cer file of each role. */
export const CER = { master: 'published', worker: 'publishedOwn' } as const;

const NETSH = ['clientcertnegotiation', 'disablehttp2', 'disabletls13', 'verifyclientcertrevocation', 'usagecheck'];
const TOLD = { netshParameters: NETSH, listens: [], passesSilent: true } as const;

/** What a look shows of its master; null: it has none. */
export function lookAtMaster({ machine, stored, handshake }: MemoryState): MasterLook | null {
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

/** What a look shows of its worker. */
export function lookAtWorker(
  { machine, farm, stored }: MemoryState,
  { facts: service }: MemoryService,
  connection: WorkerLook['connection'],
): WorkerLook {
  const { settings: files, publishedOwn } = machine();
  const own = stored('My', files.worker?.WorkerHttpsCertThumbprint ?? '');
  return {
    service,
    masterEndpoint: files.worker?.MasterEndpoint ?? '',
    masterThumbprint: files.worker?.MasterHttpsCertThumbprint ?? '',
    workerThumbprint: files.worker?.WorkerHttpsCertThumbprint ?? '',
    workerStore: 'My',
    certificate: own?.facts ?? null,
    keyReaders: own?.readers ?? [],
    published: publishedOwn?.thumbprint ?? null,
    trustsPinned: trustsIn(machine(), farm, files.worker?.MasterHttpsCertThumbprint ?? ''),
    connection,
  };
}

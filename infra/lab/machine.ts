import type { LabKey } from './certificate.ts';
import { makeCertificate } from './certificate.ts';
import type { FaultBox } from './faults/box.ts';
import type { Measure } from './measure.ts';
import type { LabHostInfo } from './options.ts';
import { createHttpSys, toPem } from './services/http-sys.ts';
import { writeLog } from './services/log.ts';
import { createMaster } from './services/master.ts';
import type { ServiceProgram } from './services/program.ts';
import { createScm } from './services/scm.ts';
import { createWorker, type WorkerProgram } from './services/worker.ts';
import type { Catalog } from './ssisdb/catalog.ts';
import type { Machine, Socket } from './tools/tool.ts';
import type { LabHost } from './world/host.ts';
import type { ServiceConfig } from './world/state.ts';

export interface LabMachine extends Machine {
  readonly info: LabHostInfo;
}

/** One machine with its services, ready to be restored. */
export function assembleMachine(input: {
  host: LabHost;
  info: LabHostInfo;
  faults: FaultBox;
  measure: Measure;
  keys: readonly LabKey[];
  port: number;
  masterAddress: string;
  sockets: { readonly [address: string]: number };
  heartbeatMs: number;
  retryMs: number;
  sqlServer: string;
  catalog: Catalog;
}): LabMachine {
  const { host, info, faults, measure } = input;
  const name = host.state.name;
  const workers = new Map<ServiceConfig, WorkerProgram>();
  const log = (service: ServiceConfig, level: 'Information' | 'Error', sentence: string, pid: number): void =>
    writeLog(host, service, { now: Date.now(), level, pid, sentence });
  const httpSys = createHttpSys({
    host,
    faults,
    port: input.port,
    sockets: input.sockets,
    stranger: strangerFrom(input.keys[0] as LabKey),
  });
  const program = (service: ServiceConfig): ServiceProgram => {
    if (service.role === 'master') return createMaster({ host, service, httpSys });
    if (service.role === null) return { check: () => null, run: async () => {}, halt: () => {} };
    const worker = createWorker({
      host,
      service,
      faults,
      measure,
      connect: info.connect,
      heartbeatMs: input.heartbeatMs,
      retryMs: input.retryMs,
      heard: () => input.catalog.heard(name),
      log: (level, sentence, pid) => log(service, level, sentence, pid),
    });
    measure.knowWorker(name);
    workers.set(service, worker);
    return worker;
  };
  if (host.state.roles.includes('master')) {
    const note = (): void => measure.bound(name, httpSys.bindingAt(host.state.address, null) !== null);
    host.onBindings(note);
    note();
  }
  const scm = createScm({ host, faults, program, now: Date.now, log });
  const sockets = (): Socket[] => [
    // every Windows listens for file sharing
    { local: '0.0.0.0:445', remote: '0.0.0.0:0', state: 'LISTENING', pid: 4 },
    ...host.state.services
      .filter((service) => service.role === 'master' && scm.query(service).state === 4)
      .map((): Socket => ({ local: `0.0.0.0:${input.port}`, remote: '0.0.0.0:0', state: 'LISTENING', pid: 4 })),
    ...[...workers].flatMap(([service, worker]): Socket[] => {
      const connection = worker.connection();
      if (connection === null) return [];
      const remote = connection.endpoint
        .replace(/^localhost(?=:)/iu, '127.0.0.1')
        .replace(/^[a-z][^:]*/iu, input.masterAddress);
      const local = `${host.state.address}:${connection.localPort}`;
      return [{ local, remote, state: 'ESTABLISHED', pid: scm.query(service).pid }];
    }),
  ];
  const catalog = host.state.roles.includes('master') ? input.catalog : null;
  return { host, info, scm, faults, catalog, sqlServer: input.sqlServer, now: Date.now, sockets };
}

/** A certificate that nobody bound, made when it is first needed. */
function strangerFrom(key: LabKey): () => { cert: string; key: string } {
  let made: { cert: string; key: string } | null = null;
  return () => {
    if (made === null) {
      const day = 86_400_000;
      const certificate = makeCertificate({
        key,
        cn: 'stranger',
        names: ['stranger'],
        notBefore: new Date(Date.now() - day),
        notAfter: new Date(Date.now() + 30 * day),
        client: false,
      });
      made = { cert: toPem(certificate.der), key: key.privatePem };
    }
    return made;
  };
}

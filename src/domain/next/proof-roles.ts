import type { ConnectionWitness, MasterLook, WorkerLook } from '../host-facts.ts';
import { type HostName, type Json, parseThumbprint, type Thumbprint } from '../values.ts';

export interface Proof {
  readonly host: HostName;
  readonly proved: boolean;
  /** What does not agree, as `fact: found`; empty when proved. */
  readonly against: readonly { readonly fact: string; readonly found: Json; readonly wanted: Json }[];
  /** Witnesses that spoke for the worker's connection: `log`, `tcp`, `handshake`, `ssisdb`. */
  readonly witnesses: readonly string[];
}

type Against = Proof['against'][number];
export type Want = (fact: string, found: Json, wanted: Json) => void;

/** Collects what is not as wanted. */
export function compare(): { readonly against: readonly Against[]; readonly want: Want } {
  const against: Against[] = [];
  return {
    against,
    want: (fact, found, wanted) => {
      if (found !== wanted) against.push({ fact, found, wanted });
    },
  };
}

export function judgeMaster(
  master: MasterLook | null,
  target: Thumbprint,
  before: MasterLook | null,
  want: Want,
  port: 'bound' | 'unbound' = 'bound',
): void {
  if (master === null) {
    want('master', null, 'a master service');
    return;
  }
  want('SSLCertThumbprint', parseThumbprint(master.sslCertThumbprint), target);
  if (port === 'unbound') {
    want('bindings', master.bindings.length, 0);
    if (before?.service.state === 'running') want(master.service.name, master.service.state, 'running');
    return;
  }
  for (const binding of master.bindings) want(binding.key, binding.thumbprint, target);
  if (master.bindings.length === 0) want('bindings', 0, 1);
  if (before?.service.state !== 'running') return;
  want(master.service.name, master.service.state, 'running');
  for (const shown of master.presented) want(`TLS ${shown.target}`, shown.thumbprint ?? shown.error, target);
  if (master.presented.length === 0) want('TLS', 'nobody asked', target);
}

export function judgeWorker(
  worker: WorkerLook | null,
  target: Thumbprint,
  before: WorkerLook | null,
  connected: boolean,
  want: Want,
): readonly string[] {
  if (worker === null) {
    want('worker', null, 'a worker service');
    return [];
  }
  want('MasterHttpsCertThumbprint', parseThumbprint(worker.masterThumbprint), target);
  if (before?.service.state !== 'running') return [];
  want(worker.service.name, worker.service.state, 'running');
  if (!connected) return [];
  const { handshake, log, tcp } = worker.connection;
  want(`TLS ${handshake.target}`, handshake.error ?? handshake.thumbprint, target);
  const witnesses = speaking(worker.connection);
  if (witnesses.length === 0)
    want('connection', log?.line ?? (log === null && tcp === null ? 'no witness' : 'none'), 'connected');
  return handshake.error === null && handshake.thumbprint === target ? ['handshake', ...witnesses] : witnesses;
}

/** Witnesses that say the worker is in. One that is refused has a TCP connection too, for a moment. */
export const speaking = ({ log, tcp }: ConnectionWitness): readonly string[] => [
  ...(log?.state === 'connected' ? ['log'] : []),
  ...(tcp === true && log?.state !== 'refused' ? ['tcp'] : []),
];

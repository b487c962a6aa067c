import { type HostName, type Json, parseThumbprint, type Thumbprint } from '../values.ts';
import type { ConnectionWitness, MasterLook, WorkerLook } from './host-facts.ts';
import { silentAt } from './presented.ts';

export interface Proof {
  readonly host: HostName;
  readonly proved: boolean;
  /** What does not match, as found and wanted; empty if proved. */
  readonly against: readonly { readonly fact: string; readonly found: Json; readonly wanted: Json }[];
  /** Witnesses for the worker's connection: `log`, `tcp`, `handshake`, `ssisdb`. */
  readonly witnesses: readonly string[];
}

type Against = Proof['against'][number];
/** Notes what was found where it is not as wanted. */
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

/**
 * A master that this rotation switches to `target`, or back to it. What did not run before, or did not answer at an
 * address, need not do so now. unbound: it had no binding, and is to have none again.
 */
export function judgeMaster(
  master: MasterLook | null,
  target: Thumbprint,
  before: MasterLook | null,
  want: Want,
  port: 'bound' | 'unbound',
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
  const silent = silentAt(before);
  const asked = master.presented.filter((one) => one.thumbprint !== null || !silent.includes(one.target));
  for (const shown of asked) want(`TLS ${shown.target}`, shown.thumbprint ?? shown.error, target);
  if (asked.length === 0) want('TLS', 'nobody asked', target);
}

/**
 * Judges a master that this rotation does not switch: each setting, binding and answer is what it was, even if wrong,
 * or was corrected meanwhile, and it still presents to the workers what it did. A cluster's group may move between
 * nodes at any time; that one of them serves is for the workers to prove.
 */
export function judgeKept(now: MasterLook | null, was: MasterLook, presented: Thumbprint, want: Want): void {
  if (now === null) {
    want('master', null, 'a master service');
    return;
  }
  const keep = (fact: string, found: Json, before: Json): void => {
    const isMended = found === presented || (found === null && before !== presented);
    want(fact, found, isMended ? found : before);
  };
  keep('SSLCertThumbprint', named(now), named(was));
  for (const { key, thumbprint } of was.bindings)
    keep(key, now.bindings.find((one) => one.key === key)?.thumbprint ?? null, thumbprint);
  for (const { key, thumbprint } of now.bindings)
    if (!was.bindings.some((one) => one.key === key)) want(key, thumbprint, presented);
  const { name, state } = now.service;
  const ran = was.service.state === 'running';
  if (ran && !was.clustered) want(name, state, 'running');
  if (state !== 'running') return;
  const [first] = now.presented;
  if (!now.presented.some(({ thumbprint }) => thumbprint === presented)) {
    const fact = first === undefined ? 'TLS' : `TLS ${first.target}`;
    want(fact, first?.thumbprint ?? first?.error ?? 'nobody asked', presented);
    return;
  }
  for (const { target, servername, thumbprint, error } of now.presented) {
    const before = was.presented.find((one) => one.target === target && one.servername === servername);
    const wasSilent = before !== undefined && before.thumbprint === null;
    if (!wasSilent) keep(`TLS ${target}`, thumbprint ?? error, before?.thumbprint ?? presented);
  }
}

const named = ({ sslCertThumbprint }: MasterLook): string => parseThumbprint(sslCertThumbprint) ?? sslCertThumbprint;

/**
 * A worker that is to follow a master with `target`. Returns the witnesses for its connection, which it needs only if
 * it ran before and is to be connected.
 */
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

/** Witnesses that the worker is connected. A refused worker has a TCP connection too, for a moment. */
export const speaking = ({ log, tcp }: ConnectionWitness): readonly string[] => [
  ...(log?.state === 'connected' ? ['log'] : []),
  ...(tcp === true && log?.state !== 'refused' ? ['tcp'] : []),
];

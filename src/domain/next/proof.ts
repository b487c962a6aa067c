import type { HostLook } from '../host-facts.ts';
import type { PlanSlice } from '../plan.ts';
import type { RotationState } from '../rotation.ts';
import { type HostName, type Json, parseThumbprint, type Thumbprint } from '../values.ts';

export interface Proof {
  readonly host: HostName;
  readonly proved: boolean;
  /** What does not agree, as `fact: found`; empty when proved. */
  readonly against: readonly { readonly fact: string; readonly found: Json; readonly wanted: Json }[];
  /** Witnesses that spoke for the worker's connection: `log`, `tcp`, `handshake`. */
  readonly witnesses: readonly string[];
}

/** The certificate everybody should be on. */
export const targetOf = (rotation: RotationState, direction: 'forth' | 'back'): Thumbprint | null =>
  direction === 'back'
    ? (rotation.plan?.header.old.thumbprint ?? null)
    : (rotation.made?.certificate.thumbprint ?? null);

/** Judges a fresh look at one machine against the certificate it should be on; only roles of its slice count. */
export function judgeLook(look: HostLook, slice: PlanSlice, target: Thumbprint, before: HostLook | undefined): Proof {
  const against: { fact: string; found: Json; wanted: Json }[] = [];
  const witnesses: string[] = [];
  const want = (fact: string, found: Json, wanted: Json): void => {
    if (found !== wanted) against.push({ fact, found, wanted });
  };
  if (slice.roles.includes('master')) {
    const master = look.master;
    if (master === null) against.push({ fact: 'master', found: null, wanted: 'a master service' });
    else {
      want('SSLCertThumbprint', parseThumbprint(master.sslCertThumbprint), target);
      for (const binding of master.bindings) want(binding.key, binding.thumbprint, target);
      if (master.bindings.length === 0) against.push({ fact: 'bindings', found: 0, wanted: 1 });
      if (before?.master?.service.state === 'running') {
        want(master.service.name, master.service.state, 'running');
        for (const shown of master.presented) want(`TLS ${shown.target}`, shown.thumbprint ?? shown.error, target);
        if (master.presented.length === 0) against.push({ fact: 'TLS', found: 'nobody asked', wanted: target });
      }
    }
  }
  if (slice.roles.includes('worker')) {
    const worker = look.worker;
    if (worker === null) against.push({ fact: 'worker', found: null, wanted: 'a worker service' });
    else {
      want('MasterHttpsCertThumbprint', parseThumbprint(worker.masterThumbprint), target);
      if (before?.worker?.service.state === 'running') {
        want(worker.service.name, worker.service.state, 'running');
        const { handshake, log, tcp } = worker.connection;
        want(`TLS ${handshake.target}`, handshake.thumbprint ?? handshake.error, target);
        if (handshake.thumbprint === target) witnesses.push('handshake');
        if (log?.state === 'connected') witnesses.push('log');
        if (tcp === true) witnesses.push('tcp');
        if (!witnesses.includes('log') && !witnesses.includes('tcp'))
          against.push({
            fact: 'connection',
            found: log?.line ?? (tcp === null ? 'no witness' : 'none'),
            wanted: 'connected',
          });
      }
    }
  }
  return { host: slice.host, proved: against.length === 0, against, witnesses };
}

/** Proofs of all machines that have been looked at since the last change. */
export function proofsOf(rotation: RotationState, direction: 'forth' | 'back'): readonly Proof[] {
  const target = targetOf(rotation, direction);
  if (rotation.plan === null || target === null) return [];
  return rotation.plan.slices.flatMap((slice) => {
    const look = rotation.proofs[slice.host];
    return look === undefined ? [] : [judgeLook(look, slice, target, rotation.looks[slice.host])];
  });
}

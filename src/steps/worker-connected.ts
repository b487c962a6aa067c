import type { ConnectionWitness, ServiceState } from '../domain/machine/host-facts.ts';
import type { Thumbprint } from '../domain/values.ts';
import type { CheckDefinition } from '../ports/step.ts';
import { MET, notMet, parseCheck } from './define-step.ts';
import { wantedThumbprint } from './presents.ts';

type Log = ConnectionWitness['log'];

type ConnectedFacts = {
  readonly endpoint: string;
  /** What the endpoint presents to this machine. */
  readonly presented: Thumbprint | null;
  readonly error: string | null;
  readonly log: 'connected' | 'refused' | 'silent' | null;
  readonly line: string | null;
  readonly tcp: boolean | null;
  /** Which witness speaks for the worker's own connection: its log, or a TCP connection of its process. */
  readonly witness: 'log' | 'tcp' | null;
  /** Its service; null: not asked, because a witness speaks. One that has ended has neither log nor connections. */
  readonly state: ServiceState | null;
};

/**
 * Whether the log told of a connection perhaps only before the master was away: a date in digits alone may be read in
 * two ways. A worker may not come back by itself, and then says nothing more.
 */
const isOld = (log: Log, since: number | undefined): log is NonNullable<Log> =>
  since !== undefined && log?.state === 'connected' && (log.at === null || Date.parse(log.at) < since);

/**
 * Whether the worker is connected, judged by the witnesses that a real host has: a handshake from its machine shows the
 * wanted certificate, and the worker's log since its restart, or a TCP connection of its process, says that it is in.
 * `NoWitness`: no witness can tell; that is "not proved", not "not connected". `ServiceNotRunning`: its service ended
 * after it had been started, so nothing is waited for, not even a recovery action of Windows.
 */
export const workerConnected: CheckDefinition<Record<string, never>, ConnectedFacts> = {
  kind: 'worker-connected',
  reach: 'farm',
  // A refused worker has a TCP connection too, for a moment.
  settleMs: (now) => (now.witness === 'tcp' ? 2000 : 0),
  parse: (raw) => parseCheck('worker-connected', raw),
  say: () => ({ id: 'check.worker-connected', data: {} }),
  async observe(host, _params, since) {
    const { endpoint, handshake, log: said, tcp } = await host.connectionWitness();
    const log = tcp === false && isOld(said, since) ? { ...said, state: 'silent' as const } : said;
    const isMute = log === null && tcp === null;
    return {
      endpoint,
      presented: handshake.thumbprint,
      error: handshake.error,
      log: log?.state ?? null,
      line: log?.line ?? null,
      tcp,
      witness: log?.state === 'connected' ? 'log' : tcp === true && log?.state !== 'refused' ? 'tcp' : null,
      state: isMute ? (await host.service('worker')).state : null,
    };
  },
  judge(now, wanted, refs) {
    const thumbprint = wantedThumbprint(wanted, refs);
    const found = { presented: now.presented ?? now.error, log: now.log, line: now.line, tcp: now.tcp };
    if (thumbprint === null) return notMet('CertificateNotMadeYet', found, wanted);
    if (now.state !== null && now.state !== 'running')
      return notMet('ServiceNotRunning', now.state, 'running', now.state.endsWith('-pending'));
    if (now.presented !== thumbprint) return notMet('EndpointPresentsAnother', found, thumbprint, true);
    // The certificate is the right one, but no client should trust it: its names do not cover the endpoint.
    if (now.error !== null) return notMet('EndpointNotTrusted', { ...found, error: now.error }, thumbprint, true);
    if (now.witness !== null) return MET;
    // The log may be written and the connection made a moment later: each of these verdicts may still change.
    if (now.log === null && now.tcp === null) return notMet('NoWitness', found, thumbprint, true);
    return notMet(now.log === 'refused' ? 'WorkerRefused' : 'WorkerNotConnected', found, thumbprint, true);
  },
};

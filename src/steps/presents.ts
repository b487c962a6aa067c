import type { HandshakeFacts, ServiceState } from '../domain/machine/host-facts.ts';
import { probesOf } from '../domain/machine/probes.ts';
import { REHEARSAL_ADDRESS } from '../domain/step-params.ts';
import type { Json, Thumbprint } from '../domain/values.ts';
import type { CheckDefinition, Refs } from '../ports/step.ts';
import { MET, notMet, parseCheck, resolve } from './define-step.ts';

interface Params {
  readonly port: number;
  readonly servername: string;
  readonly rehearsal: boolean;
}

/** `presented`: thumbprint (or the error) by address asked, with and without SNI. */
type PresentsFacts = {
  readonly state: ServiceState;
  readonly pid: number;
  readonly presented: { readonly [target: string]: string };
};

/**
 * What the master presents, by a fresh handshake with each address that is bound, with and without SNI: sources
 * disagree which of several bindings wins. The addresses come from the bindings, so a plan cannot send it elsewhere.
 */
export const presents: CheckDefinition<Params, PresentsFacts> = {
  kind: 'presents',
  reach: 'host',
  parse: (raw) => parseCheck('presents', raw),
  say: (params) => ({
    id: params.rehearsal ? 'check.rehearsal-presents' : 'check.presents',
    data: { port: params.port, servername: params.servername },
  }),
  async observe(host, { port, servername, rehearsal }) {
    const shownBy = async (): Promise<readonly HandshakeFacts[]> => {
      const probes = rehearsal
        ? [
            { host: REHEARSAL_ADDRESS, port, servername: null },
            { host: REHEARSAL_ADDRESS, port, servername },
          ]
        : probesOf(await host.sslBindings(port), port, servername);
      return Promise.all(probes.map((probe) => host.handshake(probe)));
    };
    const [{ state, pid }, shown] = await Promise.all([host.service('master'), shownBy()]);
    return { state, pid, presented: Object.fromEntries(shown.map((one) => [label(one), told(one)])) };
  },
  judge(now, wanted, refs) {
    const thumbprint = wantedThumbprint(wanted, refs);
    if (thumbprint === null) return notMet('CertificateNotMadeYet', null, wanted);
    if (now.state !== 'running') {
      return notMet('ServiceNotRunning', now.state, 'running', now.state.endsWith('-pending'));
    }
    const wrong = Object.entries(now.presented).find(([, shown]) => shown !== thumbprint);
    if (Object.keys(now.presented).length === 0) return notMet('NothingBound', null, thumbprint);
    if (wrong === undefined) return MET;
    const [target, found] = wrong;
    // A service that has just started may not listen yet, and HTTP.SYS takes a moment to serve a new binding.
    return notMet('PresentsAnother', { target, found }, thumbprint, true);
  },
};

const label = (shown: HandshakeFacts): string =>
  shown.servername === null ? shown.target : `${shown.target} ${shown.servername}`;

const told = (shown: HandshakeFacts): string => shown.thumbprint ?? shown.error ?? 'no answer';

/** What a check wants may be a thumbprint, or one that is made in this rotation. */
export function wantedThumbprint(wanted: Json, refs: Refs): Thumbprint | null {
  if (typeof wanted === 'string') return wanted as Thumbprint;
  if (typeof wanted !== 'object' || wanted === null || !('ref' in wanted)) return null;
  return resolve({ ref: String(wanted.ref) }, refs)?.thumbprint ?? null;
}

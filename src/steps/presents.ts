import { boundStore } from '../domain/machine/bound-store.ts';
import type { HandshakeFacts, ServiceState } from '../domain/machine/host-facts.ts';
import { isServed, probesOf } from '../domain/machine/probes.ts';
import { REHEARSAL_ADDRESS } from '../domain/plan/step-params.ts';
import { type Json, parseThumbprint, type Thumbprint } from '../domain/values.ts';
import type { CheckDefinition, Refs, StandsInWay } from '../ports/step.ts';
import type { HostReader } from '../ports/windows-host.ts';
import { MET, notMet, parseCheck, resolve } from './define-step.ts';

interface Params {
  readonly port: number;
  readonly servername: string;
  readonly rehearsal: boolean;
  readonly silent?: readonly string[] | undefined;
}

/** `presented`: the thumbprint (or the error) for each address that counts, with and without SNI. */
type PresentsFacts = {
  readonly state: ServiceState;
  readonly pid: number;
  readonly presented: { readonly [target: string]: string };
};

/**
 * What the master presents, by a fresh handshake with each bound address, with and without SNI: sources disagree about
 * which of several bindings wins. The addresses come from the bindings, so a plan cannot send the handshake elsewhere.
 * An address that the plan calls silent counts only if it answers; one that HTTP.SYS does not listen on never counts.
 */
export const presents: CheckDefinition<Params, PresentsFacts> = {
  kind: 'presents',
  reach: 'host',
  parse: (raw) => parseCheck('presents', raw),
  say: (params) => ({
    id: params.rehearsal ? 'check.rehearsal-presents' : 'check.presents',
    data: { port: params.port, servername: params.servername },
  }),
  async observe(host, { port, servername, rehearsal, silent = [] }) {
    const shownBy = async (): Promise<readonly HandshakeFacts[]> => {
      const probes = rehearsal
        ? [
            { host: REHEARSAL_ADDRESS, port, servername: null },
            { host: REHEARSAL_ADDRESS, port, servername },
          ]
        : probesOf(await host.sslBindings(port), port, servername);
      return Promise.all(probes.map((probe) => host.handshake(probe)));
    };
    const counts = (one: HandshakeFacts): boolean =>
      isServed(one) && (one.thumbprint !== null || !silent.includes(one.target));
    const [{ state, pid }, shown] = await Promise.all([host.service('master'), shownBy()]);
    return { state, pid, presented: Object.fromEntries(shown.filter(counts).map((one) => [label(one), told(one)])) };
  },
  async standsInWay(host, params) {
    // Nothing is bound there yet.
    if (params.rehearsal) return null;
    const { presented } = await presents.observe(host, params);
    const silent = Object.entries(presented).filter(([, shown]) => !isThumbprint(shown));
    const [first] = silent;
    if (first === undefined) return null;
    return (await lostAt(host, params, silent).catch(() => null)) ?? { fact: `TLS ${first[0]}`, found: first[1] };
  },
  judge(now, wanted, refs) {
    const thumbprint = wantedThumbprint(wanted, refs);
    if (thumbprint === null) return notMet('CertificateNotMadeYet', null, wanted);
    if (now.state !== 'running') {
      return notMet('ServiceNotRunning', now.state, 'running', now.state.endsWith('-pending'));
    }
    const wrong = Object.entries(now.presented).filter(([, shown]) => shown !== thumbprint);
    if (Object.keys(now.presented).length === 0) return notMet('NothingBound', null, thumbprint);
    const another = wrong.find(([, shown]) => isThumbprint(shown));
    const [first] = another === undefined ? wrong : [another];
    if (first === undefined) return MET;
    const [target, found] = first;
    // A service that has just started may not listen yet, and HTTP.SYS takes a moment to serve a new binding.
    return notMet(another === undefined ? 'PresentsNothing' : 'PresentsAnother', { target, found }, thumbprint, true);
  },
};

/**
 * A silent address whose bound certificate, or its key, has gone from the store: no address answers with it then. Which
 * binding answers where is not known, so the same handshakes are made once more, each below its own binding.
 */
async function lostAt(
  host: HostReader,
  { port, servername }: Params,
  silent: readonly (readonly [target: string, found: string])[],
): Promise<StandsInWay | null> {
  for (const binding of await host.sslBindings(port)) {
    const { thumbprint } = binding;
    const store = boundStore(binding);
    const found = store === undefined ? undefined : await host.certificate(store, thumbprint);
    if (store === undefined || (found != null && found.privateKey !== 'no')) continue;
    const shown = await Promise.all(probesOf([binding], port, servername).map((probe) => host.handshake(probe)));
    const at = silent.find(([target]) => shown.some((one) => label(one) === target));
    const missing = found == null ? 'certificate' : 'key';
    if (at !== undefined) return { fact: `TLS ${at[0]}`, found: at[1], thumbprint, store, missing };
  }
  return null;
}

const label = (shown: HandshakeFacts): string =>
  shown.servername === null ? shown.target : `${shown.target} ${shown.servername}`;

const isThumbprint = (shown: string): boolean => parseThumbprint(shown) !== null;

const told = (shown: HandshakeFacts): string => shown.thumbprint ?? shown.error ?? 'no answer';

/** The wanted thumbprint, given as such or by the name of a certificate made in this rotation; null: not made yet. */
export function wantedThumbprint(wanted: Json, refs: Refs): Thumbprint | null {
  if (typeof wanted === 'string') return wanted as Thumbprint;
  if (typeof wanted !== 'object' || wanted === null || !('ref' in wanted)) return null;
  return resolve({ ref: String(wanted.ref) }, refs)?.thumbprint ?? null;
}

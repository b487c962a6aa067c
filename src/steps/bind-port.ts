import type { SslBinding } from '../domain/machine/host-facts.ts';
import { isAsWanted } from '../domain/machine/same-binding.ts';
import { OWN_APP_ID, ownBinding, ownKey } from '../domain/plan/own-binding.ts';
import { type Data, refuse, type StoreName } from '../domain/values.ts';
import type { StepDefinition } from '../ports/step.ts';
import type { HostChange } from '../ports/windows-host.ts';
import { MET, notMet, parseStep, type ResolvedCertificate, resolve } from './define-step.ts';

interface Params {
  readonly port: number;
  readonly certificate: ResolvedCertificate | null;
  readonly store: StoreName;
  /** The port had no binding when it was planned, so one is made. Otherwise a binding that has gone is not invented. */
  readonly makes: boolean;
}

/** One fact per binding, named by its key: all move together, each with its own old value. */
export type BindingFacts = { readonly [key: string]: SslBinding & Data };

/** The port's bindings as facts. */
const bindingFacts = (bindings: readonly SslBinding[]): BindingFacts =>
  Object.fromEntries(bindings.map((binding) => [binding.key, { ...binding }]));

/**
 * Binds the certificate to every address of the port that has a binding today, with every flag given again. If there
 * was none, it makes one of our own, which an undo removes again.
 */
export const bindPort: StepDefinition<Params, BindingFacts> = {
  kind: 'bind-port',
  decisive: '*',
  parse(raw, refs) {
    const { port, thumbprint, store = 'Root', make = false } = parseStep('bind-port', raw);
    return { port, certificate: resolve(thumbprint, refs), store, makes: make };
  },
  say: (params, expected) => ({
    id: 'step.bind-port',
    data: {
      port: params.port,
      bindings: params.makes ? [ownKey(params.port)] : Object.keys(expected),
      thumbprint: params.certificate?.thumbprint ?? null,
      old: [...new Set(Object.values(expected).map((binding) => binding.thumbprint))],
      store: params.store,
      ...(params.makes ? { appId: OWN_APP_ID } : {}),
    },
  }),
  observe: async (host, { port }) => bindingFacts(await host.sslBindings(port)),
  goal(before, { port, certificate, store, makes }) {
    if (certificate === null) return refuse('CertificateNotMadeYet');
    if (Object.keys(before).length === 0) {
      return makes ? bindingFacts([ownBinding(port, certificate.thumbprint, store)]) : refuse('NothingBound', { port });
    }
    return Object.fromEntries(
      Object.entries(before).map(([key, binding]) => [key, { ...binding, thumbprint: certificate.thumbprint, store }]),
    );
  },
  judge(now, wanted) {
    for (const [key, binding] of Object.entries(wanted)) {
      const found = now[key];
      if (found === undefined) return notMet('BindingMissing', null, binding);
      if (!isAsWanted(found, binding)) return notMet('BindingDiffers', found, binding);
    }
    // The more specific of two bindings may win, so one that nobody planned is a failure.
    const strange = Object.keys(now).find((key) => wanted[key] === undefined);
    return strange === undefined ? MET : notMet('BindingAppeared', now[strange] ?? null, null);
  },
  move: (now, wanted, params, { direction }) => [
    ...Object.entries(wanted)
      .filter(([key, binding]) => !isAsWanted(now[key], binding))
      .map(([key, to]): HostChange => ({ type: 'sslcert.set', from: now[key] ?? null, to })),
    ...(direction === 'back' ? ownOf(now, wanted, params) : []),
  ],
};

/**
 * Removes the binding that this step made, if unchanged: what somebody has changed since, or bound beside it, is
 * theirs.
 */
function ownOf(now: BindingFacts, wanted: BindingFacts, { port, certificate, store, makes }: Params): HostChange[] {
  const found = now[ownKey(port)];
  if (!makes || certificate === null || found === undefined || wanted[found.key] !== undefined) return [];
  const isOurs = isAsWanted(found, ownBinding(port, certificate.thumbprint, store));
  return isOurs ? [{ type: 'sslcert.set', from: found, to: null }] : [];
}

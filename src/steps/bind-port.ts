import { sameJson } from '../domain/equal.ts';
import type { SslBinding } from '../domain/host-facts.ts';
import { type Json, refuse, type StoreName } from '../domain/values.ts';
import type { StepDefinition } from '../ports/step.ts';
import { MET, type NamedCertificate, notMet, parseStep, resolve } from './define-step.ts';

interface Params {
  readonly port: number;
  readonly certificate: NamedCertificate | null;
  readonly store: StoreName;
}

/** One fact a binding, named by its key: all move together, each with its own old value. */
export type BindingFacts = { readonly [key: string]: SslBinding & { readonly [name: string]: Json } };

/** The port's bindings as facts. */
const bindingFacts = (bindings: readonly SslBinding[]): BindingFacts =>
  Object.fromEntries(bindings.map((binding) => [binding.key, { ...binding }]));

/** Binds the certificate to every address of the port that has one bound today, with every flag given again. */
export const bindPort: StepDefinition<Params, BindingFacts> = {
  kind: 'bind-port',
  decisive: '*',
  parse(raw, refs) {
    const { port, thumbprint, store = 'Root' } = parseStep('bind-port', raw);
    return { port, certificate: resolve(thumbprint, refs), store };
  },
  say: (params, expected) => ({
    id: 'step.bind-port',
    data: {
      port: params.port,
      bindings: Object.keys(expected),
      thumbprint: params.certificate?.thumbprint ?? null,
      old: [...new Set(Object.values(expected).map((binding) => binding.thumbprint))],
      store: params.store,
    },
  }),
  observe: async (host, { port }) => bindingFacts(await host.sslBindings(port)),
  goal(before, { port, certificate, store }) {
    if (certificate === null) return refuse('CertificateNotMadeYet');
    if (Object.keys(before).length === 0) return refuse('NothingBound', { port });
    return Object.fromEntries(
      Object.entries(before).map(([key, binding]) => [key, { ...binding, thumbprint: certificate.thumbprint, store }]),
    );
  },
  judge(now, wanted) {
    for (const [key, binding] of Object.entries(wanted)) {
      const found = now[key];
      if (found === undefined) return notMet('BindingMissing', null, binding);
      if (!sameJson(found, binding)) return notMet('BindingDiffers', found, binding);
    }
    // The more specific of two bindings may win: one that nobody planned is no success.
    const strange = Object.keys(now).find((key) => wanted[key] === undefined);
    return strange === undefined ? MET : notMet('BindingAppeared', now[strange] ?? null, null);
  },
  move: (now, wanted) =>
    Object.entries(wanted)
      .filter(([key, binding]) => !sameJson(now[key], binding))
      .map(([key, to]) => ({ type: 'sslcert.set', from: now[key] ?? null, to })),
};

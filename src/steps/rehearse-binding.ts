import type { SslBinding } from '../domain/machine/host-facts.ts';
import { isAsWanted } from '../domain/machine/same-binding.ts';
import { ownBinding } from '../domain/plan/own-binding.ts';
import { REHEARSAL_ADDRESS } from '../domain/plan/step-params.ts';
import { type Data, refuse, type StoreName } from '../domain/values.ts';
import type { StepDefinition, Verdict } from '../ports/step.ts';
import type { HostChange, HostReader } from '../ports/windows-host.ts';
import { MET, notMet, parseStep, type ResolvedCertificate, resolve } from './define-step.ts';

interface RehearseParams {
  readonly port: number;
  /**
   * Key of the existing binding whose application id and flags are rehearsed; null: those of a binding yet to be made.
   */
  readonly like: string | null;
  readonly certificate: ResolvedCertificate | null;
  readonly store: StoreName;
}

interface EndParams {
  readonly port: number;
}

type Bound = (SslBinding & Data) | null;
type RehearsalFacts = { readonly rehearsal: Bound; readonly like: Bound };
type EndFacts = { readonly rehearsal: Bound };

/** Key of the binding that a rehearsal makes. */
const rehearsalKey = (port: number): string => `${REHEARSAL_ADDRESS}:${port}`;

/**
 * Binds the new certificate to an address that no client uses, while nobody is cut off. Shows that HTTP.SYS accepts it
 * with today's application id and flags, or those of the binding to come. The flags are read here, not taken from the
 * plan.
 */
export const rehearseBinding: StepDefinition<RehearseParams, RehearsalFacts> = {
  kind: 'rehearse-binding',
  decisive: '*',
  parse(raw, refs) {
    const { port, like = null, thumbprint, store = 'Root' } = parseStep('rehearse-binding', raw);
    return { port, like, certificate: resolve(thumbprint, refs), store };
  },
  say: (params) => ({
    id: 'step.rehearse-binding',
    data: { binding: rehearsalKey(params.port), thumbprint: params.certificate?.thumbprint ?? null },
  }),
  async observe(host, { port, like }) {
    const bindings = await host.sslBindings(port);
    return { rehearsal: find(bindings, rehearsalKey(port)), like: like === null ? null : find(bindings, like) };
  },
  goal(before, { port, like, certificate, store }) {
    if (certificate === null) return refuse('CertificateNotMadeYet');
    const { thumbprint } = certificate;
    const model = like === null ? ownBinding(port, thumbprint, store) : before.like;
    if (model === null) return refuse('NothingBound', { binding: like });
    return {
      like: before.like,
      rehearsal: { ...model, key: rehearsalKey(port), kind: 'ipport', thumbprint, store },
    };
  },
  judge: (now, wanted) => judgeRehearsal(now.rehearsal, wanted.rehearsal),
  move: (now, wanted) => moveRehearsal(now.rehearsal, wanted.rehearsal),
};

/** Removes the rehearsal's binding again. Its undo wants the same: nothing left behind. */
export const endRehearsal: StepDefinition<EndParams, EndFacts> = {
  kind: 'end-rehearsal',
  decisive: [],
  parse: (raw) => ({ port: parseStep('end-rehearsal', raw).port }),
  say: (params) => ({ id: 'step.end-rehearsal', data: { binding: rehearsalKey(params.port) } }),
  observe: async (host: HostReader, { port }) => ({
    rehearsal: find(await host.sslBindings(port), rehearsalKey(port)),
  }),
  goal: () => ({ rehearsal: null }),
  judge: (now, wanted) => judgeRehearsal(now.rehearsal, wanted.rehearsal),
  move: (now, wanted) => moveRehearsal(now.rehearsal, wanted.rehearsal),
  back: () => ({ rehearsal: null }),
};

const find = (bindings: readonly SslBinding[], key: string): Bound => {
  const found = bindings.find((binding) => binding.key === key);
  return found === undefined ? null : { ...found };
};

const judgeRehearsal = (now: Bound, wanted: Bound): Verdict =>
  isAsWanted(now, wanted) ? MET : notMet(wanted === null ? 'RehearsalStillBound' : 'RehearsalNotBound', now, wanted);

const moveRehearsal = (now: Bound, wanted: Bound): readonly HostChange[] =>
  isAsWanted(now, wanted) ? [] : [{ type: 'sslcert.set', from: now, to: wanted }];

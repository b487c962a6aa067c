import type { CertificateUser } from '../domain/machine/host-facts.ts';
import { type Data, type Refusal, refuse, type StoreName, type Thumbprint } from '../domain/values.ts';
import type { StepDefinition, Verdict } from '../ports/step.ts';
import type { HostChange, HostReader } from '../ports/windows-host.ts';
import { MET, notMet, parseStep } from './define-step.ts';

interface Params {
  readonly thumbprint: Thumbprint;
}

type RemovalFacts = {
  /** Stores that hold the certificate. */
  readonly stores: readonly StoreName[];
  /** Stores in which its private key is still there. */
  readonly keys: readonly StoreName[];
  /** What on this machine still uses it. */
  readonly users: readonly (CertificateUser & Data)[];
};

const observe = async (host: HostReader, { thumbprint }: Params): Promise<RemovalFacts> => {
  const [trace] = await host.traces([thumbprint]);
  return {
    stores: trace?.stores ?? [],
    keys: trace?.keys ?? [],
    users: (trace?.users ?? []).map((user) => ({ ...user })),
  };
};

const inUse = (thumbprint: Thumbprint, { users }: RemovalFacts): Refusal | null =>
  users.length === 0
    ? null
    : refuse('CertificateInUse', { thumbprint, users: users.map(({ kind, where }) => `${kind} ${where}`) });

/**
 * Removes the private key of a certificate that nothing uses any more, and keeps the certificate: while it names its
 * key container, a fresh look can tell that the key is gone.
 */
export const removeKey: StepDefinition<Params, RemovalFacts> = {
  kind: 'remove-key',
  decisive: ['stores', 'keys', 'users'],
  isFinal: true,
  parse: (raw) => parseStep('remove-key', raw),
  say: ({ thumbprint }, expected) => ({ id: 'step.remove-key', data: { thumbprint, stores: expected.keys } }),
  observe,
  goal: (before, { thumbprint }) => inUse(thumbprint, before) ?? { ...before, keys: [] },
  judge: (now, wanted): Verdict =>
    now.keys.length <= wanted.keys.length ? MET : notMet('KeyStillThere', now.keys, wanted.keys),
  move: (now, wanted, { thumbprint }): readonly HostChange[] =>
    now.keys
      .filter((store) => !wanted.keys.includes(store))
      .map((store) => ({ type: 'key.remove', store, thumbprint })),
};

/** Removes the certificate from every store. Its key must be gone by then: nothing else records where the key was. */
export const removeCertificate: StepDefinition<Params, RemovalFacts> = {
  kind: 'remove-certificate',
  // Not `keys`: the step before this one removes the key.
  decisive: ['stores', 'users'],
  isFinal: true,
  parse: (raw) => parseStep('remove-certificate', raw),
  say: ({ thumbprint }, expected) => ({ id: 'step.remove-certificate', data: { thumbprint, stores: expected.stores } }),
  observe,
  goal(before, { thumbprint }) {
    if (before.keys.length > 0) return refuse('KeyStillThere', { thumbprint, found: [...before.keys] });
    return inUse(thumbprint, before) ?? { stores: [], keys: [], users: [] };
  },
  judge: (now, wanted): Verdict =>
    now.stores.length <= wanted.stores.length ? MET : notMet('CertificateStillThere', now.stores, wanted.stores),
  move: (now, wanted, { thumbprint }): readonly HostChange[] =>
    now.stores
      .filter((store) => !wanted.stores.includes(store))
      .map((store) => ({ type: 'certificate.remove', store, thumbprint, withKey: false })),
};

import type { StoreName, Thumbprint } from '../domain/values.ts';
import type { StepDefinition } from '../ports/step.ts';
import { MET, notMet, parseStep } from './define-step.ts';

interface Params {
  readonly store: StoreName;
  readonly thumbprint: Thumbprint;
  readonly serviceSid: string;
}

type GrantFacts = { readonly sid: string; readonly granted: boolean };

/** Lets the service's account read the key of an existing certificate; if it already can, nothing changes. */
export const grantKey: StepDefinition<Params, GrantFacts> = {
  kind: 'grant-key',
  decisive: ['granted'],
  parse: (raw) => parseStep('grant-key', raw),
  say: ({ store, thumbprint, serviceSid }) => ({
    id: 'step.grant-key',
    data: { store, thumbprint, reader: serviceSid },
  }),
  async observe(host, { store, thumbprint, serviceSid: sid }) {
    return { sid, granted: (await host.keyReaders(store, thumbprint)).includes(sid) };
  },
  goal: (before) => ({ ...before, granted: true }),
  judge: (now, wanted) =>
    now.granted === wanted.granted
      ? MET
      : notMet(wanted.granted ? 'KeyReadersMissing' : 'KeyStillReadable', now.granted, wanted.granted),
  move(now, wanted, { store, thumbprint }) {
    if (now.granted === wanted.granted) return [];
    const of = { store, thumbprint, sid: wanted.sid };
    return [wanted.granted ? { type: 'key.grant', ...of, isReturned: true } : { type: 'key.revoke', ...of }];
  },
};

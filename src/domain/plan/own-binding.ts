import type { SslBinding } from '../machine/host-facts.ts';
import type { Json, StoreName, Thumbprint } from '../values.ts';
import { stepParams } from './step-params.ts';

/** Shows in HTTP.SYS who made a binding. Any GUID will do; no other program uses this one. */
export const OWN_APP_ID = '{6d1c0f5e-93a7-4e0b-8f42-5b7a1c2e8391}';

/** A planned step that makes a binding where there is none. */
export const isMakingBinding = (step: { readonly kind: string; readonly params: Json }): boolean =>
  step.kind === 'bind-port' && stepParams('bind-port', step).make === true;

/** All addresses of the port, as Microsoft's page binds it. */
export const ownKey = (port: number): string => `0.0.0.0:${port}`;

/**
 * The binding made for a port that has none; only port and certificate come from a plan. The client's certificate is
 * requested in the handshake itself: from Server 2022 on HTTP.SYS cannot request it after a TLS 1.3 handshake, and
 * every worker would be refused (403). All else is at its default.
 */
export const ownBinding = (port: number, thumbprint: Thumbprint, store: StoreName): SslBinding => ({
  key: ownKey(port),
  kind: 'ipport',
  thumbprint,
  appId: OWN_APP_ID,
  store,
  parameters: { clientcertnegotiation: 'enable' },
  extended: {},
});

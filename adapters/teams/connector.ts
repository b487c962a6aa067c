import type { BotFrameworkAuthentication, ConnectorClient } from 'botframework-connector';
import { AuthenticationConstants, ClaimsIdentity } from 'botframework-connector';
import type { CertopsError } from '../../src/domain/errors.ts';
import type { SteadyClock } from '../../src/ports/clock.ts';
import type { TokenSource } from './credentials.ts';
import { type CallContext, ConnectorFailure, translate } from './errors.ts';
import { createLimiter } from './limiter.ts';

/** Teams' REST interface, within its rates, with every failure translated. */
export interface Connector {
  /**
   * Throws CertopsError as `translate` says, within half a minute. `thread`: the conversation, which is what the rate
   * limits count. Calls that are safe to repeat are repeated once where Teams asks for that.
   */
  call<T>(
    to: { readonly serviceUrl: string; readonly thread: string } & CallContext,
    run: (client: ConnectorClient) => Promise<T>,
  ): Promise<T>;
}

interface ConnectorOptions {
  readonly appId: string;
  readonly authentication: BotFrameworkAuthentication;
  /** null: calls are not signed. */
  readonly tokens: TokenSource | null;
  readonly clock: SteadyClock;
}

const PAUSE_MS = 800;
const MOST_CLIENTS = 50;

/** One client of the library for each service address, as a delivery names it. */
export function createConnector({ appId, authentication, tokens, clock }: ConnectorOptions): Connector {
  const { AudienceClaim, AppIdClaim } = AuthenticationConstants;
  const factory = authentication.createConnectorFactory(
    new ClaimsIdentity([AudienceClaim, AppIdClaim].map((type) => ({ type, value: appId }))),
  );
  const limiter = createLimiter(clock);
  const clients = new Map<string, Promise<ConnectorClient>>();
  const clientOf = (serviceUrl: string): Promise<ConnectorClient> => {
    if (clients.size > MOST_CLIENTS) clients.clear();
    const client = clients.get(serviceUrl) ?? factory.create(serviceUrl);
    clients.set(serviceUrl, client);
    return client;
  };

  /**
   * A roster is never marked as closed: people who decide in the middle of a cutover are looked up again at each click.
   */
  function noted(thread: string, method: CallContext['method'], error: CertopsError): CertopsError {
    if (error.code === 'ChatBusy' && method !== 'roster') limiter.refused(thread, Number(error.data.retryAfterMs));
    return error;
  }

  return {
    call: async ({ serviceUrl, thread, ...context }, run) => {
      const client = await clientOf(serviceUrl);
      for (let again = false; ; again = true) {
        await limiter.turn(thread);
        try {
          return await run(client);
        } catch (error) {
          const status = error instanceof ConnectorFailure ? error.status : 0;
          if (status === 401) tokens?.forget();
          if (again || !(mayRepeat(status, context.method) || saysNothing(error, context.method)))
            throw noted(thread, context.method, translate(error, context));
          await clock.sleep(PAUSE_MS);
        }
      }
    },
  };
}

/** A POST that got a gateway's 502 may have been posted. A 401 is tried once more with a new token. */
const mayRepeat = (status: number, method: CallContext['method']): boolean =>
  status === 401 || status === 412 || ([502, 504].includes(status) && (method === 'update' || method === 'roster'));

/** Teams sometimes answers a change with this and accepts it the next moment; for a deleted card it always does. */
const saysNothing = (error: unknown, method: CallContext['method']): boolean =>
  method === 'update' && error instanceof ConnectorFailure && error.status === 403 && error.reason === 'ServiceError';

import type { Logger } from '@slack/bolt';
import { webApi } from '@slack/bolt';
import type { WayOut } from '../../src/ports/way-out.ts';
import { type CallContext, translate } from './errors.ts';
import type { Limiter } from './limiter.ts';

/** The Web API, within its rates, and with every failure translated. */
export interface SlackApi {
  /** Throws CertopsError as `translate` says. Ends within this API's `timeLimitMs`. */
  call<T>(context: CallContext, call: (client: webApi.WebClient) => Promise<T>): Promise<T>;
}

interface ApiOptions {
  readonly token: string;
  readonly apiUrl: string | undefined;
  readonly logger: Logger;
  readonly timeLimitMs: number;
  /** Shared by everything that speaks for the bot; left out where no calls are made in a row. */
  readonly limiter?: Limiter;
  readonly wayOut: WayOut | undefined;
}

/** A client of its own for each time limit. Without a `limiter` nothing waits for the rates. */
export function createApi({ token, apiUrl, logger, timeLimitMs, limiter, wayOut }: ApiOptions): SlackApi {
  const client = new webApi.WebClient(token, clientOptions({ apiUrl, logger, timeLimitMs, wayOut }));
  return {
    call: async (context, call) => {
      await limiter?.turn(context);
      try {
        return await call(client);
      } catch (error) {
        const failure = translate(error, context);
        if (failure.code === 'ChatBusy') limiter?.refused(context, Number(failure.data.retryAfterMs));
        throw failure;
      }
    },
  };
}

/**
 * The library's own retrying (ten times in half an hour, sleeping through every 429) would hide from the caller that a
 * card is late: it is turned off, and the caller decides. Nothing is queued here either, so one hanging call does not
 * hold up others.
 */
export const clientOptions = ({
  apiUrl,
  logger,
  timeLimitMs,
  wayOut,
}: Omit<ApiOptions, 'token' | 'limiter'>): webApi.WebClientOptions => ({
  ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
  logger,
  timeout: timeLimitMs,
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
  maxRequestConcurrency: 1_000,
  allowAbsoluteUrls: false,
  fetch: withRetryAfter(wayOut?.fetch ?? fetch),
});

/** The library does not report a 429 without a readable Retry-After as a rate limit; it is one all the same. */
const withRetryAfter =
  (send: typeof fetch): typeof fetch =>
  async (input, init) => {
    const response = await send(input, init);
    if (response.status !== 429 || /^\d+/u.test(response.headers.get('retry-after') ?? '')) return response;
    const headers = new Headers([...response.headers]);
    headers.set('retry-after', '30');
    return new Response(response.body, { status: 429, headers });
  };

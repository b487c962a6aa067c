import type { ConnectorClientOptions } from 'botframework-connector';
import * as z from 'zod';
import type { WayOut } from '../../src/ports/way-out.ts';
import { ConnectorFailure } from './errors.ts';

type HttpClient = NonNullable<ConnectorClientOptions['httpClient']>;

/** How long one call to the service may take. Milliseconds. */
export const CALL_LIMIT_MS = 10_000;

const errorSchema = z.object({ error: z.object({ code: z.string().regex(/^\w{1,60}$/u) }) });

/**
 * How the library reaches the connector. Its own retrying (three retries, a second POST after a lost answer, sleeping
 * through any Retry-After) would post cards twice and hide from the caller that one is late. It does not retry errors
 * that it does not know, and it does not know ConnectorFailure.
 */
export const connectorHttp = (wayOut?: WayOut): HttpClient => ({
  sendRequest: async (request) => {
    const response = await (wayOut?.fetch ?? fetch)(request.url, {
      method: request.method,
      headers: request.headers.rawHeaders(),
      redirect: 'error',
      signal: AbortSignal.timeout(CALL_LIMIT_MS),
      ...(typeof request.body === 'string' ? { body: request.body } : {}),
    });
    const bodyAsText = await response.text();
    if (!response.ok) {
      throw new ConnectorFailure(response.status, codeIn(bodyAsText), waitOf(response.headers.get('retry-after')));
    }
    const headers = request.headers.clone();
    for (const name of headers.headerNames()) headers.remove(name);
    headers.set('content-type', response.headers.get('content-type') ?? 'application/json');
    return { request, status: response.status, headers, bodyAsText };
  },
});

/** Single words only: a proxy's error page is not one, and must not be copied into a log. */
function codeIn(body: string): string | null {
  try {
    const parsed = errorSchema.safeParse(JSON.parse(body.slice(0, 10_000)));
    return parsed.success ? parsed.data.error.code : null;
  } catch {
    return null;
  }
}

/** Seconds, or a date. */
function waitOf(header: string | null): number | null {
  if (header === null) return null;
  if (/^\d{1,6}$/u.test(header)) return Math.max(1, Number(header)) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(1000, at - Date.now());
}

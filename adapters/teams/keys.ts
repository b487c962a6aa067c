import { JwtTokenExtractor } from 'botframework-connector/lib/auth/jwtTokenExtractor.js';
import * as z from 'zod';
import { CALL_LIMIT_MS } from './connector-http.ts';

const metadataSchema = z.object({ jwks_uri: z.string().min(1) });
const keysSchema = z.object({ keys: z.array(z.looseObject({ kid: z.string() })) });

/** A token may name any key: one that is not known makes us read them again only if we have not done so just now. */
const READ_AGAIN_AFTER_MS = 10_000;
/** What the library waits for instead. The service may replace a key at any time, and nobody would be heard so long. */
const LIBRARY_WAITS_MS = 3_600_000;

/** The library's object that holds these keys for all its users, as far as it is overridden here. */
interface Held {
  keys: z.infer<typeof keysSchema>['keys'];
  lastUpdated: number;
  refreshCache(): Promise<void>;
}

/** The status by which the library signals that there are no keys. */
class KeysFailure extends Error {
  readonly statusCode = 500;
}

/**
 * The library fetches the service's keys without a time limit, so a firewall that drops unknown packets would hold up
 * every delivery, and without a proxy in the way we use it. So we do the fetching; what is kept, and for how long,
 * stays the library's, except that a key which it does not know is looked for sooner.
 */
export function readKeysBy(send: typeof fetch, openIdMetadata: string): void {
  async function read<T>(url: string, schema: z.ZodType<T>): Promise<T> {
    const response = await send(url, { signal: AbortSignal.timeout(CALL_LIMIT_MS) });
    if (!response.ok) throw new KeysFailure(`HTTP ${response.status}`);
    return schema.parse(await response.json());
  }

  const held = new JwtTokenExtractor({}, openIdMetadata, []).openIdMetadata as unknown as Held;
  let reading: Promise<void> | null = null;
  held.refreshCache = () => {
    reading ??= readAll().finally(() => {
      reading = null;
    });
    return reading;
  };

  async function readAll(): Promise<void> {
    try {
      const { jwks_uri } = await read(openIdMetadata, metadataSchema);
      const { keys } = await read(jwks_uri, keysSchema);
      held.keys = keys;
      held.lastUpdated = Date.now() - LIBRARY_WAITS_MS + READ_AGAIN_AFTER_MS;
    } catch (cause) {
      throw new KeysFailure('no keys', { cause });
    }
  }
}

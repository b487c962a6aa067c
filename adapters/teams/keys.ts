import { JwtTokenExtractor } from 'botframework-connector/lib/auth/jwtTokenExtractor.js';
import * as z from 'zod';
import { CALL_LIMIT_MS } from './connector-http.ts';

const metadataSchema = z.object({ jwks_uri: z.string().min(1) });
const keysSchema = z.object({ keys: z.array(z.looseObject({ kid: z.string() })) });

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
 * stays the library's.
 */
export function readKeysBy(send: typeof fetch, openIdMetadata: string): void {
  async function read<T>(url: string, schema: z.ZodType<T>): Promise<T> {
    const response = await send(url, { signal: AbortSignal.timeout(CALL_LIMIT_MS) });
    if (!response.ok) throw new KeysFailure(`HTTP ${response.status}`);
    return schema.parse(await response.json());
  }

  const held = new JwtTokenExtractor({}, openIdMetadata, []).openIdMetadata as unknown as Held;
  held.refreshCache = async () => {
    try {
      const { jwks_uri } = await read(openIdMetadata, metadataSchema);
      const { keys } = await read(jwks_uri, keysSchema);
      held.keys = keys;
      held.lastUpdated = Date.now();
    } catch (cause) {
      throw new KeysFailure('no keys', { cause });
    }
  };
}

import { JwtTokenExtractor } from 'botframework-connector/lib/auth/jwtTokenExtractor.js';
import * as z from 'zod';

const metadataSchema = z.object({ jwks_uri: z.string().min(1) });
const keysSchema = z.object({ keys: z.array(z.looseObject({ kid: z.string() })) });

/** What the library does by itself with what it keeps for all who ask for these keys. */
interface Held {
  keys: z.infer<typeof keysSchema>['keys'];
  lastUpdated: number;
  refreshCache(): Promise<void>;
}

/** Its status is the one by which the library says that there are no keys. */
class KeysFailure extends Error {
  readonly statusCode = 500;
}

/**
 * The library reads the service's keys by itself: without a time limit, so that one firewall which drops what it does
 * not know holds every delivery, and without a proxy where it is used as we use it. So the reading is ours; what is
 * kept of it, and for how long, stays the library's.
 */
export function readKeysBy(send: typeof fetch, openIdMetadata: string, timeLimitMs: number): void {
  async function read<T>(url: string, schema: z.ZodType<T>): Promise<T> {
    const response = await send(url, { signal: AbortSignal.timeout(timeLimitMs) });
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

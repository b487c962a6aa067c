import { ESCAPED } from './way-out.ts';

export const REDIS_FORM = `redis://USER:PASSWORD@HOST:PORT or rediss://USER:PASSWORD@HOST:PORT, ${ESCAPED}`;

/**
 * Whether the Redis library can read it. The library throws on an invalid port and on a % that escapes nothing; it
 * takes a / in the password for the start of the path, so that whatever precedes it becomes the host.
 */
export function isRedisUrl(text: string): boolean {
  if (!/^rediss?:\/\/[^\s/?#]+(?:\/[^\s@?#]*)?(?:\?\S*)?$/u.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return [username, password].every(isDecodable);
}

function isDecodable(part: string): boolean {
  try {
    decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}

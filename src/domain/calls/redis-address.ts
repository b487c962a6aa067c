import { ESCAPED } from './way-out.ts';

export const REDIS_FORM = `redis://USER:PASSWORD@HOST:PORT or rediss://USER:PASSWORD@HOST:PORT, ${ESCAPED}`;

/**
 * Whether Redis' library can read it: it throws at a port that is none and at a % that escapes nothing, and takes a
 * password that holds a / for a path, so that what stands before it is the machine.
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

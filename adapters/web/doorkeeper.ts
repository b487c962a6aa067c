import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** What the door checks against: the only address it answers to, and the two secrets. */
export interface Door {
  /** `127.0.0.1:port`, exactly as a browser sends it in Host. */
  readonly host: string;
  /** Part of the printed address; exchanged for the cookie. */
  readonly key: string;
  readonly cookieName: string;
  readonly cookie: string;
}

interface Knock {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

type Verdict =
  | { readonly answer: 'come-in'; readonly path: string; readonly query: URLSearchParams }
  | { readonly answer: 'take-cookie' }
  | { readonly answer: 'refused'; readonly status: number; readonly code: string };

const refused = (status: number, code: string): Verdict => ({ answer: 'refused', status, code });

/**
 * Judges a request before its body is read. The checks, in this order: Host is exactly ours (an attacker's DNS name
 * that points to 127.0.0.1 is not), Origin is exactly ours if sent, and must be sent with a POST, then the key in the
 * address or the cookie.
 */
export function judgeKnock(door: Door, knock: Knock): Verdict {
  if (knock.headers.host !== door.host) return refused(421, 'HostNotOurs');
  const { origin } = knock.headers;
  if (origin !== undefined && origin !== `http://${door.host}`) return refused(403, 'OriginNotOurs');
  if (knock.method !== 'GET' && knock.method !== 'POST') return refused(405, 'MethodNotAllowed');
  if (knock.method === 'POST' && origin === undefined) return refused(403, 'OriginMissing');

  const url = parseUrl(door, knock.url);
  if (url === null) return refused(400, 'AddressNotUnderstood');
  const keys = url.searchParams.getAll('key');
  if (keys.length > 0) {
    const right = keys.length === 1 && knock.method === 'GET' && url.pathname === '/' && same(keys[0] ?? '', door.key);
    return right ? { answer: 'take-cookie' } : refused(403, 'KeyNotValid');
  }
  if (!cookies(knock.headers.cookie, door.cookieName).some((value) => same(value, door.cookie))) {
    return refused(403, 'CookieNotValid');
  }
  return { answer: 'come-in', path: url.pathname, query: url.searchParams };
}

/** Only the origin form (`/path?query`): a proxy's absolute form and `//elsewhere` are not for us. */
function parseUrl(door: Door, raw: string): URL | null {
  if (!raw.startsWith('/') || raw.startsWith('//')) return null;
  try {
    return new URL(raw, `http://${door.host}`);
  } catch {
    return null;
  }
}

function cookies(header: string | undefined, name: string): readonly string[] {
  return (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
}

/** In constant time for values of the right length; the length is no secret. */
function same(given: string, wanted: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(wanted);
  return a.length === b.length && timingSafeEqual(a, b);
}

import { CertopsError } from '../../../src/domain/errors.ts';
import type { HttpOut } from '../../../src/ports/http-out.ts';

interface Called {
  readonly url: string;
  readonly body: { readonly [name: string]: unknown };
}

/** Somebody who can be told that they are away. */
export function createListener() {
  const posts: Called[] = [];
  const pings: string[] = [];
  /** `event`: of this one alone. */
  const faults: { code: string | null; event?: string } = { code: null };
  let tries = 0;
  /** Of what was sent, taken or not. */
  const sent: { readonly event: string; readonly at: string }[] = [];
  const take = (event?: unknown): void => {
    tries += 1;
    if (faults.code !== null && (faults.event ?? event) === event)
      throw new CertopsError(faults.code, { host: 'alerts.example.com' });
  };
  const http: HttpOut = {
    post: async (url, body) => {
      const told = JSON.parse(body);
      sent.push({ event: told.event, at: told.at });
      take(told.event);
      posts.push({ url, body: told });
    },
    get: async (url) => {
      take();
      pings.push(url);
    },
  };
  return { http, posts, pings, sent, faults, tries: () => tries };
}

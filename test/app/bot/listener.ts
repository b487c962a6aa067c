import { CertopsError } from '../../../src/domain/errors.ts';
import type { HttpOut } from '../../../src/ports/http-out.ts';

export interface Called {
  readonly url: string;
  readonly body: { readonly [name: string]: unknown };
}

/** Somebody who can be told that they are away. */
export function createListener() {
  const posts: Called[] = [];
  const pings: string[] = [];
  const faults: { code: string | null } = { code: null };
  let tries = 0;
  const take = (): void => {
    tries += 1;
    if (faults.code !== null) throw new CertopsError(faults.code, { host: 'alerts.example.com' });
  };
  const http: HttpOut = {
    post: async (url, body) => {
      take();
      posts.push({ url, body: JSON.parse(body) });
    },
    get: async (url) => {
      take();
      pings.push(url);
    },
  };
  return { http, posts, pings, faults, tries: () => tries };
}

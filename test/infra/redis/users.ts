import type { Redis } from 'ioredis';
import { redisAcl } from '../../../infra/redis/acl.ts';
import { PREFIX } from './test-redis.ts';

const PASSWORD = 'secret';

/** The address of this Redis for one of its users whose password is `secret`. */
export const asUser = ({ url }: { readonly url: string }, user: string): string =>
  Object.assign(new URL(url), { username: user, password: PASSWORD }).href;

/** Gives the runner of a host of prod, or with null its bot, the rights that `certops redis acl` prints, and `more`. */
export async function grant(admin: Redis, host: string | null, ...more: readonly string[]): Promise<void> {
  const [, user = '', ...rules] = redisAcl({ name: 'prod' }, host, PREFIX)
    .replace('>PASSWORD', `>${PASSWORD}`)
    .split(' ');
  await admin.call('ACL', 'SETUSER', user, ...rules, ...more);
}

import { redisAcl } from '../../infra/redis/acl.ts';
import { DEFAULT_PREFIX } from '../../jobs/connection.ts';
import { CertopsError } from '../domain/errors.ts';
import { readFarm } from './files.ts';
import { readOptions } from './options.ts';

/** `certops redis acl [HOST]`: a line for an aclfile; behind its first word it is what ACL SETUSER takes. */
export async function printRedisAcl(host: string | undefined, farmFile: string | undefined): Promise<void> {
  const { farm } = await readFarm(readOptions({ farmFile }).farmFile ?? 'farm.yaml');
  const names = farm.hosts.map(({ name }) => name);
  const found = host === undefined ? null : names.find((name) => name === host.toLowerCase());
  if (found === undefined) throw new CertopsError('HostNotInFarm', { host: host ?? '', hosts: names.join(', ') });
  process.stdout.write(`${redisAcl(farm, found, DEFAULT_PREFIX)}\n`);
}

import { redisAcl } from '../../infra/redis/acl.ts';
import { DEFAULT_PREFIX } from '../../jobs/connection.ts';
import { loadOptions } from '../config/load.ts';
import { CertopsError } from '../domain/errors.ts';
import { readFarm } from './files.ts';

/** `certops redis acl HOST`: text for `redis-cli ACL SETUSER` or an aclfile. */
export async function printRedisAcl(host: string, farmFile: string | undefined): Promise<void> {
  const { farm } = await readFarm(loadOptions({ farmFile }).farmFile ?? 'farm.yaml');
  const found = farm.hosts.find(({ name }) => name === host.toLowerCase());
  if (found === undefined)
    throw new CertopsError('HostNotInFarm', { host, hosts: farm.hosts.map(({ name }) => name).join(', ') });
  process.stdout.write(`${redisAcl(farm, found.name, DEFAULT_PREFIX)}\n`);
}

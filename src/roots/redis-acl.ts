import { redisAcl } from '../../infra/redis/acl.ts';
import { CertopsError } from '../domain/errors.ts';
import { farmFilesOf, readFarms } from './bot/farms.ts';
import { readOptions } from './program/options.ts';

/**
 * `certops redis acl [HOST]`: prints a line for an aclfile; what follows its first word is what ACL SETUSER takes. The
 * bot's user is named after the first of its farms, and has the same rights for one farm as for many.
 */
export async function printRedisAcl(host: string | undefined, files: readonly string[] | undefined): Promise<void> {
  const options = readOptions();
  const farms = await readFarms(farmFilesOf(files, options));
  const named = host?.toLowerCase() ?? null;
  const farm = farms.find(({ hosts }) => named === null || hosts.some(({ name }) => name === named));
  if (farm === undefined) {
    const hosts = farms.flatMap((one) => one.hosts.map(({ name }) => name)).join(', ');
    throw new CertopsError('HostNotInFarm', { host: host ?? '', hosts });
  }
  process.stdout.write(`${redisAcl(farm, named, options.redisPrefix)}\n`);
}

import type { Data, Json } from '../../domain/values.ts';
import { FAILED, listed, type Saying, USAGE } from './saying.ts';

/** Why a Redis will not do, or why there is none. */
export const OF_REDIS: { readonly [code: string]: Saying } = {
  RedisUrlMissing: {
    exit: USAGE,
    say: ({ file }) =>
      `No Redis is named: set REDIS_URL, such as redis://user:password@host:6379${file === undefined ? '' : `, or redisUrl in ${file}`}.`,
  },
  RedisUrlMalformed: {
    exit: USAGE,
    say: ({ wanted }) => `REDIS_URL is not understood: write it as ${wanted}.`,
  },
  RedisMissing: {
    exit: FAILED,
    say: ({ looked }) => `There is no Redis (${listed(looked)}): install redis-server, or set REDIS_URL.`,
  },
  RedisPrefixDenied: {
    exit: FAILED,
    say: ({ prefix }) =>
      `The Redis user of REDIS_URL has no right to keys that begin with ${prefix}, which a rehearsal uses to stay apart from real farms: leave REDIS_URL out, and it starts its own Redis.`,
  },
  RedisNotStarted: {
    exit: FAILED,
    say: ({ program, log, reason }) => `${program} did not start: ${log ?? reason ?? 'it does not say why'}.`,
  },
  RedisFolderInUse: {
    exit: FAILED,
    say: ({ folder, clients }) =>
      `A Redis is already running on ${folder}, and ${clients} are connected to it: end them first.`,
  },
  RedisUnfit: {
    exit: FAILED,
    say: ({ problems }) =>
      `This Redis may lose what it is given, so it is not used in production: ${unfit(problems)}. certops validate says what to do about each.`,
  },
  RedisTooOld: {
    exit: FAILED,
    say: ({ found, wanted }) => `The Redis of REDIS_URL is too old (${found}): ${wanted} or later is needed.`,
  },
  RedisReadOnly: {
    exit: FAILED,
    say: ({ found }) => `The Redis of REDIS_URL accepts no writes, because it is ${found}: name that one.`,
  },
  RedisSentinel: {
    exit: FAILED,
    say: () =>
      'What answers at REDIS_URL is a Sentinel, which holds no letters: name an address that leads to the master and follows a failover.',
  },
  RedisCluster: {
    exit: FAILED,
    say: () =>
      'What answers at REDIS_URL is a node of a Redis Cluster, whose protocol is not supported: name a Redis that is not a Cluster.',
  },
  RedisNoScripts: {
    exit: FAILED,
    say: ({ command, reason }) =>
      `The Redis of REDIS_URL refuses ${command} (${reason}), and each letter is a script. certops validate says what to do about it.`,
  },
  RedisAway: { exit: FAILED, say: ({ reason }) => away(String(reason)) },
};

/** Redis may answer, but with a refusal, which needs another remedy. */
function away(reason: string): string {
  if (/^(?:WRONGPASS|NOAUTH)$/u.test(reason))
    return `Redis does not let this user in (${reason}): compare user and password in REDIS_URL with the line that certops redis acl printed, and check that it was loaded.`;
  if (reason === 'NOPERM')
    return `Redis refuses this user what is needed (${reason}): give it all the rights that certops redis acl prints, and leave the number of a database out of REDIS_URL.`;
  if (reason === 'ERR')
    return `Redis answers with an error (${reason}): there may be no database of the number in REDIS_URL, no room for another connection (maxclients), or no INFO (rename-command), without which nothing connects.`;
  if (reason === 'DENIED')
    return `Redis is in protected mode and lets nobody in from another machine (${reason}): make its users as in step 6 of docs/set-up.md, the user default too.`;
  if (/SELF_SIGNED_CERT|UNABLE_TO_/u.test(reason))
    return `Redis shows a certificate that is not trusted here (${reason}): set NODE_EXTRA_CA_CERTS to a file with its authority's root, as text (PEM), before starting this.`;
  if (/^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$/u.test(reason))
    return `Redis shows a certificate that is not valid today (${reason}): renew it there, and check this machine's clock.`;
  if (reason === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `Redis shows a certificate for another name than the one in REDIS_URL (${reason}): use a name that is in the certificate.`;
  if (/CERTIFICATE_REQUIRED/u.test(reason))
    return `Redis requires a client certificate (${reason}), and certops presents none, because its user has a password: set tls-auth-clients no in the configuration of Redis.`;
  if (/^(?:ECONNRESET|ETIMEDOUT|ERR_SSL_\w+)$/u.test(reason))
    return `Redis does not answer (${reason}): check REDIS_URL, and that Redis is running. An address whose port speaks TLS begins with rediss://, any other with redis://.`;
  return `Redis does not answer (${reason}): check REDIS_URL, and that Redis is running.`;
}

const unfit = (problems: Json | undefined): string =>
  (Array.isArray(problems) ? problems : [])
    .map((problem) => {
      const { code, setting, found, wanted } = problem as Data;
      return `${setting ?? code}: ${found === undefined ? '' : `found ${found}, `}wanted ${wanted}`;
    })
    .join('; ');

import * as z from 'zod';
import { isRedisUrl, REDIS_FORM } from '../domain/calls/redis-address.ts';
import { CertopsError } from '../domain/errors.ts';
import { type HostName, parseThumbprint, type Thumbprint } from '../domain/values.ts';
import { NAME, PUBLIC_KEY } from './farm-fields.ts';
import { overridesSchema } from './farm-schema.ts';
import { pathText, shown } from './problem.ts';
import { hintsOf } from './schema-hints.ts';
import { findingsOf } from './zod-findings.ts';

const key = z.string().regex(PUBLIC_KEY);
const hostName = z.string().regex(NAME);
const host = hostName.transform((name) => name as HostName);
/** As it was pasted: a runner that does not start over lower case or a blank helps nobody. */
const thumbprint = z
  .string()
  .overwrite((pasted) => parseThumbprint(pasted) ?? pasted)
  .regex(/^[0-9A-F]{40}$/u)
  .transform((hex) => hex as Thumbprint);

/** Names are looked up in lower case, and typed as a MasterEndpoint writes them. */
const byLowerCase = (named: { readonly [name: string]: string }): { readonly [name: string]: string } =>
  Object.fromEntries(Object.entries(named).map(([name, address]) => [name.toLowerCase(), address]));

const schema = z.strictObject({
  farm: z.string().min(1),
  host,
  /** Keys of the bots whose orders are accepted; two while a key is exchanged. */
  botKeys: z.array(key).min(1).max(4),
  /** Keys of the farm's runners whose certificates are accepted, by host, including this runner's own. */
  hostKeys: z.record(hostName, z.array(key).min(1).max(2)),
  /** Only this host may have made the certificate that a worker is told to trust. */
  masterHost: host,
  /** Certificates that are accepted although no runner made them. */
  allowedCertificates: z.array(thumbprint).default([]),
  overrides: overridesSchema
    .extend({
      /** %SystemRoot%, a Windows path. */
      systemRoot: z.string().default('C:\\Windows'),
      /**
       * Milliseconds: how long after its start a service is looked at again, and how long it may take to stop or start.
       */
      settleMs: z.int().min(0).max(60_000).optional(),
      serviceLimitMs: z.int().min(1000).max(600_000).optional(),
      /** In a rehearsal only: the folder that holds this host's tree. null on Windows. */
      root: z.string().nullable().default(null),
      /** The name or address at which a host of the farm is reached if its name does not resolve here, by that name. */
      addresses: z.record(z.string(), z.string()).transform(byLowerCase).optional(),
      /** In a rehearsal only: where `sqlm01:8391` is really reached, as `address:port`. */
      connect: z.record(z.string(), z.string()).default({}),
    })
    .prefault({}),
  /** Holds a password; REDIS_URL in the environment takes precedence. */
  redisUrl: z
    .string()
    .refine(isRedisUrl, {
      error: REDIS_FORM,
      params: { code: 'RedisUrlNotValid', secret: true },
    })
    .optional(),
});

/** A runner's own configuration, written by `certops runner init`: what it trusts, none of which a bot can change. */
export type RunnerConfig = z.output<typeof schema>;

/**
 * Throws CertopsError `RunnerConfigNotValid` with the place, what was found and what is allowed; on Windows also for a
 * redirection that only a rehearsal may have.
 */
export function parseRunnerConfig(text: string, platform: string = process.platform): RunnerConfig {
  const data = parseJson(text);
  const parsed = schema.safeParse(data);
  if (parsed.success) return platform === 'win32' ? ofNoRehearsal(parsed.data) : parsed.data;
  const [finding] = findingsOf(parsed.error.issues, data, hintsOf(schema));
  const { path = [], at, found = '', allowed = '' } = finding ?? {};
  // The Redis address holds a password, and may be anywhere in a text that is not a map.
  const isSecret = path.length === 0 || (path[0] === 'redisUrl' && at === 'value');
  throw new CertopsError('RunnerConfigNotValid', {
    where: pathText(path),
    found: isSecret ? 'another one' : found,
    allowed,
  });
}

function ofNoRehearsal(config: RunnerConfig): RunnerConfig {
  const { root, connect } = config.overrides;
  const where = root !== null ? 'root' : Object.keys(connect).length > 0 ? 'connect' : null;
  if (where === null) return config;
  const found = shown(config.overrides[where]);
  throw new CertopsError('RunnerConfigNotValid', {
    where: `overrides.${where}`,
    found,
    allowed: 'in a rehearsal only',
  });
}

/** The text of `runner.json`. It holds the password of Redis: the file must be readable by its owner only. */
export const writeRunnerConfig = (config: RunnerConfig): string => `${JSON.stringify(config, null, 2)}\n`;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CertopsError('RunnerConfigNotValid', { where: placeIn(text, String(error)), allowed: 'JSON' });
  }
}

/** Where the text stops being JSON, if the error tells. Never quotes the text, which may hold a password. */
function placeIn(text: string, said: string): string {
  const position = /\bat position (\d+)/u.exec(said)?.[1];
  if (position === undefined) return '';
  const before = text.slice(0, Number(position)).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

import * as z from 'zod';
import { isRedisUrl, REDIS_FORM } from '../domain/calls/redis-address.ts';
import { CertopsError } from '../domain/errors.ts';
import { type HostName, parseThumbprint, type Thumbprint } from '../domain/values.ts';
import { NAME, PUBLIC_KEY } from './farm-fields.ts';
import { overridesSchema } from './farm-schema.ts';
import { type FileFinding, type Problem, shown } from './problem.ts';
import { hintsOf } from './schema-hints.ts';
import { readYaml } from './yaml-text.ts';
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
 * Throws CertopsError `RunnerConfigNotValid` with the file, the place, what was found and what is allowed; on Windows
 * also for a redirection that only a rehearsal may have. `file` is its name in errors.
 */
export function parseRunnerConfig(
  text: string,
  file: string = 'runner.json',
  platform: string = process.platform,
): RunnerConfig {
  const data = parseJson(text, file);
  // JSON is YAML as well. JSON.parse takes a name twice, keeps the last, and tells the place of nothing.
  const yaml = readYaml(text, file);
  const [unreadable] = yaml.problems;
  if (unreadable !== undefined) throw notValid(unreadable);
  const parsed = schema.safeParse(data);
  if (!parsed.success) {
    const [finding] = findingsOf(parsed.error.issues, data, hintsOf(schema));
    throw notValid(yaml.place(unquoted(finding ?? NOTHING_TOLD, data)));
  }
  const twice = addressTwice(data);
  if (twice !== null) throw notValid(yaml.place(twice));
  const redirected = platform === 'win32' ? redirectedIn(parsed.data) : null;
  if (redirected !== null) throw notValid(yaml.place(redirected));
  return parsed.data;
}

const notValid = ({ code: _code, ...told }: Problem): CertopsError =>
  new CertopsError('RunnerConfigNotValid', { ...told });

const NOTHING_TOLD: FileFinding = { path: [], at: 'value', code: 'ValueNotAllowed', found: '', allowed: '' };

/** The Redis address holds a password, and may be anywhere in what is not a map. */
function unquoted(finding: FileFinding, whole: unknown): FileFinding {
  const { path, at } = finding;
  if (path.length === 0) return { ...finding, found: kindOf(whole) };
  return path[0] === 'redisUrl' && at === 'value' ? { ...finding, found: 'another one' } : finding;
}

function kindOf(whole: unknown): string {
  if (Array.isArray(whole)) return 'a list';
  return typeof whole === 'string' ? 'text' : shown(whole);
}

/** Two names that differ only in case are one, of which the last would count. */
function addressTwice(data: unknown): FileFinding | null {
  const { overrides } = data as z.input<typeof schema>;
  const names = Object.keys(overrides?.addresses ?? {});
  const name = names.find((one, at) => names.findIndex((other) => other.toLowerCase() === one.toLowerCase()) < at);
  if (name === undefined) return null;
  const found = `${shown(name)} a second time`;
  return { path: ['overrides', 'addresses', name], at: 'key', code: 'KeyTwice', found, allowed: 'each name once' };
}

function redirectedIn({ overrides }: RunnerConfig): FileFinding | null {
  const { root, connect } = overrides;
  const where = root !== null ? 'root' : Object.keys(connect).length > 0 ? 'connect' : null;
  if (where === null) return null;
  const found = shown(overrides[where]);
  return { path: ['overrides', where], at: 'value', code: 'InRehearsalOnly', found, allowed: 'in a rehearsal only' };
}

/** The text of `runner.json`. It holds the password of Redis: the file must be readable by its owner only. */
export const writeRunnerConfig = (config: RunnerConfig): string => `${JSON.stringify(config, null, 2)}\n`;

/** Never quotes the text, which may hold a password. */
function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const fault = faultIn(text, String(error));
    const before = text.slice(0, fault ?? 0).split('\n');
    const found = text.trim() === '' ? { found: 'nothing' } : {};
    const place = fault === null ? {} : { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
    throw new CertopsError('RunnerConfigNotValid', { file, ...place, where: '', ...found, allowed: 'JSON' });
  }
}

/**
 * Where the text stops being JSON. Node does not tell it of a token that was not expected: that is the end of the
 * shortest beginning which is refused for one. Null: a Node with other words, which could only be guessed about.
 */
function faultIn(text: string, said: string): number | null {
  const told = /\bat position (\d+)/u.exec(said)?.[1];
  if (told !== undefined) return Number(told);
  if (said.includes('Unexpected end of JSON')) return text.length;
  if (!isUnexpected(text)) return null;
  let [from, to] = [0, text.length];
  while (to - from > 1) {
    const half = Math.floor((from + to) / 2);
    if (isUnexpected(text.slice(0, half))) to = half;
    else from = half;
  }
  return from;
}

function isUnexpected(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch (error) {
    return /: Unexpected token /u.test(String(error));
  }
}

import { isRedisUrl, REDIS_FORM } from '../domain/calls/redis-address.ts';
import { type HttpProxy, PROXY_FORM, proxyIn, schemeOf } from '../domain/calls/way-out.ts';
import { CertopsError } from '../domain/errors.ts';
import { fileVariable, LEVELS, OPTIONS, type Option, type OptionName, type Options } from './options.ts';

export type Flags = { readonly [name in OptionName]?: string | undefined };
/** The text of a file that holds a secret. Throws CertopsError `FileNotReadable`. */
type ReadSecret = (file: string) => string;

/**
 * Reads the options: flags first, then the environment, then the defaults; a secret also from the file that
 * `<variable>_FILE` names. Only this file reads process.env. Throws CertopsError `OptionNotValid`, `OptionTwice`, which
 * never contain a secret's value.
 */
export function loadOptions(flags: Flags, readSecret: ReadSecret): Options {
  const read = (option: Option): string | null => {
    const typed = flags[option.name as OptionName];
    const given = typed ?? fromEnvironment(option, readSecret);
    if (given === '') return option.default;
    const allowed = whatIsAllowed(option, given);
    if (allowed === null) return given;
    throw new CertopsError('OptionNotValid', {
      option: typed === undefined ? option.env : (option.flag ?? option.env),
      found: option.type === 'proxy' ? schemeOf(given) : option.secret ? withheld(given) : given,
      allowed,
    });
  };
  return Object.fromEntries(OPTIONS.map((option) => [option.name, read(option)])) as Options;
}

/** In cmd.exe, `set NAME="value"` makes the quotation marks a part of the value. */
const withheld = (secret: string): string =>
  /^["'\u201c\u201d\u201e\u2018\u2019]|["'\u201c\u201d\u2018\u2019]$/u.test(secret)
    ? '(secret) with a quotation mark around it'
    : '(secret)';

function fromEnvironment(option: Option, readSecret: ReadSecret): string {
  // `set NAME=value && ...` in cmd.exe makes the blank before && part of the value, and nobody can see it.
  const said = (process.env[option.env] ?? '').trim();
  const file = option.secret ? (process.env[fileVariable(option)] ?? '').trim() : '';
  if (file === '') return said;
  // Choosing one would be a guess, and nobody would notice that the other secret is ignored.
  if (said !== '') throw new CertopsError('OptionTwice', { option: option.env, file: fileVariable(option) });
  // Editors end the file with a line break, which is not part of the secret.
  return readSecret(file).trim();
}

const FORMS: { readonly [type in Option['type']]?: { readonly form: RegExp; readonly allowed: string } } = {
  // Braces put all keys into one slot of a Redis Cluster; nothing in them widens a pattern in Redis' users.
  prefix: { form: /^\{[\w.-]{1,58}\}$/u, allowed: 'a name in braces such as {certops}' },
  address: { form: /^https?:\/\/[^\s/?#@]+(?:\/\S*)?$/u, allowed: 'https://...' },
  'bot-token': { form: /^xoxb-\S+$/u, allowed: 'a bot token, which begins with xoxb-' },
  'app-token': { form: /^xapp-\S+$/u, allowed: 'an app-level token, which begins with xapp-' },
};

/** null: the text is valid. */
function whatIsAllowed({ type }: Option, text: string): string | null {
  if (type === 'port') return /^\d{1,5}$/u.test(text) && Number(text) <= 65_535 ? null : 'a port, 0 to 65535';
  if (type === 'level') return (LEVELS as readonly string[]).includes(text) ? null : LEVELS.join(', ');
  if (type === 'url') return isRedisUrl(text) ? null : REDIS_FORM;
  if (type === 'proxy') return proxyIn(text) === null ? PROXY_FORM : null;
  if (type === 'day') return isDay(text) ? null : 'a day such as 2027-05-31';
  const { form, allowed } = FORMS[type] ?? {};
  return form === undefined || form.test(text) ? null : (allowed ?? null);
}

const isDay = (text: string): boolean => {
  const at = /^\d{4}-\d\d-\d\d$/u.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
};

/**
 * The environment of a process in a rehearsal: ours, plus `more`. What names a real bot's Redis, port or files is left
 * out: a rehearsal started in that bot's shell would otherwise meet its farm. The proxy stays: it is the machine's.
 */
export function environment(more: { readonly [name: string]: string }): NodeJS.ProcessEnv {
  const real = OPTIONS.filter(({ env }) => /^(?:CERTOPS|REDIS)_(?!HTTPS_PROXY$)/u.test(env));
  return { ...without(new Set(real.flatMap(namesOf))), ...more };
}

type Here = Pick<NodeJS.Process, 'platform' | 'env'>;

/**
 * %SystemRoot% as Windows gave it to this process: only an administrator can set it for a service. Other systems have
 * none, and `otherwise` is used.
 */
export const systemRootHere = (otherwise = 'C:\\Windows', { platform, env }: Here = process): string =>
  (platform === 'win32' ? env.SystemRoot : undefined) ?? otherwise;

/** Lower case first, as curl and Node read them. */
const PROXIES = ['https_proxy', 'HTTPS_PROXY'];
const OTHERS = ['ALL_PROXY', 'all_proxy', 'HTTP_PROXY', 'http_proxy'];

export interface ProxyHere {
  readonly proxy: HttpProxy;
  /** The variable that names it. */
  readonly from: string;
  readonly noProxy: string;
}

/**
 * The bot's proxy; null: requests go out directly. The bot's own setting wins over the machine's, which is read only
 * here, because runners must not use it. Throws CertopsError `OptionNotValid`.
 */
export function proxyHere(
  { httpsProxy }: Pick<Options, 'httpsProxy'>,
  { env }: Pick<NodeJS.Process, 'env'> = process,
): ProxyHere | null {
  const own = OPTIONS.find(({ name }) => name === 'httpsProxy')?.env ?? '';
  const from = (httpsProxy ?? null) === null ? PROXIES.find((name) => isSet(env[name])) : own;
  if (from === undefined) return null;
  const text = httpsProxy ?? (env[from] ?? '').trim();
  const proxy = proxyIn(text);
  if (proxy === null)
    throw new CertopsError('OptionNotValid', { option: from, found: schemeOf(text), allowed: PROXY_FORM });
  return { proxy, from, noProxy: [env.no_proxy, env.NO_PROXY].find(isSet) ?? '' };
}

/** A variable that names a proxy for other programs and that we do not use; null: none is set. */
export const otherProxyHere = ({ env }: Pick<NodeJS.Process, 'env'> = process): string | null =>
  OTHERS.find((name) => isSet(env[name])) ?? null;

const isSet = (value: string | undefined): boolean => (value ?? '') !== '';

/**
 * A DEBUG that is set for one program on a machine is set for all: the Redis and HTTP libraries then print what they
 * send, passwords and tokens included, to what a service keeps as its log. They read it once, when they are loaded.
 */
export function forgetDebug(): void {
  delete process.env.DEBUG;
}

/** The environment of the Windows tools, taken once: ours without our secrets. */
export const toolEnvironment = (): { readonly [name: string]: string } =>
  without(new Set(OPTIONS.filter(({ secret }) => secret).flatMap(namesOf)));

const namesOf = (option: Option): readonly string[] => [option.env, fileVariable(option)];

const without = (names: ReadonlySet<string>): { readonly [name: string]: string } =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || names.has(name.toUpperCase()) ? [] : [[name, value]],
    ),
  );

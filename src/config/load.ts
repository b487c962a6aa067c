import { isRedisUrl, REDIS_FORM } from '../domain/calls/redis-address.ts';
import { type HttpProxy, PROXY_FORM, proxyIn, schemeOf } from '../domain/calls/way-out.ts';
import { CertopsError } from '../domain/errors.ts';
import { fileVariable, LEVELS, OPTIONS, type Option, type OptionName, type Options } from './options.ts';

export type Flags = { readonly [name in OptionName]?: string | undefined };
/** The text of a file that holds a secret. Throws CertopsError `FileNotReadable`. */
export type ReadSecret = (file: string) => string;

/**
 * Reads the options: flags first, then the environment, then the defaults; a secret also from the file that
 * `<variable>_FILE` names. The only reader of process.env. Throws CertopsError `OptionNotValid`, `OptionTwice`; a
 * secret's value is never part of it.
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

/** What `set NAME="value"` makes in cmd.exe, where the marks become a part of it. */
const withheld = (secret: string): string =>
  /^["'\u201c\u201d\u201e\u2018\u2019]|["'\u201c\u201d\u2018\u2019]$/u.test(secret)
    ? '(secret) with a quotation mark around it'
    : '(secret)';

function fromEnvironment(option: Option, readSecret: ReadSecret): string {
  // `set NAME=value && ...` in cmd.exe takes the blank before && into the value, and nobody can see it.
  const said = (process.env[option.env] ?? '').trim();
  const file = option.secret ? (process.env[fileVariable(option)] ?? '').trim() : '';
  if (file === '') return said;
  // Which of the two counts would be a guess, and the loser a secret that nobody misses.
  if (said !== '') throw new CertopsError('OptionTwice', { option: option.env, file: fileVariable(option) });
  // An editor ends the file with a line break, which is no part of the secret.
  return readSecret(file).trim();
}

const FORMS: { readonly [type in Option['type']]?: { readonly form: RegExp; readonly allowed: string } } = {
  // Braces make one slot of a Redis Cluster of all keys; nothing in them widens a pattern of Redis' users.
  prefix: { form: /^\{[\w.-]{1,58}\}$/u, allowed: 'a name in braces such as {certops}' },
  address: { form: /^https?:\/\/[^\s/?#@]+(?:\/\S*)?$/u, allowed: 'https://...' },
  'bot-token': { form: /^xoxb-\S+$/u, allowed: 'a bot token, which begins with xoxb-' },
  'app-token': { form: /^xapp-\S+$/u, allowed: 'an app-level token, which begins with xapp-' },
};

/** null when it is all right. */
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
 * The environment of a process of a rehearsal: ours, and what it is told beside. What names a real bot's Redis, door
 * or files stays here: who rehearses in that bot's shell would meet its farm. The way out is the machine's.
 */
export function environment(more: { readonly [name: string]: string }): NodeJS.ProcessEnv {
  const real = OPTIONS.filter(({ env }) => /^(?:CERTOPS|REDIS)_(?!HTTPS_PROXY$)/u.test(env));
  return { ...without(new Set(real.flatMap(namesOf))), ...more };
}

type Here = Pick<NodeJS.Process, 'platform' | 'env'>;

/**
 * %SystemRoot% as Windows gave it to this process: who is no administrator sets none for a service. On another system
 * there is none, and `otherwise` stands for it.
 */
export const systemRootHere = (otherwise = 'C:\\Windows', { platform, env }: Here = process): string =>
  (platform === 'win32' ? env.SystemRoot : undefined) ?? otherwise;

/** The small letters first, as curl and Node read them. */
const PROXIES = ['https_proxy', 'HTTPS_PROXY'];
const OTHERS = ['ALL_PROXY', 'all_proxy', 'HTTP_PROXY', 'http_proxy'];

export interface ProxyHere {
  readonly proxy: HttpProxy;
  /** The variable that names it. */
  readonly from: string;
  readonly noProxy: string;
}

/**
 * The proxy of the bot; null: what goes out goes directly. Of its own, where there is one, else the machine's, which
 * is not looked at before, for a runner has nothing to do with it. Throws CertopsError `OptionNotValid`.
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

/** A variable that names a proxy for other programs, and that nothing here uses; null: none is set. */
export const otherProxyHere = ({ env }: Pick<NodeJS.Process, 'env'> = process): string | null =>
  OTHERS.find((name) => isSet(env[name])) ?? null;

const isSet = (value: string | undefined): boolean => (value ?? '') !== '';

/**
 * Whoever sets DEBUG for one program on a machine sets it for all: libraries of Redis and of HTTP then print what they
 * send, passwords and tokens included, on what a service keeps as its log. They read it once, as they are loaded.
 */
export function forgetDebug(): void {
  delete process.env.DEBUG;
}

/** The environment of the Windows tools, taken once: ours without what nobody but us may know. */
export const toolEnvironment = (): { readonly [name: string]: string } =>
  without(new Set(OPTIONS.filter(({ secret }) => secret).flatMap(namesOf)));

const namesOf = (option: Option): readonly string[] => [option.env, fileVariable(option)];

const without = (names: ReadonlySet<string>): { readonly [name: string]: string } =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || names.has(name.toUpperCase()) ? [] : [[name, value]],
    ),
  );

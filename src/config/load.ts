import { CertopsError } from '../domain/errors.ts';
import { LEVELS, OPTIONS, type Option, type OptionName, type Options } from './options.ts';

/**
 * Reads the options: flags first, then the environment, then the defaults. The only reader of process.env. Throws
 * CertopsError `OptionNotValid`; a secret's value is never part of it.
 */
export function loadOptions(flags: { readonly [name in OptionName]?: string | undefined } = {}): Options {
  const read = (option: Option): string | null => {
    const given = flags[option.name as OptionName] ?? process.env[option.env] ?? '';
    if (given === '') return option.default;
    const allowed = whatIsAllowed(option, given);
    if (allowed === null) return given;
    throw new CertopsError('OptionNotValid', {
      option: option.env,
      found: option.secret ? '(secret)' : given,
      allowed,
    });
  };
  return Object.fromEntries(OPTIONS.map((option) => [option.name, read(option)])) as Options;
}

/** null when it is all right. */
function whatIsAllowed({ type }: Option, text: string): string | null {
  if (type === 'port') return /^\d{1,5}$/u.test(text) && Number(text) <= 65_535 ? null : 'a port, 0 to 65535';
  if (type === 'level') return (LEVELS as readonly string[]).includes(text) ? null : LEVELS.join(', ');
  if (type === 'url') return /^rediss?:\/\/\S+$/u.test(text) ? null : 'redis://... or rediss://...';
  return null;
}

/** The environment of a process that we start: ours, and what it is told beside. */
export const environment = (more: { readonly [name: string]: string }): NodeJS.ProcessEnv => ({
  ...process.env,
  ...more,
});

/** The environment of the Windows tools, taken once: ours without what nobody but us may know. */
export function toolEnvironment(): { readonly [name: string]: string } {
  const secrets = new Set<string>(OPTIONS.filter(({ secret }) => secret).map(({ env }) => env));
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || secrets.has(name.toUpperCase()) ? [] : [[name, value]],
    ),
  );
}

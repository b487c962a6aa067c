import { type Rule, rule } from './rule.ts';
import { isPlainAddress } from './web-address.ts';

const KEYS = ['webhook', 'ping'] as const;

const onlyHttps = rule(['notify', 'rehearsal'], ({ notify, rehearsal }, report) => {
  for (const key of KEYS)
    if (!rehearsal && isPlainAddress(notify[key] ?? ''))
      report(['notify', key], 'AddressNotAllowed', 'http', 'https: http serves a rehearsal only');
});

export const NOTIFY_RULES: readonly Rule[] = [onlyHttps];

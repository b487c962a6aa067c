import { list } from '../grammar.ts';
import type { ErrorData } from './fault.ts';

/** Who was left, and who asked for that. */
export function leftBy({ hosts, by }: ErrorData, host: string): string {
  const names = Array.isArray(hosts) && hosts.length > 0 ? hosts.map(String) : [host];
  return `${list(names, 'and', 4)}.${typeof by === 'string' ? ` ${by} asked for it.` : ''}`;
}

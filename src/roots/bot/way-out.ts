import type { Logger } from 'pino';
import { type ProxyHere, proxyHere } from '../../config/load.ts';
import type { Options } from '../../config/options.ts';
import { shownProxy } from '../../domain/calls/way-out.ts';
import type { Farm } from '../../domain/farm/farm.ts';
import type { WayOut } from '../../ports/way-out.ts';

/**
 * The proxy for what a bot of these farms sends out; null: none. If nothing is sent out, none is looked for: a
 * rehearsal starts even if we cannot use the machine's proxy. Throws CertopsError `OptionNotValid`.
 */
export const proxyOf = (farms: readonly Farm[], options: Options): ProxyHere | null =>
  farms.some(goesOut) ? proxyHere(options) : null;

const goesOut = ({ chat: { slack, teams }, notify }: Farm): boolean =>
  [slack, teams, notify?.webhook, notify?.ping].some((one) => (one ?? null) !== null);

/** undefined: directly. Its library is loaded only if there is a proxy. */
export async function openWayOut(here: ProxyHere | null, log: Logger): Promise<WayOut | undefined> {
  if (here === null) return undefined;
  const { createWayOut } = await import('../../../adapters/proxy/index.ts');
  log.info({ proxy: shownProxy(here.proxy), from: here.from }, 'chats, webhook and ping are reached through a proxy');
  return createWayOut(here.proxy, { noProxy: here.noProxy });
}

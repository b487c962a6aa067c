import { proxyWords } from '../../../cards/wording/en/proxy.ts';
import type { ProxyHere } from '../../config/load.ts';
import { isCertopsError } from '../../domain/errors.ts';
import type { Farm } from '../../domain/farm/farm.ts';
import { type Line, no, ok } from './line.ts';

/**
 * Whether a secure connection to webhook and ping can be opened. Nothing is sent: the webhook would wake somebody, and
 * the ping would tell a monitor that the bot is well.
 */
export async function lookAtNotify({ name, notify }: Farm, here: ProxyHere | null): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for (const key of ['webhook', 'ping'] as const) {
    const address = notify?.[key] ?? null;
    if (address !== null) lines.push(await lookAt(`The ${key} of ${name}`, key, new URL(address), here));
  }
  return lines;
}

async function lookAt(what: string, key: string, address: URL, here: ProxyHere | null): Promise<Line> {
  const { reach } = await import('../../../adapters/proxy/index.ts');
  const { host } = address;
  try {
    await reach(address, here?.proxy ?? null, here ?? {});
    return ok(`${what}: ${host} can be reached. Nothing was sent, so it is not known yet whether it accepts messages.`);
  } catch (error) {
    if (!isCertopsError(error)) throw error;
    const { reason } = error.data;
    const todo =
      proxyWords(error.data) ?? `Check notify.${key}, and that this machine may reach it and trusts its certificate.`;
    return no(`${what}: ${host} cannot be reached (${String(reason)}). ${todo} (HttpAway)`);
  }
}

import * as z from 'zod';

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/iu;
const address = z.union([z.ipv4(), z.ipv6()]);
const DEFAULT_PORT = 8391;

/** A DNS name (no wildcard, no blank, no quote) or an IP address: what may stand in a certificate and in a URL. */
export const isHostOrAddress = (text: string): boolean =>
  address.safeParse(text).success ||
  (text.length <= 253 && text.split('.').every((label) => LABEL.test(label)) && !/^[\d.]+$/u.test(text));

const ENDPOINT = /^(?:https:\/\/)?(?:\[([^\]]+)\]|([^:/[\]]+))(?::(\d{1,5}))?\/?$/iu;

export const hasPort = (text: string): boolean => ENDPOINT.exec(text)?.[3] !== undefined;

/** Whether the host is one, and what stands behind its colon is no port. */
export function hasWrongPort(text: string): boolean {
  const [, host = '', port = ''] = /^(?:https:\/\/)?(\[[^\]]+\]|[^:/[\]]+):([^/]*)\/?$/iu.exec(text) ?? [];
  return parseFarmEndpoint(host) !== null && parseFarmEndpoint(`${host}:${port}`) === null;
}

/** `sqlm01`, `sqlm01:8391`, `https://sqlm01:8391`, `[fd00::5]:8391`; null when it is none. */
export function parseFarmEndpoint(text: string): { readonly host: string; readonly port: number } | null {
  const match = ENDPOINT.exec(text);
  const host = (match?.[1] ?? match?.[2] ?? '').toLowerCase();
  const port = Number(match?.[3] ?? DEFAULT_PORT);
  return isHostOrAddress(host) && port >= 1 && port <= 65_535 ? { host, port } : null;
}

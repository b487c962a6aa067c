import * as z from 'zod';

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/iu;
const address = z.union([z.ipv4(), z.ipv6()]);
const DEFAULT_PORT = 8391;

/** A DNS name (no wildcard, no blank, no quote) or an IP address: what a certificate and a URL can hold. */
export const isHostOrAddress = (text: string): boolean =>
  address.safeParse(text).success ||
  (text.length <= 253 && text.split('.').every((label) => LABEL.test(label)) && !/^[\d.]+$/u.test(text));

const ENDPOINT = /^(?:https:\/\/)?(?:\[([^\]]+)\]|([^:/[\]]+))(?::(\d{1,5}))?\/?$/iu;

/** Whether an endpoint names its port, instead of leaving it to the default of 8391. */
export const hasPort = (text: string): boolean => ENDPOINT.exec(text)?.[3] !== undefined;

/** Whether the host is valid and what follows its colon is not a port. */
export function hasWrongPort(text: string): boolean {
  const [, host = '', port = ''] = /^(?:https:\/\/)?(\[[^\]]+\]|[^:/[\]]+):([^/]*)\/?$/iu.exec(text) ?? [];
  return parseFarmEndpoint(host) !== null && parseFarmEndpoint(`${host}:${port}`) === null;
}

/** `sqlm01`, `sqlm01:8391`, `https://sqlm01:8391`, `[fd00::5]:8391`; null if it is no endpoint. */
export function parseFarmEndpoint(text: string): { readonly host: string; readonly port: number } | null {
  const match = ENDPOINT.exec(text);
  const host = (match?.[1] ?? match?.[2] ?? '').toLowerCase();
  const port = Number(match?.[3] ?? DEFAULT_PORT);
  return isHostOrAddress(host) && port >= 1 && port <= 65_535 ? { host, port } : null;
}

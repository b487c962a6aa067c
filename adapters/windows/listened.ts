import { isIP } from 'node:net';
import type { WindowsContext } from './context.ts';
import { filledLinesOf } from './parse/text.ts';

/** By loopback address, the one that answers in its place. */
type Instead = ReadonlyMap<string, string>;

const LOOPBACK: readonly string[] = ['127.0.0.1', '::1'];
const ANY: readonly string[] = ['0.0.0.0', '::'];
const known = new WeakMap<WindowsContext, Promise<Instead>>();

/** Asks anew: in each look. */
export async function learnListened(context: WindowsContext): Promise<void> {
  const learning = readInstead(context);
  known.set(context, learning);
  await learning;
}

/**
 * Where HTTP.SYS is reached instead of a loopback address. A machine may have a list of the addresses that HTTP.SYS
 * listens on; then a binding of all addresses answers on those alone, and the loopback is refused. Source:
 * MicrosoftDocs/windowsserverdocs, netsh http add iplisten.
 */
export async function reachedAt(context: WindowsContext, host: string): Promise<string> {
  if (!LOOPBACK.includes(host)) return host;
  const learning = known.get(context) ?? readInstead(context);
  known.set(context, learning);
  return (await learning).get(host) ?? host;
}

/** Nothing where there is no list, or it cannot be had: the loopback is asked, as without one. */
async function readInstead(context: WindowsContext): Promise<Instead> {
  try {
    const { code, text } = await context.tools.run('netsh', ['http', 'show', 'iplisten'], { timeLimitMs: 10_000 });
    return code === 0 ? insteadIn(text) : new Map();
  } catch {
    return new Map();
  }
}

/** A heading in some language, then an address in each line. */
export function insteadIn(text: string): Instead {
  const listed = filledLinesOf(text).flatMap((line) => (isIP(line.trim()) === 0 ? [] : [line.trim().toLowerCase()]));
  return new Map(
    LOOPBACK.flatMap((loopback, at) => {
      const family = listed.filter((address) => isIP(address) === isIP(loopback));
      const [first] = family;
      if (first === undefined || family.some((address) => address === loopback || address === ANY[at])) return [];
      return [[loopback, first] as const];
    }),
  );
}

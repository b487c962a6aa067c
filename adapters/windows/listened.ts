import { isIP } from 'node:net';
import type { WindowsContext } from './context.ts';
import { filledLinesOf } from './parse/text.ts';

interface Listened {
  /** By loopback address, the one that answers in its place. */
  readonly instead: ReadonlyMap<string, string>;
  /** null: the list cannot be had. */
  readonly listed: readonly string[] | null;
}

const LOOPBACK: readonly string[] = ['127.0.0.1', '::1'];
const ANY: readonly string[] = ['0.0.0.0', '::'];
const known = new WeakMap<WindowsContext, Promise<Listened>>();

/** The addresses on which alone HTTP.SYS listens, asked anew: in each look. null: they cannot be had. */
export async function learnListened(context: WindowsContext): Promise<readonly string[] | null> {
  const learning = readListened(context);
  known.set(context, learning);
  return (await learning).listed;
}

/**
 * Where HTTP.SYS is reached instead of a loopback address. A machine may have a list of the addresses that HTTP.SYS
 * listens on; then a binding of all addresses answers on those alone, and the loopback is refused. Source:
 * MicrosoftDocs/windowsserverdocs, netsh http add iplisten.
 */
export async function reachedAt(context: WindowsContext, host: string): Promise<string> {
  if (!LOOPBACK.includes(host)) return host;
  const learning = known.get(context) ?? readListened(context);
  known.set(context, learning);
  return (await learning).instead.get(host) ?? host;
}

/** Nothing where there is no list, or it cannot be had: the loopback is asked, as without one. */
async function readListened(context: WindowsContext): Promise<Listened> {
  try {
    const { code, text } = await context.tools.run('netsh', ['http', 'show', 'iplisten'], { timeLimitMs: 10_000 });
    if (code === 0) return { instead: insteadIn(text), listed: listedIn(text) };
  } catch {
    // asked as without a list
  }
  return { instead: new Map(), listed: null };
}

/** A heading in some language, then an address in each line. */
const listedIn = (text: string): readonly string[] =>
  filledLinesOf(text).flatMap((line) => (isIP(line.trim()) === 0 ? [] : [line.trim().toLowerCase()]));

export function insteadIn(text: string): Listened['instead'] {
  const listed = listedIn(text);
  return new Map(
    LOOPBACK.flatMap((loopback, at) => {
      const family = listed.filter((address) => isIP(address) === isIP(loopback));
      const [first] = family;
      if (first === undefined || family.some((address) => address === loopback || address === ANY[at])) return [];
      return [[loopback, first] as const];
    }),
  );
}

import type { Role } from '../../src/domain/values.ts';
import type { WindowsContext } from './context.ts';
import { readServiceFolder } from './services/facts.ts';

/** Longer than a cutover takes on one machine, far shorter than an installation that moves a service. Milliseconds. */
const FRESH_MS = 30_000;

const memos = new WeakMap<WindowsContext, Map<Role, { readonly folder: string; readonly until: number }>>();

/**
 * The folder of the role's service. Finding it asks the registry twice, and between a switch and its proof every call
 * is time in which workers are cut off; so it is kept for half a minute. Its contents never are.
 */
export async function serviceFolder(context: WindowsContext, role: Role): Promise<string> {
  const memo = memos.get(context) ?? new Map<Role, { folder: string; until: number }>();
  memos.set(context, memo);
  const known = memo.get(role);
  const now = context.clock.now();
  if (known !== undefined && now < known.until) return known.folder;
  const folder = await readServiceFolder(context, role);
  memo.set(role, { folder, until: now + FRESH_MS });
  return folder;
}

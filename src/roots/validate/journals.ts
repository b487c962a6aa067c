import { loadSigner } from '../../../adapters/files/keys.ts';
import type { Farm } from '../../domain/farm/farm.ts';
import { readState, refuseUnserved } from '../bot/unserved.ts';
import type { Line } from './line.ts';

const UNHEARD = { info() {}, warn() {} };

/**
 * Whether a bot would start with these farm files, according to its journals: a rotation may have begun on a machine
 * that none of them names. Writes nothing, and a bot may be running. Throws as `readState` and `refuseUnserved`.
 */
export async function lookAtJournals(
  farms: readonly Farm[],
  { folder, key }: { readonly folder: string; readonly key: string },
): Promise<readonly Line[]> {
  // Without its key there is no bot yet, which another look has reported already.
  const signer = await loadSigner(key).catch(() => null);
  if (signer === null) return [];
  const known: Parameters<typeof refuseUnserved>[0][number][] = [];
  for (const farm of farms) known.push({ farm, state: await readState(farm.name, { folder, signer }) });
  await refuseUnserved(known, { folder, signer, log: UNHEARD });
  return [];
}

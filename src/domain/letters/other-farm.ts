import { type HostName, parseHostName } from '../values.ts';
import { BODY_LIMITS, keyIdOf, readEnvelope } from './envelope.ts';
import { parseJson } from './untrusted-json.ts';

/** What a letter says of itself: nothing has shown that it is true. */
export interface OtherFarm {
  readonly farm: string;
  /** Id of the key that it says it is signed with. */
  readonly key: string;
}

/**
 * Whether a letter says that it is for the machine of this name in another farm, under a key that is pinned nowhere
 * here; null: it does not. Two bots on one Redis whose farms have a machine of one name fill one queue, and each of the
 * two runners takes letters of the other.
 */
export function otherFarmOf(
  letter: unknown,
  own: { readonly farm: string; readonly host: HostName; readonly botKeys: readonly string[] },
): OtherFarm | null {
  const envelope = readEnvelope(letter);
  if (envelope === null || envelope.body.length > BODY_LIMITS[envelope.type]) return null;
  if (own.botKeys.map(keyIdOf).includes(envelope.key)) return null;
  const { farm, host } = (parseJson(envelope.body) ?? {}) as { readonly farm?: unknown; readonly host?: unknown };
  if (host !== own.host || typeof farm !== 'string' || farm === own.farm) return null;
  return parseHostName(farm) === farm ? { farm, key: envelope.key } : null;
}

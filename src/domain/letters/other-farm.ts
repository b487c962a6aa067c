import { type HostName, parseHostName } from '../values.ts';
import { BODY_LIMITS, keyIdOf, readEnvelope } from './envelope.ts';
import { parseJson } from './untrusted-json.ts';

/** What a letter claims, unverified. */
interface OtherFarm {
  readonly farm: string;
  /** Id of the key it claims to be signed with. */
  readonly key: string;
}

/**
 * Whether a letter claims to be for the machine of this name in another farm, under a key that is not pinned here;
 * null: it does not. If two bots share one Redis and their farms have a machine of the same name, they fill one queue,
 * and each of the two runners takes the other's letters.
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

import { type HostName, parseHostName } from '../values.ts';
import { keyIdOf, readEnvelope } from './envelope.ts';

/** How every letter of a bot or a runner begins, whatever its version. */
const NAMES = /^\{"v":\d{1,9},"farm":"([^"\\]{1,63})","host":"([^"\\]{1,63})"/u;

/**
 * For which farm and machine a body says it is, without parsing it: anybody may have written it, and sixteen million
 * characters of small arrays would take ten seconds and most of a gigabyte. null: it begins with no such names.
 */
export function namesIn(body: string): { readonly farm: string; readonly host: string } | null {
  const [, farm, host] = NAMES.exec(body) ?? [];
  return farm === undefined || host === undefined ? null : { farm, host };
}

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
  if (envelope === null || own.botKeys.map(keyIdOf).includes(envelope.key)) return null;
  const named = namesIn(envelope.body);
  if (named === null || named.host !== own.host || named.farm === own.farm) return null;
  return parseHostName(named.farm) === named.farm ? { farm: named.farm, key: envelope.key } : null;
}

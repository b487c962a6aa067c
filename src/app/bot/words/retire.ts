import { compromisedIn, trustIn } from '../../../domain/follow-up/compromised.ts';
import { askedToGo, leavingsOf, type RetireCandidate } from '../../../domain/follow-up/retire.ts';
import type { HostLook } from '../../../domain/machine/host-facts.ts';
import { sha256 } from '../../../domain/sha256.ts';
import { instantOf } from '../../../domain/time.ts';
import type { Desk } from '../desk.ts';
import { button, say } from '../views/notices.ts';
import type { ToldWord } from './told-word.ts';

const looksAt = ({ farm, state }: Desk): readonly HostLook[] =>
  farm.hosts.flatMap(({ name }) => state().latest[name] ?? []);

/**
 * What may go now; null if nobody can tell, because not every machine was looked at, or an open rotation may need them.
 */
export function readyToGo(desk: Desk): readonly RetireCandidate[] | null {
  const { farm } = desk;
  const looks = looksAt(desk);
  const isWhole = looks.length === farm.hosts.length && looks.every(({ leftovers }) => leftovers != null);
  if (!isWhole || desk.state().open !== null) return null;
  return leavingsOf(looks, {
    graceMs: farm.retire.graceMs,
    now: desk.moment().now,
    compromised: compromisedIn(desk.state()),
    goes: askedToGo(desk.state()),
  }).ready;
}

/**
 * Says that old certificates may go now: one word per channel and set of certificates, with a button that asks for it;
 * another once one of them was gone back to and left again. Where a removed certificate is back, its word is the offer
 * once more.
 */
export function retireWords(desk: Desk): readonly ToldWord[] {
  const { farm } = desk;
  const ready = readyToGo(desk) ?? [];
  if (ready.length === 0) return [];
  const compromised = compromisedIn(desk.state());
  const thumbprints = ready.map(({ thumbprint }) => thumbprint).sort();
  const hosts = new Set(ready.flatMap(({ places }) => places.map(({ host }) => host)));
  const since =
    ready
      .flatMap(({ lastUsed }) => lastUsed ?? [])
      .sort()
      .at(-1) ?? null;
  const data = { farm: farm.name, count: ready.length, thumbprint: thumbprints[0] ?? '', machines: hosts.size, since };
  const stolen = ready
    .filter(({ thumbprint }) => compromised.includes(thumbprint))
    .map(({ thumbprint, places }) => {
      const names = places.map(({ host }) => host);
      return say('told.retire-compromised', { farm: farm.name, thumbprint, hosts: names, ...trustIn(places) });
    });
  const request = { farm: farm.name, request: 'retire', reason: '' };
  return [
    {
      key: `retire ${sha256(
        ready
          .map(({ thumbprint, lastUsed }) => `${thumbprint} ${lastUsed}`)
          .sort()
          .join(),
      ).slice(0, 16)}`,
      // When the last look was taken: the word is as old as what it rests on.
      at:
        looksAt(desk)
          .map(({ at }) => at)
          .sort()
          .at(-1) ?? instantOf(desk.moment().now),
      ends: true,
      view: {
        kind: 'notice',
        messages: [...stolen, ...(stolen.length === ready.length ? [] : [say('told.retire', data)])],
        actions: [button('retire', 'ask', request, { farm: farm.name })],
      },
    },
  ];
}

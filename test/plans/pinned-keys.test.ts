import { createMemorySigner } from '../../adapters/memory/signer.ts';
import type { Farm } from '../../src/domain/farm/farm.ts';
import { keyIdOf } from '../../src/domain/letters/envelope.ts';
import type { HostLook } from '../../src/domain/machine/host-facts.ts';
import { seen } from '../../src/domain/machine/ssisdb.ts';
import { plainWish, type Wish } from '../../src/domain/plan/wish.ts';
import { isRefusal, type Refusal } from '../../src/domain/values.ts';
import { planRotation, refusedNow } from '../../src/plans/index.ts';
import { pinsUntold } from '../../src/plans/pinned-keys.ts';
import { type Looks, type Loose, OTHER, request, survey, worker } from './support.ts';

type Spoil = (looks: Loose<Looks>, farm: Loose<Farm>) => void;
interface Pins {
  own: string;
  master: string;
  runners: { host: string; keys: string[] }[];
}

const pinsOf = (looks: Loose<Looks>, name: string): Pins => looks[name]?.pins as unknown as Pins;
const runner = (looks: Loose<Looks>, name: string, of: string) =>
  pinsOf(looks, name).runners.find(({ host }) => host === of) as Pins['runners'][number];
const keysIn = (farm: Loose<Farm>, name: string): string[] =>
  farm.hosts.find((host) => String(host.name) === name)?.keys as string[];

/** `name` does not pin the runner of `of`. */
const without =
  (name: string, of: string): Spoil =>
  (looks) => {
    pinsOf(looks, name).runners = pinsOf(looks, name).runners.filter(({ host }) => host !== of);
  };
/** `name` pins the key that the runner of `of` had before. */
const older =
  (name: string, of: string): Spoil =>
  (looks) =>
    Object.assign(runner(looks, name, of), { keys: ['0123456789abcdef'] });
const both =
  (...spoils: readonly Spoil[]): Spoil =>
  (looks, farm) => {
    for (const spoil of spoils) spoil(looks, farm);
  };
const untold =
  (name: string): Spoil =>
  (looks) => {
    delete (looks[name] as { pins?: unknown }).pins;
  };

const WORKERS = plainWish('rotate-worker');
const MASTER = plainWish('rotate-master');
const CONTAIN: Wish = { ...WORKERS, compromised: true };
const RECONNECT: Wish = { ...plainWish('reconnect'), workers: ['sqlw01' as never], of: 'prod-3' };

async function surveyed(wish: Wish, spoil: Spoil = () => {}) {
  const { farm, looks } = await survey();
  for (const [at, host] of ['sqlw01', 'sqlw02'].entries()) {
    const certificate = JSON.parse(JSON.stringify(looks.sqlm01?.master?.certificate));
    Object.assign(looks[host]?.worker as object, { certificate: { ...certificate, thumbprint: `A${at}`.repeat(20) } });
    Object.assign(looks[host]?.worker as object, { workerThumbprint: `A${at}`.repeat(20) });
  }
  if (wish.kind === 'reconnect') Object.assign(worker(looks), { masterThumbprint: OTHER });
  spoil(looks, farm);
  return { farm, looks, asked: { ...request(farm, looks), wish } };
}

async function refused(wish: Wish, spoil: Spoil): Promise<Refusal | null> {
  const { asked } = await surveyed(wish, spoil);
  const plan = await planRotation(asked);
  // A plan that waits for its start is judged in the same way.
  expect(refusedNow(asked)).toEqual(isRefusal(plan) ? plan : null);
  return isRefusal(plan) ? plan : null;
}

describe('Before anybody is asked', () => {
  const ROWS: readonly (readonly [string, Wish, Spoil, string, readonly string[]])[] = [
    ["the master's runner does not pin a worker's key", WORKERS, without('sqlm01', 'sqlw02'), 'sqlm01', ['sqlw02']],
    ["it pins a worker's previous key", WORKERS, older('sqlm01', 'sqlw02'), 'sqlm01', ['sqlw02']],
    ['a stolen key is to be contained', CONTAIN, without('sqlm01', 'sqlw01'), 'sqlm01', ['sqlw01']],
    ["a worker's runner does not pin the master's key", MASTER, without('sqlw01', 'sqlm01'), 'sqlw01', ['sqlm01']],
    ["it pins the master's key from before a re-image", MASTER, older('sqlw02', 'sqlm01'), 'sqlw02', ['sqlm01']],
    ["the master's runner does not pin its own key", MASTER, without('sqlm01', 'sqlm01'), 'sqlm01', ['sqlm01']],
    [
      "a worker to be reconnected does not pin the master's key",
      RECONNECT,
      without('sqlw01', 'sqlm01'),
      'sqlw01',
      ['sqlm01'],
    ],
  ];

  test.each(ROWS)('when %s, the request is refused', async (_what, wish, spoil, host, makers) => {
    const refusal = await refused(wish, spoil);
    expect(refusal).toMatchObject({ code: 'RunnerKeyNotPinned', data: { host, makers } });
    // Machines in memory get new keys with each farm.
    expect(refusal?.data.peers).toEqual(makers.map((maker) => expect.stringMatching(`^${maker}=ed25519:`)));
  });

  test('a refusal names every machine that lacks a key, every key, and the makers of which another key is pinned', async () => {
    const spoil = both(without('sqlm01', 'sqlw01'), older('sqlm01', 'sqlw02'), without('sqlw02', 'sqlw02'));
    const { farm, asked } = await surveyed(WORKERS, spoil);
    const peers = [`sqlw01=${keysIn(farm, 'sqlw01')[0]}`, `sqlw02=${keysIn(farm, 'sqlw02')[0]}`];
    expect(await planRotation(asked)).toEqual({
      code: 'RunnerKeyNotPinned',
      refused: true,
      data: { host: 'sqlm01', hosts: ['sqlm01', 'sqlw02'], makers: ['sqlw01', 'sqlw02'], other: ['sqlw02'], peers },
    });
  });

  test('a rotation of one worker needs no key of another worker, and one of the master none of a worker', async () => {
    const spoil = both(without('sqlm01', 'sqlw02'), without('sqlw01', 'sqlw02'), without('sqlw01', 'sqlm01'));
    expect(await refused({ ...WORKERS, workers: ['sqlw01' as never] }, spoil)).toBeNull();
    expect(await refused(MASTER, both(without('sqlm01', 'sqlw01'), without('sqlw01', 'sqlw02')))).toBeNull();
  });

  test('of a key being exchanged, the one its runner signs with now counts, or either when that is not known', async () => {
    const next = createMemorySigner();
    const add: Spoil = (_looks, farm) => keysIn(farm, 'sqlw02').push(next.publicKey);
    const signs: Spoil = (looks) => Object.assign(pinsOf(looks, 'sqlw02'), { own: next.keyId });
    expect(await refused(WORKERS, add)).toBeNull();
    const refusal = await refused(WORKERS, both(add, signs));
    expect(refusal).toMatchObject({ code: 'RunnerKeyNotPinned', data: { makers: ['sqlw02'], other: ['sqlw02'] } });
    expect(refusal?.data.peers).toHaveLength(2);
    const taken: Spoil = (looks) => {
      for (const name of ['sqlm01', 'sqlw02']) runner(looks, name, 'sqlw02').keys.push(next.keyId);
    };
    expect(await refused(WORKERS, both(add, signs, taken))).toBeNull();
    // Which one it signs with is unknown: either will do.
    expect(await refused(WORKERS, both(add, untold('sqlw02')))).toBeNull();
  });

  test('a master that only waits for packages signs nothing, so its runner need not pin its own key', async () => {
    const asks: Spoil = (looks) => void Object.assign(looks.sqlm01 as object, { ssisdb: { running: seen([]) } });
    expect(await refused(WORKERS, both(asks, without('sqlm01', 'sqlm01')))).toBeNull();
  });

  test('a runner whose configuration names another master is refused where its master matters', async () => {
    const other: Spoil = (looks) => Object.assign(pinsOf(looks, 'sqlw02'), { master: 'sqlw01' });
    const data = { host: 'sqlw02', hosts: ['sqlw02'], found: 'sqlw01', wanted: 'sqlm01' };
    expect(await refused(MASTER, other)).toMatchObject({ code: 'MasterPinnedDiffers', data });
    expect(await refused(WORKERS, other)).toBeNull();
    // Only the master that its own configuration names may ask for packages.
    const asks: Spoil = (looks) => {
      Object.assign(pinsOf(looks, 'sqlm01'), { master: 'sqlm02' });
      Object.assign(looks.sqlm01 as object, { ssisdb: { running: seen([]) } });
    };
    expect(await refused(WORKERS, asks)).toMatchObject({ code: 'MasterPinnedDiffers', data: { host: 'sqlm01' } });
  });

  describe('for a reconnect', () => {
    const asked = async (word: string, spoil: Spoil = () => {}) => {
      const found = await surveyed(RECONNECT, spoil);
      return planRotation({ ...found.asked, word });
    };
    const GONE = 'fedcba9876543210';

    test('a word under a key that is no longer in the farm file is accepted only where that key is still pinned', async () => {
      const data = { host: 'sqlw01', hosts: ['sqlw01'], maker: 'sqlm01' };
      expect(await asked(GONE)).toMatchObject({ code: 'MadeUnderOtherKey', data });
      const pinned: Spoil = (looks) => Object.assign(runner(looks, 'sqlw01', 'sqlm01'), { keys: [GONE] });
      expect(isRefusal(await asked(GONE, pinned))).toBe(false);
    });

    test('a worker is not refused for such a word when it does not tell what it pins, or pins the key that gave it', async () => {
      expect(isRefusal(await asked(GONE, untold('sqlw01')))).toBe(false);
      const { farm, asked: request } = await surveyed(RECONNECT, without('sqlm01', 'sqlm01'));
      const word = keyIdOf(keysIn(farm, 'sqlm01')[0] as string);
      expect(isRefusal(await planRotation({ ...request, word }))).toBe(false);
    });

    test('a word under a key that is still in the farm file is refused where no key of its maker is pinned, with all keys', async () => {
      const next = createMemorySigner();
      const found = await surveyed(RECONNECT, (looks, farm) => {
        keysIn(farm, 'sqlm01').push(next.publicKey);
        Object.assign(pinsOf(looks, 'sqlm01'), { own: next.keyId });
        without('sqlw01', 'sqlm01')(looks, farm);
      });
      const [before, now] = keysIn(found.farm, 'sqlm01').map((key) => `sqlm01=${key}`);
      const data = { host: 'sqlw01', makers: ['sqlm01'], peers: [before, now] };
      for (const word of keysIn(found.farm, 'sqlm01').map(keyIdOf))
        expect(await planRotation({ ...found.asked, word })).toMatchObject({ code: 'RunnerKeyNotPinned', data });
    });

    test('a word under the previous key is accepted where that key is pinned, whatever its runner signs with now', async () => {
      const next = createMemorySigner();
      const { farm, asked: request } = await surveyed(RECONNECT, (looks, farm) => {
        keysIn(farm, 'sqlm01').push(next.publicKey);
        Object.assign(pinsOf(looks, 'sqlm01'), { own: next.keyId });
      });
      const word = keyIdOf(keysIn(farm, 'sqlm01')[0] as string);
      expect(isRefusal(await planRotation({ ...request, word }))).toBe(false);
    });

    test('a certificate that an administrator allowed there needs no word', async () => {
      const allow: Spoil = (looks) => {
        Object.assign(looks.sqlw01 as object, { allowed: [looks.sqlm01?.master?.certificate?.thumbprint] });
        without('sqlw01', 'sqlm01')(looks, {} as never);
      };
      expect(isRefusal(await asked(GONE, allow))).toBe(false);
    });
  });
});

describe('A runner that does not tell what it pins', () => {
  test.each([
    ['rotate-worker', WORKERS, 'sqlm01', ['sqlm01']],
    ['rotate-worker', WORKERS, 'sqlw01', []],
    ['rotate-master', MASTER, 'sqlw01', ['sqlw01']],
    ['rotate-master', MASTER, 'sqlm01', []],
    ['reconnect', RECONNECT, 'sqlw01', ['sqlw01']],
    ['reconnect', RECONNECT, 'sqlm01', []],
  ] as const)(
    'is not refused for %s, and the card names it where its pins matter: %#',
    async (_kind, wish, name, hosts) => {
      const { looks, asked } = await surveyed(wish, untold(name));
      const plan = await planRotation(asked);
      if (isRefusal(plan)) throw new Error(plan.code);
      const warned = pinsUntold(plan, looks as unknown as { [host: string]: HostLook });
      expect(warned).toEqual(hosts.length === 0 ? [] : [{ id: 'warning.pins-not-told', data: { hosts } }]);
    },
  );

  test('is named only where its pins matter, even when no runner tells', async () => {
    const { looks, asked } = await surveyed(WORKERS, both(untold('sqlm01'), untold('sqlw01'), untold('sqlw02')));
    const plan = await planRotation(asked);
    if (isRefusal(plan)) throw new Error(plan.code);
    const warned = pinsUntold(plan, looks as unknown as { [host: string]: HostLook });
    expect(warned).toEqual([{ id: 'warning.pins-not-told', data: { hosts: ['sqlm01'] } }]);
  });
});

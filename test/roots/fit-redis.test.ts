import { CertopsError } from '../../src/domain/errors.ts';
import { requireFitRedis } from '../../src/roots/fit-redis.ts';
import { virtualClock } from '../adapters/virtual-clock.ts';

const AWAY = new CertopsError('RedisAway', { reason: 'ECONNREFUSED' });
const UNFIT = new CertopsError('RedisUnfit', { problems: [] });

/**
 * A Redis that gives these results, one look after the other, and is well from then on; resolves once that is decided.
 */
function redis(...looks: readonly (CertopsError | null)[]) {
  const left = [...looks];
  const warnings: { data: object; sentence: string }[] = [];
  const ending = new AbortController();
  let decide = (_: unknown): void => {};
  const decided = new Promise<unknown>((resolve) => {
    decide = resolve;
  });
  const options = {
    look: async () => {
      const seen = left.shift() ?? null;
      if (seen !== null) throw seen;
      decide('well');
    },
    clock: virtualClock(),
    signal: ending.signal,
    log: { warn: (data: object, sentence: string) => void warnings.push({ data, sentence }) },
    refuse: decide,
  };
  return { options, warnings, decided, left };
}

test('a Redis that may lose letters is refused at once', async () => {
  const { options } = redis(UNFIT);
  await expect(requireFitRedis(options)).rejects.toBe(UNFIT);
});

test('one that is away keeps no bot from starting, is reported with what to do, and is asked until it answers', async () => {
  const { options, warnings, decided, left } = redis(AWAY, AWAY, AWAY);
  await requireFitRedis(options);
  expect(await decided).toBe('well');
  expect(left).toEqual([]);
  expect(warnings).toEqual([
    { data: { code: 'RedisAway', reason: 'ECONNREFUSED' }, sentence: expect.stringContaining('check REDIS_URL') },
  ]);
});

test('one that proves unfit once it answers is refused then', async () => {
  const { options, decided } = redis(AWAY, AWAY, UNFIT);
  await requireFitRedis(options);
  expect(await decided).toBe(UNFIT);
});

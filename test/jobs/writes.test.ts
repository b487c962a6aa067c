import { EventEmitter } from 'node:events';
import { type Redis, ReplyError } from 'ioredis';
import { watchWrites } from '../../jobs/writes.ts';

const WATCHED = { key: 'schedule:writes', list: 'reports:wait' };
const replied = (text: string): Error => new ReplyError(text);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A Redis that answers each command as told: with an error, or not. */
function watched(answers: { set: Error | null; llen: Error | null }) {
  const said: object[] = [];
  const tell = (data: object, sentence: string): void => void said.push({ ...data, sentence });
  const answer = async (command: 'set' | 'llen'): Promise<string> => {
    if (answers[command] !== null) throw answers[command];
    return 'OK';
  };
  const redis = Object.assign(new EventEmitter(), {
    status: 'ready',
    set: () => answer('set'),
    llen: () => answer('llen'),
  });
  const writes = watchWrites(redis as unknown as Redis, WATCHED, { info: tell, warn: tell });
  return { writes, redis, said };
}

describe('A Redis that is reached', () => {
  test.each([
    ['takes what is written', null, null, null],
    ['has no room', replied('OOM command not allowed when used memory > maxmemory.'), null, 'OOM'],
    ['is a replica', replied("READONLY You can't write against a read only replica."), null, 'READONLY'],
    ['could not save', replied('MISCONF Redis is configured to save RDB snapshots, but'), null, 'MISCONF'],
    ['lacks its replicas', replied('NOREPLICAS Not enough good replicas to write.'), null, 'NOREPLICAS'],
    ['wants a password', replied('NOAUTH Authentication required.'), null, 'NOAUTH'],
    ['no longer takes the password', replied('WRONGPASS invalid username-password pair'), null, 'WRONGPASS'],
    ['does not let this user write that one key', replied('NOPERM this user has no permissions'), null, null],
    ['lets this user do nothing', replied('NOPERM no permissions'), replied('NOPERM no permissions'), 'NOPERM'],
    ['refuses it for another reason', replied('ERR unknown command'), null, null],
    ['does not answer', new Error('Command timed out'), null, null],
  ])('and %s', async (_what, set, llen, wanted) => {
    const { writes, said } = watched({ set, llen });
    await turn();
    expect(writes.refusal()).toBe(wanted);
    expect(said).toEqual(wanted === null ? [] : [{ reason: wanted, sentence: 'redis takes nothing' }]);
    writes.stop();
  });

  test('keeps its reason while it does not answer, is said to refuse once, and once more to take letters again', async () => {
    const answers = { set: replied('OOM no room') as Error | null, llen: null };
    const { writes, redis, said } = watched(answers);
    const seen: (string | null)[] = [];
    for (const set of [answers.set, new Error('Command timed out'), replied('OOM no room'), null, null]) {
      answers.set = set;
      await turn();
      redis.emit('ready');
      await turn();
      seen.push(writes.refusal());
    }
    expect(seen).toEqual(['OOM', 'OOM', 'OOM', null, null]);
    expect(said).toEqual([
      { reason: 'OOM', sentence: 'redis takes nothing' },
      { sentence: 'redis takes letters again' },
    ]);
    writes.stop();
  });
});

describe('A Redis that is not reached', () => {
  const coded = (code: string): Error => Object.assign(new Error('no'), { code });

  test.each<[string, Error, string | null]>([
    ['is away, and nothing else is known of it', coded('ECONNREFUSED'), null],
    ['does not let this user in', replied('WRONGPASS invalid username-password pair'), 'WRONGPASS'],
    ...[
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'UNABLE_TO_GET_ISSUER_CERT',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'CERT_HAS_EXPIRED',
      'CERT_NOT_YET_VALID',
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ].map((code): [string, Error, string | null] => [`is not trusted (${code})`, coded(code), code]),
  ])('%s', async (_what, error, wanted) => {
    const { writes, redis } = watched({ set: replied('OOM no room'), llen: null });
    await turn();
    redis.status = 'reconnecting';
    redis.emit('error', error);
    expect(writes.refusal()).toBe(wanted);
    writes.look();
    await turn();
    expect(writes.refusal()).toBe(wanted);
    writes.stop();
  });
});

import { plainWish, type Wish } from '../../src/domain/plan/wish.ts';
import { isRefusal } from '../../src/domain/values.ts';
import { planRotation } from '../../src/plans/index.ts';
import { movedSince } from '../../src/plans/recheck.ts';
import { type Looks, type Loose, master, OTHER, request, survey, worker } from './support.ts';

type Change = (looks: Loose<Looks>) => void;

/** What a waiting plan finds moved, when the machines have changed since it was made. */
async function moved(change: Change = () => {}, wish: Wish = plainWish('rotate-master'), before: Change = () => {}) {
  const { farm, looks } = await survey();
  before(looks);
  const plan = await planRotation({ ...request(farm, looks), wish });
  if (isRefusal(plan)) throw new Error(plan.code);
  const fresh = structuredClone(looks);
  change(fresh);
  return { looks, found: await movedSince(plan, fresh as unknown as Looks) };
}

describe('What a waiting plan rests on', () => {
  test('has not moved while the machines are as they were', async () => {
    expect((await moved()).found).toEqual([]);
  });

  test('is named by machine and step, as found and as wanted, wherever it has moved', async () => {
    const { looks, found } = await moved((fresh) => {
      master(fresh).sslCertThumbprint = OTHER;
      worker(fresh).masterThumbprint = OTHER;
    });
    const { sslCertThumbprint } = master(looks);
    expect(found).toEqual([
      { host: 'sqlm01', step: 'sqlm01/master/write-setting', fact: 'value', found: OTHER, wanted: sslCertThumbprint },
      {
        ...{ host: 'sqlw01', step: 'sqlw01/workers/write-setting', fact: 'value', found: OTHER },
        wanted: worker(looks).masterThumbprint,
      },
    ]);
  });

  test.each<[string, Change]>([
    ['a service that is another process now', (fresh) => Object.assign(worker(fresh).service, { pid: 9999 })],
    ['a machine that was not looked at', (fresh) => delete fresh.sqlw01],
  ])('has not moved for %s', async (_what, change) => {
    expect((await moved(change)).found).toEqual([]);
  });

  test('has moved where it can no longer be read, which is told as a thing that is not there', async () => {
    const { found } = await moved((fresh) => Object.assign(fresh.sqlw01 ?? {}, { worker: null }));
    expect(found).toContainEqual({
      ...{ host: 'sqlw01', step: 'sqlw01/workers/write-setting', fact: 'worker' },
      ...{ found: null, wanted: 'there' },
    });
    expect(new Set(found.map(({ host }) => host))).toEqual(new Set(['sqlw01']));
  });

  test('is not said to have moved by a fault of our own, which is thrown', async () => {
    const broken: Change = (fresh) =>
      void Object.defineProperty(fresh.sqlw01, 'worker', {
        get: () => {
          throw new Error('ours');
        },
      });
    await expect(moved(broken)).rejects.toThrow('ours');
  });

  test('is not asked of a look where the plan took it as given, as a certificate to be distrusted', async () => {
    const wish: Wish = { ...plainWish('rotate-worker'), workers: ['sqlw01' as never], compromised: true };
    const selfSigned: Change = (looks) => {
      const own = { ...master(looks).certificate, thumbprint: 'A1'.repeat(20), selfSigned: true };
      Object.assign(worker(looks), { certificate: own, workerThumbprint: own.thumbprint });
    };
    expect((await moved(undefined, wish, selfSigned)).found).toEqual([]);
  });
});

import { partOfWork, perform, poll, recordIfPossible } from '../../../../src/app/runner/change/job.ts';
import { CertopsError } from '../../../../src/domain/errors.ts';
import { begun, LIMIT_MS } from './job-on.ts';
import { fail, numbersJob } from './numbers.ts';

describe('A part of an order', () => {
  const work = { stage: 'trust', steps: [{ id: 'a' }, { id: 'b' }], checks: [{ id: 'c' }, { id: 'd' }] } as never;

  test('is all of it unless some of its steps and checks are named, and else only those', () => {
    expect(partOfWork(work, undefined)).toBe(work);
    expect(partOfWork(work, ['b', 'c'])).toEqual({ stage: 'trust', steps: [{ id: 'b' }], checks: [{ id: 'c' }] });
    expect(partOfWork(work, [])).toEqual({ stage: 'trust', steps: [], checks: [] });
  });
});

describe('A change', () => {
  const change = (type: string) => ({ type, name: 'a', to: 1 }) as never;

  test.each<[string, string, 'in time' | 'when told' | 'never', object | null, number]>([
    ['that ends in time', 'certificate.import', 'in time', null, 0],
    [
      'that is stopped may have left a key, if it is an import',
      'certificate.import',
      'when told',
      { code: 'ToolTimedOut', data: {} },
      1,
    ],
    ['that is stopped leaves nothing else', 'setting.write', 'when told', { code: 'ToolTimedOut', data: {} }, 0],
    [
      'that does not end even then is abandoned, and nothing is tidied up behind it while it may go on',
      'certificate.import',
      'never',
      { code: 'ChangeDoesNotEnd', data: { change: 'certificate.import' } },
      0,
    ],
  ])('%s (%s)', async (_, type, ends, failure, halfImportsEnded) => {
    const on = numbersJob();
    const began = on.clock.steady();
    on.machine.tool = (_asked, doIt, signal) =>
      ends === 'in time'
        ? doIt()
        : new Promise((_resolve, reject) => {
            const tell = (): void => reject(new CertopsError('ToolTimedOut', {}));
            if (ends === 'when told') signal.addEventListener('abort', tell);
          });
    const found = await perform(on.job, change(type), began + LIMIT_MS);
    expect(found).toEqual(failure);
    expect(on.machine.halfImportsEnded).toBe(halfImportsEnded);
    const passed = on.clock.steady() - began;
    expect(passed).toBe(ends === 'in time' ? 0 : ends === 'when told' ? LIMIT_MS : LIMIT_MS + 180_000);
  });
});

test.each([
  ['MasterIsDue', 12_000],
  ['StopAsked', LIMIT_MS],
] as const)(
  'A change in hand is told to end if its order is halted for %s only where all others wait for that',
  async (why, ms) => {
    const on = numbersJob();
    const began = on.clock.steady();
    on.machine.tool = (_asked, _doIt, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new CertopsError('ServiceStartTimedOut', {})));
      });
    const done = perform(on.job, { type: 'setting.write', name: 'a', to: 1 } as never, began + LIMIT_MS);
    await on.clock.sleep(11_800);
    on.stop(why);
    expect(await done).toMatchObject({ code: 'ServiceStartTimedOut' });
    expect(on.clock.steady() - began).toBe(ms);
  },
);

test('A full disk stops nothing on the way back, but whatever else keeps the journal from being written does', async () => {
  const on = numbersJob();
  expect(await recordIfPossible(on.job, begun('a'))).toBe(true);
  on.disk.full = true;
  expect(await recordIfPossible(on.job, begun('b'))).toBe(false);
  expect(on.entries()).toEqual([begun('a')]);
  const job = { ...on.job, record: async () => fail('NotTold') };
  await expect(recordIfPossible(job, begun('c'))).rejects.toMatchObject({ code: 'NotTold' });
});

describe('What may still come is looked at again', () => {
  async function waits(leftMs: number, everyMs?: number, pending: (looks: number) => boolean = () => true) {
    const { job, clock } = numbersJob();
    const waited: number[] = [];
    let looks = 0;
    const look = async (): Promise<number> => {
      looks += 1;
      return looks;
    };
    const wait = (ms: number): Promise<void> => {
      waited.push(ms);
      return clock.sleep(ms);
    };
    await poll(job, clock.steady() + leftMs, look, pending, wait, everyMs);
    return { waited, looks };
  }

  test('often at first and then twice a second, the last time when time is up', async () => {
    const { waited, looks } = await waits(3_000);
    expect([waited.slice(0, 3), Math.max(...waited), looks]).toEqual([[20, 30, 45], 500, waited.length + 1]);
    expect(waited.reduce((sum, ms) => sum + ms)).toBe(3_000);
  });

  test.each<[string, Parameters<typeof waits>, Awaited<ReturnType<typeof waits>>]>([
    ['at an even pace if each look is dear', [12_000, 5_000], { waited: [5_000, 5_000, 2_000], looks: 4 }],
    ['not once it has come', [12_000, 5_000, (looks) => looks < 2], { waited: [5_000], looks: 2 }],
    ['not if time is up already', [0], { waited: [], looks: 1 }],
  ])('%s', async (_, how, seen) => {
    expect(await waits(...how)).toEqual(seen);
  });
});

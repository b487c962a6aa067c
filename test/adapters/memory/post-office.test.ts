import { createMemoryPost } from '../../../adapters/memory/post-office.ts';
import { collector, describePostOffice, letterOf } from '../../contract/post-office.ts';

describePostOffice('in memory', async () => {
  const post = createMemoryPost();
  return {
    office: post.office,
    openMailbox: (queue, handler) => post.openMailbox({ queue, handler }),
    away: async () => {
      post.faults.away = true;
    },
    back: async () => {
      post.faults.away = false;
    },
    close: () => post.office.close(),
  };
});

const sendThree = async (post: ReturnType<typeof createMemoryPost>): Promise<unknown[]> => {
  const all = collector();
  await post.openMailbox({ queue: 'reports', handler: all.handler });
  for (const n of [1, 2, 3]) await post.office.toBot(letterOf(n));
  await post.idle();
  return all.letters;
};

test.each<[string, Partial<ReturnType<typeof createMemoryPost>['faults']>, number[]]>([
  ['no fault', {}, [1, 2, 3]],
  ['a lost letter', { lose: 1 }, [2, 3]],
  ['a doubled letter', { double: 1 }, [1, 1, 2, 3]],
  ['letters that overtake each other', { reorder: 2 }, [2, 1, 3]],
])('sending reports no failure, whatever arrives: %s', async (_what, faults, arrived) => {
  const post = createMemoryPost();
  Object.assign(post.faults, faults);
  expect(await sendThree(post)).toEqual(arrived.map(letterOf));
});

test('wiped letters do not arrive', async () => {
  const post = createMemoryPost();
  await post.office.toBot(letterOf(9));
  post.wipe();
  expect(await sendThree(post)).toEqual([1, 2, 3].map(letterOf));
});

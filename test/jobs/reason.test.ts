import { reasonOf } from '../../jobs/connection.ts';

test.each([
  ['Missing lock for job 12. moveToFinished', 'MissingLock'],
  ['Missing key for job prod-17. moveToFinished', 'MissingKey'],
  ['Job 12 is not in the active state. moveToFinished', 'Error'],
  ['NOPERM this user has no permissions', 'NOPERM'],
])('What a queue lacks after Redis was wiped has a word of its own, without the name of the job: %s', (said, word) => {
  expect(reasonOf(Object.assign(new Error(said), { code: -2 }))).toBe(word);
});

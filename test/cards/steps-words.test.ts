import { say } from '../../cards/wording/index.ts';
import type { Json } from '../../src/domain/values.ts';

const told = (id: string, data: { readonly [name: string]: Json }): readonly string[] =>
  (['en', 'zh-CN'] as const).map((language) => say({ id, data }, language));

test('a log line that ends with a full stop is told with one full stop', () => {
  const data = { host: 'sqlw01', line: 'The operation has timed out.' };
  expect(told('warning.worker-not-connected', data)).toEqual([
    'sqlw01 is not connected now: The operation has timed out.',
    'sqlw01 当前未连接：The operation has timed out。',
  ]);
});

test('where trust is taken back, no text says that a certificate is removed, since it stays as before', () => {
  const back = [
    ...told('row.doing', { kind: 'trust-certificate', back: true }),
    ...told('progress.back', { stage: 'trust' }),
    ...told('proof.removed', { count: 3, taken: true }),
  ];
  expect(back.filter((words) => /remove|删除/u.test(words))).toEqual([]);
  expect(told('proof.removed', { count: 3, taken: false })[0]).toContain('is removed from 3 machines');
});

test('of several new certificates it is not said that one was removed', () => {
  expect(told('proof.removed', { count: 3, several: true, taken: false })[0]).toBe(
    'The new certificates, used by nothing, are removed from 3 machines.',
  );
});

test('nothing on the way back is called old or new: a rollback that is put back returns to the newer certificate', () => {
  const back = [
    ...told('row.doing', { kind: 'write-setting', back: true }),
    ...told('progress.back', { stage: 'master' }),
    ...told('progress.back', { stage: 'workers' }),
    ...told('row.trusts', { thumbprint: '' }),
    ...told('check.presents', { port: 8391 }),
  ];
  expect(back.filter((words) => /\bold\b|\bnew\b|新证书|旧/u.test(words))).toEqual([]);
});

test('a plan card says how many workers go at once where they do not all go together', () => {
  const data = { master: 'sqlm01', port: 8391, canary: ['sqlw01'], rest: ['sqlw02', 'sqlw03', 'sqlw04'] };
  const cutover = (request: string, atOnce: number | null) => told('plan.cutover-what', { ...data, request, atOnce });
  expect(cutover('rotate-master', 2)[0]).toContain('follow, 2 at a time.');
  expect(cutover('rotate-worker', 2)[0]).toContain('follow, 2 at a time.');
  expect(cutover('rotate-master', 2)[1]).toContain('每次 2 台。');
  expect(cutover('rotate-master', null)[0]).not.toContain('at a time');
});

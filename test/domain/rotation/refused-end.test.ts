import { refusalIn, refusedEnd } from '../../../src/domain/rotation/refused-end.ts';

test('the end of a refused rotation keeps what a tool ended with beside the code of the refusal', () => {
  const data = { store: 'My', code: 112, output: 'There is not enough space on the disk.' };
  expect(refusalIn(refusedEnd('StoreNotReadable', { ...data, host: 'sqlw03' }))).toEqual({
    code: 'StoreNotReadable',
    host: 'sqlw03',
    data,
  });
});

test('a refusal of no machine and without such a code comes back as it was', () => {
  const data = { quorum: 2 };
  expect(refusalIn(refusedEnd('ApproverUnseen', data))).toEqual({ code: 'ApproverUnseen', host: null, data });
});

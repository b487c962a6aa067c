import { createInOrder } from '../../../src/app/bot/in-order.ts';

test('answers are handed on in the order of the questions, one that failed among them', async () => {
  const inOrder = createInOrder();
  const handed: string[] = [];
  let first: (answer: string) => void = () => {};
  const answers = [
    new Promise<string>((resolve) => {
      first = resolve;
    }),
    Promise.reject(new Error('second')),
    Promise.resolve('third'),
  ].map((answer) =>
    inOrder(answer).then(
      (found) => void handed.push(found),
      (error: Error) => void handed.push(error.message),
    ),
  );
  await new Promise(setImmediate);
  expect(handed).toEqual([]);
  first('first');
  await Promise.all(answers);
  expect(handed).toEqual(['first', 'second', 'third']);
});

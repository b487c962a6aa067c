import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createInOrder } from '../../../../src/app/bot/reports/in-order.ts';

test('answers are passed on in the order of their questions, even if one of them failed', async () => {
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

test('an answer that was passed on is no longer held, however many come after it', async () => {
  const inOrder = createInOrder();
  const handed = await handOn(inOrder, { letter: 'first' });
  for (const letter of ['second', 'third']) await inOrder(Promise.resolve({ letter }));
  await new Promise(setImmediate);
  collectGarbage();
  expect(handed.deref()).toBeUndefined();
});

/** In a function of its own, whose frame holds nothing afterwards. */
async function handOn(inOrder: ReturnType<typeof createInOrder>, answer: object): Promise<WeakRef<object>> {
  return new WeakRef(await inOrder(Promise.resolve(answer)));
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

import { watchForChange } from '../../../src/roots/runner/watch-for-change.ts';

test('A runner that is paused or resumed at its machine says so at once, and once', async () => {
  let isPaused = true;
  let told = 0;
  let turn: () => void = () => {};
  const clock = { sleep: () => new Promise<void>((resolve) => (turn = resolve)) };
  const look = async (): Promise<number> => {
    turn();
    await new Promise(setImmediate);
    return told;
  };
  const end = watchForChange(
    () => isPaused,
    () => {
      told += 1;
    },
    clock,
  );
  expect(await look()).toBe(0);
  isPaused = false;
  expect([await look(), await look()]).toEqual([1, 1]);
  isPaused = true;
  expect([await look(), await look()]).toEqual([2, 2]);
  await end();
  isPaused = false;
  expect(await look()).toBe(2);
});

import { settled } from '../../../src/roots/runner/first-letter.ts';

const HELD = { switched: null, failed: null };
const SWITCHED = { switched: { at: '2026-11-21T10:00:00.000Z', goesBackAt: null }, failed: null };
const FAILED = { switched: null, failed: { code: 'BindingRefused', data: {} } };

const never = { now: () => 0, sleep: () => new Promise<void>(() => {}) };
const atOnce = { now: () => 0, sleep: async () => {} };

/** Whether the first letter is taken before the current work has ended, and after it. */
async function taken(...before: readonly (typeof HELD | typeof SWITCHED | typeof FAILED)[]) {
  let end = (): void => {};
  const idle = new Promise<void>((resolve) => {
    end = resolve;
  });
  let is = false;
  const waiting = settled(before, { idle: () => idle }, never).then(() => {
    is = true;
  });
  await new Promise(setImmediate);
  const early = is;
  end();
  await waiting;
  return { early, late: is };
}

test.each([
  ['has switched', SWITCHED],
  ['has failed', FAILED],
])('a runner that starts with an order that %s continues with it before it takes a letter', async (_what, order) => {
  expect(await taken(HELD, order)).toEqual({ early: false, late: true });
});

test('a runner that holds an order it has not begun, or none, takes letters at once', async () => {
  expect(await taken(HELD)).toEqual({ early: true, late: true });
  expect(await taken()).toEqual({ early: true, late: true });
});

test('an order that never ends does not keep letters away for good', async () => {
  await settled([SWITCHED], { idle: () => new Promise(() => {}) }, atOnce);
});

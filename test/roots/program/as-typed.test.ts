import path from 'node:path';
import { asTyped } from '../../../src/roots/program/as-typed.ts';

const UNDO = 'To put it back by hand: certops runner undo prod-17 --here';

test('The single file of a Windows host names commands as they can be typed from any folder there', () => {
  expect(asTyped(UNDO, ['C:\\Program Files\\certops\\runner.mjs', 'status'])).toBe(
    'To put it back by hand: node "C:\\Program Files\\certops\\runner.mjs" undo prod-17 --here',
  );
});

test('A sentence that names two commands names both that way', () => {
  const said = 'certops runner pause begins no change until certops runner resume ends that. (Code)';
  expect(asTyped(said, ['D:\\certops\\runner.mjs'])).toBe(
    'node "D:\\certops\\runner.mjs" pause begins no change until node "D:\\certops\\runner.mjs" resume ends that. (Code)',
  );
});

test.each(['C:\\certops\\dist\\certops.mjs', '/srv/certops/dist/certops.mjs', undefined])(
  'As a command of certops it keeps its name (%s)',
  (script) => {
    expect(asTyped(UNDO, script === undefined ? [] : [script, 'runner', 'status'])).toBe(UNDO);
  },
);

test('What is not a runner command stays as it is', () => {
  const said = 'Start certops runner there, and give its key to certops keys former KEY';
  expect(asTyped(said, ['C:\\certops\\runner.mjs'])).toBe(said);
});

describe('A folder that was named is named again', () => {
  const folder = path.resolve('state of prod');
  test.each([
    ['behind the command', ['status', '--folder', folder]],
    ['in one word', ['undo', 'prod-17', '--here', `--folder=${folder}`]],
    ['before the command', ['--folder', folder, 'pause']],
    ['as a path from here', ['pause', '--folder', 'state of prod']],
  ])('%s', (_where, words) => {
    expect(asTyped(UNDO, ['D:\\certops\\runner.mjs', ...words])).toBe(
      `To put it back by hand: node "D:\\certops\\runner.mjs" --folder "${folder}" undo prod-17 --here`,
    );
    expect(asTyped(UNDO, ['/srv/certops/dist/certops.mjs', 'runner', ...words])).toBe(
      `To put it back by hand: certops runner --folder "${folder}" undo prod-17 --here`,
    );
  });

  test.each([
    ['keys', 'key.pem is missing: make it with certops keys new (bot).', 'certops keys new --state "DIR" (bot).'],
    ['validate', 'To replace it: certops keys new --exchange', 'certops keys new --exchange --state "DIR"'],
    ['bot', 'certops keys former KEY, with its public half', 'certops keys former KEY --state "DIR", with'],
    ['bot', 'certops keys prints its public half', 'certops keys --state "DIR" prints'],
    ['lab', 'certops lab faults lists what can be broken.', 'certops lab faults --state "DIR" lists'],
  ])('with the state folder of certops %s: %s', (name, said, wanted) => {
    const typed = asTyped(said, ['/srv/certops/dist/certops.mjs', name, '--state', 'state of prod']);
    expect(typed).toContain(wanted.replace('DIR', folder));
    expect(asTyped(said, ['/srv/certops/dist/certops.mjs', name])).toBe(said);
  });

  test('but not that of the bot, which another command is about', () => {
    const said = 'certops keys (for a runner: certops runner keys) prints its public half.';
    expect(asTyped(said, ['/srv/certops/dist/certops.mjs', 'keys', '--folder', '/srv/bot'])).toBe(said);
  });
});

import { isOfRights } from '../../jobs/connection.ts';

describe('What a Redis says when a script may not run a command or reach a key', () => {
  test.each([
    [
      '7.2',
      "ERR ACL failure in script: User bot has no permissions to run the 'zpopmin' command script: 8a2f, on @user_script:4.",
    ],
    ['7.0', "ERR The user executing the script can't run this command or subcommand script: 104a, on @user_script:1."],
    [
      '6.2',
      "ERR Error running script (call to f_8a2f): @user_script:4: @user_script: 4: The user executing the script can't access at least one of the keys mentioned in the command arguments",
    ],
  ])('is of rights: Redis %s', (_version, message) => {
    expect(isOfRights(new Error(message))).toBe(true);
  });

  test.each([
    "OOM command not allowed when used memory > 'maxmemory'.",
    'ERR Error running script: attempt to index a nil value',
  ])('is not of rights: %s', (message) => {
    expect(isOfRights(new Error(message))).toBe(false);
  });
});

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { installedAsLocked, whyNot, whyNotInstalled } from '../../infra/up-checks.mjs';

describe('What npm start and its like refuse', () => {
  test.each([
    ['start', 'linux', '20.19.0'],
    ['start', 'darwin', '24.1.0'],
    ['test', 'win32', '22.0.0'],
    ['build', 'win32', '20.20.2'],
  ])('%s on %s with Node %s is not refused', (command, platform, version) => {
    expect(whyNot(command, platform, version)).toBeNull();
  });

  test.each([
    ['start', 'win32', '24.1.0', 'inside WSL'],
    ['bench', 'win32', '24.1.0', 'inside WSL'],
    ['start', 'linux', '20.18.3', 'needs Node 20.19 or later, and this is 20.18.3'],
    ['test', 'linux', '18.20.0', 'needs Node 20.19 or later'],
    ['strat', 'linux', '22.0.0', 'start | test | build | bench | teams-app'],
    ['constructor', 'linux', '22.0.0', 'Usage'],
  ])('%s on %s with Node %s is refused in one sentence', (command, platform, version, words) => {
    const sentence = whyNot(command, platform, version) ?? '';
    expect(sentence).toContain(words);
    expect(sentence).not.toContain('\n');
  });

  test.each([
    ['start', 'start'],
    ['test', 'test'],
    ['build', 'build'],
    ['build:teams-app', 'teams-app'],
    ['bench', 'bench'],
  ])('npm knows the script %s, and runs %s', (script, command) => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(scripts[script]).toBe(`node infra/up.mjs ${command}`);
    expect(whyNot(command, 'linux', '20.19.0')).toBeNull();
  });

  test('a refusal ends with an exit code that says so', () => {
    const script = fileURLToPath(new URL('../../infra/up.mjs', import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [script, 'strat'], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: 'Usage: node infra/up.mjs start | test | build | bench | teams-app\n',
    });
  });
});

describe('Packages that could not be installed', () => {
  test('are explained by the network or by a right to write, as npm’s own words above tell', () => {
    expect(whyNotInstalled(243)).toMatch(/ended with 243.*registry.*write.*node_modules/u);
  });

  test('are explained by npm, if there is none', () => {
    // A folder in PATH that this account may not enter would make it a right that lacks.
    const { error = null } = spawnSync('no-such-npm', { env: { PATH: path.dirname(process.execPath) } });
    expect(whyNotInstalled(error)).toMatch(/^npm is not there/u);
    expect(whyNotInstalled(Object.assign(new Error('spawn npm EACCES'), { code: 'EACCES' }))).toContain(
      'spawn npm EACCES',
    );
  });
});

describe('whether packages are installed as locked', () => {
  const lock = (packages: object): string => JSON.stringify({ packages });
  const wanted = lock({
    '': { version: '0.1.0' },
    'node_modules/zod': { version: '4.6.7' },
    'node_modules/@esbuild/win32-x64': { version: '0.28.2', optional: true },
  });
  const zod = { 'node_modules/zod': { version: '4.6.7' } };
  const there = () => true;

  test.each([
    ['as the lock file says, but for another platform', lock(zod), there, true],
    ['one of another version', lock({ 'node_modules/zod': { version: '4.0.0' } }), there, false],
    ['one too many', lock({ ...zod, 'node_modules/left-pad': { version: '1.0.0' } }), there, false],
    ['one missing', lock({}), there, false],
    ['one whose folder was deleted', lock(zod), () => false, false],
    ['none', null, there, false],
  ])('%s', (_what, record, isThere, right) => {
    expect(installedAsLocked(wanted, record, isThere)).toBe(right);
  });
});

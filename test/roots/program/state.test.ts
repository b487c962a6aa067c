import path from 'node:path';
import { runnerFolder } from '../../../src/roots/program/state.ts';

const asWindows = (folder: string): string => path.win32.normalize(folder);

test.each([
  ['with ProgramData', { SystemRoot: 'C:\\Windows' }, 'D:\\Shared', 'D:\\Shared\\certops'],
  ['without it', { SystemRoot: 'D:\\Windows' }, null, 'D:\\ProgramData\\certops'],
  ['without any variable', {}, null, 'C:\\ProgramData\\certops'],
])("A runner's folder on Windows, %s in the environment, has a drive", (_name, env, programData, wanted) => {
  const folder = runnerFolder({ stateFolder: null, programData }, { platform: 'win32', env });
  expect(asWindows(folder)).toBe(wanted);
});

test("A runner's folder elsewhere is the usual one, and the one that was named wherever that is", () => {
  expect(runnerFolder({ stateFolder: null, programData: null }, { platform: 'linux', env: {} })).toBe(
    '/var/lib/certops',
  );
  expect(runnerFolder({ stateFolder: 'C:\\x', programData: null }, { platform: 'win32', env: {} })).toBe('C:\\x');
});

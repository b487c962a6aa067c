import { createPaths, toFileSystem, toWindows } from '../../../adapters/windows/paths.ts';

const onPosix = process.platform === 'win32' ? test.skip : test;

describe('the way from a Windows path to the file system', () => {
  onPosix.each([
    ['C:\\Windows\\System32', '/lab/Windows/System32'],
    ['c:/Program Files\\x y', '/lab/Program Files/x y'],
    ['D:\\Program Files', '/lab/D$/Program Files'],
    ['C:\\', '/lab'],
    ['C:\\a\\..\\..\\..\\etc\\passwd', '/lab/etc/passwd'],
    ['D:\\..\\x', '/lab/D$/x'],
  ])('leads %s below the folder of the host', (windows, file) => {
    expect(toFileSystem(windows, '/lab')).toBe(file);
  });

  test.each(['\\\\server\\share\\x', 'x', '\\x', 'C:x', '', 'C:\\a\0b', '\\\\?\\C:\\x'])('refuses %j', (windows) => {
    expect(() => toFileSystem(windows, '/lab')).toThrow('PathNotLocal');
  });

  test('is the path itself on Windows', () => {
    expect(toFileSystem('C:\\Windows\\.\\System32', null)).toBe('C:\\Windows\\System32');
  });

  onPosix.each(['C:\\Windows\\System32\\netsh.exe', 'D:\\x\\y.pfx', 'C:\\ProgramData'])('leads back: %s', (windows) => {
    const paths = createPaths('/lab');
    expect(paths.toWindows(paths.toFileSystem(windows))).toBe(windows);
  });

  onPosix.each(['/lab', '/other', '/laboratory/x'])('does not lead outside the host: %s', (file) => {
    if (file === '/lab') expect(toWindows(file, '/lab')).toBe('C:\\');
    else expect(() => toWindows(file, '/lab')).toThrow('PathOutsideHost');
  });
});

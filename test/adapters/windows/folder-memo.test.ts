import { serviceFolder } from '../../../adapters/windows/folder-memo.ts';
import type { Tools } from '../../../adapters/windows/tools.ts';
import { fakeClock, fakeContext } from './fake-context.ts';

test('the folder is asked for once in half a minute, each context for itself', async () => {
  let asked = 0;
  const tools: Tools = {
    async run(tool, args) {
      asked += 1;
      const text = `${String(args[1]).replace('HKLM', 'HKEY_LOCAL_MACHINE')}\n    ImagePath    REG_EXPAND_SZ    "C:\\Binn${asked}\\x.exe"\n`;
      return { tool, code: 0, text, bytes: Buffer.from(text), args: [] };
    },
  };
  const clock = fakeClock();
  const context = fakeContext(tools, { clock, overrides: { masterService: 'SSISScaleOutMaster160' } });
  expect(await serviceFolder(context, 'master')).toBe('C:\\Binn1');
  expect(await serviceFolder(context, 'master')).toBe('C:\\Binn1');
  await clock.sleep(30_000);
  expect(await serviceFolder(context, 'master')).toBe('C:\\Binn2');
  expect(await serviceFolder({ ...context }, 'master')).toBe('C:\\Binn3');
});

import { look } from '../../../adapters/windows/look.ts';
import { createPaths } from '../../../adapters/windows/paths.ts';
import { forget } from '../../../adapters/windows/remembered.ts';
import { readServiceFolder } from '../../../adapters/windows/services/facts.ts';
import type { Tools } from '../../../adapters/windows/tools.ts';
import { fakeClock, fakeContext } from './fake-context.ts';

/** A registry whose answer changes with each question. */
function asking() {
  let asked = 0;
  const tools: Tools = {
    async run(tool, args) {
      asked += 1;
      const text = `${String(args[1]).replace('HKLM', 'HKEY_LOCAL_MACHINE')}\n    ImagePath    REG_EXPAND_SZ    "C:\\Binn${asked}\\x.exe"\n\n`;
      return { tool, code: 0, text, bytes: Buffer.from(text), args: [] };
    },
  };
  const clock = fakeClock();
  const overrides = { masterService: 'SSISScaleOutMaster160' };
  // A drive that exists without such a folder would be asked about once more.
  const paths = createPaths('/nowhere');
  return { clock, context: fakeContext(tools, { clock, overrides, paths }) };
}

test('how a service is registered is asked only once in a minute, the longest outage, separately for each context', async () => {
  const { clock, context } = asking();
  expect(await readServiceFolder(context, 'master')).toBe('C:\\Binn1');
  expect(await readServiceFolder(context, 'master')).toBe('C:\\Binn1');
  await clock.sleep(59_000);
  expect(await readServiceFolder(context, 'master')).toBe('C:\\Binn1');
  await clock.sleep(1_000);
  expect(await readServiceFolder(context, 'master')).toBe('C:\\Binn2');
  expect(await readServiceFolder({ ...context }, 'master')).toBe('C:\\Binn3');
});

test('it is asked again by each look', async () => {
  const { context } = asking();
  expect(await readServiceFolder(context, 'master')).toBe('C:\\Binn1');
  // Nothing else of this machine can be read.
  await expect(look(context)).rejects.toThrow();
  expect(await readServiceFolder(context, 'master')).not.toBe('C:\\Binn1');
});

test('it is asked again once it is forgotten', async () => {
  const { context } = asking();
  expect(await readServiceFolder(context, 'master')).toBe('C:\\Binn1');
  forget(context);
  expect(await readServiceFolder(context, 'master')).toBe('C:\\Binn2');
});

import { certificateReaders } from '../../../adapters/windows/certificate-half.ts';
import type { Tools } from '../../../adapters/windows/tools.ts';
import { contextOf, openLab } from './lab-host.ts';

const { lab, end } = await openLab({ workers: 0 });
afterAll(end);

const STORES = 'SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters\\SslCcsBindingInfo';

test('a look that finds nothing bound fails where the registry has a central store on that port', async () => {
  const context = contextOf(lab, 'sqlm01');
  let port = '443';
  const run: Tools['run'] = async (tool, args, options) => {
    const result = await context.tools.run(tool, args, options);
    if (tool !== 'reg' || args[1] !== `HKLM\\${STORES}`) return result;
    return { ...result, code: 0, text: `\r\nHKEY_LOCAL_MACHINE\\${STORES}\\${port}\r\n` };
  };
  const { look } = certificateReaders({ ...context, tools: { run } });
  await lab.break('sqlm01', 'binding-gone');
  expect((await look()).master?.bindings).toEqual([]);
  port = '8391';
  await expect(look()).rejects.toMatchObject({ code: 'BoundByCentralStore', data: { port: 8391 } });
});

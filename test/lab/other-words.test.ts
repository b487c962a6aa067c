import iconv from 'iconv-lite';
import { type CodePage, encodeOutput } from '../../infra/lab/world/code-page.ts';
import type { Language } from '../../infra/lab/world/state.ts';
import { type Bench, startBench } from './support.ts';

const PAGES: readonly (readonly [language: Language, codePage: CodePage, letters: string])[] = [
  ['de', 850, 'äöüßÄÖÜ'],
  ['ru', 866, 'абвгдежзийклмнопрстуфхцчшщъыьэюя'],
  ['ja', 932, '証明書のハッシュエラ表能ソ'],
  ['zh', 936, '证书哈希错误被拒绝'],
];

test.each(PAGES)('what a host in %s prints in code page %d is decoded to the same letters', (...row) => {
  const [, codePage, letters] = row;
  expect(iconv.decode(encodeOutput(`${letters}\nOEM 1`, codePage), `cp${codePage}`)).toBe(`${letters}\r\nOEM 1`);
});

describe.each(PAGES)('A host in %s, code page %d', (language, codePage) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench({ workers: 1, switches: { language, codePage } });
  });
  afterAll(() => bench.close());
  const said = async (tool: string, ...args: string[]) => {
    const { code, bytes } = await bench.run('sqlm01', tool, ...args);
    return { code, text: iconv.decode(bytes, `cp${codePage}`).replaceAll('\r', '') };
  };
  const bound = (): string => bench.lab.machine('sqlm01').host.state.bindings[0]?.thumbprint ?? '';

  test.each([
    ['netsh', 'http', 'show', 'sslcert'],
    ['certutil', '-store', 'Root'],
    ['icacls', 'C:\\Windows'],
    ['netstat', '-ano'],
  ])('prints no English label: %s %s %s', async (...call) => {
    const [tool, ...args] = call.filter((word) => word !== undefined) as [string, ...string[]];
    const { text } = await said(tool, ...args);
    expect(text).not.toMatch(/Certificate|Hash|bindings|Application|Successfully|Active|Enabled|Provider =|Serial/u);
    expect(text.trim()).not.toBe('');
  });

  test('prints values as they are', async () => {
    const { text } = await said('netsh', 'http', 'show', 'sslcert');
    expect(text).toMatch(/ : 0\.0\.0\.0:\d+\n/u);
    expect(text).toContain(` : ${bound()}\n`);
    expect((await said('certutil', '-store', 'Root', bound())).text).toContain(`(sha1): ${bound()}\n`);
    const absent = await said('certutil', '-store', 'Root', 'a'.repeat(40));
    expect(absent.text).toContain('0x80090011');
    expect((await said('sc', 'query', 'nobody')).text).toContain(' 1060:');
    expect((await said('sc', 'query', 'SSISScaleOutMaster160')).text).toMatch(/: 4 {2}RUNNING/u);
  });

  test('knows accounts only by its own names', async () => {
    const isTranslated = language === 'de' || language === 'ru';
    const english = await said('icacls', 'C:\\Windows', '/grant', 'BUILTIN\\Users:(R)');
    expect(english.code).toBe(isTranslated ? 1332 & 0xff : 0);
    expect((await said('icacls', 'C:\\Windows', '/grant', '*S-1-5-32-545:(R)')).code).toBe(0);
    const { text } = await said('icacls', 'C:\\Windows');
    expect(text.includes('BUILTIN\\Users')).toBe(!isTranslated);
  });
});

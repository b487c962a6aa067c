import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createPaths } from '../../../adapters/windows/paths.ts';
import { newRecord, readRecord, recordsIn } from '../../../adapters/windows/running-tools.ts';
import { createTools, masked } from '../../../adapters/windows/tools.ts';
import { CertopsError } from '../../../src/domain/errors.ts';

const PASSWORD = 'One-Time-9f8e7d';
const everythingOf = (error: unknown): string => {
  const seen = new Set<unknown>();
  const walk = (value: unknown): string => {
    if (typeof value !== 'object' || value === null) return String(value);
    if (seen.has(value)) return '';
    seen.add(value);
    return Reflect.ownKeys(value)
      .map((key) => `${String(key)}=${walk((value as Record<PropertyKey, unknown>)[key])}`)
      .join('\n');
  };
  return `${walk(error)} ${String(error)} ${JSON.stringify(error)}`;
};

const caught = async (running: Promise<unknown>): Promise<CertopsError> => {
  const error = await running.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CertopsError)) throw new Error(`not a CertopsError: ${String(error)}`);
  return error;
};

// The stand-ins are shell scripts; the code under test starts them like any program, without a shell.
const onPosix = process.platform === 'win32' ? describe.skip : describe;

onPosix('tools', () => {
  let root: string;
  const running = (): string => path.join(root, 'state', 'running');
  const tool = (name: string, script: string, mode = 0o755): void => {
    fs.writeFileSync(path.join(root, 'Windows', 'System32', `${name}.exe`), `#!/bin/sh\n${script}\n`, { mode });
  };
  const tools = () =>
    createTools({ systemRoot: 'C:\\Windows', paths: createPaths(root), toolsRecord: newRecord(running()) });

  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'certops-tools-'));
    fs.mkdirSync(path.join(root, 'Windows', 'System32'), { recursive: true });
    tool('reg', `printf '\\r\\nHKEY_LOCAL_MACHINE\\\\SYSTEM\\r\\n    OEMCP    REG_SZ    850\\r\\n\\r\\n'`);
  });
  afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

  test('return a non-zero exit code as a result, with both outputs and no line end lost', async () => {
    tool('sc', `printf '[SC] FAILED 1062:\\r\\n\\r\\n'; echo more >&2; exit 38`);
    const result = await tools().run('sc', ['stop', 'X']);
    expect(result).toMatchObject({ tool: 'sc', code: 38, text: '[SC] FAILED 1062:\n\nmore\n', args: ['stop', 'X'] });
    expect(result.bytes.toString()).toBe('[SC] FAILED 1062:\r\n\r\nmore\n');
  });

  test.each(['icacls', 'reg', 'netsh'] as const)(
    'leave out what an agent writes beside the answer of %s',
    async (name) => {
      tool(name, `printf 'processed 1; failed 0\\r\\n'; echo 'warning: agent attached (0x0000dead)' >&2`);
      expect(await tools().run(name, [])).toMatchObject({ code: 0, text: 'processed 1; failed 0\n' });
    },
  );

  test('keep what sqlcmd writes there, which exits with 0 on some errors', async () => {
    tool('sqlcmd', `printf '[]\\r\\n'; echo 'Login timeout expired' >&2`);
    expect(await tools().run('sqlcmd', [])).toMatchObject({ code: 0, text: '[]\nLogin timeout expired\n' });
  });

  test('decode with the code page that the registry names, and ask for it only once', async () => {
    tool('netsh', `printf 'D\\202sactiver'`);
    tool('reg', `echo x >> '${root}/asked'; printf '    OEMCP    REG_SZ    850\\r\\n'`);
    const both = tools();
    expect((await both.run('netsh', [])).text).toBe('Désactiver');
    expect((await both.run('netsh', [])).text).toBe('Désactiver');
    expect(fs.readFileSync(path.join(root, 'asked'), 'utf8')).toBe('x\n');
  });

  test('refuse to guess when the registry names no code page', async () => {
    tool('netsh', `printf 'D\\202sactiver'`);
    tool('reg', 'echo nothing; exit 1');
    expect(await caught(tools().run('netsh', []))).toMatchObject({ code: 'CodePageUnknown' });
  });

  test.each([
    ['0', 'D\\303\\251sactiver', 'Désactiver'],
    ['708', 'D\\351sactiver', 'Désactiver'],
    ['57002', 'D\\351sactiver', 'Désactiver'],
    ['65001', 'D\\303\\251sactiver', 'Désactiver'],
    ['866', '\\210\\254\\357', 'Имя'],
    ['932', '\\203\\164\\203\\100', 'ファ'],
    ['936', '\\263\\311\\271\\246', '成功'],
  ])('read code page %s', async (page, bytes, text) => {
    tool('netsh', `printf '${bytes}'`);
    tool('reg', `printf '    OEMCP    REG_SZ    ${page}\\r\\n'`);
    expect((await tools().run('netsh', [])).text).toBe(text);
  });

  test('do not guess at a code page whose letters look like ASCII', async () => {
    tool('netsh', `printf '\\210:'`);
    tool('reg', `printf '    OEMCP    REG_SZ    1361\\r\\n'`);
    expect(await caught(tools().run('netsh', []))).toMatchObject({ code: 'CodePageUnknown' });
  });

  test.each([
    ['UTF-16 after its byte order mark', `printf '\\377\\376R\\000o\\000o\\000t\\000\\r\\000\\n\\000'`, 'Root\n'],
    ['UTF-16 without one', `printf 'R\\000\\362\\000o\\000t\\000\\r\\000\\n\\000'`, 'R\u00f2ot\n'],
    ['UTF-16 whose letters hold no zero', `printf '\\377\\376\\301\\213'`, '\u8bc1'],
    ['UTF-8 after its byte order mark', `printf '\\357\\273\\277R\\303\\262ot\\n'`, 'R\u00f2ot\n'],
    ['one byte per letter', `printf 'R\\225ot\\r\\n'`, 'R\u00f2ot\n'],
    ['nothing', `printf ''`, ''],
  ])('read %s, whatever was expected', async (_what, script, text) => {
    tool('certutil', script);
    expect((await tools().run('certutil', [])).text).toBe(text);
  });

  test('read UTF-8 where it may come, and the code page where it does not come', async () => {
    tool('netsh', `printf 'Auftr\\303\\244ge'`);
    expect((await tools().run('netsh', [], { encoding: 'utf8' })).text).toBe('Aufträge');
    tool('netsh', `printf 'Auftr\\204ge'`);
    expect((await tools().run('netsh', [], { encoding: 'utf8' })).text).toBe('Aufträge');
  });

  test('pass arguments through literally', async () => {
    tool('netsh', `for a in "$@"; do printf '[%s]' "$a"; done`);
    const args = ['a b', '"q"', '$(id)', '`id`', ';', '&', '|', '%PATH%', "it's", '*', '\\', ''];
    expect((await tools().run('netsh', args)).text).toBe(args.map((arg) => `[${arg}]`).join(''));
  });

  test.each(['a\nb', 'a\0b', 'a\rb', '\u007f'])('refuse control characters in an argument: %j', async (arg) => {
    tool('netsh', 'true');
    expect(await caught(tools().run('netsh', [arg]))).toMatchObject({ code: 'ToolArgumentRefused' });
  });

  test.each([
    ['ToolMissing', () => {}],
    ['ToolBlocked', () => tool('certutil', 'true', 0o644)],
    ['ToolTimedOut', () => tool('certutil', 'exec sleep 30')],
    ['ToolTimedOut', () => tool('certutil', 'sleep 3 & sleep 30')],
    ['ToolKilled', () => tool('certutil', 'kill -9 $$')],
  ])('fail with %s and show the password nowhere', async (code, prepare) => {
    prepare();
    const args = ['-p', masked(PASSWORD), '-importpfx'];
    // Only a tool that does not end by itself gets a short time limit.
    const limit = code === 'ToolTimedOut' ? { timeLimitMs: 150 } : {};
    const error = await caught(tools().run('certutil', args, limit));
    expect(error).toMatchObject({ code, data: { tool: 'certutil', args: ['-p', '***', '-importpfx'] } });
    expect(everythingOf(error)).not.toContain(PASSWORD);
  });

  describe('that Windows could not load, or ended,', () => {
    const ended = (code: number, said = '') =>
      createTools({ systemRoot: 'C:\\Windows', paths: createPaths(root), toolsRecord: null }, async () => ({
        code,
        stdout: Buffer.from(said),
        stderr: Buffer.alloc(0),
      }));

    test.each([
      ['a library of it was not found', 0xc0000135, '', '0xC0000135'],
      ['the same as a signed number', -1073741515, '', '0xC0000135'],
      ['it could not begin, as at a logoff', 0xc0000142, '', '0xC0000142'],
      ['it crashed in the middle of its answer', 0xc0000005, 'SSL Certificate bindings:\r\n', '0xC0000005'],
      ['an exception of .NET that nobody caught', 0xe0434352, 'Unhandled Exception\r\n', '0xE0434352'],
    ])('gave no answer: %s', async (_what, code, said, cause) => {
      expect(await caught(ended(code, said).run('netsh', ['http', 'show', 'sslcert']))).toMatchObject({
        code: 'ToolCrashed',
        data: { tool: 'netsh', args: ['http', 'show', 'sslcert'], cause },
      });
    });

    test.each([0xffffffff, -1])(
      'failed, without being said to have crashed, where it ended with %i and no word',
      async (code) => {
        expect(await caught(ended(code, ' \r\n').run('sc', ['stop', 'S']))).toMatchObject({
          code: 'ToolFailed',
          data: { tool: 'sc', args: ['stop', 'S'], code: -1 },
        });
      },
    );

    test.each([
      ['a number that it names itself', 0xc0000225, 'CertUtil: -store command FAILED: 0xc0000225 (-1073741275)'],
      ['the same in UTF-16', 0xc0000225, `${[...'FAILED: 0xC0000225'].join('\0')}\0`],
      ['an HRESULT', 0x80090011, ''],
      ['a small negative number of its own', -101, 'Sqlcmd: Error: it says why'],
    ])('is not said of %s', async (_what, code, said) => {
      expect(await ended(code, said).run('certutil', [])).toMatchObject({ code });
    });

    test('never shows the password', async () => {
      const error = await caught(ended(0xc0000005, PASSWORD).run('certutil', ['-p', masked(PASSWORD)]));
      expect(error.code).toBe('ToolCrashed');
      expect(everythingOf(error)).not.toContain(PASSWORD);
    });
  });

  test('that are briefly held are not blamed on endpoint protection', async () => {
    tool('netsh', 'true');
    const file = fs.openSync(path.join(root, 'Windows', 'System32', 'netsh.exe'), 'r+');
    expect(await caught(tools().run('netsh', []))).toMatchObject({ code: 'ToolNotStarted' });
    fs.closeSync(file);
  });

  test('mask a password that the tool itself repeats, in text and bytes', async () => {
    tool('certutil', `echo "bad: $2 $2"; exit 1`);
    const result = await tools().run('certutil', ['-p', masked(PASSWORD)]);
    expect(result.text).toBe('bad: *** ***\n');
    expect(everythingOf({ ...result, bytes: result.bytes.toString() })).not.toContain(PASSWORD);
  });

  test('mask it in the two-byte characters that some tools write, too', async () => {
    tool('certutil', `printf '%s' "$2" | sed 's/./&\\x00/g'; exit 1`);
    const { bytes } = await tools().run('certutil', ['-p', masked(PASSWORD)]);
    expect(bytes.toString('latin1')).toBe('*\0*\0*\0');
  });

  test('are stopped when the signal says so, and none is started afterwards', async () => {
    tool('netsh', 'exec sleep 30');
    const control = new AbortController();
    const running = caught(tools().run('netsh', [], { signal: control.signal }));
    control.abort();
    expect(await running).toMatchObject({ code: 'ToolStopped' });
    expect(await caught(tools().run('netsh', [], { signal: control.signal }))).toMatchObject({ code: 'ToolStopped' });
  });

  test('that do not stop writing are ended', async () => {
    tool('netsh', 'exec cat /dev/zero');
    expect(await caught(tools().run('netsh', []))).toMatchObject({ code: 'ToolOutputTooLong' });
  });

  test('are recorded in a file, each until it has ended', async () => {
    // the line is written just after the start, so a quick tool may look before its own line is there
    tool('netsh', `while ! grep -q netsh '${running()}'/*; do sleep 0.01; done; cat '${running()}'/*`);
    tool('certutil', 'exit 0');
    const both = tools();
    await both.run('certutil', []);
    expect((await both.run('netsh', [])).text).toMatch(/^\d+ netsh 60000 \d{13} *\n$/u);
    // whoever waited for its end goes on first
    await new Promise(setImmediate);
    expect(recordsIn(running()).flatMap(({ file }) => readRecord(file))).toEqual([]);
  });
});

import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { WindowsContext } from '../../../adapters/windows/context.ts';
import { writeEvent } from '../../../adapters/windows/event.ts';
import { createPaths } from '../../../adapters/windows/paths.ts';
import { preflight } from '../../../adapters/windows/preflight.ts';
import { createRunningTools, newRecord, readRecord, recordsIn } from '../../../adapters/windows/running-tools.ts';
import { type Processes, processesOf, sweep, systemProcesses } from '../../../adapters/windows/sweep.ts';
import { TOOL_NAMES, type Tools } from '../../../adapters/windows/tools.ts';
import { CertopsError } from '../../../src/domain/errors.ts';
import { fakeClock, fakeContext } from './fake-context.ts';

/** Windows lets only administrators make links, and treats a link to itself as missing. */
const whereLinksAre = process.platform === 'win32' ? test.skip : test;

type Answer = (tool: string, args: readonly string[]) => { code?: number; text?: string } | Error;
function toolsThat(answer: Answer): Tools & { calls: string[] } {
  const calls: string[] = [];
  return {
    calls,
    async run(tool, args) {
      const words = args.map(String);
      calls.push([tool, ...words].join(' '));
      const said = answer(tool, words);
      if (said instanceof Error) throw said;
      return { tool, args: words, code: said.code ?? 0, text: said.text ?? '', bytes: Buffer.from('') };
    },
  };
}
const HIGH = { text: 'Label S-1-16-12288' };

/** As in a rehearsal: the state folder is not on the host. */
const ELSEWHERE = {
  paths: {
    ...createPaths(null),
    toWindows: (): string => {
      throw new CertopsError('PathOutsideHost');
    },
  },
};

describe('a preflight', () => {
  test('starts every tool once, and finds nothing where all is well', async () => {
    const tools = toolsThat((tool) => (tool === 'whoami' ? HIGH : { code: 1 }));
    expect(await preflight(fakeContext(tools, ELSEWHERE))).toEqual([]);
    expect(tools.calls.map((call) => call.split(' ')[0]).sort()).toEqual([...TOOL_NAMES].sort());
    expect(tools.calls.filter((call) => /add|delete|update|grant|start|stop|import/u.test(call))).toEqual([]);
  });

  test.each([
    ['NodeNot64Bit', { arch: 'ia32' }, HIGH],
    ['NotElevated', {}, { text: 'Label S-1-16-8192' }],
    ['ToolOutputNotUnderstood', {}, { text: 'nothing' }],
  ])('finds %s', async (code, more, said) => {
    const problems = await preflight(
      fakeContext(
        toolsThat(() => said),
        { ...ELSEWHERE, ...more },
      ),
    );
    expect(problems.map((problem) => problem.code)).toEqual([code]);
  });

  test('names each tool that may not be run', async () => {
    const blocked = (tool: string) => new CertopsError('ToolBlocked', { tool, args: [], cause: 'EACCES' });
    const tools = toolsThat((tool) => (tool === 'whoami' ? HIGH : tool === 'certutil' ? blocked(tool) : {}));
    expect(await preflight(fakeContext(tools))).toEqual([
      { code: 'ToolBlocked', data: { tool: 'certutil', cause: 'EACCES' } },
    ]);
  });
});

describe('an event', () => {
  test('is one line that no tool reads as an option', async () => {
    const tools = toolsThat(() => ({}));
    await writeEvent(fakeContext(tools), 101, '/D "prod-17"\r\nbegun');
    expect(tools.calls).toEqual([
      'eventcreate /T INFORMATION /L APPLICATION /SO certops /ID 101 /D certops: /D  prod-17 begun',
    ]);
  });
  test('that the event log does not take is reported, with what eventcreate said', async () => {
    const tools = toolsThat(() => ({ code: 1, text: 'ERROR: Access is denied.' }));
    await expect(writeEvent(fakeContext(tools), 101, 'x')).rejects.toMatchObject({
      code: 'EventNotWritten',
      data: { id: 101, exit: 1, output: 'ERROR: Access is denied.' },
    });
  });
});

describe('a sweep', () => {
  let root: string;
  const running = (): string => path.join(root, 'running');
  /** The record of this process, not of the dead one. */
  const own = (): string => path.join(running(), '1-own.tools');
  const temp = (): string => path.join(root, 'ProgramData', 'certops', 'tmp');
  const contextOf = (more: Partial<WindowsContext> = {}) =>
    fakeContext(
      toolsThat(() => ({ text: '"certutil.exe","77","Services","0","1 K"\r\n' })),
      {
        paths: createPaths(root),
        clock: { ...fakeClock(), now: () => Date.now() },
        ...more,
      },
    );
  const world = (exists: (pid: number) => boolean, bootedAt = 0, line: string | null = null) => {
    const ended: number[] = [];
    const processes: Processes = {
      exists: (pid) => !ended.includes(pid) && exists(pid),
      commandLine: () => line,
      end: (pid) => ended.push(pid),
      bootedAt: () => bootedAt,
    };
    return Object.assign(processes, { ended });
  };
  /** What a runner that has since died wrote about a tool that it started. */
  const left = (pid: number, tool: string, limitMs: number, startedAt = Date.now()): void =>
    void createRunningTools(newRecord(running())).remember({ pid, tool, limitMs, startedAt });

  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'certops-sweep-'));
    fs.mkdirSync(path.join(temp(), 'x'), { recursive: true });
    fs.writeFileSync(path.join(temp(), 'x', 'import.pfx'), 'key');
  });
  afterEach(() => fs.rmSync(root, { recursive: true }));

  test('empties the temporary folder, and accepts that there is none', async () => {
    await sweep(
      contextOf(),
      own(),
      world(() => false),
    );
    expect(fs.readdirSync(temp())).toEqual([]);
    fs.rmSync(temp(), { recursive: true });
    await sweep(
      contextOf(),
      own(),
      world(() => false),
    );
  });

  test('waits for a tool that is still running before it touches anything', async () => {
    left(77, 'certutil', 60_000);
    let looks = 0;
    const world2 = world(() => {
      expect(fs.readdirSync(temp())).toEqual(['x']);
      looks += 1;
      return looks < 5;
    });
    await sweep(contextOf(), own(), world2);
    expect(looks).toBe(5);
    expect(fs.readdirSync(running())).toEqual([]);
    expect(fs.readdirSync(temp())).toEqual([]);
  });

  test('does not wait for a process ID from before the machine was started', async () => {
    left(77, 'certutil', 60_000);
    await sweep(
      contextOf(),
      own(),
      world(() => true, Date.now() + 3_600_000),
    );
    expect(fs.readdirSync(running())).toEqual([]);
  });

  const late = (text: string) => {
    const clock = fakeClock();
    const begin = Date.now();
    const tools = toolsThat(() => ({ text }));
    return contextOf({ tools, clock: { ...clock, now: () => begin + clock.now() } });
  };

  test.each([
    ['tasklist names it', '"certutil.exe","77","Services","0","1 K"\r\n', null],
    ['its command line names it', '', '/bin/sh\0/lab/Windows/System32/certutil.exe\0-store'],
  ])('ends a tool that is past its limit when %s', async (_, text, line) => {
    left(77, 'certutil', 1000);
    const processes = world(() => true, 0, line);
    await sweep(late(text), own(), processes);
    expect(processes.ended).toEqual([77]);
    expect(fs.readdirSync(temp())).toEqual([]);
  });

  test.each([
    ['tasklist names it', '"node.exe","77","Services","0","1 K"\r\n', null],
    ['its command line names it', '', '/usr/bin/node\0x'],
  ])('leaves another program with that process ID alone when %s', async (_, text, line) => {
    left(77, 'certutil', 1000);
    const processes = world(() => true, 0, line);
    await sweep(late(text), own(), processes);
    expect(processes.ended).toEqual([]);
    expect(fs.readdirSync(temp())).toEqual([]);
  });

  test('refuses to go on beside an unknown process', async () => {
    left(77, 'certutil', 1000);
    const sweeping = sweep(
      late('INFO: No tasks.'),
      own(),
      world(() => true),
    );
    await expect(sweeping).rejects.toMatchObject({ code: 'ToolsStillRunning', data: { pid: 77 } });
    expect(fs.readdirSync(temp())).toEqual(['x']);
  });

  test('goes on if the tool ends while tasklist is asked, which then does not know it', async () => {
    left(77, 'certutil', 1000);
    let isThere = true;
    const tools = toolsThat(() => {
      isThere = false;
      return { text: 'INFO: No tasks.' };
    });
    await sweep(
      { ...late(''), tools },
      own(),
      world(() => isThere),
    );
    expect(fs.readdirSync(temp())).toEqual([]);
  });

  whereLinksAre('waits for a list of tools that a scanner holds', async () => {
    left(77, 'certutil', 1000);
    const file = path.join(running(), fs.readdirSync(running())[0] ?? '');
    fs.renameSync(file, `${file}.held`);
    // nobody can open a link to itself
    fs.symlinkSync(file, file);
    const clock = fakeClock(() => fs.existsSync(`${file}.held`) && fs.renameSync(`${file}.held`, file));
    await sweep(
      contextOf({ clock }),
      own(),
      world(() => false),
    );
    expect(clock.slept).toBe(200);
    expect(fs.readdirSync(running())).toEqual([]);
  });

  test('leaves the record of its own tools, which names later ones too', async () => {
    const record = newRecord(running());
    const tools = createRunningTools(record);
    const nobody = world(() => true);
    tools.remember({ pid: 5, tool: 'netsh', limitMs: 1000, startedAt: Date.now() })();
    await sweep(contextOf(), record, nobody);
    await sweep(contextOf(), record, nobody);
    tools.remember({ pid: 77, tool: 'certutil', limitMs: 60_000, startedAt: Date.now() });
    expect(recordsIn(running()).flatMap(({ file }) => readRecord(file))).toMatchObject([{ pid: 77, tool: 'certutil' }]);
  });

  test('reads the record of a dead process that had this process ID, and one from an earlier version', async () => {
    left(77, 'certutil', 60_000);
    fs.writeFileSync(path.join(running(), `${process.pid}.tools`), `78 netsh 60000 ${Date.now()}\n`);
    const asked: number[] = [];
    await sweep(
      contextOf(),
      own(),
      world((pid) => {
        asked.push(pid);
        return false;
      }),
    );
    expect(asked.sort()).toEqual([77, 78]);
    expect(fs.readdirSync(running())).toEqual([]);
  });

  test('leaves the record of a process that is still running', async () => {
    fs.mkdirSync(running());
    fs.writeFileSync(path.join(running(), '66.tools'), `77 netsh 60000 ${Date.now()}\n`);
    await sweep(
      contextOf(),
      own(),
      world((pid) => pid === 66),
    );
    expect(fs.readdirSync(running())).toEqual(['66.tools']);
    expect(fs.readdirSync(temp())).toEqual([]);
  });

  whereLinksAre.each([
    ['goes on', true],
    ['does not go on', false],
  ])('%s beside a record that opens for nobody while its owner runs: %s', async (_, isThere) => {
    fs.mkdirSync(running());
    fs.symlinkSync('66.tools', path.join(running(), '66.tools'));
    const sweeping = sweep(
      contextOf(),
      own(),
      world(() => isThere),
    );
    if (isThere) await sweeping;
    else await expect(sweeping).rejects.toMatchObject({ code: 'FileBusy' });
    expect(fs.readdirSync(temp())).toEqual(isThere ? [] : ['x']);
  });

  (process.platform === 'linux' ? test : test.skip)('asks no folder of the drive about a process of Windows', () => {
    expect(processesOf('linux').commandLine(process.pid)).toContain('node');
    expect(processesOf('win32').commandLine(process.pid)).toBeNull();
    expect(processesOf('win32').exists(process.pid)).toBe(true);
  });

  (process.platform === 'linux' ? test : test.skip)('really ends a hanging tool, and only that', async () => {
    const file = path.join(root, 'netsh.exe');
    fs.writeFileSync(file, '#!/bin/sh\nexec 3<>"$1"\nread -r x <&3\n', { mode: 0o755 });
    spawnSync('mkfifo', [path.join(root, 'pipe')]);
    const [ours, other] = [file, process.execPath].map((program) =>
      spawn(program, program === file ? [path.join(root, 'pipe')] : ['-e', 'setTimeout(() => {}, 60000)']),
    );
    const ends = [ours, other].map(
      (child) => new Promise((resolve) => child?.once('exit', (_, signal) => resolve(signal))),
    );
    const dead = createRunningTools(newRecord(running()));
    for (const child of [ours, other])
      dead.remember({ pid: child?.pid ?? 0, tool: 'netsh', limitMs: 1000, startedAt: Date.now() - 10_000 });
    const clock = {
      now: () => Date.now(),
      steady: () => Date.now(),
      sleep: (ms: number) => new Promise<void>((done) => setTimeout(done, ms)),
    };
    try {
      await sweep(contextOf({ clock }), own(), { ...systemProcesses, bootedAt: () => 0 });
      expect(await ends[0]).toBe('SIGKILL');
      expect(other?.exitCode).toBeNull();
    } finally {
      ours?.kill('SIGTERM');
      other?.kill('SIGTERM');
    }
    expect(await ends[1]).toBe('SIGTERM');
  });
});

import fs from 'node:fs/promises';
import path from 'node:path';
import { readServiceFolder } from '../../../adapters/windows/services/facts.ts';
import { STATE_QUERY } from '../../../adapters/windows/ssisdb/queries.ts';
import { readSsisdb } from '../../../adapters/windows/ssisdb/read.ts';
import { sharedSsisdb } from '../../../adapters/windows/ssisdb/shared.ts';
import type { Lab } from '../../../infra/lab/index.ts';
import { SQLCMD_FOLDER } from '../../../infra/lab/world/registry.ts';
import type { SqlcmdVersion } from '../../../infra/lab/world/state.ts';
import { CertopsError } from '../../../src/domain/errors.ts';
import { fakeClock } from './fake-context.ts';
import { contextOf, openLab } from './lab-host.ts';

describe('SSISDB, asked by sqlcmd on the master host of the lab', () => {
  let lab: Lab;
  let end: () => Promise<void>;
  const ask = (overrides = {}) => readSsisdb({ ...contextOf(lab, 'sqlm01'), overrides }, { hours: true });
  // Only one question, so that a fault that occurs once hits the one that is checked.
  const code = async (overrides = {}) =>
    (await readSsisdb({ ...contextOf(lab, 'sqlm01'), overrides }, { hours: false })).running.unseen?.code ?? 'seen';
  const ROLES = ['ssis_cluster_executor', 'ssis_logreader'];

  beforeAll(async () => {
    ({ lab, end } = await openLab({ onebox: true, workers: 2, switches: { stopMs: 30, startMs: 60 } }));
  });
  afterEach(async () => {
    await lab.clear();
    await lab.change('sqlm01', { sqlcmd: '15', ssisdbRoles: ROLES, sqlCertificateTrusted: true, sqlSkewMs: 0 });
    await lab.change('sqlm01', { executionsNameWorkers: true });
  });
  afterAll(() => end());

  test.each<SqlcmdVersion>(['13', '15', '18'])('version %s reports workers, packages and hours', async (sqlcmd) => {
    await lab.change('sqlm01', { sqlcmd });
    const { server, thumbprint, workers, running, hours } = await ask();
    expect(server).toBe('sqlm01');
    expect(thumbprint).toMatch(/^[0-9A-F]{40}$/u);
    expect(workers.seen?.map(({ machine }) => machine)).toEqual(['SQLM01', 'SQLW01', 'SQLW02']);
    expect(running).toEqual({ seen: [], unseen: null });
    expect(hours.seen?.length).toBeGreaterThan(100);
  });

  test('times are those of the SQL Server, whatever the clock of the host says', async () => {
    await lab.change('sqlm01', { sqlSkewMs: 3_600_000 });
    const { now } = await ask();
    expect(Date.parse(now ?? '') - Date.now()).toBeGreaterThan(3_500_000);
  });

  test('many running packages are read, with names of any kind', async () => {
    const packages = Array.from({ length: 60 }, (_, index) => {
      return { package: `Ladé "{[${index}]}".dtsx`, worker: index % 2 === 0 ? 'sqlw01' : 'sqlw02', ms: 600_000 };
    });
    await lab.change('sqlm01', { packages });
    const { running } = await ask();
    expect(running.seen).toHaveLength(60);
    expect(running.seen?.[1]).toMatchObject({ package: 'Ladé "{[1]}".dtsx', project: 'Warehouse', worker: 'SQLW02' });
  });

  test('where a package runs is unknown while executions name no worker', async () => {
    const packages = [{ package: 'LoadOrders.dtsx', worker: 'sqlw01', ms: 600_000 }];
    await lab.change('sqlm01', { packages, executionsNameWorkers: false });
    const { running, workers } = await ask();
    expect(workers.seen?.map(({ machine }) => machine)).toContain('SQLM01');
    expect(running.seen?.length).toBeGreaterThan(0);
    expect(running.seen?.filter(({ worker }) => worker !== null)).toEqual([]);
    await lab.change('sqlm01', { executionsNameWorkers: true });
    expect((await ask()).running.seen?.at(-1)).toMatchObject({ worker: 'SQLW01' });
  });

  test('without a role SSISDB cannot be seen, and each part says which role it needs', async () => {
    await lab.change('sqlm01', { ssisdbRoles: ['ssis_cluster_executor'] });
    const half = await ask();
    expect(half.workers.seen).toHaveLength(3);
    expect(half.running.unseen).toEqual({
      code: 'no-role',
      data: { login: 'NT AUTHORITY\\SYSTEM', roles: ['ssis_logreader'] },
    });
    expect(half.hours.unseen?.code).toBe('no-role');
    await lab.break('sqlm01', 'ssisdb-no-role-always');
    const { workers, thumbprint } = await ask();
    expect(workers.unseen?.code).toBe('no-role');
    // everybody may read this
    expect(thumbprint).not.toBeNull();
  });

  test.each([
    ['sqlcmd-missing-always', 'sqlcmd-missing'],
    ['sqlcmd-blocked-always', 'sqlcmd-blocked'],
    ['sqlcmd-query-garbage', 'sqlcmd-version'],
    ['sqlcmd-query-fails', 'sqlcmd-refused'],
    ['ssisdb-refused-always', 'login-refused'],
    ['ssisdb-away-always', 'server-away'],
  ])('%s: SSISDB cannot be seen, %s', async (fault, wanted) => {
    await lab.break('sqlm01', fault);
    expect(await code()).toBe(wanted);
    const { workers, now } = await ask();
    if (fault.endsWith('-always')) expect({ code: workers.unseen?.code, now }).toEqual({ code: wanted, now: null });
  });

  test('a sqlcmd that never ends is ended, and sees nothing', async () => {
    await lab.break('sqlm01', 'sqlcmd-query-hangs');
    const context = contextOf(lab, 'sqlm01');
    const tools = {
      run: (tool, args, options) =>
        context.tools.run(tool, args, { ...options, timeLimitMs: tool === 'sqlcmd' ? 300 : 10_000 }),
    } satisfies typeof context.tools;
    expect((await readSsisdb({ ...context, tools }, { hours: false })).running.unseen?.code).toBe('sqlcmd-slow');
  });

  test.each([
    ['context deadline exceeded', 'sqlcmd-slow'],
    // anything else that it says is shown, and is no answer
    ['read: connection reset', 'sqlcmd-version'],
  ])('a sqlcmd that exits with 0 and says only %s sees nothing: %s', async (said, wanted) => {
    const context = contextOf(lab, 'sqlm01');
    const run: typeof context.tools.run = async (tool, args, options) => {
      const result = await context.tools.run(tool, args, options);
      return tool === 'sqlcmd' ? { ...result, code: 0, text: `\n${said}\n` } : result;
    };
    const { unseen } = (await readSsisdb({ ...context, tools: { run } }, { hours: false })).running;
    expect(unseen).toMatchObject({ code: wanted, data: { output: said } });
  });

  test('no sqlcmd is left running after a look, even if the other question has failed', async () => {
    const context = contextOf(lab, 'sqlm01');
    let running = 0;
    const run: typeof context.tools.run = async (tool, args, options) => {
      if (tool !== 'sqlcmd') return context.tools.run(tool, args, options);
      running += 1;
      try {
        if (args.at(-1) === STATE_QUERY) throw new CertopsError('ToolTimedOut', { tool });
        return await context.tools.run(tool, args, options);
      } finally {
        running -= 1;
      }
    };
    const { workers, hours } = await readSsisdb({ ...context, tools: { run } }, { hours: true });
    expect([workers.unseen?.code, hours.unseen?.code, running]).toEqual(['sqlcmd-slow', 'sqlcmd-slow', 0]);
  });

  test('sqlcmd gets more time than its own limits, and both questions of a look are asked at once', async () => {
    const context = contextOf(lab, 'sqlm01');
    const seen: string[] = [];
    const run: typeof context.tools.run = async (tool, args, options) => {
      if (tool !== 'sqlcmd') return context.tools.run(tool, args, options);
      const secondsOf = (flag: string) => Number(args[args.indexOf(flag) + 1]);
      seen.push(secondsOf('-l') === 15 && secondsOf('-t') === 30 ? `asked ${options?.timeLimitMs}` : 'asked otherwise');
      const said = await context.tools.run(tool, args, options);
      seen.push('said');
      return said;
    };
    expect((await readSsisdb({ ...context, tools: { run } }, { hours: true })).hours.unseen).toBeNull();
    expect(seen).toEqual(['asked 50000', 'asked 50000', 'said', 'said']);
  });

  test('many who wait at once share an answer, which is asked for again after half a wait', async () => {
    let asked = 0;
    const clock = fakeClock();
    const context = contextOf(lab, 'sqlm01');
    const run: typeof context.tools.run = (tool, args, options) => {
      if (tool === 'sqlcmd') asked += 1;
      return context.tools.run(tool, args, options);
    };
    const shared = { ...context, clock, tools: { run } };
    const [first, second] = await Promise.all([sharedSsisdb(shared), sharedSsisdb(shared)]);
    expect(second).toBe(first);
    const before = first.running.seen?.length ?? 0;
    await lab.change('sqlm01', { packages: [{ package: 'LoadOrders.dtsx', worker: 'sqlw01', ms: 600_000 }] });
    expect(await sharedSsisdb(shared)).toBe(first);
    expect(asked).toBe(1);
    await clock.sleep(2_500);
    expect((await sharedSsisdb(shared)).running.seen).toHaveLength(before + 1);
    expect(asked).toBe(2);
  });

  test('an older version that does not know an option sees nothing', async () => {
    await lab.change('sqlm01', { sqlcmd: '10' });
    expect(await code()).toBe('sqlcmd-version');
  });

  test('version 18 accepts an untrusted server only if the runner’s configuration says so', async () => {
    await lab.change('sqlm01', { sqlcmd: '18', sqlCertificateTrusted: false });
    expect(await code()).toBe('certificate-not-trusted');
    expect(await code({ trustSqlServerCertificate: true })).toBe('seen');
  });

  test.each([
    ['names the folder of one that was uninstalled', 0],
    ['names none', 1],
  ])('the sqlcmd written in Go is found where its installer puts it if the registry %s', async (_, code) => {
    await lab.break('sqlm01', 'sqlcmd-missing-always');
    const context = contextOf(lab, 'sqlm01');
    const file = (windowsPath: string) => context.paths.toFileSystem(windowsPath);
    const folder = 'C:\\Program Files\\SqlCmd';
    await fs.mkdir(file(folder), { recursive: true });
    await fs.copyFile(file(`${SQLCMD_FOLDER}\\sqlcmd.exe.away`), file(`${folder}\\sqlcmd.exe`));
    const seen: (readonly unknown[])[] = [];
    const run: typeof context.tools.run = async (tool, args, options) => {
      if (tool === 'sqlcmd') seen.push(args);
      const answer = await context.tools.run(tool, args, options);
      return tool === 'reg' && args.includes('ODBCToolsPath') ? { ...answer, code } : answer;
    };
    try {
      expect((await readSsisdb({ ...context, tools: { run } }, { hours: false })).running.unseen).toBeNull();
      // when told to write its messages to stderr, it omits their numbers
      expect(seen.map((args) => args.includes('-r1'))).toEqual([false]);
    } finally {
      await fs.rm(file(folder), { recursive: true });
    }
  });

  test.each([
    ['is recognised by the Go build ID in its file', '\n# \xff Go build ID: "kSMcZ2"', false],
    ['is told to write to stderr if it is another one', '', true],
  ])('a sqlcmd in a folder that the configuration names %s', async (_, mark, toStderr) => {
    const context = contextOf(lab, 'sqlm01');
    const folder = 'D:\\Tools\\sqlcmd-1.8';
    const copy = context.paths.toFileSystem(`${folder}\\sqlcmd.exe`);
    await fs.mkdir(path.dirname(copy), { recursive: true });
    await fs.copyFile(context.paths.toFileSystem(`${SQLCMD_FOLDER}\\sqlcmd.exe`), copy);
    await fs.appendFile(copy, mark);
    const seen: (readonly unknown[])[] = [];
    const run: typeof context.tools.run = async (tool, args, options) => {
      if (tool === 'sqlcmd') seen.push(args);
      return await context.tools.run(tool, args, options);
    };
    try {
      const asked = { ...context, overrides: { sqlcmdFolder: folder }, tools: { run } };
      expect((await readSsisdb(asked, { hours: false })).running.unseen).toBeNull();
      expect(seen.map((args) => args.includes('-r1'))).toEqual([toStderr]);
    } finally {
      await fs.rm(path.dirname(copy), { recursive: true });
    }
  });

  // As people write it into connection strings, where a blank after the comma does no harm.
  test.each([
    ['listener.corp, 1433', 'listener.corp,1433'],
    ['tcp: sqlm01 \\ SSIS , 1433', 'tcp:sqlm01\\SSIS,1433'],
  ])('the server that the master names as %j is asked as %j', async (named, asked) => {
    const context = contextOf(lab, 'sqlm01');
    const folder = await readServiceFolder(context, 'master');
    const file = context.paths.toFileSystem(path.win32.join(folder, 'MasterSettings.config'));
    const before = await fs.readFile(file, 'utf8');
    await fs.writeFile(
      file,
      before.replace('"sqlm01"', () => JSON.stringify(named)),
    );
    const seen: unknown[] = [];
    const run: typeof context.tools.run = async (tool, args, options) => {
      if (tool !== 'sqlcmd') return context.tools.run(tool, args, options);
      seen.push(args[args.indexOf('-S') + 1]);
      throw new CertopsError('ToolTimedOut', { tool });
    };
    try {
      expect(await readSsisdb({ ...context, tools: { run } }, { hours: false })).toMatchObject({ server: asked });
      expect(seen).toEqual([asked]);
    } finally {
      await fs.writeFile(file, before);
    }
  });

  test('the configured folder comes before the registry', async () => {
    expect(await code({ sqlcmdFolder: 'D:\\nowhere' })).toBe('sqlcmd-missing');
  });

  test('a look at the master includes SSISDB, and a look at a worker does not ask', async () => {
    const { look } = await import('../../../adapters/windows/look.ts');
    expect((await look(contextOf(lab, 'sqlm01'))).ssisdb).toMatchObject({
      server: 'sqlm01',
      workers: { unseen: null },
    });
    expect((await look(contextOf(lab, 'sqlw01'))).ssisdb).toBeNull();
  });
});

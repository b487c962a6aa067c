import { createCatalog } from '../../infra/lab/ssisdb/catalog.ts';
import { answerQuery } from '../../infra/lab/ssisdb/query.ts';
import type { LabHost } from '../../infra/lab/world/host.ts';
import { SQL_SWITCHES } from '../../infra/lab/world/state.ts';
import { type Bench, spawnTool, startBench, until } from './support.ts';

const END = 'for json path, include_null_values, without_array_wrapper';
const WORKERS = `select (select MachineName as [machine] from catalog.worker_agents for json path) as [workers] ${END}`;

/** A catalog without a lab around it, with a clock that the test sets. */
function catalogOf(switches: object = {}) {
  let at = 1_800_000_000_000;
  const state = {
    name: 'sqlm01',
    switches: { ...SQL_SWITCHES, leaseMs: 1000, sweepMs: 5000, ...switches },
    services: [],
  };
  const host = { state, save: () => {} } as unknown as LabHost;
  const catalog = createCatalog({ host, workers: ['sqlw01', 'sqlw02'], clock: () => at });
  const pass = (ms: number): void => {
    at += ms;
  };
  return { catalog, host, pass, ask: (query: string) => answerQuery(`set nocount on; ${query}`, catalog, host) };
}

describe('the catalog of the lab', () => {
  test('a package whose worker keeps its lease ends in time', () => {
    const { catalog, pass } = catalogOf();
    catalog.heard('sqlw01');
    catalog.begin({ package: 'a', worker: 'sqlw01', ms: 900 });
    pass(950);
    expect(catalog.packages()).toMatchObject([{ status: 7, runs: 1 }]);
  });

  test('one whose lease runs out is started again on another worker, after the sweep and not before', () => {
    const { catalog, pass } = catalogOf();
    catalog.begin({ package: 'a', worker: 'sqlw01', ms: 60_000 });
    pass(5900);
    catalog.heard('sqlw02');
    expect(catalog.packages()).toMatchObject([{ worker: 'sqlw01', runs: 1, status: 2 }]);
    pass(200);
    expect(catalog.packages()).toMatchObject([{ worker: 'sqlw02', runs: 2, status: 2 }]);
  });

  test('one without an online worker waits in the queue', () => {
    const { catalog, pass } = catalogOf();
    catalog.begin({ package: 'a', worker: 'sqlw01', ms: 60_000 });
    pass(7000);
    expect(catalog.packages()).toMatchObject([{ status: 5, runs: 1 }]);
  });

  test('disabling a worker is no drain: its tasks fail with 27252', () => {
    const { catalog } = catalogOf();
    catalog.begin({ package: 'a', worker: 'sqlw01', ms: 60_000 });
    catalog.begin({ package: 'b', worker: 'sqlw02', ms: 60_000 });
    catalog.setEnabled('sqlw01', false);
    expect(catalog.packages()).toMatchObject([
      { status: 4, error: 27252 },
      { status: 2, error: null },
    ]);
  });

  test.each([
    ['none', [], null],
    ['ssis_logreader', ['ssis_logreader'], null],
    ['ssis_cluster_executor', ['ssis_cluster_executor'], [{ machine: 'SQLW01' }, { machine: 'SQLW02' }]],
    ['sysadmin', ['sysadmin'], [{ machine: 'SQLW01' }, { machine: 'SQLW02' }]],
  ])(
    'worker_agents with the role %s: no error, and rows only for those who may see them',
    (_role, ssisdbRoles, workers) => {
      expect(JSON.parse(String(catalogOf({ ssisdbRoles }).ask(WORKERS)))).toEqual({ workers });
    },
  );

  const APPLIED =
    'select (select package_name as [name], ran.worker_agent_id as [agent] from (select cast(null as uniqueidentifier) ' +
    'as worker_agent_id) as absent cross apply (select package_name, worker_agent_id from catalog.executions where ' +
    `status in (2, 8)) as ran for json path) as [all] ${END}`;

  test.each([
    [
      'the worker, where the view has that column',
      true,
      { name: 'a', agent: expect.stringMatching(/^[0-9A-F-]{36}$/u) },
    ],
    ['nothing, where it has not', false, { name: 'a' }],
  ])('a column with a stand-in gives %s', (_what, executionsNameWorkers, row) => {
    const { catalog, ask } = catalogOf({ executionsNameWorkers });
    catalog.begin({ package: 'a', worker: 'sqlw01', ms: 60_000 });
    expect(JSON.parse(String(ask(APPLIED)))).toEqual({ all: [row] });
    expect(ask(APPLIED.replace('(select package_name,', '(select nothing,'))).toMatchObject({ number: 207 });
  });

  test('machine_name is the worker, or the machine of the SQL Server, as the documentation says', () => {
    const query = `select (select machine_name as [machine] from catalog.executions for json path) as [all] ${END}`;
    const machineOf = (executionsNameWorkers: boolean) => {
      const { catalog, ask } = catalogOf({ executionsNameWorkers });
      catalog.begin({ package: 'a', worker: 'sqlw01', ms: 60_000 });
      return JSON.parse(String(ask(query))).all[0].machine;
    };
    expect([true, false].map(machineOf)).toEqual(['SQLW01', 'SQLM01']);
  });

  test.each([
    ['a view that is not there', WORKERS.replace('worker_agents', 'workers'), 208],
    ['a column that is not there', WORKERS.replace('MachineName', 'Host'), 207],
    ['what it does not understand', 'drop table x', 102],
    ['a change', `select (delete from catalog.executions for json path) as [x] ${END}`, 102],
  ])('%s is an error with its number', (_what, query, number) => {
    expect(catalogOf().ask(query)).toMatchObject({ number });
  });
});

describe('sqlcmd of the lab', () => {
  let bench: Bench;
  const FILE = 'C:\\Program Files\\Microsoft SQL Server\\Client SDK\\ODBC\\170\\Tools\\Binn\\sqlcmd.exe';
  const sqlcmd = (...more: string[]) =>
    spawnTool(bench.real('sqlm01', FILE), ['-E', '-S', 'sqlm01', '-d', 'SSISDB', '-b', ...more]);

  beforeAll(async () => {
    bench = await startBench();
  });
  afterAll(() => bench.close());

  test('the registry says where it is, on the master alone', async () => {
    const key = 'HKLM\\SOFTWARE\\Microsoft\\Microsoft SQL Server';
    const ran = await bench.run('sqlm01', 'reg', 'query', key, '/s', '/f', 'ODBCToolsPath', '/v', '/e');
    expect(ran.text).toContain('ODBCToolsPath    REG_SZ    C:\\Program Files\\Microsoft SQL Server\\Client SDK\\');
    expect((await bench.run('sqlw01', 'reg', 'query', key, '/s', '/f', 'ODBCToolsPath', '/v', '/e')).code).not.toBe(0);
  });

  test('it prints its JSON in pieces of 2,033 characters, in the code page of the host', async () => {
    const packages = Array.from({ length: 60 }, () => ({ package: 'Ladé漢.dtsx', worker: 'sqlw01', ms: 60_000 }));
    await bench.lab.change('sqlm01', { packages });
    const query = `set nocount on; select (select package_name as [name], start_time as [at] from catalog.executions for json path) as [all] ${END}`;
    const { code, bytes } = await sqlcmd('-y', '0', '-Q', query);
    const lines = bytes.toString('latin1').split('\r\n');
    expect(code).toBe(0);
    expect(lines.length).toBeGreaterThan(2);
    expect(lines[0]).toHaveLength(2033);
    // code page 437 has é as 0x82 and no Chinese
    expect(lines[0]).toContain('Lad\u0082?.dtsx');
  });

  test('LastOnlineTime advances while a worker is connected, and stops when it is not', async () => {
    const [, second] = bench.lab.machine('sqlm01').catalog?.workers() ?? [];
    await until(() => (bench.lab.machine('sqlm01').catalog?.workers()[1]?.lastOnline ?? 0) > (second?.lastOnline ?? 0));
    await bench.lab.break('sqlw02', 'service-dies');
    const last = bench.lab.machine('sqlm01').catalog?.workers()[1]?.lastOnline;
    await until(() => (bench.lab.machine('sqlm01').catalog?.workers()[0]?.lastOnline ?? 0) > (last ?? 0) + 100);
    expect(bench.lab.machine('sqlm01').catalog?.workers()[1]?.lastOnline).toBe(last);
  });

  test('the fault package-runs starts a package on that worker', async () => {
    await bench.lab.break('sqlw01', 'package-runs');
    expect((await bench.lab.measure()).packages.at(-1)).toMatchObject({ worker: 'sqlw01', status: 2, ms: 20_000 });
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Bench, MASTER, pidIn, startBench, until, WORKER } from './support.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.close());

const worker = (host: string) => bench.lab.measure().then((measured) => measured.workers[host]);
const connected = async (host: string) => (await worker(host))?.connected === true;
const bind = async (thumbprint: string) => {
  await bench.run('sqlm01', 'netsh', 'http', 'delete', 'sslcert', 'ipport=0.0.0.0:8391');
  const args = ['ipport=0.0.0.0:8391', `certhash=${thumbprint}`, 'appid={11111111-2222-3333-4444-555555555555}'];
  return bench.run(
    'sqlm01',
    'netsh',
    'http',
    'add',
    'sslcert',
    ...args,
    'certstorename=Root',
    'clientcertnegotiation=enable',
  );
};
const log = (host: string, role: 'Agent' | 'Master', service: string) => {
  const folder = bench.real(
    host,
    `C:\\Windows\\ServiceProfiles\\${service}\\AppData\\Local\\SSIS\\ScaleOut\\16\\${role}`,
  );
  return readdirSync(folder)
    .map((name) => readFileSync(path.join(folder, name), 'utf8'))
    .join('');
};

test('stop returns before the service is stopped; a restart changes the process id', async () => {
  const before = pidIn((await bench.run('sqlm01', 'sc', 'queryex', MASTER)).text);
  expect((await bench.run('sqlm01', 'sc', 'stop', MASTER)).text).toContain('STOP_PENDING');
  await until(async () => (await bench.state('sqlm01', MASTER)) === 1);
  expect(await bench.presented()).toBe('ECONNREFUSED');
  expect((await bench.run('sqlm01', 'sc', 'stop', MASTER)).code).toBe(1062 & 0xff);
  expect((await bench.run('sqlm01', 'sc', 'start', MASTER)).text).toContain('START_PENDING');
  await until(async () => (await bench.state('sqlm01', MASTER)) === 4);
  expect((await bench.run('sqlm01', 'sc', 'start', MASTER)).code).toBe(1056 & 0xff);
  expect(pidIn((await bench.run('sqlm01', 'sc', 'queryex', MASTER)).text)).not.toBe(before);
  expect((await bench.run('sqlm01', 'sc', 'query', 'Nothing')).code).toBe(1060 & 0xff);
});

test('a new binding serves new connections at once, and kept ones stay on the old one until the restart', async () => {
  const made = await bench.importNew('sqlm01', 'Root');
  const old = (await worker('sqlw01'))?.thumbprint;
  expect((await bind(made)).code).toBe(0);
  expect(await bench.presented()).toBe(made);
  expect(await connected('sqlw01')).toBe(true);
  expect((await bench.lab.measure()).unbound.sqlm01).toHaveLength(1);
  await bench.restart('sqlm01', MASTER);
  await until(async () => !(await connected('sqlw01')));
  await until(() => log('sqlw01', 'Agent', WORKER).includes('Could not establish trust relationship'));
  // Trusted first, then pinned: only what the worker reads at its start counts.
  await bench.lab.machine('sqlw01').host.state.certificates.push({
    store: 'Root',
    thumbprint: made,
    der: bench.lab.machine('sqlm01').host.certificate('Root', made)?.der ?? '',
    container: null,
  });
  bench.edit('sqlw01', 'WorkerSettings.config', 'MasterHttpsCertThumbprint', made.toUpperCase());
  expect(await connected('sqlw01')).toBe(false);
  await bench.restart('sqlw01', WORKER);
  await until(() => connected('sqlw01'));
  const { gaps } = (await worker('sqlw01')) ?? { gaps: [] };
  expect(gaps.at(-1)).toMatchObject({ before: old, after: made.toUpperCase() });
  expect(await connected('sqlw02')).toBe(false);
});

test('a worker refuses a master that is not in its Root, even if it pins it', async () => {
  const made = await bench.importNew('sqlm01', 'Root');
  await bind(made);
  bench.edit('sqlw01', 'WorkerSettings.config', 'MasterHttpsCertThumbprint', made.toUpperCase());
  await bench.restart('sqlw01', WORKER);
  await until(() => log('sqlw01', 'Agent', WORKER).includes('Could not establish trust relationship'));
  expect(await connected('sqlw01')).toBe(false);
});

test('a worker refuses a master whose names do not cover the endpoint', async () => {
  const made = await bench.importNew('sqlm01', 'Root', ['other']);
  await bind(made);
  const der = bench.lab.machine('sqlm01').host.certificate('Root', made)?.der ?? '';
  bench.lab.machine('sqlw01').host.state.certificates.push({ store: 'Root', thumbprint: made, der, container: null });
  bench.edit('sqlw01', 'WorkerSettings.config', 'MasterHttpsCertThumbprint', made.toUpperCase());
  await bench.restart('sqlw01', WORKER);
  await until(() => log('sqlw01', 'Agent', WORKER).includes('Could not establish trust relationship'));
});

test('the master forbids a client certificate that is not in its Root', async () => {
  const pinned = bench.settings('sqlw01', 'WorkerSettings.config').WorkerHttpsCertThumbprint ?? '';
  await bench.run('sqlm01', 'certutil', '-delstore', 'Root', pinned);
  await bench.restart('sqlw01', WORKER);
  await until(() => log('sqlw01', 'Agent', WORKER).includes('(403) Forbidden'));
  expect(await connected('sqlw01')).toBe(false);
});

test('without negotiation a worker is not asked for its certificate over TLS 1.3, and is forbidden', async () => {
  const { thumbprint = '' } = bench.lab.machine('sqlm01').host.state.bindings[0] ?? {};
  const key = [
    'ipport=0.0.0.0:8391',
    `certhash=${thumbprint}`,
    'appid={11111111-2222-3333-4444-555555555555}',
    'certstorename=Root',
  ];
  await bench.run('sqlm01', 'netsh', 'http', 'update', 'sslcert', ...key);
  await bench.restart('sqlw01', WORKER);
  await until(() => log('sqlw01', 'Agent', WORKER).includes('(403) Forbidden'));
  await bench.run('sqlm01', 'netsh', 'http', 'update', 'sslcert', ...key, 'disabletls13=enable');
  await until(() => connected('sqlw01'));
});

test('an unbound port resets connections, and the worker blames HTTP.SYS', async () => {
  await bench.run('sqlm01', 'netsh', 'http', 'delete', 'sslcert', 'ipport=0.0.0.0:8391');
  expect(await bench.presented()).toBe('ECONNRESET');
  await bench.restart('sqlw01', WORKER);
  await until(() => log('sqlw01', 'Agent', WORKER).includes('not configured properly with HTTP.SYS'));
});

test('while the master is away there is no endpoint, and the worker comes back by itself', async () => {
  await bench.run('sqlm01', 'sc', 'stop', MASTER);
  await until(() => log('sqlw01', 'Agent', WORKER).includes('There was no endpoint listening at https://sqlm01:8391'));
  await bench.run('sqlm01', 'sc', 'start', MASTER);
  await until(() => connected('sqlw01'));
});

test('by a switch, a worker stays away until it is restarted', async () => {
  await bench.lab.change('sqlw01', { staysAway: true });
  await bench.restart('sqlm01', MASTER);
  await until(() => connected('sqlw02'));
  expect(await connected('sqlw01')).toBe(false);
  await bench.restart('sqlw01', WORKER);
  await until(() => connected('sqlw01'));
});

test('a service whose account may not read its key does not start', async () => {
  const made = await bench.importNew('sqlm01', 'Root');
  bench.edit('sqlm01', 'MasterSettings.config', 'SSLCertThumbprint', made.toUpperCase());
  await bench.restart('sqlm01', MASTER);
  expect((await bench.run('sqlm01', 'sc', 'query', MASTER)).text).toMatch(/STATE +: 1[\s\S]*WIN32_EXIT_CODE +: 1067/u);
  await bench.grantLikeOld('sqlm01', made, MASTER);
  await bench.run('sqlm01', 'sc', 'start', MASTER);
  await until(async () => (await bench.state('sqlm01', MASTER)) === 4);
  const own = await bench.importNew('sqlw01', 'My', ['sqlw01']);
  bench.edit('sqlw01', 'WorkerSettings.config', 'WorkerHttpsCertThumbprint', own.toUpperCase());
  await bench.restart('sqlw01', WORKER);
  expect(await bench.state('sqlw01', WORKER)).toBe(1);
  expect(log('sqlw01', 'Agent', WORKER)).toContain('Could not create SSL/TLS secure channel');
});

test('netstat shows the connection of the worker process to the endpoint', async () => {
  const pid = pidIn((await bench.run('sqlw01', 'sc', 'queryex', WORKER)).text);
  expect((await bench.run('sqlw01', 'netstat', '-ano', '-p', 'TCP')).text).toMatch(
    new RegExp(`:8391 +ESTABLISHED +${pid}\n`, 'u'),
  );
  expect((await bench.run('sqlm01', 'netstat', '-ano', '-p', 'TCP')).text).toMatch(/0\.0\.0\.0:8391 .*LISTENING +4\n/u);
});

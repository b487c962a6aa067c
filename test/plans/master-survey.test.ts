import { isRefusal, type Thumbprint } from '../../src/domain/values.ts';
import { refuseSilent, surveyFarm, uncovered } from '../../src/plans/rotate-master-refusals.ts';
import { NEW, OLD } from '../domain/sim.ts';
import { alsoMaster, fixed, masterIn, type Plain, plainLooks, refused, workerIn } from './plain-looks.ts';
import { OF_A_WORKER, problem, type Row, service, worker } from './survey-rows.ts';

const asked = (one: Plain, use: string | null = null) =>
  surveyFarm(fixed(one).farm, fixed(one).looks, { use: use as Thumbprint | null });
const master = (over: object) => (one: Plain) => Object.assign(masterIn(one), over);
/** Nothing is bound, and nobody answers; the runner is one that makes a binding. */
const unbound =
  (over: object = {}) =>
  (one: Plain) =>
    Object.assign(masterIn(one), {
      ...{ bindings: [], presented: [], listens: null, netshParameters: ['clientcertnegotiation'] },
      ...over,
    });
/** In hardware, or at a provider that is not Windows' own. */
const KEY = (role: string) => ({ what: 'private key', role, error: 'KeyNotInFile' });
const NONE = { target: 'sqlm01:8391', servername: null, thumbprint: null, error: 'ECONNREFUSED' };

test('A master is rotated with all workers that the farm file names', () => {
  const found = asked(plainLooks());
  expect(found).toMatchObject({ masterHost: 'sqlm01', master: { sslCertThumbprint: OLD } });
  expect(found).toMatchObject({ workers: [{ host: 'sqlw01' }, { host: 'sqlw02' }] });
});

describe('A rotation of the master', () => {
  test.each<Row>([
    ['there is none', ({ farm }) => farm.hosts.shift(), 'NoMaster', { farm: 'prod' }],
    ['there are two', (one) => alsoMaster(one, 'sqlw02'), 'MoreThanOneMaster', { hosts: ['sqlm01', 'sqlw02'] }],
    [
      'it is a node of a cluster',
      (one) => {
        alsoMaster(one, 'sqlw02');
        masterIn(one, 'sqlw02').clustered = true;
      },
      'MasterClustered',
      { host: 'sqlw02' },
    ],
    ['a worker was not looked at', ({ looks }) => delete looks.sqlw02, 'HostNotLooked', { host: 'sqlw02' }],
    [
      'its machine has no master',
      ({ looks }) => Object.assign(looks.sqlm01 ?? {}, { master: null }),
      'RoleNotInstalled',
      { host: 'sqlm01', role: 'master' },
    ],
    [
      'it is disabled',
      (one) => Object.assign(masterIn(one).service, { start: 'disabled' }),
      'ServiceDisabled',
      { host: 'sqlm01', role: 'master', service: 'SSISScaleOut' },
    ],
    [
      'it does not run',
      (one) => Object.assign(masterIn(one).service, { state: 'stopped' }),
      'MasterNotRunning',
      { host: 'sqlm01', state: 'stopped' },
    ],
    [
      'it cannot run, for nothing is bound and its certificate is gone',
      (one) => {
        unbound({ certificate: null })(one);
        Object.assign(masterIn(one).service, { state: 'stopped' });
      },
      'MasterNotRunning',
      { host: 'sqlm01', state: 'stopped', gone: true },
    ],
    [
      'nothing is bound, and its runner makes no binding',
      unbound({ listens: undefined }),
      'RunnerMakesNoBinding',
      { host: 'sqlm01' },
    ],
    [
      'nothing is bound, and netsh does not know what a new binding needs',
      unbound({ netshParameters: [] }),
      'BindingFlagNotReturnable',
      { host: 'sqlm01', binding: '0.0.0.0:8391', parameter: 'clientcertnegotiation' },
    ],
    [
      'a binding has a flag that netsh cannot set',
      (one) => Object.assign(masterIn(one).bindings[0] ?? {}, { parameters: { usagecheck: 'enable' } }),
      'BindingFlagNotReturnable',
      { host: 'sqlm01', binding: '0.0.0.0:8391', parameter: 'usagecheck' },
    ],
    [
      'it listens at another port',
      master({ port: 8392 }),
      'PortDiffers',
      { host: 'sqlm01', found: 8392, wanted: 8391 },
    ],
    [
      'its name is none',
      ({ farm }) => Object.assign(farm.endpoint, { host: 'sql m01' }),
      'NameNotValid',
      { name: 'sql m01' },
    ],
    [
      'its name is too long for a certificate',
      ({ farm }) => Object.assign(farm.endpoint, { host: `${'a'.repeat(32)}.${'b'.repeat(32)}` }),
      'NameNotValid',
      { name: `${'a'.repeat(32)}.${'b'.repeat(32)}` },
    ],
    [
      'another name is none',
      ({ farm }) => farm.certificate.extraNames.push('good', 'a b'),
      'NameNotValid',
      { name: 'a b' },
    ],
    [
      'its setting is no thumbprint',
      master({ sslCertThumbprint: 'none' }),
      'SettingNotAThumbprint',
      { host: 'sqlm01', key: 'SSLCertThumbprint', found: 'none' },
    ],
    [
      'its setting names another one than is bound',
      master({ sslCertThumbprint: NEW }),
      'MasterThumbprintsDisagree',
      { host: 'sqlm01', found: { SSLCertThumbprint: NEW, '0.0.0.0:8391': OLD, 'handshake sqlm01:8391': OLD } },
    ],
    [
      'its certificate is in no store',
      master({ certificate: null }),
      'MasterCertificateMissing',
      { host: 'sqlm01', thumbprint: OLD },
    ],
    [
      'its certificate is in a store that is not read',
      (one) => {
        master({ certificate: null })(one);
        Object.assign(masterIn(one).bindings[0] ?? {}, { store: 'WebHosting' });
      },
      'MasterStoreNotServed',
      { host: 'sqlm01', thumbprint: OLD, store: 'WebHosting', binding: '0.0.0.0:8391' },
    ],
    [
      'nobody gets an answer',
      master({ presented: [NONE] }),
      'MasterPresentsNothing',
      { host: 'sqlm01', error: 'ECONNREFUSED' },
    ],
    [
      'nobody gets an answer, because the key of what is bound is gone',
      (one) => {
        master({ presented: [NONE] })(one);
        Object.assign(masterIn(one).certificate ?? {}, { privateKey: 'no' });
      },
      'HostNotReady',
      { host: 'sqlm01', thumbprint: OLD, problem: 'private-key-missing' },
    ],
    ...OF_A_WORKER.map(([name, spoil, code, data]): Row => {
      // A rotation of its master can be asked without it.
      return [name, spoil, code, code === 'WorkerNotRunning' ? { ...data, around: true } : data];
    }),
    [
      'a worker’s endpoint has a name that no certificate has',
      worker(() => ({ masterEndpoint: 'https://sql,m01:8391' })),
      'EndpointNotUnderstood',
      { host: 'sqlw01', found: 'https://sql,m01:8391' },
    ],
    [
      'a worker pins nothing',
      worker(() => ({ masterThumbprint: '' })),
      'SettingNotAThumbprint',
      { host: 'sqlw01', key: 'MasterHttpsCertThumbprint', found: '', wanted: OLD },
    ],
    [
      'a worker pins another certificate',
      worker(() => ({ masterThumbprint: NEW })),
      'WorkerPinsAnother',
      { host: 'sqlw01', pinned: NEW, presented: OLD },
    ],
    ...(['ENOTFOUND', NEW] as const).map((found): Row => {
      const shown = found === NEW ? { thumbprint: NEW } : { thumbprint: null, error: found };
      const spoil = (one: Plain) => Object.assign(workerIn(one, 'sqlw02').connection.handshake, shown);
      const data = { host: 'sqlw02', found, wanted: OLD, endpoint: 'https://sqlm01:8391', around: true };
      return [`a worker’s runner sees ${found} at its endpoint`, spoil, 'MasterNotSeenFrom', data];
    }),
    [
      'nothing is bound, and a worker pins another certificate than the settings name',
      (one) => {
        unbound()(one);
        workerIn(one, 'sqlw02').masterThumbprint = NEW;
      },
      'WorkerPinsUnnamed',
      { host: 'sqlw02', pinned: NEW, presented: OLD },
    ],
    [
      'a runner is paused',
      problem('sqlw02', 'runner-paused'),
      'HostNotReady',
      { host: 'sqlw02', problem: 'runner-paused' },
    ],
    [
      'its key is lost while its certificate is bound',
      problem('sqlm01', 'private-key-missing', { role: 'master' }),
      'HostNotReady',
      { host: 'sqlm01', problem: 'private-key-missing', role: 'master' },
    ],
    [
      'its certificate is said to be gone, though it is bound',
      problem('sqlm01', 'certificate-missing', { role: 'master' }),
      'HostNotReady',
      { host: 'sqlm01', problem: 'certificate-missing', role: 'master' },
    ],
    [
      'a worker’s settings cannot be written',
      problem('sqlw01', 'settings-not-writable', { role: 'worker' }),
      'HostNotReady',
      { host: 'sqlw01', problem: 'settings-not-writable', role: 'worker' },
    ],
    [
      'its .cer file cannot be refreshed',
      problem('sqlm01', 'cer-not-writable', { role: 'master' }),
      'HostNotReady',
      { host: 'sqlm01', problem: 'cer-not-writable', role: 'master' },
    ],
    [
      'nothing is bound, its certificate is gone, and its runner is paused',
      (one) => {
        unbound({ certificate: null })(one);
        problem('sqlm01', 'runner-paused')(one);
      },
      'HostNotReady',
      { host: 'sqlm01', problem: 'runner-paused' },
    ],
  ])('is refused if %s', (_, spoil, code, data) => {
    const one = plainLooks();
    spoil(one);
    expect(refused(asked(one))).toEqual({ code, data });
  });

  test.each<readonly [string, (one: Plain) => void]>([
    [
      'its name is as long as a certificate takes',
      ({ farm }) => Object.assign(farm.endpoint, { host: `${'a'.repeat(60)}.bcd` }),
    ],
    ['nothing is bound', unbound()],
    [
      'nothing is bound, and its certificate is gone',
      (one) => {
        unbound({ certificate: null })(one);
        problem('sqlm01', 'certificate-missing', { role: 'master' })(one);
      },
    ],
    [
      'nothing is bound, and its key is lost',
      (one) => {
        unbound()(one);
        Object.assign(masterIn(one).certificate ?? {}, { privateKey: 'no' });
        problem('sqlm01', 'private-key-missing')(one);
      },
    ],
    ['a binding is called missing', problem('sqlm01', 'binding-missing')],
    ['a worker’s own certificate is gone', problem('sqlw01', 'certificate-missing', { role: 'worker' })],
    ['a worker’s own .cer file cannot be refreshed', problem('sqlw01', 'cer-not-writable', { role: 'worker' })],
    ['a .cer file cannot be read', problem('sqlm01', 'not-readable', { what: 'C:\\a.cer' })],
    ['nobody can tell who may use a worker’s own key', problem('sqlw01', 'not-readable', KEY('worker'))],
    ['its setting is written in small letters, with blanks', master({ sslCertThumbprint: ` ${OLD.toLowerCase()} ` })],
    ['a worker does not run', service({ state: 'stopped' })],
  ])('is planned though %s', (_, spoil) => {
    const one = plainLooks();
    spoil(one);
    expect(refused(asked(one))).toBeNull();
  });
});

test('A master whose key lies in hardware keeps it, or takes a certificate that exists', () => {
  const one = plainLooks();
  problem('sqlm01', 'not-readable', KEY('master'))(one);
  const data = { host: 'sqlm01', problem: 'not-readable', ...KEY('master') };
  expect(refused(asked(one))).toEqual({ code: 'HostNotReady', data });
  expect(refused(asked(one, NEW))).toBeNull();
});

test.each([
  ['holds the certificate that is taken', { published: NEW }, null],
  ['holds another', { published: OLD }, 'HostNotReady'],
  ['was not written to its end', { published: NEW, publishedTorn: true }, 'HostNotReady'],
] as const)('A .cer file that cannot be written and %s stands in the way only if it is refreshed', (_, how, code) => {
  const one = plainLooks();
  Object.assign(masterIn(one), how);
  problem('sqlm01', 'cer-not-writable', { role: 'master' })(one);
  expect(refused(asked(one, NEW))?.code ?? null).toBe(code);
});

test('An address that answers nobody is passed by where the runner can, one that is silent under one name is not', () => {
  const one = plainLooks();
  const silent = (passesSilent: true | undefined, ...more: readonly object[]) => {
    const presented = [...masterIn(one).presented, ...more];
    const found = refuseSilent('sqlm01' as never, { ...masterIn(one), passesSilent, presented } as never);
    return found === null ? null : found.data;
  };
  const [lost, named] = [
    { ...NONE, target: '::1:8391' },
    { ...NONE, servername: 'other' },
  ];
  expect(silent(true, lost)).toBeNull();
  expect(silent(undefined, lost)).toEqual({ host: 'sqlm01', at: ['[::1]:8391'] });
  expect(silent(true, lost, named)).toEqual({ host: 'sqlm01', at: ['sqlm01:8391 other'] });
  expect(silent(undefined, named, lost)).toEqual({ host: 'sqlm01', at: ['[::1]:8391', 'sqlm01:8391 other'] });
  expect(silent(true, NONE)).toEqual({ host: 'sqlm01', at: ['sqlm01:8391'] });
});

test('Names that workers connect to and a certificate does not have are told, each worker by itself', () => {
  const one = plainLooks(3);
  workerIn(one, 'sqlw02').masterEndpoint = 'https://other.example:8391';
  workerIn(one, 'sqlw03').masterEndpoint = 'nothing';
  const found = asked(plainLooks(3));
  if (isRefusal(found)) throw new Error(found.code);
  const workers = ['sqlw01', 'sqlw02', 'sqlw03'].map((host) => ({ host, worker: workerIn(one, host) }));
  const surveyed = { ...found, workers } as never;
  expect(uncovered(['sqlm01'], surveyed)).toEqual(['other.example']);
  expect(uncovered(['SQLM01', '*.example'], surveyed)).toEqual([]);
  expect(uncovered([], surveyed)).toEqual(['sqlm01', 'other.example']);
});

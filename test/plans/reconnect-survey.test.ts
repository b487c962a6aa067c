import { plainWish } from '../../src/domain/plan/wish.ts';
import { surveyReconnect } from '../../src/plans/reconnect-refusals.ts';
import { NEW, OLD } from '../domain/sim.ts';
import { clustered, fixed, masterIn, type Plain, plainLooks, refused, workerIn } from './plain-looks.ts';
import { EITHER, problem, type Row, service, worker } from './survey-rows.ts';

const ENDPOINT = 'https://sqlm01:8391';

describe('Workers that are to pin what their master presents', () => {
  /** They pin another one, which is why they ask. */
  function apart(workers = 2): Plain {
    const one = plainLooks(workers);
    for (const { name, roles } of one.farm.hosts)
      if (roles.includes('worker')) workerIn(one, String(name)).masterThumbprint = NEW;
    return one;
  }
  const asked = (one: Plain) => surveyReconnect(fixed(one).farm, plainWish('reconnect'), fixed(one).looks);

  test('are planned with the certificate that binding, settings and handshakes agree upon', () => {
    expect(asked(apart())).toMatchObject({
      master: 'sqlm01',
      certificate: { thumbprint: OLD },
      workers: [{ host: 'sqlw01' }, { host: 'sqlw02' }],
    });
  });

  test('are planned with the node of a cluster that runs', () => {
    const one = apart();
    clustered(one, 'sqlw02');
    expect(asked(one)).toMatchObject({ master: 'sqlw02', workers: [{ host: 'sqlw01' }] });
    const single = apart();
    masterIn(single).clustered = true;
    expect(asked(single)).toMatchObject({ master: 'sqlm01' });
  });

  test('are planned without those that are connected already, of which nothing else is asked', () => {
    const one = apart(3);
    workerIn(one, 'sqlw02').masterThumbprint = OLD;
    problem('sqlw02', 'runner-paused')(one);
    expect(asked(one)).toMatchObject({ workers: [{ host: 'sqlw01' }, { host: 'sqlw03' }], connected: ['sqlw02'] });
  });

  test('are refused together if all are connected already', () => {
    const data = { host: 'sqlw01', presented: OLD, others: ['sqlw02'] };
    expect(refused(asked(plainLooks(2)))).toEqual({ code: 'AlreadyConnected', data });
  });

  const shown = (over: object) => worker(({ connection }) => ({ connection: { ...connection, ...over } }));

  test.each<Row>([
    ...EITHER,
    [
      'settings and binding of the master disagree',
      (one) => Object.assign(masterIn(one), { sslCertThumbprint: NEW }),
      'MasterThumbprintsDisagree',
      {
        host: 'sqlm01',
        found: { SSLCertThumbprint: NEW, '0.0.0.0:8391': OLD, 'handshake sqlm01:8391': OLD },
      },
    ],
    [
      'the master’s certificate is in no store',
      (one) => Object.assign(masterIn(one), { certificate: null }),
      'MasterCertificateMissing',
      { host: 'sqlm01', thumbprint: OLD },
    ],
    [
      'it does not have the name that a worker connects to',
      worker(() => ({ masterEndpoint: 'https://other:8391' })),
      'PresentNotCovering',
      { host: 'sqlw01', hosts: ['other'], names: ['sqlm01'] },
    ],
    [
      'a worker reaches nobody',
      shown({ handshake: { target: '', servername: null, thumbprint: null, error: 'ETIMEDOUT' } }),
      'MasterNotSeenFrom',
      { host: 'sqlw01', found: 'ETIMEDOUT', wanted: OLD, endpoint: ENDPOINT },
    ],
    [
      'a worker reaches another one',
      shown({ handshake: { target: '', servername: null, thumbprint: NEW, error: null } }),
      'MasterNotSeenFrom',
      { host: 'sqlw01', found: NEW, wanted: OLD, endpoint: ENDPOINT },
    ],
    [
      'a worker’s pin is no thumbprint',
      worker(() => ({ masterThumbprint: 'none' })),
      'SettingNotAThumbprint',
      { host: 'sqlw01', key: 'MasterHttpsCertThumbprint', found: 'none', wanted: OLD },
    ],
    [
      'a worker is in line and does not run',
      (one) => {
        workerIn(one).masterThumbprint = OLD;
        Object.assign(workerIn(one).service, { state: 'stopped' });
      },
      'InLineNotRunning',
      { host: 'sqlw01', presented: OLD, state: 'stopped' },
    ],
  ])('are refused if %s', (_, spoil, code, data) => {
    const one = apart();
    spoil(one);
    expect(refused(asked(one))).toEqual({ code, data });
  });

  test.each<readonly [string, (one: Plain) => void]>([
    [
      'a worker is in line but not connected',
      (one) => {
        const found = workerIn(one);
        found.masterThumbprint = OLD;
        Object.assign(found.connection, { tcp: false, log: { state: 'refused', line: null, at: null } });
      },
    ],
    ['a worker that is not in line does not run', service({ state: 'stopped' })],
    ['a worker’s own certificate is gone', problem('sqlw01', 'certificate-missing', { role: 'worker' })],
    ['its key cannot be read', problem('sqlw01', 'private-key-unreadable')],
    ['the key of the master of a onebox is gone', problem('sqlw01', 'private-key-missing')],
    [
      'nobody can tell who may use its key',
      problem('sqlw01', 'not-readable', { what: 'private key', role: 'worker', error: 'KeyNotInFile' }),
    ],
    ['something is wrong with the master of a onebox', problem('sqlw01', 'settings-not-writable', { role: 'master' })],
    ['a binding there is missing', problem('sqlw01', 'binding-missing')],
    ['a machine is clustered', problem('sqlw01', 'clustered')],
    ['a .cer file cannot be read', problem('sqlw01', 'not-readable', { what: 'C:\\master.cer' })],
    [
      'an address of the master answers nobody',
      (one) =>
        masterIn(one).presented.push({ target: '::1:8391', servername: null, thumbprint: null, error: 'ECONNREFUSED' }),
    ],
    ['the master’s own machine has a problem', problem('sqlm01', 'runner-paused')],
  ])('are planned though %s', (_, spoil) => {
    const one = apart();
    spoil(one);
    expect(refused(asked(one))).toBeNull();
  });

  test('are refused for the first of them that has an obstacle', () => {
    const one = apart();
    for (const host of ['sqlw01', 'sqlw02']) workerIn(one, host).masterEndpoint = host;
    expect(refused(asked(one))).toMatchObject({ code: 'EndpointNotUnderstood', data: { host: 'sqlw01' } });
  });
});

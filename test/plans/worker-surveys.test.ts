import { plainWish, type Wish } from '../../src/domain/plan/wish.ts';
import { surveyWorkers } from '../../src/plans/rotate-worker-refusals.ts';
import { NEW, OLD, OWN } from '../domain/sim.ts';
import { alsoMaster, clustered, fixed, masterIn, type Plain, plainLooks, refused, workerIn } from './plain-looks.ts';
import { EITHER, problem, type Row, service, worker } from './survey-rows.ts';

describe('New certificates for workers', () => {
  const asked = (one: Plain, over: Partial<Wish> = {}) =>
    surveyWorkers(fixed(one).farm, { ...plainWish('rotate-worker'), ...over }, fixed(one).looks);

  test('are planned with every master, and what the running one presents', () => {
    const found = asked(plainLooks());
    expect(found).toMatchObject({ masters: ['sqlm01'], presented: OLD, port: 8391, silent: {} });
    expect(found).toMatchObject({ workers: ['sqlw01', 'sqlw02'].map((host) => ({ host, old: OWN })) });
  });

  test('are planned for the named workers, whatever the others are like', () => {
    const one = plainLooks();
    delete one.looks.sqlw01;
    expect(asked(one, { workers: ['sqlw02'] as never })).toMatchObject({ workers: [{ host: 'sqlw02' }] });
  });

  test('are planned with both nodes of a cluster, and what the one that runs presents', () => {
    const one = plainLooks();
    clustered(one, 'sqlw02');
    expect(asked(one)).toMatchObject({ masters: ['sqlm01', 'sqlw02'], presented: OLD, workers: [{ host: 'sqlw01' }] });
  });

  test('are planned past addresses that answer nobody', () => {
    const one = plainLooks();
    masterIn(one).presented.unshift({ target: '::1:8391', servername: null, thumbprint: null, error: 'ECONNREFUSED' });
    expect(asked(one)).toMatchObject({ presented: OLD, silent: { silent: ['::1:8391'] } });
  });

  test.each<Row>([
    ...EITHER,
    [
      'the other nodes of a cluster are unknown',
      (one) => {
        masterIn(one).clustered = true;
      },
      'ClusterNodesUnknown',
      { host: 'sqlm01' },
    ],
    [
      'other services that run depend on a worker',
      problem('sqlw01', 'service-has-dependents', { role: 'worker' }),
      'HostNotReady',
      { host: 'sqlw01', role: 'worker', problem: 'service-has-dependents' },
    ],
    [
      'something else is wrong with the master',
      problem('sqlm01', 'journal-full', { role: 'master' }),
      'HostNotReady',
      { host: 'sqlm01', role: 'master', problem: 'journal-full' },
    ],
    [
      'a machine has no worker',
      ({ looks }) => Object.assign(looks.sqlw01 ?? {}, { worker: null }),
      'RoleNotInstalled',
      { host: 'sqlw01', role: 'worker' },
    ],
    ['a worker does not run', service({ state: 'stopped' }), 'WorkerNotRunning', { host: 'sqlw01', state: 'stopped' }],
    [
      'a worker reads its certificate from the machine’s other store',
      worker(() => ({ storeLocation: 'LocalMachine\\WebHosting' })),
      'WorkerStoreNotServed',
      { host: 'sqlw01', store: 'WebHosting' },
    ],
    [
      'a worker reads its certificate from the store of a person',
      worker(() => ({ storeLocation: 'CurrentUser\\My' })),
      'WorkerStoreElsewhere',
      { host: 'sqlw01', found: 'CurrentUser\\My' },
    ],
    [
      'a worker has its certificate in Root',
      worker(() => ({ workerStore: 'Root' })),
      'WorkerStoreNotServed',
      { host: 'sqlw01', store: 'Root' },
    ],
    [
      'a worker pins another certificate than its master presents',
      worker(() => ({ masterThumbprint: NEW })),
      'WorkerPinsAnother',
      { host: 'sqlw01', pinned: NEW, presented: OLD },
    ],
    [
      'a worker pins no certificate',
      worker(() => ({ masterThumbprint: 'none' })),
      'WorkerPinsAnother',
      { host: 'sqlw01', pinned: null, presented: OLD },
    ],
    [
      'a worker names no certificate of its own',
      worker(() => ({ workerThumbprint: '' })),
      'SettingNotAThumbprint',
      { host: 'sqlw01', key: 'WorkerHttpsCertThumbprint', found: '' },
    ],
    [
      'a worker’s own .cer file cannot be refreshed',
      problem('sqlw01', 'cer-not-writable', { role: 'worker' }),
      'HostNotReady',
      { host: 'sqlw01', problem: 'cer-not-writable', role: 'worker' },
    ],
  ])('are refused if %s', (_, spoil, code, data) => {
    const one = plainLooks();
    spoil(one);
    expect(refused(asked(one))).toEqual({ code, data });
  });

  test.each([
    ['the master’s .cer file cannot be written', 'cer-not-writable', { role: 'master' }],
    ['the master’s settings cannot be written', 'settings-not-writable', { role: 'master' }],
    ['the master’s certificate is gone', 'certificate-missing', {}],
    ['its key cannot be read', 'private-key-unreadable', {}],
    ['its key is gone', 'private-key-missing', {}],
    ['something else of it cannot be read', 'not-readable', {}],
    ['it is clustered', 'clustered', {}],
    ['a binding is missing', 'binding-missing', {}],
    ['other services that run depend on the master', 'service-has-dependents', { role: 'master' }],
    ['the master would not start again', 'service-disabled', { role: 'master' }],
  ])('are planned though %s: nothing of that changes', (_, code, data) => {
    const one = plainLooks();
    problem('sqlm01', code, data)(one);
    expect(refused(asked(one))).toBeNull();
  });

  describe('in place of compromised ones', () => {
    const stolen = (spoil: (one: Plain) => void) => {
      const one = plainLooks();
      spoil(one);
      return refused(asked(one, { workers: ['sqlw01', 'sqlw02'] as never, compromised: true }));
    };

    test('are planned, also where a .cer file cannot be refreshed: that would hold up containing them', () => {
      expect(stolen(problem('sqlw01', 'cer-not-writable', { role: 'worker' }))).toBeNull();
    });

    test('are planned, also past an address of the master that answers nobody', () => {
      expect(stolen(() => {})).toBeNull();
      const lost = { target: '::1:8391', servername: null, thumbprint: null, error: 'ECONNREFUSED' };
      expect(
        stolen((one) => {
          masterIn(one).passesSilent = true;
          masterIn(one).presented.push(lost);
        }),
      ).toBeNull();
    });

    test.each<Row>([
      [
        'nobody has read an old one',
        worker(() => ({ certificate: null })),
        'StolenNotRead',
        { host: 'sqlw01', thumbprint: OWN },
      ],
      [
        'somebody else issued an old one',
        (one) => Object.assign(workerIn(one, 'sqlw02').certificate ?? {}, { selfSigned: false }),
        'StolenNotSelfSigned',
        { host: 'sqlw02', thumbprint: OWN },
      ],
      [
        'the master, which is restarted, lacks its key',
        problem('sqlm01', 'private-key-missing', {}),
        'HostNotReady',
        { host: 'sqlm01', problem: 'private-key-missing' },
      ],
      [
        'other services that run depend on the master, which is restarted',
        problem('sqlm01', 'service-has-dependents', { role: 'master', dependents: ['Watcher'] }),
        'HostNotReady',
        { host: 'sqlm01', role: 'master', dependents: ['Watcher'], problem: 'service-has-dependents' },
      ],
      [
        'the master, which is restarted, would not start again',
        problem('sqlm01', 'service-disabled', { role: 'master' }),
        'HostNotReady',
        { host: 'sqlm01', role: 'master', problem: 'service-disabled' },
      ],
      [
        'an address of the master is silent under one name only',
        (one) =>
          masterIn(one).presented.push({
            target: 'sqlm01:8391',
            servername: 'x',
            thumbprint: null,
            error: 'ECONNRESET',
          }),
        'MasterSilentAt',
        { host: 'sqlm01', at: ['sqlm01:8391 x'] },
      ],
      [
        'the master presents two certificates',
        (one) => masterIn(one).presented.push({ target: '::1:8391', servername: null, thumbprint: NEW, error: null }),
        'MasterThumbprintsDisagree',
        { host: 'sqlm01', found: { 'handshake sqlm01:8391': OLD, 'handshake ::1:8391': NEW } },
      ],
      [
        'the master is clustered',
        (one) => {
          alsoMaster(one, 'sqlw03');
          for (const host of ['sqlm01', 'sqlw03']) masterIn(one, host).clustered = true;
        },
        'ContainClustered',
        {
          ...{ host: 'sqlm01', farm: 'prod', nodes: ['sqlm01', 'sqlw03'] },
          ...{ workers: ['sqlw01', 'sqlw02'], stolen: [OWN, OWN] },
        },
      ],
    ])('are refused if %s', (_, spoil, code, data) => {
      const one = plainLooks(3);
      spoil(one);
      const found = asked(one, { workers: ['sqlw01', 'sqlw02'] as never, compromised: true });
      expect(refused(found)).toEqual({ code, data });
      expect(refused(asked(one, { workers: ['sqlw01', 'sqlw02'] as never }))).toBeNull();
    });

    test.each<readonly [string, (one: Plain) => void]>([
      ['in its settings', (one) => Object.assign(masterIn(one), { sslCertThumbprint: OWN.toLowerCase() })],
      ['in its .cer file', (one) => Object.assign(masterIn(one), { published: OWN })],
      ['at its port', (one) => Object.assign(masterIn(one).bindings[0] ?? {}, { thumbprint: OWN })],
      [
        'in a handshake',
        (one) => masterIn(one).presented.push({ target: '::1:8391', servername: null, thumbprint: OWN, error: null }),
      ],
    ])('are refused if the master uses an old one itself: %s', (_, spoil) => {
      expect(stolen(spoil)).toEqual({
        code: 'WorkerSharesMasters',
        data: { host: 'sqlw01', master: 'sqlm01', thumbprint: OWN },
      });
    });
  });
});

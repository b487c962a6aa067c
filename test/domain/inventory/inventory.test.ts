import { inventoryOf } from '../../../src/domain/inventory/inventory.ts';
import type {
  CertificateFacts,
  HostLook,
  Leftover,
  MasterLook,
  WorkerLook,
} from '../../../src/domain/machine/host-facts.ts';
import type { HostName, Thumbprint } from '../../../src/domain/values.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-11-24T12:00:00.000Z');
const host = (name: string): HostName => name as HostName;
const print = (digits: string): Thumbprint => digits.repeat(20) as Thumbprint;

const certificate = (thumbprint: Thumbprint, days: number, more: Partial<CertificateFacts> = {}): CertificateFacts => ({
  thumbprint,
  subject: 'CN=sqlm01',
  selfSigned: true,
  ca: false,
  certSign: false,
  names: ['sqlm01'],
  notBefore: '2026-01-01T00:00:00.000Z',
  notAfter: new Date(NOW + days * DAY).toISOString(),
  keyBits: 2048,
  hash: 'SHA-256',
  extendedKeyUsage: [],
  privateKey: 'yes',
  ...more,
});

const NO_SERVICE = {} as MasterLook['service'];

const masterLook = (thumbprint: Thumbprint, days: number, more: Partial<MasterLook> = {}): MasterLook => ({
  service: NO_SERVICE,
  port: 8391,
  sslCertThumbprint: thumbprint.toLowerCase(),
  bindings: [
    { key: '0.0.0.0:8391', kind: 'ipport', thumbprint, appId: '{0}', store: 'Root', parameters: {}, extended: {} },
  ],
  certificate: certificate(thumbprint, days),
  keyReaders: [],
  published: thumbprint,
  presented: [
    { target: 'sqlm01:8391', servername: null, thumbprint, error: null },
    { target: 'sqlm01:8391', servername: 'sqlm01', thumbprint, error: null },
  ],
  clustered: false,
  netshParameters: [],
  ...more,
});

const workerLook = (pinned: string, own: CertificateFacts | null, more: Partial<WorkerLook> = {}): WorkerLook => ({
  service: NO_SERVICE,
  masterEndpoint: 'https://sqlm01:8391',
  masterThumbprint: pinned,
  workerThumbprint: own?.thumbprint ?? '',
  workerStore: 'My',
  certificate: own,
  trustsPinned: true,
  connection: {} as WorkerLook['connection'],
  ...more,
});

const look = (name: string, part: { master?: MasterLook; worker?: WorkerLook }, minutes = 0): HostLook => ({
  host: host(name),
  at: new Date(NOW - minutes * 60_000).toISOString(),
  version: '1.2.0',
  systemRoot: 'C:\\Windows',
  root: { count: 30, notSelfSigned: 0 },
  master: part.master ?? null,
  worker: part.worker ?? null,
  problems: [],
});

const of = (looks: readonly HostLook[], others: readonly string[] = []) =>
  inventoryOf(
    [...looks.map((one) => one.host), ...others.map(host)],
    Object.fromEntries(looks.map((one) => [one.host, one])),
    NOW,
  );

const A = print('AA');
const B = print('BB');
const C = print('CC');
const D = print('DD');

describe('What a farm has in use', () => {
  test('is listed by certificate, each kind of use once, with the machines that share it', () => {
    const { certificates, gaps, notLooked } = of([
      look('sqlm01', { master: masterLook(A, 14) }, 50),
      look('sqlw01', { worker: workerLook(`\u200e${A.toLowerCase()}`, certificate(B, 300)) }, 10),
      look('sqlw02', { worker: workerLook(A, certificate(C, 200)) }, 20),
    ]);
    expect(certificates.map(({ thumbprint }) => thumbprint)).toEqual([A, C, B]);
    expect(certificates[0]).toMatchObject({
      facts: { keyBits: 2048 },
      from: '2026-11-24T11:10:00.000Z',
      to: '2026-11-24T11:50:00.000Z',
      uses: [
        { kind: 'presents', where: ['sqlm01:8391'], hosts: ['sqlm01'] },
        { kind: 'binds', where: ['0.0.0.0:8391'], hosts: ['sqlm01'] },
        { kind: 'sets', where: ['SSLCertThumbprint'], hosts: ['sqlm01'] },
        { kind: 'publishes', where: [''], hosts: ['sqlm01'] },
        { kind: 'stores', where: ['Root'], hosts: ['sqlm01'] },
        { kind: 'pins', where: ['MasterHttpsCertThumbprint'], hosts: ['sqlw01', 'sqlw02'] },
        { kind: 'trusts', where: ['Root'], hosts: ['sqlw01', 'sqlw02'] },
      ],
    });
    expect(certificates[1]?.uses.map(({ kind }) => kind)).toEqual(['sets', 'stores']);
    expect([gaps, notLooked]).toEqual([[], []]);
  });

  test.each([
    ['what has expired', [-1, 5, 300], ['AA', 'BB', 'CC']],
    ['what ends first', [40, 300, 5], ['CC', 'AA', 'BB']],
    ['the one of the master when several end together', [5, 5, 5], ['AA', 'BB', 'CC']],
  ] as const)('begins with %s', (_what, [master, first, second], wanted) => {
    const { certificates } = of([
      look('sqlw01', { worker: workerLook(A, certificate(B, first)) }),
      look('sqlw02', { worker: workerLook(A, certificate(C, second)) }),
      look('sqlm01', { master: masterLook(A, master) }),
    ]);
    expect(certificates.map(({ thumbprint }) => thumbprint.slice(0, 2))).toEqual(wanted);
  });

  test('names a pin that nobody presents and nobody has read, right after what has expired', () => {
    const { certificates } = of([
      look('sqlm01', { master: masterLook(A, -3) }),
      look('sqlw01', { worker: workerLook(C, certificate(B, 2), { trustsPinned: false }) }),
    ]);
    expect(certificates.map(({ thumbprint }) => thumbprint)).toEqual([A, C, B]);
    expect(certificates[1]).toMatchObject({ facts: null, uses: [{ kind: 'pins' }, { kind: 'untrusted' }] });
  });

  test('calls a pin trusted by a worker that is connected with it, and unknown when nobody can tell', () => {
    const connection = (log: 'connected' | 'silent') =>
      ({ handshake: { thumbprint: A }, log: { state: log }, tcp: null }) as unknown as WorkerLook['connection'];
    const pinning = (log: 'connected' | 'silent') =>
      workerLook(A, certificate(B, 2), { trustsPinned: null, connection: connection(log) });
    const { certificates } = of([
      look('sqlw01', { worker: pinning('connected') }),
      look('sqlw02', { worker: pinning('silent') }),
    ]);
    const { uses = [] } = certificates.find(({ thumbprint }) => thumbprint === A) ?? {};
    expect(uses.map(({ kind, hosts }) => [kind, hosts])).toEqual([
      ['pins', ['sqlw01', 'sqlw02']],
      ['trusts', ['sqlw01']],
      ['trust-unknown', ['sqlw02']],
    ]);
  });

  test('does not call a certificate missing that lies in an unread store', () => {
    const { certificates } = of([
      look('sqlw01', { worker: workerLook(A, null, { workerThumbprint: B, storeLocation: 'CurrentUser' }) }),
    ]);
    const { uses, facts } = certificates.find(({ thumbprint }) => thumbprint === B) ?? {};
    expect(uses?.map(({ kind, where }) => [kind, where])).toEqual([
      ['sets', ['WorkerHttpsCertThumbprint']],
      ['elsewhere', ['CurrentUser']],
    ]);
    expect(facts).toBeNull();
  });

  test('names the store that a master binds from when that store is not read', () => {
    const [binding] = masterLook(A, 14).bindings;
    const bindings = binding === undefined ? [] : [{ ...binding, store: 'WebHosting' }];
    const { certificates } = of([
      look('sqlm01', { master: masterLook(A, 14, { certificate: null, bindings, published: null, presented: [] }) }),
    ]);
    expect(certificates[0]?.uses.map(({ kind, where }) => [kind, where])).toEqual([
      ['binds', ['0.0.0.0:8391']],
      ['sets', ['SSLCertThumbprint']],
      ['elsewhere', ['WebHosting']],
    ]);
  });

  test('marks what is set but not stored, and what has no key', () => {
    const { certificates } = of([
      look('sqlm01', {
        master: masterLook(A, 14, { certificate: null, bindings: [], published: null, presented: [] }),
      }),
      look('sqlw01', { worker: workerLook(A, certificate(B, 300, { privateKey: 'no' })) }),
    ]);
    expect(certificates.map(({ uses }) => uses.map(({ kind }) => kind))).toEqual([
      ['sets', 'missing', 'pins', 'trusts'],
      ['sets', 'stores', 'keyless'],
    ]);
  });

  test('lists a silent address, or a setting without a thumbprint, as a gap with its machines', () => {
    const presented = [{ target: 'sqlm01:8391', servername: null, thumbprint: null, error: 'ECONNREFUSED' }];
    const { certificates, gaps } = of([
      look('sqlm01', { master: masterLook(A, 14, { presented }) }),
      look('sqlw01', { worker: workerLook('', null) }, 9),
      look('sqlw02', { worker: workerLook('not one', null) }, 3),
    ]);
    expect(certificates.map(({ thumbprint }) => thumbprint)).toEqual([A]);
    expect(gaps.map(({ kind, where, hosts }) => [kind, where, hosts])).toEqual([
      ['no-answer', 'sqlm01:8391', ['sqlm01']],
      ['no-thumbprint', 'MasterHttpsCertThumbprint', ['sqlw01', 'sqlw02']],
      ['no-thumbprint', 'WorkerHttpsCertThumbprint', ['sqlw01', 'sqlw02']],
    ]);
    expect(gaps[1]).toMatchObject({ from: '2026-11-24T11:51:00.000Z', to: '2026-11-24T11:57:00.000Z' });
  });

  test('has a gap for a silent node of a cluster only when no node answers', () => {
    const node = (name: string, state: 'running' | 'stopped') =>
      look(name, {
        master: masterLook(print('A1'), 14, {
          clustered: true,
          service: { ...NO_SERVICE, state },
          presented: [
            {
              target: '127.0.0.1:8391',
              servername: null,
              thumbprint: state === 'running' ? print('A1') : null,
              error: null,
            },
          ],
        }),
      });
    const gapsOf = (...looks: HostLook[]) => of(looks).gaps.map(({ kind, hosts }) => [kind, hosts]);
    expect(gapsOf(node('sqlm01', 'running'), node('sqlm02', 'stopped'))).toEqual([]);
    expect(gapsOf(node('sqlm01', 'stopped'), node('sqlm02', 'stopped'))).toEqual([['no-answer', ['sqlm01', 'sqlm02']]]);
  });

  test('only names machines that were never looked at, and forgets those that left the farm', () => {
    const seen = look('sqlm01', { master: masterLook(A, 14) });
    const { looked, notLooked, certificates } = inventoryOf(
      [host('sqlm01'), host('sqlw01')],
      { sqlm01: seen, gone: look('gone', { worker: workerLook(C, certificate(B, 1)) }) },
      NOW,
    );
    expect([looked, notLooked]).toEqual([['sqlm01'], ['sqlw01']]);
    expect(certificates.map(({ thumbprint }) => thumbprint)).toEqual([A]);
    expect(of([], ['sqlm01'])).toEqual({
      certificates: [],
      gaps: [],
      left: [],
      leftUnread: [],
      looked: [],
      notLooked: ['sqlm01'],
    });
  });

  test('names who may read each key: the service by its account, well-known accounts by name, others by SID', () => {
    const service = { account: 'NT Service\\SSISScaleOutMaster160', accountSid: 'S-1-5-80-1' } as MasterLook['service'];
    const keyReaders = ['S-1-5-18', 'S-1-5-32-544', 'S-1-5-80-1', 'S-1-5-21-7-1001'];
    const { certificates } = of([look('sqlm01', { master: masterLook(A, 14, { service, keyReaders }) })]);
    expect(certificates[0]?.uses.find(({ kind }) => kind === 'reads')).toEqual({
      kind: 'reads',
      where: ['SYSTEM', 'Administrators', 'NT Service\\SSISScaleOutMaster160', 'S-1-5-21-7-1001'],
      hosts: ['sqlm01'],
    });
  });

  describe('and what lies there unused', () => {
    const left = (thumbprint: Thumbprint, more: Partial<Leftover> = {}): Leftover => ({
      thumbprint,
      subject: 'CN=sqlm01',
      notAfter: '2027-01-01T00:00:00.000Z',
      mark: null,
      lastUsed: null,
      stores: ['Root'],
      keys: [],
      users: [],
      ...more,
    });
    const keeping = (
      name: string,
      leftovers: HostLook['leftovers'],
      part: Parameters<typeof look>[1] = {},
    ): HostLook => ({
      ...look(name, part),
      leftovers,
    });

    test('is listed apart, once for all machines, with its key and its last use', () => {
      const lastUsed = '2026-11-20T10:00:00.000Z';
      const { certificates, left: lying } = of([
        keeping('sqlm01', [left(B, { keys: ['Root'], mark: 'certops prod-3', lastUsed })], {
          master: masterLook(A, 14),
        }),
        keeping('sqlw01', [left(B, { lastUsed: '2026-11-19T10:00:00.000Z' })]),
      ]);
      expect(certificates.map(({ thumbprint }) => thumbprint)).toEqual([A]);
      expect(lying).toMatchObject([
        {
          thumbprint: B,
          hosts: ['sqlm01', 'sqlw01'],
          keys: ['sqlm01'],
          stores: ['Root'],
          mark: 'certops prod-3',
          lastUsed,
        },
      ]);
    });

    test('is listed as a use when another machine still uses the certificate', () => {
      const { certificates, left: lying } = of([
        keeping('sqlm01', [], { master: masterLook(A, 14) }),
        keeping('sqlw01', [left(A)]),
      ]);
      expect(lying).toEqual([]);
      expect(certificates[0]?.uses).toContainEqual({ kind: 'left', where: ['Root'], hosts: ['sqlw01'] });
    });

    test('leaves out a worker’s certificate in Root of the master that lets it in, and one known by its name alone', () => {
      const { certificates, left: lying } = of([
        keeping('sqlm01', [left(B), left(C, { mark: 'certops prod-3' }), left(D)], { master: masterLook(A, 14) }),
        keeping('sqlw01', [], { worker: workerLook(A, certificate(B, 300)) }),
      ]);
      const own = certificates.find(({ thumbprint }) => thumbprint === B)?.uses;
      expect(own).toContainEqual({ kind: 'trusts', where: ['Root'], hosts: ['sqlm01'] });
      expect(own?.map(({ kind }) => kind)).not.toContain('left');
      // Nothing but its name ties the other one to Scale Out.
      expect(lying.map(({ thumbprint }) => thumbprint)).toEqual([C]);
    });

    test('leaves out what is only trusted and allowed there, which may be the root above what the master presents', () => {
      const allowed = [B, C];
      const root = left(B, { lastUsed: '2026-11-20T10:00:00.000Z' });
      const keyed = left(C, { keys: ['My'], stores: ['My'], lastUsed: '2026-11-19T10:00:00.000Z' });
      const { left: lying } = of([
        { ...keeping('sqlm01', [root, keyed], { master: masterLook(A, 14) }), allowed },
        { ...keeping('sqlw01', [root]), allowed },
      ]);
      expect(lying.map(({ thumbprint }) => thumbprint)).toEqual([C]);
      const { left: after } = of([keeping('sqlw01', [root])]);
      expect(after.map(({ thumbprint }) => thumbprint)).toEqual([B]);
    });

    test('names a worker that is allowed to trust it where another machine has its key: that is no root', () => {
      const { left: lying } = of([
        keeping('sqlm01', [left(B, { keys: ['Root'], lastUsed: '2026-11-20T10:00:00.000Z' })], {
          master: masterLook(A, 14),
        }),
        { ...keeping('sqlw01', [left(B)]), allowed: [B] },
      ]);
      expect(lying).toMatchObject([{ thumbprint: B, hosts: ['sqlm01', 'sqlw01'], keys: ['sqlm01'] }]);
    });

    test('is called unread, not empty, when nobody has read it', () => {
      const { leftUnread } = of([keeping('sqlm01', null), keeping('sqlw01', undefined), keeping('sqlw02', [])]);
      expect(leftUnread).toEqual(['sqlm01', 'sqlw01']);
    });
  });

  test('is listed whole for a thousand machines', () => {
    const many = Array.from({ length: 1000 }, (_, at) => {
      const own = at.toString(16).toUpperCase().padStart(40, '0') as Thumbprint;
      return look(`sqlw${at}`, { worker: workerLook(A, certificate(own, 300 + (at % 7))) });
    });
    const { certificates } = of([look('sqlm01', { master: masterLook(A, 14) }), ...many]);
    expect(certificates.length).toBe(1001);
    expect(certificates[0]?.uses.find(({ kind }) => kind === 'pins')?.hosts.length).toBe(1000);
  });
});

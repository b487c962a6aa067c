import { certificatesAsked, isTrustedBy } from '../../src/domain/inventory/named.ts';
import type { CertificateFacts } from '../../src/domain/machine/host-facts.ts';
import { plainWish } from '../../src/domain/plan/wish.ts';
import type { HostName } from '../../src/domain/values.ts';
import { surveyFarm } from '../../src/plans/rotate-master-refusals.ts';
import { warningsOf } from '../../src/plans/warnings.ts';
import { farmOf, NEW, OLD, OWN, Sim } from '../domain/sim.ts';
import { fixed, type Plain, plainLooks, refused, workerIn } from './plain-looks.ts';

/** A worker whose log says that its master refuses it, and its own certificate; null: nobody can read that. */
function refusedFor(own: string | null): Plain {
  const one = plainLooks();
  const found = workerIn(one, 'sqlw02');
  const elsewhere = { certificate: null, storeLocation: 'CurrentUser' };
  Object.assign(found, own === null ? elsewhere : { certificate: { thumbprint: own, selfSigned: true } });
  Object.assign(found.connection, { log: { state: 'refused', line: '403 (Forbidden)', at: null }, tcp: true });
  return one;
}

/** What the master holds of the certificate that it was asked about. */
const held = (one: Plain, own: string, ...stores: readonly string[]): Plain => {
  const places = stores.map((store) => ({ store, privateKey: 'no', readers: null }));
  Object.assign(one.looks.sqlm01 ?? {}, { named: [{ thumbprint: own, der: null, places, issuers: [] }] });
  return one;
};

const asked = (one: Plain) => refused(surveyFarm(fixed(one).farm, fixed(one).looks, { use: null }));

/** A farm of which nothing was known before, with a worker that its master does not let in. */
function unknownFarm(named: boolean): Sim {
  const sim = new Sim(farmOf(2), ({ n, host, kind }) =>
    kind === 'look' && host === 'sqlm01' && n > 1 && !named ? 'unknown' : 'ok',
  );
  const plain = sim.look.bind(sim);
  sim.look = (host) => {
    const look = plain(host);
    const last = sim.orders.findLast((order) => order.host === host);
    const places = [{ store: 'My', privateKey: 'no', readers: null }] as const;
    const asked = (last?.certificates ?? []).map((thumbprint) => ({ thumbprint, der: null, places, issuers: [] }));
    if (host === 'sqlw02' && look.worker !== null)
      Object.assign(look.worker.connection, { log: { state: 'refused', line: null, at: null } });
    return { ...look, ...(asked.length > 0 ? { named: asked } : {}) };
  };
  sim.request();
  sim.settle();
  return sim;
}
const looksAt = (sim: Sim, host: string) =>
  sim.orders
    .filter((order) => order.host === host && order.kind === 'look')
    .map(({ certificates = [] }) => certificates);

describe('The first request on a farm that was never looked at', () => {
  test('looks again at the master, about the own certificate of a worker that its log shows refused', () => {
    const sim = unknownFarm(true);
    expect([looksAt(sim, 'sqlm01'), looksAt(sim, 'sqlw02')]).toEqual([[[], [OWN]], [[]]]);
    expect(isTrustedBy(sim.rotation().looks.sqlm01, { thumbprint: OWN, selfSigned: true } as CertificateFacts)).toBe(
      false,
    );
    expect(sim.rotation().plan).not.toBeNull();
  });

  test('looks again no more than once, and is planned without an answer', () => {
    const sim = unknownFarm(false);
    expect(looksAt(sim, 'sqlm01')).toEqual([[], [OWN]]);
    expect(sim.rotation().plan).not.toBeNull();
  });
});

describe('A rotation of the master, where a worker may not be let in by it again,', () => {
  test.each([
    ['which the master does not have', held(refusedFor(NEW), NEW)],
    ['which the master has in another store', held(refusedFor(NEW), NEW, 'My')],
  ])('is refused for the worker’s own certificate, %s', (_, one) => {
    const data = { host: 'sqlw02', master: 'sqlm01', thumbprint: NEW, around: true };
    expect(asked(one)).toEqual({ code: 'OwnCertificateNotTrusted', data });
  });

  test.each([
    ['the master was not asked about its certificate', refusedFor(NEW)],
    ['the master trusts it', held(refusedFor(NEW), NEW, 'Root')],
    ['its certificate cannot be read', refusedFor(null)],
  ])('is not refused for that if %s', (_, one) => {
    expect(asked(one)).toBeNull();
  });

  test('is not refused for the own certificate of a worker that does not run', () => {
    const one = held(refusedFor(NEW), NEW);
    Object.assign(workerIn(one, 'sqlw02').service, { state: 'stopped' });
    expect(asked(one)).toBeNull();
  });

  test.each([
    ['in no store', null, {}],
    ['there without its key', { thumbprint: OWN, selfSigned: true, privateKey: 'no' }, { key: true }],
  ])('is refused for a worker that could not come back after its restart, its own certificate being %s', (...of) => {
    const [, certificate, more] = of;
    const data = { host: 'sqlw02', thumbprint: OWN, store: 'My', ...more, around: true };
    const lost = plainLooks();
    Object.assign(workerIn(lost, 'sqlw02'), { certificate });
    expect(asked(lost)).toEqual({ code: 'OwnCertificateMissing', data });
    // What does not run is not restarted.
    Object.assign(workerIn(lost, 'sqlw02').service, { state: 'stopped' });
    expect(asked(lost)).toBeNull();
  });

  test('asks the master alone about the own certificates of workers that were refused', () => {
    const { looks } = fixed(refusedFor(NEW));
    const of = (host: string, over: object = {}) => {
      const wish = { ...plainWish('rotate-master'), ...over };
      return certificatesAsked({ rotations: {}, latest: looks }, { wish, plan: null, turned: null }, host as HostName);
    };
    expect(of('sqlm01')).toEqual([NEW]);
    expect(of('sqlm01', { use: OLD })).toEqual([OLD, NEW]);
    expect(of('sqlw01')).toEqual([]);
    expect(of('sqlm01', { kind: 'retire' })).toEqual([]);
  });

  test('asks the master about an own certificate that its last look did not show in Root', () => {
    const one = plainLooks();
    for (const host of ['sqlw01', 'sqlw02'] as const)
      Object.assign(workerIn(one, host), {
        certificate: { thumbprint: host === 'sqlw01' ? OLD : NEW, selfSigned: true },
      });
    const of = () =>
      certificatesAsked(
        { rotations: {}, latest: fixed(one).looks },
        { wish: plainWish('rotate-master'), plan: null, turned: null },
        'sqlm01' as HostName,
      );
    Object.assign(one.looks.sqlm01 ?? {}, { leftovers: null });
    expect(of()).toEqual([]);
    Object.assign(one.looks.sqlm01 ?? {}, {
      leftovers: [
        { thumbprint: OLD, stores: ['Root'] },
        { thumbprint: NEW, stores: ['My'] },
      ],
    });
    expect(of()).toEqual([NEW]);
  });

  test('warns of a worker that is connected still, and whose own certificate the master does not trust', () => {
    const warned = (one: Plain) => {
      const connection = { log: { state: 'connected', line: null, at: null }, tcp: true };
      Object.assign(workerIn(one, 'sqlw02').connection, connection);
      expect(asked(one)).toBeNull();
      return warningsOf(fixed(one).farm, fixed(one).looks, plainWish('rotate-master')).map(({ id, data }) => [
        id,
        data,
      ]);
    };
    const falls = ['warning.own-certificate-falls', { host: 'sqlw02', master: 'sqlm01' }];
    expect(warned(held(refusedFor(NEW), NEW))).toContainEqual(falls);
    expect(warned(held(refusedFor(NEW), NEW, 'Root'))).not.toContainEqual(falls);
    expect(warned(refusedFor(NEW))).not.toContainEqual(falls);
  });
});

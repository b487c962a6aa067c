import { needsPersonView } from '../../../src/app/bot/views/running/needs-person-view.ts';
import type { HostLook, MasterLook } from '../../../src/domain/machine/host-facts.ts';
import { next } from '../../../src/domain/next/index.ts';
import { refusedChoice } from '../../../src/domain/next/refused-choice.ts';
import type { HostName, Thumbprint } from '../../../src/domain/values.ts';
import { closedCard } from '../../app/bot/closed-card.ts';
import { approve, type Behaviour, farmOf, ID, OLD, OWN } from '../sim.ts';
import { WorkerSim } from '../worker-sim.ts';

const OTHER = 'D'.repeat(40) as Thumbprint;

/** The master of this farm is like the machines in memory except for `drift`, which a test may change meanwhile. */
class KeptMaster extends WorkerSim {
  drift: (master: MasterLook) => Partial<MasterLook> = () => ({});

  override look(host: HostName): HostLook {
    const look = super.look(host);
    return look.master === null ? look : { ...look, master: { ...look.master, ...this.drift(look.master) } };
  }
}

function begun(drift: KeptMaster['drift'], behaviour: Behaviour = () => 'ok'): KeptMaster {
  const farm = farmOf(2);
  const sim = new KeptMaster({ ...farm, gap: { ...farm.gap, concurrency: 1 } }, behaviour);
  sim.drift = drift;
  approve(sim);
  sim.pass(60_000);
  return sim;
}

const binding = (key: string, thumbprint: Thumbprint, { bindings: [like] }: MasterLook) => {
  if (like === undefined) throw new Error('nothing is bound');
  return { ...like, key, thumbprint };
};
const shown = (target: string, thumbprint: Thumbprint | null, error: string | null = null) => ({
  target,
  servername: null,
  thumbprint,
  error,
});

const DRIFTS: readonly (readonly [string, KeptMaster['drift']])[] = [
  ['names another certificate in its settings than it binds', () => ({ sslCertThumbprint: OTHER })],
  ['names no valid thumbprint in its settings', () => ({ sslCertThumbprint: 'none' })],
  [
    'binds another certificate on a second address',
    (master) => ({
      bindings: [...master.bindings, binding('10.0.0.5:8391', OTHER, master)],
      presented: [...master.presented, shown('10.0.0.5:8391', OTHER)],
    }),
  ],
  [
    'does not answer on a second address',
    (master) => ({
      bindings: [...master.bindings, binding('10.0.0.5:8391', OLD, master)],
      presented: [...master.presented, shown('10.0.0.5:8391', null, 'ECONNREFUSED')],
    }),
  ],
];

describe('A master that a rotation of workers does not switch', () => {
  test.each(DRIFTS)('and that %s does not keep the rotation from being proved', (_, drift) => {
    expect(begun(drift).rotation().closed).toMatchObject({ outcome: 'proved' });
  });

  test.each(DRIFTS)('and that %s does not keep a stopped wave from ending', (_, drift) => {
    const fails: Behaviour = (order) =>
      order.host === 'sqlw02' && order.stage === 'worker-switch' && order.kind === 'apply' ? 'put-back' : 'ok';
    expect(begun(drift, fails).rotation().closed).toMatchObject({ outcome: 'partly', data: { kept: ['sqlw01'] } });
  });

  test('may be mended by somebody meanwhile', () => {
    const sim = begun(
      () => ({ sslCertThumbprint: OTHER }),
      (order) => (order.kind === 'apply' && order.host === 'sqlw02' && order.stage === 'worker-create' ? null : 'ok'),
    );
    sim.drift = () => ({});
    sim.behaviour = () => 'ok';
    for (const order of sim.orders.filter(({ host, stage }) => host === 'sqlw02' && stage === 'worker-create'))
      sim.answer(order);
    sim.settle();
    expect(sim.rotation().closed).toMatchObject({ outcome: 'proved' });
  });

  const CHANGES: readonly (readonly [string, KeptMaster['drift'], string])[] = [
    ['names another certificate in its settings', () => ({ sslCertThumbprint: OTHER }), 'SSLCertThumbprint'],
    ['binds another certificate', (master) => ({ bindings: [binding('0.0.0.0:8391', OTHER, master)] }), '0.0.0.0:8391'],
    ['binds nothing', () => ({ bindings: [] }), '0.0.0.0:8391'],
    ['presents another certificate', () => ({ presented: [shown('sqlm01:8391', OTHER)] }), 'TLS sqlm01:8391'],
    ['presents nothing', () => ({ presented: [] }), 'TLS'],
    [
      'has another certificate bound as well',
      (master) => ({ bindings: [...master.bindings, binding('10.0.0.5:8391', OTHER, master)] }),
      '10.0.0.5:8391',
    ],
    ['has stopped', (master) => ({ service: { ...master.service, state: 'stopped' } }), 'SSISScaleOut'],
  ];
  test.each(CHANGES)('needs a person when it %s, and may be left behind', (_, drift, fact) => {
    const held: Behaviour = ({ kind, host, stage }) =>
      kind === 'apply' && host === 'sqlw02' && stage === 'worker-switch' ? null : 'ok';
    const sim = begun(() => ({}), held);
    sim.drift = drift;
    sim.behaviour = () => 'ok';
    for (const order of sim.orders.filter(({ host, stage }) => host === 'sqlw02' && stage === 'worker-switch'))
      sim.answer(order);
    sim.settle();
    sim.pass(60_000);
    const { attention } = next(sim.rotation(), sim.moment());
    expect(attention).toMatchObject([{ host: 'sqlm01', code: 'NotProved', data: { against: [{ fact }] } }]);
    expect(needsPersonView(sim.farm, sim.rotation(), next(sim.rotation(), sim.moment()), sim.now)?.leave).toBe(
      'as-it-is',
    );
    expect(refusedChoice(sim.rotation(), 'leave-behind', { attention })).toBeNull();
    sim.put({ type: 'resolved', id: ID, choice: 'leave-behind', hosts: ['sqlm01' as HostName] });
    sim.settle();
    expect(sim.rotation().closed).toMatchObject({ outcome: 'left-behind', data: { left: ['sqlm01'] } });
    const told = closedCard(sim.farm, sim.rotation(), sim.now)?.evidence.map(({ state, what }) => [state, what.id]);
    expect(told).toContainEqual(['bad', 'proof.left-as-it-is']);
  });

  test.each([true, false])(
    'is said to trust a stolen certificate no longer only when no look finds it there (%s)',
    (isBack) => {
      const farm = farmOf(2);
      const sim = new KeptMaster(farm);
      Object.assign(sim.wish, { workers: ['sqlw01', 'sqlw02'], compromised: true, when: { by: 'now' } });
      const look = sim.look.bind(sim);
      const left = { thumbprint: OWN, stores: ['Root'], keys: [], users: [], subject: '', mark: null, lastUsed: null };
      sim.look = (host) =>
        host === 'sqlm01' && isBack && sim.rotation().gate !== null
          ? { ...look(host), leftovers: [{ ...left, notAfter: '2026-12-08T09:14:00.000Z' }] as never }
          : look(host);
      approve(sim);
      sim.pass(60_000);
      if (isBack) {
        expect(next(sim.rotation(), sim.moment()).attention).toMatchObject([
          { host: 'sqlm01', code: 'NotProved', data: { against: [{ fact: `Root ${OWN}` }, {}] } },
        ]);
        sim.put({ type: 'resolved', id: ID, choice: 'leave-behind', hosts: ['sqlm01' as HostName] });
        sim.settle();
      }
      expect(sim.rotation().closed).toMatchObject({ outcome: isBack ? 'left-behind' : 'proved' });
      const told = closedCard(sim.farm, sim.rotation(), sim.now)?.evidence.map(({ what }) => what.id);
      expect(told?.includes('proof.contained')).toBe(!isBack);
      expect(told?.includes('proof.against')).toBe(isBack);
    },
  );

  test('lets all be put back, even if it had drifted', () => {
    const sim = begun(
      () => ({ sslCertThumbprint: OTHER }),
      ({ kind, host, stage }) =>
        kind === 'apply' && host === 'sqlw02' && stage === 'worker-switch' ? 'unknown' : 'ok',
    );
    sim.put({ type: 'resolved', id: ID, choice: 'put-all-back', hosts: ['sqlw02' as HostName] });
    sim.settle();
    sim.pass(60_000);
    expect(sim.rotation().closed).toMatchObject({ outcome: 'put-back' });
    expect([sim.own.sqlw01, sim.own.sqlw02]).toEqual([OWN, OWN]);
  });

  test('alone says what it presents: a worker that claims to be a master too is not heard', () => {
    const farm = farmOf(2);
    const sim = new KeptMaster({ ...farm, hosts: [...farm.hosts].reverse() });
    const look = sim.look.bind(sim);
    sim.look = (host) => {
      if (host !== 'sqlw02') return look(host);
      const { master } = look('sqlm01' as HostName);
      if (master === null) throw new Error('it is none');
      return { ...look(host), master: { ...master, presented: [shown('sqlm01:8391', OTHER)] } };
    };
    approve(sim);
    expect(sim.rotation().closed).toMatchObject({ outcome: 'proved' });
  });
});

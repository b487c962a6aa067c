import { BODY_LIMITS } from '../../../src/domain/letters/envelope.ts';
import type { Envelope, Order } from '../../../src/domain/letters/protocol.ts';
import { refuseLarge } from '../../../src/domain/orders/order-size.ts';
import { writePlan } from '../../../src/domain/plan/plan.ts';
import { workerRef } from '../../../src/domain/plan/scope.ts';
import { plainWish } from '../../../src/domain/plan/wish.ts';
import type { HostName } from '../../../src/domain/values.ts';
import { approve, farmOf, ID, OLD, planOf, Sim } from '../sim.ts';

describe('An order that is too long to be sent', () => {
  /** What the master makes is so long that no order can carry it. */
  function crowded(): Sim {
    const sim = new Sim(farmOf(2));
    const speak = sim.speak.bind(sim);
    sim.speak = (host, entry) => {
      const made = { thumbprint: OLD, der: 'A'.repeat(BODY_LIMITS.order) };
      speak(host, entry.type === 'done' && entry.made !== null ? { ...entry, made } : entry);
    };
    return sim;
  }

  test('counts as refused: the rotation turns back, and people are asked about what cannot be put back', () => {
    const sim = approve(crowded());
    expect(sim.rotation().turned).toMatchObject({ stage: 'trust', host: 'sqlw01', code: 'OrderTooLarge' });
    expect(sim.orders.filter(({ kind }) => kind !== 'look').map(({ kind, stage }) => `${kind} ${stage}`)).toEqual([
      'apply create',
    ]);
    // The undo order is as long, and the state of the machine is unknown: people are asked.
    expect(sim.rotation().closed).toBeNull();
  });

  test('does not keep a stop from being heard', () => {
    const sim = approve(crowded());
    sim.put({ type: 'stop-asked', id: ID, by: { id: 'mei', name: 'Mei Lin' } });
    sim.pass(60_000);
    expect(sim.rotation().stop).not.toBeNull();
  });
});

describe('A rotation whose next step cannot be worked out', () => {
  const failing =
    (is: (order: Order) => boolean) =>
    (body: string): Envelope => {
      if (is(JSON.parse(body) as Order)) throw new RangeError('it does not work');
      return { type: 'order', key: 'k', body, sig: 's' };
    };

  test('ends refused when nobody has approved it', () => {
    const sim = new Sim(farmOf(2));
    sim.sign = failing(() => true);
    sim.request();
    sim.settle();
    expect(sim.rotation().closed).toMatchObject({ outcome: 'refused', data: { code: 'RotationFaulty' } });
    expect(sim.state.open).toBeNull();
  });

  test('is put back', () => {
    const sim = new Sim(farmOf(2));
    sim.sign = failing(({ stage, kind }) => kind === 'apply' && stage === 'master');
    approve(sim);
    expect(sim.rotation().turned).toMatchObject({ code: 'RotationFaulty' });
    expect(sim.rotation().closed).toMatchObject({ outcome: 'put-back' });
  });

  test('ends naming every machine when the way back cannot be worked out either', () => {
    const sim = new Sim(farmOf(2));
    sim.sign = failing(({ kind }) => kind !== 'look' && sim.orders.some(({ stage }) => stage === 'workers'));
    approve(sim);
    expect(sim.rotation().closed).toMatchObject({
      outcome: 'left-behind',
      data: { code: 'RotationFaulty', left: ['sqlm01', 'sqlw01', 'sqlw02'] },
    });
    expect(sim.state.open).toBeNull();
  });
});

describe('A plan whose orders may be too long', () => {
  /** A master that has to trust the certificates of this many workers. */
  function trusting(count: number, keyBits: number) {
    const { header } = planOf(farmOf(1));
    const master = 'sqlm01' as HostName;
    const workers = Array.from({ length: count }, (_, at) => `sqlw${at}` as HostName);
    const profile = header.profiles.new as NonNullable<typeof header.profiles.new>;
    const steps = workers.map((worker) => ({
      id: `sqlm01/master-trust/trust-certificate/${worker}`,
      kind: 'trust-certificate',
      host: master,
      params: { thumbprint: { ref: workerRef(worker) } },
      expected: { present: false },
    }));
    const profiles = Object.fromEntries(workers.map((host) => [workerRef(host), { ...profile, host, keyBits }]));
    return refuseLarge(
      writePlan({ ...header, wish: { ...plainWish('rotate-worker'), workers }, profiles }, [
        { host: master, roles: ['master'], stages: { 'master-trust': { steps, checks: [] } } },
      ]),
    );
  }

  test.each([
    [300, 2048, null],
    [700, 2048, { host: 'sqlm01', stage: 'master-trust' }],
    [200, 4096, null],
    [500, 4096, { host: 'sqlm01', stage: 'master-trust' }],
  ])(
    'for %d workers with keys of %d bits is refused only if too large, with the number that fits: %j',
    (count, keyBits, wanted) => {
      const refusal = trusting(count, keyBits);
      if (wanted === null) expect(refusal).toBeNull();
      else expect(refusal).toMatchObject({ code: 'PlanTooLarge', data: wanted });
      const most = refusal?.data.most;
      if (typeof most === 'number') expect(trusting(most - 10, keyBits)).toBeNull();
    },
  );
});

import { signals } from '../../../src/domain/next/index.ts';
import { isWayBackLost } from '../../../src/domain/next/lost-way-back.ts';
import { prove } from '../../../src/domain/next/proof/prove.ts';
import type { OrderState, RotationState } from '../../../src/domain/rotation/rotation.ts';
import type { HostName } from '../../../src/domain/values.ts';
import { approve, farmOf, ID, OLD, Sim } from '../sim.ts';

const MASTER = 'sqlm01' as HostName;
const by = { id: 'mei', name: 'Mei Lin' };

/** Stopped in its outage, with its master's undo unknown; the orders are those up to that undo. */
function stopped() {
  const sim = new Sim(farmOf(2), (order) =>
    order.host === MASTER && order.kind === 'undo' ? 'unknown' : order.stage === 'workers' ? 'stuck' : 'ok',
  );
  approve(sim);
  sim.put({ type: 'stop-asked', id: ID, by });
  sim.settle();
  const rotation = sim.rotation();
  const at = rotation.orders.findLastIndex(({ kind, host }) => kind === 'undo' && host === MASTER);
  const undo = rotation.orders[at];
  if (undo === undefined) throw new Error('it was not told to go back');
  return { sim, undo, rotation: { ...rotation, orders: rotation.orders.slice(0, at) } };
}

const lookFrom = (undo: OrderState, host: HostName = MASTER): OrderState => ({
  ...undo,
  host,
  kind: 'look',
  stage: null,
  outcome: 'looked',
  code: null,
});

describe('Whether the certificate that a master is to go back to is gone', () => {
  const { sim, undo, rotation } = stopped();
  const gone: OrderState = { ...undo, code: 'OldCertificateGone' };
  const look = lookFrom(undo);
  const shown = (...keys: readonly ('yes' | 'no' | 'unreadable')[]): RotationState['proofs'] => ({
    [MASTER]: {
      ...sim.look(MASTER),
      named: [
        { thumbprint: OLD, der: null, issuers: [], places: keys.map((privateKey) => ({ store: 'My', privateKey })) },
      ],
    } as never,
  });
  const isLost = (
    orders: readonly OrderState[],
    proofs: RotationState['proofs'] = {},
    more: Partial<RotationState> = {},
  ) => isWayBackLost({ ...rotation, orders: [...rotation.orders, ...orders], proofs, ...more }, MASTER);

  test('is known from the runner that should bind it, and from no other end of that order', () => {
    expect([undo.outcome, undo.code]).toEqual(['unknown', 'ServiceNotRunning']);
    expect(isLost([gone])).toBe(true);
    expect(isLost([undo])).toBe(false);
    expect(isLost([{ ...gone, outcome: 'put-back' }])).toBe(false);
    expect(isLost([{ ...gone, stage: 'create' }])).toBe(false);
    expect(isLost([])).toBe(false);
  });

  test('is known from a look after that order, and from none before it', () => {
    expect(isLost([undo, look], shown('no'))).toBe(true);
    expect(isLost([undo, look], shown())).toBe(true);
    expect(isLost([undo, look], shown('no', 'yes'))).toBe(false);
    expect(isLost([undo, look], shown('unreadable'))).toBe(false);
    expect(isLost([gone, look], shown('yes'))).toBe(false);
    expect(isLost([look], shown('no'))).toBe(true);
    expect(isLost([look, undo], shown('no'))).toBe(false);
    expect(isLost([look, gone], shown('yes'))).toBe(true);
  });

  test('is not asked of a worker, nor while nobody goes back', () => {
    expect(
      isWayBackLost(
        { ...rotation, orders: [...rotation.orders, { ...gone, host: 'sqlw01' as HostName }] },
        'sqlw01' as HostName,
      ),
    ).toBe(false);
    expect(isLost([gone], {}, { turned: null })).toBe(false);
    expect(isLost([gone], {}, { plan: null })).toBe(false);
  });
});

test('a look from before a machine was told to go back proves nothing about how it stands since', () => {
  const { sim, undo, rotation } = stopped();
  const hosts = rotation.plan?.slices.map(({ host }) => host) ?? [];
  const looks = hosts.map((host) => lookFrom(undo, host));
  const proofs = Object.fromEntries(hosts.map((host) => [host, sim.look(host)]));
  const asked = (orders: readonly OrderState[]) =>
    prove({ ...rotation, orders: [...rotation.orders, ...orders], proofs }, sim.moment(), 'back', []).actions.length;
  expect(asked([...looks, { ...undo, outcome: 'put-back', code: null }])).toBe(hosts.length);
  expect(asked([{ ...undo, outcome: 'put-back', code: null }, ...looks])).toBe(0);
});

test('a worker that has followed is let go once a master is left as it is, which has nothing to go back to', () => {
  const sim = new Sim(farmOf(2), ({ host, kind, stage }) =>
    host === MASTER && kind === 'undo' ? 'unknown' : host === 'sqlw02' && stage === 'workers' ? 'stuck' : 'ok',
  );
  approve(sim);
  sim.put({ type: 'stop-asked', id: ID, by });
  sim.settle();
  sim.hello('sqlw01');
  const rotation = sim.rotation();
  const at = new Date(sim.now).toISOString();
  const toldWith = (code: string) => {
    const left: RotationState = {
      ...rotation,
      orders: rotation.orders.map((one) => (one.kind === 'undo' && one.host === MASTER ? { ...one, code } : one)),
      resolved: { [MASTER]: { choice: 'leave-behind', at, orders: rotation.orders.length } },
      closed: { outcome: 'left-behind', at, data: { left: [MASTER] } },
    };
    return signals(left, sim.moment()).map(({ order: { host }, say }) => `${say} ${host}`);
  };
  expect(toldWith('OldCertificateGone')).toEqual(['confirm sqlw01']);
  expect(toldWith('ServiceNotRunning')).toEqual([]);
});

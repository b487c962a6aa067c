import { mayGoBack } from '../../../cards/adaptive/needs-person.ts';
import { needsPersonView } from '../../../src/app/bot/views/running/needs-person-view.ts';
import type { Order } from '../../../src/domain/letters/protocol.ts';
import { next } from '../../../src/domain/next/index.ts';
import { approve, type Behaviour, farmOf, OWN } from '../sim.ts';
import { asked, ownOf, WorkerSim } from '../worker-sim.ts';

function approved(workers = 4, behaviour: Behaviour = () => 'ok', gap: { concurrency?: number } = {}): WorkerSim {
  const farm = farmOf(workers);
  const sim = new WorkerSim({ ...farm, gap: { ...farm.gap, ...gap } }, behaviour);
  return approve(sim);
}

/** One worker behaves so in the stage in which it switches. */
const inSwitch =
  (host: string, how: ReturnType<Behaviour>): Behaviour =>
  (order) =>
    order.host === host && order.stage === 'worker-switch' && order.kind === 'apply' ? how : 'ok';

describe("A rotation of workers' own certificates", () => {
  test('switches the canary first, then the others, and ends proved', () => {
    const sim = approved();
    expect(sim.rotation().closed).toMatchObject({ outcome: 'proved' });
    expect(asked(sim, 'apply', 'worker-switch')).toEqual(['sqlw01', 'sqlw02', 'sqlw03', 'sqlw04']);
    expect(asked(sim, 'apply', 'master-trust')).toEqual(['sqlm01']);
    for (const host of ['sqlw01', 'sqlw04']) expect(ownOf(sim, host)).toBe(sim.makes(host as never));
  });

  test('starts nobody before the canary is proved, and never more at once than the farm file allows', () => {
    const silent: Behaviour = (order) => (order.stage === 'worker-switch' && order.kind === 'apply' ? null : 'ok');
    const sim = approved(4, silent, { concurrency: 2 });
    expect(asked(sim, 'apply', 'worker-switch')).toEqual(['sqlw01']);
    const canary = sim.orders.find((order) => order.stage === 'worker-switch') as Order;
    sim.behaviour = () => 'ok';
    sim.answer(canary);
    sim.behaviour = silent;
    sim.settle();
    expect(asked(sim, 'apply', 'worker-switch')).toEqual(['sqlw01', 'sqlw02', 'sqlw03']);
  });

  test('sends each machine only the certificates that it needs', () => {
    const sim = approved();
    const switched = sim.orders.find((order) => order.stage === 'worker-switch' && order.host === 'sqlw02');
    expect(Object.keys(switched?.refs ?? {})).toEqual(['new.sqlw02']);
    const trusting = sim.orders.find((order) => order.stage === 'master-trust');
    expect(Object.keys(trusting?.refs ?? {})).toHaveLength(4);
  });

  test('stops when the canary fails, and everything is as before', () => {
    const sim = approved(4, inSwitch('sqlw01', 'put-back'));
    expect(sim.rotation().closed).toMatchObject({ outcome: 'put-back', data: { host: 'sqlw01', kept: [] } });
    expect(asked(sim, 'apply', 'worker-switch')).toEqual(['sqlw01']);
    expect(asked(sim, 'undo', 'worker-create').toSorted()).toEqual(['sqlw01', 'sqlw02', 'sqlw03', 'sqlw04']);
    expect(asked(sim, 'undo', 'worker-trust')).toHaveLength(4);
    expect(sim.orders.find((order) => order.kind === 'undo' && order.stage === 'master-trust')?.only).toBeUndefined();
  });

  test('puts back a worker that fails later, keeps those that are proved, and undoes the preparation of the rest', () => {
    const sim = approved(4, inSwitch('sqlw03', 'put-back'), { concurrency: 1 });
    expect(sim.rotation().closed).toMatchObject({
      outcome: 'partly',
      data: { host: 'sqlw03', kept: ['sqlw01', 'sqlw02'] },
    });
    expect(asked(sim, 'apply', 'worker-switch')).toEqual(['sqlw01', 'sqlw02', 'sqlw03']);
    expect(asked(sim, 'undo', 'worker-switch')).toEqual([]);
    expect(asked(sim, 'undo', 'worker-create').toSorted()).toEqual(['sqlw03', 'sqlw04']);
    const taken = sim.orders.find((order) => order.kind === 'undo' && order.stage === 'master-trust');
    expect(taken?.only).toEqual(['sqlw03', 'sqlw04'].map((host) => `sqlm01/master-trust/trust-certificate/${host}`));
    expect(['sqlw01', 'sqlw02'].map((host) => ownOf(sim, host))).not.toContain(OWN);
    expect(['sqlw03', 'sqlw04'].map((host) => ownOf(sim, host))).toEqual([OWN, OWN]);
  });

  test('undoes, looks and ends nothing, once one has failed, while another is still switching', () => {
    const behaviour: Behaviour = (order) =>
      inSwitch('sqlw03', 'stuck')(order) === 'stuck' ? 'stuck' : inSwitch('sqlw02', 'put-back')(order);
    const sim = approved(4, behaviour, { concurrency: 2 });
    const looks = asked(sim, 'look').length;
    sim.pass(20_000);
    expect(sim.rotation()).toMatchObject({ turned: { host: 'sqlw02' }, closed: null });
    expect(asked(sim, 'undo')).toEqual([]);
    expect(asked(sim, 'look')).toHaveLength(looks);
    expect(next(sim.rotation(), sim.moment())).toMatchObject({ actions: [], attention: [] });
    const switching = sim.orders.find((order) => order.stage === 'worker-switch' && order.host === 'sqlw03') as Order;
    sim.own.sqlw03 = sim.makes('sqlw03' as never);
    sim.end(switching, 'applied');
    sim.settle();
    expect(sim.rotation().closed).toMatchObject({ outcome: 'partly', data: { kept: ['sqlw01', 'sqlw03'] } });
    expect(asked(sim, 'undo', 'worker-create').toSorted()).toEqual(['sqlw02', 'sqlw04']);
  });

  test('stops and needs a person for an unknown worker, whose trust stays when it is left behind', () => {
    const sim = approved(4, inSwitch('sqlw02', 'unknown'), { concurrency: 1 });
    expect(asked(sim, 'apply', 'worker-switch')).toEqual(['sqlw01', 'sqlw02']);
    const { attention } = next(sim.rotation(), sim.moment());
    expect(attention.map(({ host }) => host)).toEqual(['sqlw02']);
    sim.put(
      { type: 'resolve-asked', id: 'prod-1', choice: 'leave-behind', by: { id: 'mei', name: 'Mei' }, digest: 'd' },
      { type: 'resolved', id: 'prod-1', choice: 'leave-behind', hosts: ['sqlw02' as never] },
    );
    sim.settle();
    expect(sim.rotation().closed).toMatchObject({ outcome: 'partly', data: { kept: ['sqlw01'], left: ['sqlw02'] } });
    expect(asked(sim, 'undo', 'worker-create').toSorted()).toEqual(['sqlw03', 'sqlw04']);
    const taken = sim.orders.find((order) => order.kind === 'undo' && order.stage === 'master-trust');
    expect(taken?.only?.some((id) => id.endsWith('/sqlw02'))).toBe(false);
  });

  test('says nothing of the old certificates where every worker was left behind: nobody knows which one they are on', () => {
    const sim = approved(1, inSwitch('sqlw01', 'unknown'));
    sim.put(
      { type: 'resolve-asked', id: 'prod-1', choice: 'leave-behind', by: { id: 'mei', name: 'Mei' }, digest: 'd' },
      { type: 'resolved', id: 'prod-1', choice: 'leave-behind', hosts: ['sqlw01' as never] },
    );
    sim.settle();
    expect(sim.rotation().closed).toMatchObject({ outcome: 'left-behind', data: { kept: [], left: ['sqlw01'] } });
  });

  test('leaves alone a paused worker that never began until it is resumed, and needs a person meanwhile', () => {
    const sim = approved(4, inSwitch('sqlw02', null), { concurrency: 1 });
    sim.paused.add('sqlw04');
    sim.pass(2_500);
    sim.behaviour = inSwitch('sqlw02', 'put-back');
    sim.answer(sim.orders.findLast(({ host, stage }) => host === 'sqlw02' && stage === 'worker-switch') as Order);
    sim.settle();
    const asks = next(sim.rotation(), sim.moment());
    expect(asks.attention).toMatchObject([{ host: 'sqlw04', code: 'RunnerPaused' }]);
    const card = needsPersonView(sim.farm, sim.rotation(), asks, sim.now);
    expect(card).toMatchObject({ unknown: ['sqlw04'], paused: true });
    expect(card === null ? null : mayGoBack(card)).toBe(true);
    expect(asked(sim, 'undo')).not.toContain('sqlw04');
    sim.paused.clear();
    sim.pass(5_000);
    expect(asked(sim, 'undo', 'worker-create')).toContain('sqlw04');
    expect(sim.rotation().closed).toMatchObject({ outcome: 'partly', data: { kept: ['sqlw01'] } });
  });

  test('undoes nothing on a paused worker when the bot has just restarted', () => {
    const sim = approved(4, inSwitch('sqlw02', null), { concurrency: 1 });
    sim.paused.add('sqlw04');
    sim.behaviour = inSwitch('sqlw02', 'put-back');
    sim.answer(sim.orders.findLast(({ host, stage }) => host === 'sqlw02' && stage === 'worker-switch') as Order);
    sim.restart();
    sim.settle();
    sim.pass(2_500);
    expect(asked(sim, 'undo')).not.toContain('sqlw04');
    expect(next(sim.rotation(), sim.moment()).attention).toMatchObject([{ host: 'sqlw04', code: 'RunnerPaused' }]);
  });

  test('puts back proved workers too when all is put back', () => {
    const sim = approved(3, inSwitch('sqlw02', 'unknown'), { concurrency: 1 });
    sim.put({ type: 'resolved', id: 'prod-1', choice: 'put-all-back', hosts: ['sqlw02' as never] });
    sim.settle();
    expect(sim.rotation().closed).toMatchObject({ outcome: 'put-back' });
    expect(asked(sim, 'undo', 'worker-switch').toSorted()).toEqual(['sqlw01', 'sqlw02']);
    expect(['sqlw01', 'sqlw02', 'sqlw03'].map((host) => ownOf(sim, host))).toEqual([OWN, OWN, OWN]);
  });

  test('is put back as a whole by a stop', () => {
    const silent: Behaviour = (order) =>
      order.stage === 'worker-switch' && order.kind === 'apply' && order.host === 'sqlw02' ? null : 'ok';
    const sim = approved(3, silent, { concurrency: 1 });
    sim.put({ type: 'stop-asked', id: 'prod-1', by: { id: 'ana', name: 'Ana Ruiz' } });
    sim.settle();
    sim.behaviour = () => 'ok';
    const waiting = sim.orders.find((order) => order.stage === 'worker-switch' && order.host === 'sqlw02') as Order;
    sim.behaviour = () => 'put-back';
    sim.answer(waiting);
    sim.behaviour = () => 'ok';
    sim.settle();
    expect(sim.rotation().closed).toMatchObject({ outcome: 'stopped' });
    expect(ownOf(sim, 'sqlw01')).toBe(OWN);
  });

  test('undoes the preparation everywhere when part of it fails, and restarts nobody', () => {
    const sim = approved(3, (order) => (order.stage === 'master-trust' && order.kind === 'apply' ? 'put-back' : 'ok'));
    expect(sim.rotation().closed).toMatchObject({ outcome: 'put-back', data: { host: 'sqlm01' } });
    expect(asked(sim, 'apply', 'worker-switch')).toEqual([]);
    expect(asked(sim, 'undo', 'worker-create')).toHaveLength(3);
  });

  test('takes back what was prepared from the last stage to the first, each once the one before it has ended', () => {
    const failing = inSwitch('sqlw01', 'put-back');
    const sim = approved(2, (order) =>
      order.kind === 'undo' && order.stage === 'master-trust' ? 'stuck' : failing(order),
    );
    const undone = () => sim.orders.flatMap(({ kind, stage }) => (kind === 'undo' ? [stage] : []));
    const looks = asked(sim, 'look').length;
    sim.pass(10_000);
    expect(undone()).toEqual(['master-trust']);
    expect(asked(sim, 'look')).toHaveLength(looks);
    expect(next(sim.rotation(), sim.moment())).toMatchObject({ actions: [], attention: [] });
    sim.end(sim.orders.find(({ kind }) => kind === 'undo') as Order, 'put-back');
    sim.settle();
    expect(undone()).toEqual(['master-trust', 'worker-trust', 'worker-trust', 'worker-create', 'worker-create']);
    expect(sim.rotation().closed).toMatchObject({ outcome: 'put-back' });
  });

  test.each([
    ['it is not known how that ended', 'unknown', 'ServiceNotRunning'],
    ['it does not answer', null, 'RunnerSilent'],
  ] as const)('needs a person for a worker on which that cannot be taken back: %s', (_, how, code) => {
    const failing = inSwitch('sqlw01', 'put-back');
    const sim = approved(2, (order) =>
      order.kind === 'undo' && order.stage === 'worker-create' && order.host === 'sqlw02' ? how : failing(order),
    );
    sim.pass(60_000, how === null ? ['sqlw02'] : []);
    expect(sim.rotation().closed).toBeNull();
    expect(next(sim.rotation(), sim.moment()).attention).toMatchObject([{ host: 'sqlw02', code }]);
    sim.put({ type: 'resolved', id: 'prod-1', choice: 'leave-behind', hosts: ['sqlw02' as never] });
    sim.settle();
    expect(sim.rotation().closed).toMatchObject({ outcome: 'put-back', data: { left: ['sqlw02'] } });
  });

  test('looks only at the named workers and the master, so that the others may be off', () => {
    const sim = new WorkerSim(farmOf(3));
    Object.assign(sim.wish, { workers: ['sqlw02'] });
    sim.request();
    sim.settle();
    expect(asked(sim, 'look')).toEqual(['sqlm01', 'sqlw02']);
    expect(sim.rotation().plan?.slices.map(({ host }) => host)).toEqual(['sqlm01', 'sqlw02']);
  });
});

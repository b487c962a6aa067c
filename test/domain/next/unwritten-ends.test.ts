import { whyClosed } from '../../../src/app/bot/views/closed/why-closed.ts';
import { unwritableNote } from '../../../src/domain/presence/unwritable.ts';
import type { RotationState } from '../../../src/domain/rotation/rotation.ts';
import type { HostName } from '../../../src/domain/values.ts';
import { approve, farmOf, ID, Sim } from '../sim.ts';

/** A runner that speaks, and takes no order since it cannot write its journal. */
const withFull = (): Sim => {
  const sim = new Sim(farmOf(2), ({ host }) => (sim.full.has(host) ? null : 'ok'));
  sim.full.add('sqlm01');
  sim.request();
  sim.settle();
  return sim;
};

test('a request at a machine that cannot write its journal is refused as soon as it says so, not once its looks have lapsed', () => {
  const sim = withFull();
  // What it said before may be over: nobody has tried to write since.
  sim.pass(5_000);
  expect(sim.rotation().closed).toBeNull();
  sim.pass(15_000);
  expect(sim.rotation().closed).toMatchObject({
    outcome: 'refused',
    data: { code: 'JournalNotWritable', host: 'sqlm01' },
  });
  expect(sim.orders.filter(({ host }) => host === 'sqlm01')).toHaveLength(1);
});

test('a machine that has taken the order is not refused for what it said before', () => {
  const sim = new Sim(farmOf(2));
  sim.full.add('sqlm01');
  sim.request();
  sim.settle();
  sim.pass(15_000);
  expect(sim.rotation().closed).toBeNull();
  expect(sim.rotation().plan).not.toBeNull();
});

test('what a machine says of an end that it cannot write is recorded again if it is heard of that order in between', () => {
  const sim = new Sim(farmOf(), ({ kind, stage, host }) =>
    kind === 'apply' && stage === 'trust' && host === 'sqlw01' ? 'stuck' : 'ok',
  );
  const isMeant = ({ kind, stage, host }: RotationState['orders'][number]): boolean =>
    kind === 'apply' && stage === 'trust' && host === 'sqlw01';
  const order = () => sim.rotation().orders.find(isMeant);
  const { hello } = sim;
  sim.hello = (host) => {
    hello.call(sim, host);
    const told = sim.presence[host];
    const notes = unwritableNote('ENOSPC', new Map([[order()?.n ?? 0, 'put-back']]));
    if (told !== undefined && host === 'sqlw01' && order() !== undefined) sim.presence[host] = { ...told, notes };
  };
  approve(sim);
  sim.pass(20_000);
  expect(order()).toMatchObject({ status: 'accepted', unwritten: { outcome: 'put-back' } });
  expect(order()?.silentSince).not.toBeNull();
  const n = order()?.n ?? 0;
  sim.speak('sqlw01' as HostName, { type: 'failed', n, rotation: ID, step: null, code: 'ServiceStopped', data: {} });
  sim.pass(20_000);
  expect(order()).toMatchObject({ status: 'accepted', unwritten: { outcome: 'put-back' } });
  expect(order()?.silentSince).not.toBeNull();
});

test.each([
  ['before it could not write', false],
  ['after that', true],
])('the end of a rotation says that a machine could be written again only by a look from after that: %s', (_, is) => {
  const sim = approve(new Sim(farmOf()));
  const { orders, ...rest } = sim.rotation();
  const isOf = ({ host }: RotationState['orders'][number]): boolean => host === 'sqlw01';
  const look = orders.find((one) => isOf(one) && one.outcome === 'looked');
  const apply = orders.find((one) => isOf(one) && one.kind === 'apply');
  if (look === undefined || apply === undefined) throw new Error('nothing was ordered there');
  const turned = { host: 'sqlw01' as HostName, stage: 'trust', step: null, code: 'JournalNotWritable', data: {} };
  const why = whyClosed({ ...rest, orders: is ? [apply, look] : [look, apply], turned });
  expect(why).toMatchObject({ data: { code: 'JournalNotWritable', data: is ? { answers: true } : {} } });
  expect(JSON.stringify(why).includes('answers')).toBe(is);
});

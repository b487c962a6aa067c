import { gapOf, lastGap } from '../../../../src/app/bot/views/evidence/gaps.ts';
import { hostRow } from '../../../../src/app/bot/views/running/host-row.ts';
import { runningView } from '../../../../src/app/bot/views/running/running-view.ts';
import type { HostLook } from '../../../../src/domain/machine/host-facts.ts';
import { blindLook, seen } from '../../../../src/domain/machine/ssisdb.ts';
import { next } from '../../../../src/domain/next/index.ts';
import { type ExistingCertificate, NEW } from '../../../../src/domain/plan/plan.ts';
import { masterOf } from '../../../../src/domain/plan/plan-phases.ts';
import type { HostName } from '../../../../src/domain/values.ts';
import { approve, farmOf, Sim } from '../../../domain/sim.ts';
import { closedCard } from '../closed-card.ts';
import { createBotRig } from '../rig.ts';

test('a worker that never saw its master switch is shown as left behind, and not as connected', () => {
  const sim = new Sim(farmOf(3, { gap: { ...farmOf().gap, leaveBehind: 1 } }));
  sim.blind.add('sqlw03');
  approve(sim);
  const row = () => {
    const slice = sim.rotation().plan?.slices.find(({ host }) => host === 'sqlw03');
    if (slice === undefined) throw new Error('it is in no plan');
    return hostRow(sim.rotation(), slice, 'forth', sim.now);
  };
  sim.pass(70_000);
  expect(row()).toMatchObject({ state: 'waiting', what: { id: 'row.armed' } });
  sim.pass(120_000);
  expect(row()).toMatchObject({ state: 'bad', what: { id: 'row.left' } });
});

test('a worker that was sent its order is shown as being armed', () => {
  const sim = new Sim(farmOf(3), (order) => (order.stage === 'workers' && order.host === 'sqlw03' ? null : 'ok'));
  approve(sim);
  const rotation = sim.rotation();
  const rows = rotation.plan?.slices.map((slice) => hostRow(rotation, slice, 'forth', sim.now)) ?? [];
  expect(rows.find(({ host }) => host === 'sqlw03')).toMatchObject({ state: 'running', what: { id: 'row.arming' } });
});

test('the running card says how many workers may be missing, and the closed card whom the request left behind', () => {
  const sim = new Sim(farmOf(3, { gap: { ...farmOf().gap, leaveBehind: 1 } }), (order) =>
    order.kind === 'apply' && order.host === 'sqlw03' ? null : 'ok',
  );
  approve(sim);
  const runs = sim.rotation();
  expect(runningView(runs, next(runs, sim.moment()), null, sim.now)).toMatchObject({ leaveBehind: 1 });
  sim.behaviour = () => 'ok';
  for (const order of sim.orders.filter(({ host }) => host === 'sqlw03')) sim.answer(order);
  sim.settle();
  sim.pass(60_000);
  const ended = sim.rotation();
  expect(ended.closed?.outcome).toBe('proved');
  const asked = { ...ended, wish: { ...ended.wish, leaveBehind: ['sqlw77'] } };
  expect(closedCard(sim.farm, asked, sim.now)?.next).toContainEqual({
    id: 'next.left-outside',
    data: { hosts: ['sqlw77'], isBack: false },
  });
  const ssisdb = {
    ...blindLook('sqlm01', 'sqlcmd-missing' as never),
    now: '2026-11-24T14:00:00.000Z',
    workers: seen([]),
  };
  const looks = { ...asked.looks, sqlm01: { ...asked.looks.sqlm01, ssisdb } as HostLook };
  expect(
    closedCard(sim.farm, { ...asked, looks }, sim.now)?.next.filter(({ id }) => /left-(?:out|un)/u.test(id)),
  ).toEqual([{ id: 'next.left-unseen', data: { hosts: ['sqlw77'] } }]);
  const back = closedCard(sim.farm, { ...asked, wish: { ...asked.wish, of: 'prod-0' } }, sim.now);
  expect(back?.next).toContainEqual({ id: 'next.left-outside', data: { hosts: ['sqlw77'], isBack: true } });
  const { plan } = asked;
  if (plan === null || plan.header.old === null) throw new Error('it replaces nothing');
  const existing = {
    [NEW]: { ...plan.header.old, maker: null, host: masterOf(plan), store: 'My' } as ExistingCertificate,
  };
  const kept = closedCard(sim.farm, { ...asked, plan: { ...plan, header: { ...plan.header, existing } } }, sim.now);
  expect(kept?.next.map(({ id }) => id)).not.toContain('next.left-outside');
});

test.each(['there', 'started anew'])(
  'an armed worker that comes back after the rotation was closed follows, and its order ends (the bot was %s meanwhile)',
  async (bot) => {
    const rig = await createBotRig({
      farm: { gap: { limitMs: 60_000, leaveBehind: 1, canary: 1, concurrency: 50 } },
    });
    await rig.start();
    await rig.approved();
    const orderOf = (name: string, stage: string) =>
      rig.rotation().orders.findLast((one) => one.host === name && one.stage === stage);
    await rig.until(() => orderOf('sqlw02', 'workers')?.armedAt != null);
    await rig.stopRunner('sqlw02');
    await rig.closed();
    expect(rig.rotation().closed).toMatchObject({ outcome: 'left-behind', data: { left: ['sqlw02'] } });
    if (bot === 'started anew') {
      await rig.stopBot();
      await rig.startBot();
    }
    await rig.startRunner('sqlw02');
    await rig.pass(120_000);
    const { made, orders } = rig.rotation();
    const machine = rig.world.machines.get('sqlw02');
    expect(machine?.settings.worker?.MasterHttpsCertThumbprint).toBe(made.new?.certificate.thumbprint);
    expect(orderOf('sqlw02', 'workers')).toMatchObject({ status: 'finished', outcome: 'applied' });
    expect(orders.filter(({ status }) => status === 'accepted')).toEqual([]);
    await rig.stop();
  },
);

test('the gap of a worker that was off for an hour, and followed when it was back, is no measure for the next gap', async () => {
  const rig = await createBotRig({ farm: { gap: { limitMs: 60_000, leaveBehind: 1, canary: 1, concurrency: 50 } } });
  await rig.start();
  await rig.approved();
  const follows = () => rig.rotation().orders.findLast(({ host, stage }) => host === 'sqlw02' && stage === 'workers');
  await rig.until(() => follows()?.armedAt != null);
  await rig.stopRunner('sqlw02');
  await rig.closed();
  const measured = lastGap(rig.state(), 'rotate-master');
  expect(measured).toEqual({ minMs: expect.any(Number), maxMs: measured?.minMs });
  await rig.clock.sleep(3_600_000);
  await rig.startRunner('sqlw02');
  await rig.pass(120_000);
  expect(gapOf(rig.rotation(), 'sqlw02' as HostName, 0).ms).toEqual([expect.any(Number)]);
  expect(lastGap(rig.state(), 'rotate-master')).toEqual(measured);
  await rig.stop();
});

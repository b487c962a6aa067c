import { hostRow } from '../../../../src/app/bot/views/running/host-row.ts';
import { sayPlanned } from '../../../../src/plans/changes.ts';
import { closedCard } from '../closed-card.ts';
import { type BotRig, createBotRig } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

test('a worker whose service is off is neither counted as connected nor measured, and the card says to start it', async () => {
  rig = await createBotRig();
  await rig.start();
  const service = rig.world.machines.get('sqlw02')?.services.worker;
  if (service === undefined) throw new Error('sqlw02');
  service.facts = { ...service.facts, state: 'stopped', pid: 0 };
  await rig.approved();
  await rig.closed();
  const rotation = rig.rotation();
  const view = closedCard(rig.world.farm, rotation, Date.parse(rotation.closed?.at ?? ''));
  expect(view?.outcome).toBe('proved');
  expect(view?.gaps.map(({ host }) => host)).not.toContain('sqlw02');
  const evidence = view?.evidence.map(({ what }) => what) ?? [];
  const all = view?.hosts.length ?? 0;
  const workers = evidence.find(({ id }) => id === 'proof.workers');
  expect(workers?.data).toMatchObject({ connected: all - 1, count: all - 1 });
  expect(evidence).toContainEqual({ id: 'proof.not-connecting', data: { hosts: ['sqlw02'] } });
  expect(view?.next).toContainEqual({ id: 'next.start-service', data: { hosts: ['sqlw02'] } });

  const { plan } = rotation;
  const slice = plan?.slices.find(({ host }) => host === 'sqlw02');
  expect(slice && hostRow(rotation, slice, 'forth', 0)).toMatchObject({
    ms: [],
    cutOff: false,
    what: { id: 'row.off' },
  });
  const checks = plan?.slices.find(({ host }) => host === 'sqlw02')?.stages.workers?.checks ?? [];
  expect(checks.map((check) => plan && sayPlanned(plan, check))).toEqual([null]);
});

import type { Thumbprint } from '../../../../src/domain/values.ts';
import type { NeedsPersonView } from '../../../../src/domain/views/view.ts';
import { type BotRig, createBotRig } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

test('a card about a reconnect names what the master presents now if somebody has changed that meanwhile', async () => {
  rig = await createBotRig();
  await rig.start();
  await rig.approved();
  await rig.closed();
  const old = rig.rotation().plan?.header.old?.thumbprint as Thumbprint;
  const settings = rig.world.machines.get('sqlw02')?.settings.worker;
  if (settings === undefined) throw new Error('no worker');
  Object.assign(settings, { MasterHttpsCertThumbprint: old });
  await rig.type('mei', '/ssis reconnect sqlw02 because It is back');
  await rig.planned('prod-2');
  await rig.vote('ana', 'approve', 'prod-2');
  const master = rig.world.machines.get('sqlm01');
  if (master === undefined) throw new Error('no master');
  rig.world.machines.get('sqlw02')?.faults.set('service.restart', { kind: 'fail', times: 1 });
  await rig.vote('tom', 'approve', 'prod-2');
  master.bindings = master.bindings.map((binding) => ({ ...binding, thumbprint: old }));
  const card = (): NeedsPersonView | undefined =>
    rig.chat.cards().find((view): view is NeedsPersonView => view.kind === 'needs-person');
  await rig.until(() => card() !== undefined);
  expect(card()?.unknown).toEqual(['sqlm01']);
  expect(card()?.rows.find(({ host }) => host === 'sqlm01')).toMatchObject({
    state: 'unknown',
    what: { id: 'row.presents', data: { thumbprint: `${old.slice(0, 6)}…${old.slice(-4)}` } },
  });
});

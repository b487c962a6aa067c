import { SERVICE_SID } from '../../runner/world.ts';
import { type BotRig, createBotRig } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

test('a plan names the accounts that may read the new key, and gives the SID of one that no machine could name', async () => {
  rig = await createBotRig();
  await rig.start();
  await rig.type('mei', '/ssis rotate-master because Yearly renewal');
  await rig.planned();
  await rig.until(() => rig.chat.cards().some(({ kind }) => kind === 'plan'));
  const plan = rig.chat.cards().find((view) => view.kind === 'plan');
  const lines = plan?.kind === 'plan' ? plan.changes.flatMap((group) => group.lines) : [];
  const readers = lines.find(({ id }) => id === 'step.create-certificate')?.data.readers;
  expect(readers).toContain('NT Service\\SSISScaleOutMaster160');
  expect(readers).not.toContain(SERVICE_SID);
  expect(readers).toContain('S-1-5-21-1-2-3-1104');
});

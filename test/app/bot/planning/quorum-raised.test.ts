import type { NeedsPersonView } from '../../../../src/domain/views/view.ts';
import { type BotRig, createBotRig } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

const card = (): NeedsPersonView => {
  const view = rig.chat.cards().findLast((one): one is NeedsPersonView => one.kind === 'needs-person');
  if (view === undefined) throw new Error('nobody is asked');
  return view;
};

test('a quorum beyond reach shows on the card of an open question as soon as the farm file is taken', async () => {
  rig = await createBotRig();
  await rig.start();
  await rig.approved();
  await rig.stopRunner('sqlw01');
  await rig.until(() => rig.chat.cards().at(-1)?.kind === 'needs-person');
  await rig.click('mei', 'put-back', { rotation: 'prod-1', digest: card().digest });
  await rig.until(() => card().asked !== null);
  expect(card()).toMatchObject({ needed: 2, mayApprove: [{ id: 'ana' }, { id: 'tom' }, { id: 'wei' }] });
  await rig.stopBot();
  Object.assign(rig.farm.approval, { quorum: 5 });
  await rig.startBot();
  await rig.until(() => card().needed > card().mayApprove.length, 120_000);
  expect(card()).toMatchObject({ needed: 5, mayApprove: [{ id: 'ana' }, { id: 'tom' }, { id: 'wei' }] });
});

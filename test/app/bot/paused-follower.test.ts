import { type BotRig, createBotRig } from './rig.ts';

const WORKER = 'sqlw02';

let rig: BotRig;
beforeEach(async () => {
  rig = await createBotRig();
  await rig.start();
});
afterEach(() => rig.stop());

const waiting = () => {
  const view = rig.chat.cards().at(-1);
  return view?.kind === 'running' ? view.waiting : null;
};

test('a worker that somebody paused after the master was told to switch is named while it does not follow', async () => {
  await rig.approved();
  const isOut = () => rig.rotation().orders.some(({ stage, kind }) => stage === 'master' && kind === 'apply');
  await rig.until(isOut);
  rig.pause(WORKER, true);
  await rig.until(() => waiting() !== null);
  expect(waiting()).toEqual({ id: 'waiting.paused', data: { hosts: [WORKER] } });
  rig.pause(WORKER, false);
  await rig.closed();
  expect(rig.rotation().closed?.outcome).toBe('proved');
});

import { type BotRig, createBotRig } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig?.stop());

const WORKER = 'sqlw01';
const entriesOf = (name: string) => (rig.runnerDisks.get(name)?.lines ?? []).map(({ line: { entry } }) => entry);

test('A worker that is armed stays so when a request that only shows a plan has it looked at', async () => {
  rig = await createBotRig();
  await rig.start();
  await rig.approved();
  await rig.until(() =>
    rig.rotation().orders.some(({ stage, status }) => stage === 'rehearse' && status === 'finished'),
  );
  await rig.stopRunner('sqlw02');
  const armed = () => rig.rotation().orders.find(({ stage, host }) => stage === 'workers' && host === WORKER);
  await rig.until(() => armed()?.armedAt != null);
  await rig.type('mei', '/ssis plan rotate-master because the card is to be seen');
  await rig.pass(20_000);
  const n = armed()?.n ?? 0;
  expect(entriesOf(WORKER).some((entry) => entry.type === 'accepted' && entry.kind === 'look' && entry.n > n)).toBe(
    true,
  );
  expect(armed()?.status).toBe('accepted');
  await rig.startRunner('sqlw02');
  await rig.closed();
  expect(rig.rotation().closed?.outcome).toBe('proved');
  expect(entriesOf(WORKER).filter((entry) => entry.type === 'finished' && entry.n === n)).toMatchObject([
    { outcome: 'applied' },
  ]);
});

import { blindLook, seen } from '../../../../src/domain/machine/ssisdb.ts';
import { type BotRig, createBotRig } from '../rig.ts';

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

test('a master that is paused while packages are waited for is named, as it would refuse to switch afterwards', async () => {
  const machine = rig.world.machines.get('sqlm01');
  if (machine === undefined) throw new Error('no master');
  const one = { id: '20001', project: 'Warehouse', package: 'LoadOrders.dtsx', since: null, worker: 'SQLW01' };
  const ssisdb = { ...blindLook('sqlm01', 'no-role', { login: 'x', roles: [] }), running: seen([one]) };
  Object.defineProperty(machine, 'ssisdb', { configurable: true, get: () => ssisdb });
  await rig.approved();
  await rig.until(() => waiting()?.id === 'waiting.packages');
  expect(waiting()?.data).not.toHaveProperty('refusing');
  rig.pause('sqlm01', true);
  await rig.until(() => waiting()?.data.refusing !== undefined);
  expect(waiting()).toMatchObject({ id: 'waiting.packages', data: { refusing: ['sqlm01'] } });
});

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

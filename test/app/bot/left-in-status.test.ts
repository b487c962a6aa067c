import { type BotRig, createBotRig, saidOf } from './rig.ts';

const LEFT = 'sqlw02';

let rig: BotRig;
afterEach(() => rig.stop());

const card = () => rig.chat.cards().at(-1);
const asked = () => {
  const view = card();
  if (view?.kind !== 'needs-person') throw new Error(`nobody is asked: ${view?.kind}`);
  return view;
};
const status = async () => saidOf(await rig.type('mei', '/ssis status'));

/** Its service hangs at its start, or somebody has got it to run, on what its master presents again. */
function become(state: 'start-pending' | 'running'): void {
  const { settings, services } = rig.world.machines.get(LEFT) ?? {};
  if (settings?.worker === undefined || services?.worker === undefined) throw new Error(LEFT);
  settings.worker.MasterHttpsCertThumbprint = rig.world.old.thumbprint;
  services.worker.read = { ...settings.worker };
  services.worker.facts = { ...services.worker.facts, state, pid: 4711 };
}

test('status names a worker that a put-back left behind until a look has shown it connected, and not only until the next look', async () => {
  rig = await createBotRig();
  await rig.start();
  rig.world.machines.get(LEFT)?.faults.set('service.restart', { kind: 'fail', times: 500 });
  await rig.approved();
  await rig.until(() => card()?.kind === 'needs-person');
  become('start-pending');
  const click = (who: string, verb: string) => rig.click(who, verb, { rotation: 'prod-1', digest: asked().digest });
  await click('mei', 'leave');
  await rig.until(() => asked().asked !== null);
  for (const who of ['ana', 'tom']) await click(who, 'approve');
  await rig.closed();
  expect(rig.rotation().closed).toMatchObject({ outcome: 'put-back', data: { left: [LEFT] } });
  expect(await status()).toContain('status.left-behind');
  const at = rig.state().latest[LEFT]?.at;
  await rig.until(() => rig.state().latest[LEFT]?.at !== at);
  const lines = await status();
  expect(lines).toContain('status.left-not-back');
  expect(lines).not.toContain('status.left-behind');
  become('running');
  rig.clock.set(rig.clock.now() + 3_700_000);
  await rig.pass(20_000);
  await rig.type('mei', '/ssis certs');
  await rig.until(() => rig.rotation().rejoined[LEFT] !== undefined);
  expect(await status()).not.toContain('status.left-not-back');
});

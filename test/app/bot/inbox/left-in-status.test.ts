import { gapBars, isSeenStopped } from '../../../../src/app/bot/views/closed/gap-bars.ts';
import type { RotationState } from '../../../../src/domain/rotation/rotation.ts';
import type { HostName } from '../../../../src/domain/values.ts';
import { type BotRig, createBotRig, saidOf } from '../rig.ts';

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

/** Its service is stopped, or hangs at its start, or somebody has got it to run, on what its master presents again. */
function become(state: 'stopped' | 'start-pending' | 'running'): void {
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

test('the card of a put-back says of a worker that was left behind stopped that it is still cut off, and not of one that runs', async () => {
  rig = await createBotRig();
  await rig.start();
  rig.world.machines.get(LEFT)?.faults.set('service.restart', { kind: 'fail', times: 500 });
  await rig.approved();
  await rig.until(() => card()?.kind === 'needs-person');
  become('stopped');
  const click = (who: string, verb: string) => rig.click(who, verb, { rotation: 'prod-1', digest: asked().digest });
  await click('mei', 'look');
  await rig.until(() => rig.rotation().proofs[LEFT] !== undefined && card()?.kind === 'needs-person');
  await click('mei', 'leave');
  await rig.until(() => asked().asked !== null);
  for (const who of ['ana', 'tom']) await click(who, 'approve');
  await rig.closed();
  const { closed, proofs, ...rotation } = rig.rotation();
  expect(closed).toMatchObject({ outcome: 'put-back', data: { left: [LEFT] } });
  const bar = (seen: typeof proofs) =>
    gapBars({ ...rotation, closed, proofs: seen }, false, rig.clock.now()).find(({ host }) => host === LEFT);
  expect(bar(proofs)).toEqual({ host: LEFT, ms: [], failed: true, still: true });
  const { worker } = proofs[LEFT] ?? {};
  if (worker == null) throw new Error(LEFT);
  const running = { ...worker, service: { ...worker.service, state: 'running' as const } };
  expect(bar({ ...proofs, [LEFT]: { ...proofs[LEFT], worker: running } as never })?.still).toBeUndefined();
});

test('the same where nobody has looked, but its runner said that its service is stopped', () => {
  const order = { host: LEFT, status: 'finished', kind: 'undo', code: 'ServiceNotRunning' };
  const told = (data: object) =>
    isSeenStopped({ orders: [{ ...order, data }], proofs: {} } as unknown as RotationState, LEFT as HostName);
  expect(told({ found: 'stopped', wanted: 'running' })).toBe(true);
  expect(told({ found: { state: 'stopped', pid: 0 } })).toBe(true);
  expect(told({ found: 'start-pending' })).toBe(false);
});

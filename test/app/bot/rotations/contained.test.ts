import { ageOf, agesOf } from '../../../../src/app/bot/views/console/certificate-ages.ts';
import { timelineOf } from '../../../../src/app/bot/views/console/timeline.ts';
import type { ClosedView } from '../../../../src/domain/views/view.ts';
import { type BotRig, createBotRig, saidOf } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

const rotated = (id: string, line: string): Promise<void> => requested(id, `rotate-worker sqlw01 ${line}`);

async function requested(id: string, line: string): Promise<void> {
  await rig.type('mei', `/ssis ${line}`);
  await rig.planned(id);
  for (const who of ['ana', 'tom']) await rig.vote(who, 'approve', id);
  await rig.until(() => rig.rotation(id).closed !== null);
}
const status = async () => await rig.type('mei', '/ssis status');

test('status names a worker that is cut off because its key was contained, before any look shows it, until it is mended', async () => {
  rig = await createBotRig();
  await rig.start();
  await rotated('prod-1', 'because Yearly');
  expect(saidOf(await status())).not.toContain('status.contained');
  rig.world.machines.get('sqlw01')?.faults.set('setting.write', { kind: 'fail', times: 1 });
  await rotated('prod-2', 'compromised because The key was on a lost backup');
  expect(rig.rotation('prod-2').closed?.outcome).toBe('contained');
  const timeline = timelineOf(rig.rotation('prod-2'), rig.clock.now());
  // Nobody is put back at the limit.
  expect(timeline?.contains).toBe(true);
  const lanes = timeline?.lanes ?? [];
  expect(lanes.map(({ host, segments }) => [host, segments[1]?.kind])).toEqual([['sqlw01', 'cut']]);
  const said = await status();
  const lines = said.type === 'notice' ? said.notice.messages : [];
  expect(lines).toContainEqual({ id: 'status.contained', data: { id: 'prod-2', hosts: ['sqlw01'] } });
  const gaps = () => rig.chat.cards().findLast((view): view is ClosedView => view.kind === 'closed')?.gaps;
  await rig.until(() => gaps()?.some(({ still }) => still === true) === true);
  expect(gaps()).toEqual([{ host: 'sqlw01', ms: [], failed: true, still: true }]);
  await rotated('prod-3', 'compromised because The key was on a lost backup');
  expect(rig.rotation('prod-3').closed?.outcome).toBe('proved');
  expect(saidOf(await status())).not.toContain('status.contained');
});

test('a contained worker that stays away is not offered a restart, which would not bring it back, but a new certificate', async () => {
  rig = await createBotRig();
  await rig.start();
  await rotated('prod-1', 'because Yearly');
  const machine = rig.world.machines.get('sqlw01');
  machine?.faults.set('setting.write', { kind: 'fail', times: 1 });
  // Whatever it does, its master does not let it in.
  Object.defineProperty(machine, 'staysAway', { value: true });
  Object.defineProperty(machine, 'refusedAtStart', { get: () => true, set: () => {} });
  await rotated('prod-2', 'compromised because The key was on a lost backup');
  expect(rig.rotation('prod-2').closed?.outcome).toBe('contained');
  const isTold = ({ views }: { views: readonly object[] }) => JSON.stringify(views[0]).includes('"told.apart"');
  for (let at = 0; at < 20 && !rig.chat.messages.some(isTold); at += 1) {
    rig.clock.set(rig.clock.now() + 55_000);
    await rig.pass(5_000);
  }
  expect(rig.chat.messages.find(isTold)?.views[0]).toMatchObject({
    messages: [{ data: { host: 'sqlw01', contained: true } }],
    actions: [{ verb: 'ask', data: { request: 'rotate-worker sqlw01 compromised' } }],
  });
});

const WORKERS = ['sqlw01', 'sqlw02', 'sqlw03', 'sqlw04'];

test('more contained workers than get a word each are told in one that speaks of new certificates, not of a restart', async () => {
  const workers = WORKERS.map((name) => [name, ['worker' as const]]);
  rig = await createBotRig({ hosts: { sqlm01: ['master'], ...Object.fromEntries(workers) } });
  await rig.start();
  await requested('prod-1', 'rotate-worker all because Yearly');
  for (const name of WORKERS) {
    const machine = rig.world.machines.get(name);
    machine?.faults.set('setting.write', { kind: 'fail', times: 1 });
    Object.defineProperty(machine, 'staysAway', { value: true });
    Object.defineProperty(machine, 'refusedAtStart', { get: () => true, set: () => {} });
  }
  await requested('prod-2', `rotate-worker ${WORKERS.join(' ')} compromised because Lost backup`);
  expect(rig.rotation('prod-2').closed?.outcome).toBe('contained');
  const told = (id: string) => rig.chat.messages.find(({ views }) => JSON.stringify(views[0]).includes(`"${id}"`));
  for (let at = 0; at < 20 && told('told.contained-many') === undefined; at += 1) {
    rig.clock.set(rig.clock.now() + 55_000);
    await rig.pass(5_000);
  }
  expect(told('told.contained-many')?.views[0]).toMatchObject({
    messages: [{ data: { hosts: WORKERS } }],
    actions: [{ verb: 'ask', data: { request: `rotate-worker ${WORKERS.join(' ')} compromised` } }],
  });
  expect(told('told.apart-many')).toBeUndefined();
  expect(saidOf(await status())).toContain('told.contained-many');
});

test('after a rotation was put back, the certificate that everybody is on is no old one', async () => {
  rig = await createBotRig();
  await rig.start();
  rig.world.machines.get('sqlw01')?.faults.set('setting.write', { kind: 'fail', times: 1 });
  await requested('prod-1', 'rotate-master because Yearly');
  expect(rig.rotation('prod-1').closed?.outcome).toBe('put-back');
  expect(ageOf(rig.world.old.thumbprint, agesOf(rig.rotation('prod-1')))).toBe('only');
});

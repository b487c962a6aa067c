import { blindLook, type SsisdbLook, seen } from '../../../../src/domain/machine/ssisdb.ts';
import type { NoticeView } from '../../../../src/domain/views/view.ts';
import { type BotRig, createBotRig, saidOf } from '../rig.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

let rig: BotRig;
beforeEach(async () => {
  rig = await createBotRig();
  await rig.start();
});
afterEach(() => rig.stop());

/** As it was first posted: what is over is changed in place. */
const told = (id: string): readonly NoticeView[] =>
  rig.chat.messages
    .flatMap(({ views }) => views.slice(0, 1))
    .filter((view): view is NoticeView => view.kind === 'notice' && view.messages[0]?.id === id);
/** As it stands now. */
const stands = (): readonly NoticeView[] =>
  rig.chat.cards().filter((view): view is NoticeView => view.kind === 'notice');

const machine = (host: string) => {
  const found = rig.world.machines.get(host);
  if (found === undefined) throw new Error(host);
  return found;
};

/** A worker that was thrown out when its master restarted, and does not try again. */
const loses = (host: string) => Object.assign(machine(host), { staysAway: true, refusedAtStart: true });

async function rotated(line: string, id: string): Promise<void> {
  expect(saidOf(await rig.type('mei', `/ssis ${line} because The key was on a lost backup`))).toEqual(['looking']);
  await rig.planned(id);
  for (const who of ['ana', 'tom']) await rig.vote(who, 'approve', id);
  await rig.closed(id);
  expect(rig.rotation(id).closed).toMatchObject({ outcome: 'proved' });
}

async function minutes(count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    rig.clock.set(rig.clock.now() + MINUTE - 5_000);
    await rig.pass(5_000);
  }
}

test('a worker outside of a containment that does not come back after the master’s restart is reported with a way back', async () => {
  await rotated('rotate-master', 'prod-1');
  await rotated('rotate-worker sqlw02', 'prod-2');
  await rotated('rotate-worker sqlw02 compromised', 'prod-3');
  loses('sqlw01');
  await minutes(4);
  expect(told('told.apart')).toEqual([]);
  await minutes(10);
  const presented = rig.state().latest.sqlm01?.master?.sslCertThumbprint;
  expect(told('told.apart')).toMatchObject([
    {
      messages: [{ data: { farm: 'prod', host: 'sqlw01', master: 'sqlm01', presented } }],
      actions: [{ verb: 'ask', data: { request: 'reconnect sqlw01', farm: 'prod', reason: '' } }],
    },
  ]);
  expect(saidOf(await rig.type('mei', '/ssis status'))).toContain('told.apart');
  await rotated('reconnect sqlw01', 'prod-4');
  await minutes(1);
  expect(saidOf(await rig.type('mei', '/ssis status'))).not.toContain('told.apart');
  expect([told('told.apart').length, told('told.connected').length]).toEqual([1, 1]);
  expect(stands()).toContainEqual({
    kind: 'notice',
    messages: [{ id: 'told.offer-done', data: { id: 'prod-4', by: 'Mei Lin', hosts: ['sqlw01'] } }],
    actions: [expect.objectContaining({ verb: 'show', data: { rotation: 'prod-4' } })],
  });
  await minutes(15);
  expect([told('told.apart').length, told('told.connected').length]).toEqual([1, 1]);
});

test('nothing is said when all workers come back, and the one outside of the containment is looked at once', async () => {
  await rotated('rotate-worker sqlw02', 'prod-1');
  await rotated('rotate-worker sqlw02 compromised', 'prod-2');
  const before = rig.state().hosts.sqlw01?.n ?? 0;
  await minutes(20);
  expect(told('told.apart')).toEqual([]);
  expect((rig.state().hosts.sqlw01?.n ?? 0) - before).toBe(1);
});

test('the daily look finds a worker that SSISDB has not seen for a day, although its log says that it is connected; it and its return are reported once each', async () => {
  const now = () => new Date(rig.clock.now()).toISOString();
  const rows = (lastOnline: () => string): SsisdbLook => ({
    ...blindLook('sqlm01', 'no-role'),
    now: now(),
    workers: seen([
      { machine: 'SQLW01', lastOnline: lastOnline(), enabled: true },
      { machine: 'SQLW02', lastOnline: now(), enabled: true },
    ]),
  });
  const long = now();
  const { blind } = machine('sqlw01');
  blind.add('tcp');
  Object.defineProperty(machine('sqlm01'), 'ssisdb', {
    get: () => rows(() => long),
    set: () => {},
    configurable: true,
  });
  rig.clock.set(rig.clock.now() + DAY);
  await rig.pass(20_000);
  await rig.remind();
  await rig.pass(2_000);
  expect(told('told.apart')).toEqual([]);
  await minutes(8);
  expect(told('told.apart')).toMatchObject([{ messages: [{ data: { host: 'sqlw01' } }] }]);
  expect(rig.state().latest.sqlw01?.worker?.connection.log?.state).toBe('connected');
  Object.defineProperty(machine('sqlm01'), 'ssisdb', { get: () => rows(now), configurable: true });
  rig.clock.set(rig.clock.now() + DAY);
  await rig.pass(20_000);
  await rig.remind();
  await rig.pass(2_000);
  expect([told('told.apart').length, told('told.connected').length]).toEqual([1, 1]);
});

import { say } from '../../../../cards/wording/index.ts';
import { CertopsError } from '../../../../src/domain/errors.ts';
import type { NeedsPersonView } from '../../../../src/domain/views/view.ts';
import { stateOf } from '../../runner/rig.ts';
import { type BotRig, createBotRig, saidOf } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

const card = (): NeedsPersonView => {
  const view = rig.chat.cards().at(-1);
  if (view?.kind !== 'needs-person') throw new Error(`no such card: ${view?.kind}`);
  return view;
};
const isAsked = (): boolean => rig.chat.cards().at(-1)?.kind === 'needs-person';
const click = async (who: string, verb: string) =>
  saidOf(await rig.click(who, verb, { rotation: 'prod-1', digest: card().digest }));
const looks = (): number => rig.rotation().orders.filter(({ kind }) => kind === 'look').length;

/** The master's service does not start, on the way forward or back, and two people decide what becomes of it. */
async function putBackAsked(): Promise<void> {
  rig = await createBotRig();
  await rig.start();
  rig.world.machines.get('sqlm01')?.faults.set('service.restart', { kind: 'fail', times: 50 });
  await rig.approved();
  await rig.until(isAsked);
  expect(await click('mei', 'put-back')).toEqual(['resolve.put-all-back']);
  await rig.until(() => card().asked !== null);
  expect(await click('ana', 'approve')).toEqual(['approved']);
  await rig.until(() => card().votes.length === 1);
}

test('a second look while a decision is pending leaves that decision and its vote as they are', async () => {
  await putBackAsked();
  const [before, { digest }] = [looks(), card()];
  expect(await click('tom', 'look')).toEqual(['resolve.look-again']);
  await rig.until(() => rig.rotation().resolve?.look === null);
  expect(looks()).toBeGreaterThan(before);
  await rig.until(isAsked);
  expect(card()).toMatchObject({
    digest,
    asked: { choice: 'put-all-back' },
    needed: 1,
    votes: [{ by: { id: 'ana' } }],
  });
  expect(await click('tom', 'put-back')).toEqual(['refused.decides-already']);
  rig.world.machines.get('sqlm01')?.faults.delete('service.restart');
  expect(await click('tom', 'approve')).toEqual(['approved']);
  await rig.closed();
  expect(rig.rotation().closed?.outcome).toBe('put-back');
});

test('a second look that finds nothing new asks a machine less and less often for half a minute, and then says that it is over', async () => {
  await putBackAsked();
  const before = rig.rotation().orders.length;
  const begun = rig.clock.now();
  expect(await click('tom', 'look')).toEqual(['resolve.look-again']);
  await rig.until(() => rig.rotation().resolve?.look === null);
  const asked = rig
    .rotation()
    .orders.slice(before)
    .filter(({ kind, host }) => kind === 'look' && host === 'sqlm01')
    .map(({ issued }) => Math.round((Date.parse(issued) - begun) / 1000));
  expect(asked.length).toBeLessThan(11);
  expect(asked.at(-1)).toBeGreaterThan(24);
  // The card is as it was: who asked is told that it is over.
  const told = () =>
    rig.chat.notes.flatMap(({ notice }) => notice.messages.filter(({ id }) => id === 'note.looked-again'));
  await rig.until(() => told().length === 1);
  expect(told()[0]?.data).toMatchObject({ id: 'prod-1', by: 'Tom Becker', at: expect.any(String) });
});

test('somebody who asks for a look again and again puts off neither its end nor the decision that waits for it', async () => {
  await putBackAsked();
  const before = rig.disk.lines.length;
  for (let n = 0; n < 50; n += 1) expect(await click('mei', 'look')).toEqual(['resolve.look-again']);
  expect(rig.disk.lines.length - before).toBeLessThan(10);
  rig.world.machines.get('sqlm01')?.faults.delete('service.restart');
  expect(await click('tom', 'approve')).toEqual(['approved']);
  for (let n = 0; n < 60 && rig.rotation().closed === null; n += 1) {
    await rig.click('mei', 'look', { rotation: 'prod-1', digest: '' });
    await rig.pass(2_000);
  }
  expect(rig.rotation().closed?.outcome).toBe('put-back');
});

test('a second look that finds the way back gone does not say that it found nothing new', async () => {
  rig = await createBotRig();
  await rig.start();
  const master = rig.world.machines.get('sqlm01');
  master?.faults.set('service.restart', { kind: 'fail', times: 50 });
  await rig.approved();
  await rig.until(isAsked);
  master?.stores.Root.delete(rig.world.old.thumbprint);
  const { digest } = card();
  expect(await click('tom', 'look')).toEqual(['resolve.look-again']);
  const told = () =>
    rig.chat.notes.flatMap(({ notice }) => notice.messages.filter(({ id }) => id === 'note.looked-again'));
  await rig.until(() => told().length === 1);
  await rig.until(() => isAsked() && card().digest !== digest);
  expect(told().map((one) => say(one, 'en'))).toEqual([expect.stringContaining('its card shows what was found')]);
  expect(told().map((one) => say(one, 'zh-CN'))).toEqual([expect.stringContaining('卡片显示查看的结果')]);
});

test('after a second look that finds the machine well, nobody’s decision is needed any more', async () => {
  await putBackAsked();
  const master = rig.world.machines.get('sqlm01');
  master?.faults.delete('service.restart');
  expect(await click('tom', 'look')).toEqual(['resolve.look-again']);
  await rig.closed();
  expect(rig.rotation().closed?.outcome).toBe('put-back');
});

test('a machine that a second look found as it was is shown so beside one that is still in question', async () => {
  rig = await createBotRig();
  await rig.start();
  rig.world.machines.get('sqlm01')?.faults.set('cer.publish', { kind: 'fail', times: 1 });
  for (const name of ['sqlw01', 'sqlw02'])
    rig.world.machines.get(name)?.faults.set('certificate.remove', { kind: 'fail', times: 50 });
  await rig.approved();
  await rig.until(() => rig.rotation().turned !== null);
  const service = rig.world.machines.get('sqlw02')?.services.worker;
  if (service !== undefined) service.facts = { ...service.facts, state: 'stopped', pid: 0 };
  await rig.until(isAsked);
  expect(card().unknown).toEqual(['sqlw01', 'sqlw02']);
  expect(await click('tom', 'look')).toEqual(['resolve.look-again']);
  await rig.until(() => isAsked() && card().unknown.length === 1);
  expect(
    card()
      .rows.map(({ host, state, what }) => [host, state, what.id])
      .slice(1),
  ).toEqual([
    ['sqlw01', 'good', 'row.put-back'],
    ['sqlw02', 'unknown', 'row.unknown'],
  ]);
});

test.each([
  // Nobody behind the master has been told to go back before it has.
  ['sqlm01', 'rest'],
  ['sqlw02', 'once-more'],
])(
  'a put-back broken off by a hanging tool on %s is finished not by a second look but by putting all back, once the tool answers',
  async (name, back) => {
    rig = await createBotRig();
    const { windowsHost } = rig.world;
    let tool: 'well' | 'hangs' | 'mended' = 'well';
    const hung = async (): Promise<never> => {
      await rig.clock.sleep(60_000);
      throw new CertopsError('ToolTimedOut', { tool: 'reg', args: [], limitMs: 60_000 });
    };
    rig.world.windowsHost = (of, ...more) => {
      const host = windowsHost(of, ...more);
      const perform: typeof host.perform = async (change, signal) => {
        if (of === name && change.type === 'service.restart' && tool === 'well') tool = 'hangs';
        return host.perform(change, signal);
      };
      const isHung = (key: string): boolean => of === name && tool === 'hangs' && key.endsWith('Thumbprint');
      const setting: typeof host.setting = async (role, key) => (isHung(key) ? hung() : host.setting(role, key));
      return { ...host, perform, setting };
    };
    await rig.start();
    const machine = rig.world.machines.get(name);
    const before = structuredClone(stateOf(machine));
    machine?.faults.set('service.restart', { kind: 'fail', times: 1 });
    await rig.approved();
    await rig.until(isAsked);
    expect(await click('mei', 'look')).toEqual(['resolve.look-again']);
    await rig.pass(180_000);
    await rig.until(isAsked);
    expect([rig.rotation().closed, card().unknown, card().back]).toEqual([null, [name], back]);
    tool = 'mended';
    expect(await click('mei', 'put-back')).toEqual(['resolve.put-all-back']);
    await rig.until(() => card().asked !== null);
    for (const who of ['ana', 'tom']) expect(await click(who, 'approve')).toEqual(['approved']);
    await rig.closed();
    expect(rig.rotation().closed).toMatchObject({ outcome: 'put-back', data: { left: [] } });
    expect(stateOf(machine)).toEqual(before);
  },
);

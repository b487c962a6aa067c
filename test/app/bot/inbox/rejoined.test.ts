import type { Desk } from '../../../../src/app/bot/desk.ts';
import { linesOfBehind } from '../../../../src/app/bot/inbox/workers-behind.ts';
import type { ClosedView } from '../../../../src/domain/views/view.ts';
import { type BotRig, createBotRig, saidOf } from '../rig.ts';

const LEFT = 'sqlw02';

let rig: BotRig;
beforeEach(async () => {
  rig = await createBotRig({ farm: { gap: { limitMs: 60_000, leaveBehind: 1, canary: 1, concurrency: 50 } } });
  await rig.start();
});
afterEach(() => rig.stop());

/** Every state that the card of a rotation showed once it had ended. */
const ends = (id = 'prod-1'): readonly ClosedView[] =>
  rig.chat.messages.flatMap(({ views }) =>
    views.filter((view): view is ClosedView => view.kind === 'closed' && view.id === id),
  );
const ended = (id?: string): ClosedView => {
  const view = ends(id).at(-1);
  if (view === undefined) throw new Error('no card tells of an end');
  return view;
};
const worker = () => {
  const machine = rig.world.machines.get(LEFT);
  const settings = machine?.settings.worker;
  if (machine === undefined || settings === undefined) throw new Error(LEFT);
  return { machine, settings };
};
const made = (id = 'prod-1') => rig.rotation(id).made.new?.certificate.thumbprint ?? '';
const isCutOff = (view: ClosedView): boolean =>
  view.why?.id === 'why.left' ||
  view.gaps.some(({ still }) => still) ||
  view.next.some(({ id }) => id === 'next.left-behind');
const back = (view: ClosedView) => view.evidence.filter(({ what }) => what.id === 'proof.rejoined');
const follows = () => rig.rotation().orders.findLast(({ host, stage }) => host === LEFT && stage === 'workers');

/** Its runner is away from before the master switches until that long after. */
async function leaveBehind({ forMs = 300_000 } = {}): Promise<void> {
  await rig.approved();
  await rig.until(() => follows()?.armedAt != null);
  await rig.stopRunner(LEFT);
  await rig.closed();
  await rig.pass(forMs);
  expect(rig.rotation().closed?.outcome).toBe('left-behind');
  expect(isCutOff(ended())).toBe(true);
  expect(ended().everywhere).toBeUndefined();
}

/** Its runner forgets what it was told, as one does that is set up anew. */
async function startWithoutOrder(): Promise<void> {
  rig.runnerDisks.get(LEFT)?.lines.splice(0);
  await rig.startRunner(LEFT);
}

const status = async () => saidOf(await rig.type('mei', '/ssis status'));

/** Of what was looked at within the hour nobody asks anew. */
async function look(): Promise<void> {
  rig.clock.set(rig.clock.now() + 3_700_000);
  await rig.pass(20_000);
  await rig.type('mei', '/ssis certs');
  await rig.pass(30_000);
}

/** As somebody does at the machine: only then its service reads what its settings say. */
function restart(): void {
  const { machine, settings } = worker();
  const { worker: service } = machine.services;
  if (service === undefined) throw new Error(LEFT);
  service.read = { ...settings };
  service.facts = { ...service.facts, pid: service.facts.pid + 1 };
}

async function request(line: string, id: string): Promise<void> {
  await rig.type('mei', `/ssis ${line} because It is back`);
  await rig.planned(id);
  for (const who of ['ana', 'tom']) await rig.vote(who, 'approve', id);
  await rig.closed(id);
  await rig.pass(10_000);
  expect(rig.rotation(id).closed?.outcome).toBe('proved');
}

describe('A worker that was left behind', () => {
  test('is no longer named once it is gone from the farm file', async () => {
    await leaveBehind();
    const { farm, state } = rig;
    const named = (hosts: typeof farm.hosts) =>
      linesOfBehind({ farm: { ...farm, hosts }, state } as Desk).map(({ id }) => id);
    expect(named(farm.hosts)).toEqual(['status.left-behind']);
    expect(named(farm.hosts.filter(({ name }) => name !== LEFT))).toEqual([]);
  });

  test('and follows by itself once its runner is back is no longer called cut off, and its card changes just once', async () => {
    await leaveBehind();
    const before = ends().length;
    const notes = rig.chat.notes.length;
    await rig.startRunner(LEFT);
    await rig.pass(120_000);
    expect(ends()).toHaveLength(before + 1);
    expect(isCutOff(ended())).toBe(false);
    expect(ended().everywhere).toBe(true);
    expect(back(ended())).toMatchObject([{ state: 'good', what: { data: { hosts: [LEFT], thumbprint: made() } } }]);
    // How long it was cut off was measured: from the switch to its own first connection.
    expect(ended().gaps.find(({ host }) => host === LEFT)).toMatchObject({ ms: [expect.any(Number)], failed: true });
    expect(rig.chat.notes).toHaveLength(notes);
    expect(rig.state().words.filter(({ key }) => key.includes(LEFT))).toEqual([]);
    await rig.type('mei', '/ssis certs');
    await rig.pass(30_000);
    await rig.stopBot();
    await rig.startBot();
    await rig.pass(30_000);
    expect(rig.rotation().rejoined[LEFT]).toMatchObject({ presented: made() });
    expect(
      new Set(
        ends()
          .slice(before)
          .map((view) => JSON.stringify(view)),
      ).size,
    ).toBe(1);
  });

  test('and is put in line by a reconnect is no longer called cut off once that is proved, and not before', async () => {
    await leaveBehind();
    expect(await status()).toContain('status.left-behind');
    await startWithoutOrder();
    await rig.pass(30_000);
    expect(isCutOff(ended())).toBe(true);
    expect(await status()).toContain('told.out-of-line');
    expect(await status()).not.toContain('status.left-behind');
    await rig.type('mei', `/ssis reconnect ${LEFT} because It is back`);
    await rig.planned('prod-2');
    // Nothing brings it back while that waits for votes.
    expect(await status()).toContain('told.out-of-line');
    for (const who of ['ana', 'tom']) await rig.vote(who, 'approve', 'prod-2');
    await rig.until(() => rig.rotation('prod-2').orders.some(({ kind }) => kind !== 'look'));
    expect(await status()).not.toContain('told.out-of-line');
    await rig.until(() => {
      const isOpen = rig.rotation('prod-2').closed === null;
      if (isOpen) expect(rig.rotation().rejoined).toEqual({});
      return !isOpen;
    });
    await rig.pass(10_000);
    expect(isCutOff(ended())).toBe(false);
    expect((await status()).filter((id) => /left-behind|out-of-line/u.test(id))).toEqual([]);
    expect(back(ended())).toMatchObject([{ what: { data: { at: rig.rotation('prod-2').closed?.at } } }]);
    // Nobody has measured how long it was cut off.
    expect(ended().gaps.find(({ host }) => host === LEFT)).toMatchObject({ ms: [] });
  });

  test('and is mended by hand is called cut off until a look sees it connected', async () => {
    await leaveBehind();
    await startWithoutOrder();
    await rig.pass(30_000);
    worker().settings.MasterHttpsCertThumbprint = made();
    await look();
    // Its service was not restarted, and goes by what it read before.
    expect(rig.state().latest[LEFT]?.worker?.masterThumbprint).toBe(made());
    expect(isCutOff(ended())).toBe(true);
    restart();
    await look();
    expect(isCutOff(ended())).toBe(false);
    // Nor does the picture of the console say after how long it was connected: nobody has measured that.
    const picture = rig.feed()?.hosts.find(({ host }) => host === LEFT);
    expect(picture).toMatchObject({ state: 'connected', what: { id: 'console.connected' } });
    expect(ended().everywhere).toBe(true);
    // Looks since have seen it, and are no news of the end.
    expect(ended().evidence).toContainEqual({
      state: 'unknown',
      what: {
        id: 'proof.workers',
        data: { connected: 1, count: 2, witnesses: expect.any(Array), ended: true, unproved: true },
      },
    });
    const [line] = back(ended());
    await rig.pass(300_000);
    await look();
    expect(back(ended())).toEqual([line]);
  });

  test('and was seen in line is still shown with the certificate of that time after the farm has another one', async () => {
    await leaveBehind();
    await startWithoutOrder();
    await rig.pass(30_000);
    await request(`reconnect ${LEFT}`, 'prod-2');
    const [line] = back(ended());
    await request('rotate-master', 'prod-3');
    expect(back(ended())).toEqual([line]);
    expect(ended()).toMatchObject({ everywhere: true });
    expect(back(ended('prod-3'))).toEqual([]);
  });

  test('and is connected again because its master was put back by hand is not said to have followed to the new certificate', async () => {
    await leaveBehind();
    await startWithoutOrder();
    await rig.undoHere('sqlm01');
    await rig.pass(30_000);
    await look();
    expect(isCutOff(ended())).toBe(false);
    expect(ended().everywhere).toBeUndefined();
    expect(back(ended())).toMatchObject([{ what: { data: { thumbprint: rig.world.old.thumbprint, asItWas: true } } }]);
    expect(ended().next).toContainEqual({ id: 'next.pins-new', data: { hosts: ['sqlw01'] } });
  });

  test('stays cut off after a reconnect was stopped and put back, although it was connected meanwhile', async () => {
    await leaveBehind();
    await startWithoutOrder();
    await rig.pass(30_000);
    await rig.type('mei', `/ssis reconnect ${LEFT} because It is back`);
    await rig.planned('prod-2');
    for (const who of ['ana', 'tom']) await rig.vote(who, 'approve', 'prod-2');
    await rig.until(() => worker().settings.MasterHttpsCertThumbprint === made());
    await rig.click('mei', 'stop', { rotation: 'prod-2' });
    await rig.closed('prod-2');
    await rig.pass(30_000);
    expect(rig.rotation('prod-2').closed?.outcome).toBe('stopped');
    expect(rig.rotation().rejoined).toEqual({});
    expect(isCutOff(ended())).toBe(true);
  });

  test('and has followed is called cut off again once a person puts it back there', async () => {
    await leaveBehind({ forMs: 1_000 });
    await rig.startRunner(LEFT);
    await rig.pass(60_000);
    expect(isCutOff(ended())).toBe(false);
    await rig.undoHere(LEFT);
    await rig.pass(30_000);
    expect(isCutOff(ended())).toBe(true);
    expect(back(ended())).toEqual([]);
    expect(ended().everywhere).toBeUndefined();
  });

  test('and has followed is named for a reconnect once a person puts its master back', async () => {
    await leaveBehind({ forMs: 1_000 });
    await rig.startRunner(LEFT);
    await rig.pass(60_000);
    await rig.undoHere('sqlm01');
    await rig.pass(30_000);
    expect(ended().next).toContainEqual({ id: 'next.pins-new', data: { hosts: ['sqlw01', LEFT] } });
  });
});

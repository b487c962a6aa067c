import { emptyDisk } from '../../../adapters/memory/journal.ts';
import type { NeedsPersonView } from '../../../src/domain/views/view.ts';
import { machineOf } from '../runner/world.ts';
import { type BotRig, createBotRig, saidOf } from './rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

const card = (): NeedsPersonView => {
  const view = rig.chat.cards().at(-1);
  if (view?.kind !== 'needs-person') throw new Error(`no such card: ${view?.kind}`);
  return view;
};

/** The master has switched, and its machine is gone; nobody can leave it behind. */
async function lost(): Promise<void> {
  rig = await createBotRig();
  await rig.start();
  await rig.approved();
  const switched = () => rig.rotation().orders.some((one) => one.stage === 'master' && one.switchedAt !== null);
  await rig.until(switched);
  await rig.stopRunner('sqlm01');
  const machine = rig.world.machines.get('sqlm01');
  if (machine !== undefined) machine.bindings = [];
  await rig.until(() => rig.chat.cards().at(-1)?.kind === 'needs-person');
  const left = await rig.click('mei', 'leave', { rotation: 'prod-1', digest: card().digest });
  expect(saidOf(left)).toEqual(['refused.master-not-left']);
}

/** Another machine of that name, whose runner has no journal. */
async function setUpAnew(certificate: BotRig['world']['old']): Promise<void> {
  rig.world.machines.set('sqlm01', machineOf(['master'], certificate));
  rig.runnerDisks.set('sqlm01', emptyDisk());
  await rig.startRunner('sqlm01');
}

test('a master that was lost in a rotation ends it once it is set up anew with the certificate of before', async () => {
  await lost();
  await setUpAnew(rig.world.old);
  await rig.closed();
  expect(rig.rotation().closed?.outcome).toBe('put-back');
  for (const name of ['sqlw01', 'sqlw02'])
    expect(rig.world.machines.get(name)?.settings.worker?.MasterHttpsCertThumbprint).toBe(rig.world.old.thumbprint);
});

test('where that certificate is lost too, a copy of the bot’s journal from before takes requests again', async () => {
  await lost();
  const made = rig.rotation().made.new?.certificate;
  if (made === undefined) throw new Error('nothing was made');
  await setUpAnew(made);
  await rig.pass(300_000);
  expect(rig.rotation().closed).toBeNull();
  await rig.stopBot();
  await rig.startBot(emptyDisk());
  await rig.pass(60_000);
  expect(rig.state().open).toBeNull();
  expect(saidOf(await rig.type('mei', '/ssis reconnect sqlw01 because Anew'))).toEqual(['looking']);
});

describe('A master whose binding somebody took away before the outage', () => {
  const bindings: { readonly before: NonNullable<ReturnType<typeof master>>['bindings'] }[] = [];
  const master = () => rig.world.machines.get('sqlm01');

  beforeEach(async () => {
    rig = await createBotRig();
    await rig.start();
    await rig.type('mei', '/ssis rotate-master because Yearly renewal');
    await rig.planned();
    for (const who of ['ana', 'tom']) await rig.vote(who);
    await rig.until(() => rig.rotation().made.new !== undefined);
    const machine = master();
    if (machine === undefined) throw new Error('there is no master');
    bindings.push({ before: machine.bindings });
    machine.bindings = [];
    await rig.until(() => rig.chat.cards().at(-1)?.kind === 'needs-person');
  });

  test('ends the rotation once it is bound again by hand', async () => {
    const machine = master();
    if (machine !== undefined) machine.bindings = bindings.at(-1)?.before ?? [];
    await rig.click('mei', 'look', { rotation: 'prod-1', digest: card().digest });
    await rig.closed();
    expect(rig.rotation().closed?.outcome).toBe('put-back');
  });

  test('may be left as it is, and the next rotation binds it', async () => {
    expect(card()).toMatchObject({ leave: 'as-it-is' });
    await rig.click('mei', 'leave', { rotation: 'prod-1', digest: card().digest });
    await rig.until(() => card().asked !== null);
    for (const who of ['ana', 'tom']) await rig.click(who, 'approve', { rotation: 'prod-1', digest: card().digest });
    await rig.closed();
    expect(rig.rotation().closed?.outcome).toBe('put-back');
    expect(rig.rotation().closed?.data.left).toContain('sqlm01');
    await rig.approved('prod-2');
    await rig.closed('prod-2');
    expect(rig.rotation('prod-2').closed?.outcome).toBe('proved');
  });
});

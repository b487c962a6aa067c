import { emptyDisk } from '../../../../adapters/memory/journal.ts';
import type { CertificateFacts } from '../../../../src/domain/machine/host-facts.ts';
import type { ClosedView, NeedsPersonView } from '../../../../src/domain/views/view.ts';
import { machineOf } from '../../runner/world.ts';
import { type BotRig, createBotRig, saidOf } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

const needsPerson = (): NeedsPersonView | undefined =>
  rig.chat.cards().findLast((view): view is NeedsPersonView => view.kind === 'needs-person');

const card = (): NeedsPersonView => {
  const view = needsPerson();
  if (view === undefined) throw new Error('nobody is asked');
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

test('a rotation whose master was lost ends once the master is set up again with the previous certificate', async () => {
  await lost();
  await setUpAnew(rig.world.old);
  await rig.closed();
  expect(rig.rotation().closed?.outcome).toBe('put-back');
  for (const name of ['sqlw01', 'sqlw02'])
    expect(rig.world.machines.get(name)?.settings.worker?.MasterHttpsCertThumbprint).toBe(rig.world.old.thumbprint);
});

async function askToLeave(): Promise<void> {
  await rig.click('mei', 'leave', { rotation: 'prod-1', digest: card().digest });
  await rig.until(() => card().asked !== null);
  for (const who of ['ana', 'tom']) await rig.click(who, 'approve', { rotation: 'prod-1', digest: card().digest });
}

async function leave(): Promise<void> {
  await askToLeave();
  await rig.closed();
}

const ended = (): ClosedView => {
  const view = rig.chat.cards().findLast((one) => one.kind === 'closed');
  if (view?.kind !== 'closed') throw new Error('nothing has ended');
  return view;
};

test('if that certificate is lost too, all is left as it is, and workers are reconnected', async () => {
  await lost();
  const made = rig.rotation().made.new?.certificate;
  if (made === undefined) throw new Error('nothing was made');
  await setUpAnew(made);
  await rig.pass(300_000);
  expect(rig.rotation().closed).toBeNull();
  // No worker is put back: the master has no other certificate than the new one.
  expect(card()).toMatchObject({ unknown: ['sqlm01'], leave: 'all-as-it-is' });
  await leave();
  expect(rig.rotation().closed?.outcome).toBe('left-behind');
  await rig.type('mei', '/ssis reconnect sqlw01 sqlw02 because Anew');
  await rig.planned('prod-2');
  for (const who of ['ana', 'tom']) await rig.vote(who, 'approve', 'prod-2');
  await rig.closed('prod-2');
  expect(rig.rotation('prod-2').closed?.outcome).toBe('proved');
});

describe.each(['certificate', 'key'])('A master whose previous %s was taken away in the outage', (what) => {
  const taken: { readonly held: { readonly facts: CertificateFacts } }[] = [];
  const machine = () => {
    const found = rig.world.machines.get('sqlm01');
    if (found === undefined) throw new Error('there is no master');
    return found;
  };
  const pinOf = (name: string) => rig.world.machines.get(name)?.settings.worker?.MasterHttpsCertThumbprint;
  const newOne = () => rig.rotation().made.new?.certificate.thumbprint;

  beforeEach(async () => {
    rig = await createBotRig();
    await rig.start();
    await rig.approved();
    await rig.until(() =>
      rig.rotation().orders.some(({ stage, switchedAt }) => stage === 'master' && switchedAt !== null),
    );
    const { thumbprint } = rig.world.old;
    const { Root } = machine().stores;
    const held = Root.get(thumbprint);
    if (held === undefined) throw new Error('it is gone already');
    taken.push({ held });
    if (what === 'certificate') Root.delete(thumbprint);
    else Root.set(thumbprint, { ...held, facts: { ...held.facts, privateKey: 'no' } });
    await rig.click('mei', 'stop', { rotation: 'prod-1' });
    await rig.until(() => rig.chat.cards().at(-1)?.kind === 'needs-person');
  });

  test('stays on the new certificate, which its settings still name, and so do the workers that followed', () => {
    expect(machine().bindings.map(({ thumbprint }) => thumbprint)).toEqual([newOne()]);
    expect(machine().settings.master?.SSLCertThumbprint).toBe(newOne());
    expect([pinOf('sqlw01'), pinOf('sqlw02')]).toContain(newOne());
    expect(card().why).toMatchObject([{ data: { code: 'OldCertificateGone', data: { missing: what } } }]);
    expect(card()).toMatchObject({ leave: 'all-as-it-is', back: 'once-imported' });
  });

  test('ends with all as it is if people agree, and the workers that are cut off are named and can be reconnected', async () => {
    await leave();
    await rig.until(() => rig.chat.cards().some(({ kind }) => kind === 'closed'));
    const cutOff = ['sqlw01', 'sqlw02'].filter((name) => pinOf(name) !== newOne());
    expect(cutOff).not.toEqual([]);
    expect(rig.rotation().closed?.data.left).toEqual(cutOff);
    expect(ended()).toMatchObject({
      outcome: 'left-behind',
      presented: { thumbprint: newOne() },
      why: { id: 'why.as-it-is', data: { host: 'sqlm01' } },
    });
    expect(ended().unproved).toBeUndefined();
    await rig.pass(10_000);
    // Whoever followed is let go.
    const held = rig.rotation().orders.filter(({ kind, status }) => kind === 'apply' && status === 'accepted');
    expect(held).toEqual([]);
    await rig.type('mei', `/ssis reconnect ${cutOff.join(' ')} because Anew`);
    await rig.planned('prod-2');
    for (const who of ['ana', 'tom']) await rig.vote(who, 'approve', 'prod-2');
    await rig.closed('prod-2');
    expect(rig.rotation('prod-2').closed?.outcome).toBe('proved');
  });

  test('goes back once that is there again, and can no longer be left', async () => {
    const { held } = taken.at(-1) ?? {};
    if (held === undefined) throw new Error('nothing was taken');
    machine().stores.Root.set(rig.world.old.thumbprint, held as never);
    await rig.click('mei', 'look', { rotation: 'prod-1', digest: card().digest });
    await rig.until(() => card().leave === null);
    await rig.click('mei', 'put-back', { rotation: 'prod-1', digest: card().digest });
    await rig.until(() => card().asked !== null);
    for (const who of ['ana', 'tom']) await rig.click(who, 'approve', { rotation: 'prod-1', digest: card().digest });
    await rig.closed();
    expect(rig.rotation().closed?.outcome).toBe('stopped');
    expect([pinOf('sqlw01'), pinOf('sqlw02')]).toEqual(Array(2).fill(rig.world.old.thumbprint));
  });

  test('is shown as not proved if somebody has taken its binding too', async () => {
    machine().bindings = [];
    await rig.click('mei', 'look', { rotation: 'prod-1', digest: card().digest });
    await rig.pass(45_000);
    await leave();
    await rig.until(() => rig.chat.cards().some(({ kind }) => kind === 'closed'));
    expect(ended()).toMatchObject({ outcome: 'left-behind', unproved: 'master', presented: null, goodUntil: null });
    expect(ended().next).toContainEqual({ id: 'next.master-unproved', data: { host: 'sqlm01' } });
  });
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

test('a master that refused to switch because somebody had just taken its binding away may be left as it is', async () => {
  rig = await createBotRig();
  await rig.start();
  await rig.approved();
  await rig.until(() => rig.rotation().orders.some(({ kind, stage }) => kind === 'apply' && stage === 'master'));
  const machine = rig.world.machines.get('sqlm01');
  if (machine !== undefined) machine.bindings = [];
  await rig.until(() => needsPerson() !== undefined);
  expect(rig.rotation().turned).toMatchObject({ host: 'sqlm01', code: 'FactsMoved' });
  expect(card()).toMatchObject({ leave: 'as-it-is', back: 'once-more' });
  await leave();
  expect(rig.rotation().closed?.outcome).toBe('put-back');
});

describe('A master whose machine is lost in the outage', () => {
  const pins = () =>
    ['sqlw01', 'sqlw02'].map((name) => rig.world.machines.get(name)?.settings.worker?.MasterHttpsCertThumbprint);
  const words = (): readonly string[] =>
    [...rig.chat.messages.flatMap(({ views }) => views), ...rig.chat.notes.map(({ notice }) => notice)]
      .flatMap((view) => (view.kind === 'notice' ? view.messages : []))
      .map(({ id }) => id);
  /** It is on the network again, as it was before its machine was gone. */
  function bindAgain(thumbprint: string | undefined): void {
    const machine = rig.world.machines.get('sqlm01');
    const [like] = machineOf(['master'], rig.world.old).bindings;
    if (machine === undefined || like === undefined || thumbprint === undefined) throw new Error('there is no master');
    machine.bindings = [{ ...like, thumbprint: thumbprint as typeof like.thumbprint }];
  }

  /** It has been silent for so long that people may leave it. */
  async function given(): Promise<void> {
    await lost();
    await rig.until(() => needsPerson()?.leave === 'all-as-it-is');
    expect(card().returns).toEqual({ host: 'sqlm01', how: 'goes-back' });
  }

  test('is left with all as it is if two others agree, and no rotation stays open', async () => {
    await given();
    const were = pins();
    await leave();
    await rig.until(() => rig.chat.cards().some(({ kind }) => kind === 'closed'));
    expect(rig.rotation().closed).toMatchObject({
      outcome: 'left-behind',
      data: { left: expect.arrayContaining(['sqlm01']) },
    });
    expect(ended()).toMatchObject({
      unproved: 'master',
      presented: null,
      goodUntil: null,
      why: { id: 'why.left-silent', data: { host: 'sqlm01' } },
    });
    expect(ended().next.map(({ id }) => id)).toEqual(['next.master-silent', 'next.not-proved']);
    expect(pins()).toEqual(were);
    expect(rig.open()).toEqual([]);
    await rig.pass(60_000);
    // What it presented before it was told to switch is no news of it.
    expect(words().filter((id) => id.startsWith('told.out-of-line'))).toEqual([]);
  });

  test('goes back by itself when it returns with its disk, which is reported, and all workers are in line with it', async () => {
    await given();
    await leave();
    const { closed } = rig.rotation();
    bindAgain(rig.rotation().made.new?.certificate.thumbprint);
    await rig.startRunner('sqlm01');
    await rig.until(() => words().includes('note.came-back'), 5 * 60_000);
    await rig.pass(10 * 60_000);
    const { bindings = [] } = rig.world.machines.get('sqlm01') ?? {};
    expect(bindings.map(({ thumbprint }) => thumbprint)).toEqual([rig.world.old.thumbprint]);
    expect(pins()).toEqual(Array(2).fill(rig.world.old.thumbprint));
    expect(rig.rotation().closed).toEqual(closed);
    expect(ended().next.map(({ id }) => id)).toContain('next.master-back');
    expect(rig.rotation().orders.filter(({ kind, status }) => kind === 'apply' && status === 'accepted')).toEqual([]);
    await rig.type('mei', '/ssis rotate-master because Once more');
    await rig.planned('prod-2');
    for (const who of ['ana', 'tom']) await rig.vote(who, 'approve', 'prod-2');
    await rig.closed('prod-2');
    expect(rig.rotation('prod-2').closed?.outcome).toBe('proved');
  });

  test.each([
    ['at once', 0],
    ['half an hour later', 30],
  ])(
    'returns with its disk %s: a worker that did not follow is soon seen in line, and no longer in question',
    async (_when, minutes) => {
      await given();
      await leave();
      const status = async () => saidOf(await rig.type('mei', '/ssis status'));
      expect(await status()).toContain('status.left-behind');
      await rig.pass(minutes * 60_000);
      bindAgain(rig.rotation().made.new?.certificate.thumbprint);
      await rig.startRunner('sqlm01');
      await rig.pass(10 * 60_000);
      expect(Object.keys(rig.rotation().rejoined)).toContain('sqlw02');
      expect(ended().next.map(({ id }) => id)).toEqual(['next.master-back']);
      expect(await status()).not.toContain('status.left-behind');
    },
  );

  test('is set up again as it was before, and the worker that did not follow is soon seen in line', async () => {
    await given();
    await leave();
    await rig.pass(30 * 60_000);
    await setUpAnew(rig.world.old);
    await rig.pass(10 * 60_000);
    expect(Object.keys(rig.rotation().rejoined)).toContain('sqlw02');
  });

  test('is reported as back, too, if only its letters were lost, and it had ended before anybody left it', async () => {
    rig = await createBotRig();
    await rig.start();
    await rig.approved();
    await rig.until(() => rig.rotation().orders.some((one) => one.stage === 'master' && one.switchedAt !== null));
    rig.silence('sqlm01', true);
    await rig.until(() => needsPerson()?.leave === 'all-as-it-is');
    await leave();
    expect(words()).not.toContain('note.came-back');
    rig.silence('sqlm01', false);
    await rig.until(() => words().includes('note.came-back'), 5 * 60_000);
    expect(ended().next.map(({ id }) => id)).toContain('next.master-back');
  });

  test('and set up again with the new certificate has the worker that did not follow reconnected to it', async () => {
    await given();
    await leave();
    const made = rig.rotation().made.new?.certificate;
    if (made === undefined) throw new Error('nothing was made');
    await setUpAnew(made);
    await rig.pass(180_000);
    // One had followed, and stayed with it.
    expect(pins()[0]).toBe(made.thumbprint);
    expect(words()).toContain('told.out-of-line');
    await rig.type('mei', '/ssis reconnect sqlw02 because Anew');
    await rig.planned('prod-2');
    for (const who of ['ana', 'tom']) await rig.vote(who, 'approve', 'prod-2');
    await rig.closed('prod-2');
    expect(rig.rotation('prod-2').closed).toMatchObject({ outcome: 'proved' });
    expect(pins()).toEqual(Array(2).fill(made.thumbprint));
  });

  test('is not left if it speaks between two votes', async () => {
    await given();
    await rig.click('mei', 'leave', { rotation: 'prod-1', digest: card().digest });
    await rig.until(() => card().asked !== null);
    const { digest } = card();
    await rig.click('ana', 'approve', { rotation: 'prod-1', digest });
    bindAgain(rig.rotation().made.new?.certificate.thumbprint);
    await rig.startRunner('sqlm01');
    await rig.until(() => rig.rotation().resolve === null);
    await rig.click('tom', 'approve', { rotation: 'prod-1', digest });
    await rig.closed('prod-1', 5 * 60_000);
    expect(rig.rotation().resolved.sqlm01).toBeUndefined();
    expect(rig.rotation().closed?.outcome).toBe('put-back');
  });

  test.each(['asked', 'voted once', 'voted twice', 'turned to looks', 'closed'])(
    'is left all the same if the bot is killed at this point: %s',
    async (when) => {
      await given();
      const were = pins();
      const again = async () => {
        await rig.stopBot();
        await rig.startBot();
      };
      await rig.click('mei', 'leave', { rotation: 'prod-1', digest: card().digest });
      await rig.until(() => card().asked !== null);
      if (when === 'asked') await again();
      await rig.until(() => needsPerson()?.asked != null);
      const { digest } = card();
      await rig.click('ana', 'approve', { rotation: 'prod-1', digest });
      if (when === 'voted once') await again();
      await rig.click('tom', 'approve', { rotation: 'prod-1', digest });
      if (when === 'voted twice') await again();
      await rig.until(() => rig.rotation().resolved.sqlm01 !== undefined);
      if (when === 'turned to looks') await again();
      await rig.closed();
      if (when === 'closed') await again();
      await rig.pass(60_000);
      expect(rig.rotation().closed).toMatchObject({ outcome: 'left-behind' });
      expect(pins()).toEqual(were);
      expect(rig.rotation().voided).toBeNull();
    },
  );
});

test('a master that is its own worker, was left and then set up again is not called proved because its worker followed', async () => {
  rig = await createBotRig({ hosts: { sqlm01: ['master', 'worker'] } });
  await rig.start();
  await rig.approved();
  await rig.until(() => rig.rotation().orders.some((one) => one.stage === 'master' && one.switchedAt !== null));
  await rig.stopRunner('sqlm01');
  const machine = rig.world.machines.get('sqlm01');
  if (machine !== undefined) machine.bindings = [];
  await rig.until(() => needsPerson()?.leave === 'all-as-it-is');
  await leave();
  const made = rig.rotation().made.new?.certificate;
  if (made === undefined) throw new Error('nothing was made');
  rig.world.machines.set('sqlm01', machineOf(['master', 'worker'], made));
  rig.runnerDisks.set('sqlm01', emptyDisk());
  await rig.startRunner('sqlm01');
  await rig.pass(15 * 60_000);
  expect(rig.rotation().rejoined).toMatchObject({ sqlm01: { presented: made.thumbprint } });
  expect(ended()).toMatchObject({ outcome: 'left-behind', unproved: 'master' });
  expect(ended().everywhere).toBeUndefined();
});

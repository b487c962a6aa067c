import { foldRunner, initialRunnerState } from '../../../../src/domain/fold/runner-fold.ts';
import type { ClosedView, NoticeView, PlanView } from '../../../../src/domain/views/view.ts';
import { type BotRig, type BotRigOptions, createBotRig, saidOf } from '../rig.ts';

const DAY = 86_400_000;
/** Opens on Saturdays only: a rotation that waits for it does not begin today. */
const SATURDAY = { cron: '0 22 * * 6', lengthMs: 4 * 3_600_000, zone: 'UTC' };

let rig: BotRig;
afterEach(() => rig.stop());

async function start(farm: BotRigOptions['farm'] = {}, skewMs: BotRigOptions['skewMs'] = {}): Promise<void> {
  rig = await createBotRig({ farm, skewMs });
  await rig.start();
}

async function asked(line: string, id = 'prod-1'): Promise<void> {
  expect(saidOf(await rig.type('mei', `/ssis ${line} because The key was on a lost backup`))).toEqual(['looking']);
  await rig.planned(id);
}

async function proved(id = 'prod-1', voters: readonly string[] = ['ana', 'tom']): Promise<void> {
  for (const who of voters) await rig.vote(who, 'approve', id);
  await rig.closed(id);
  expect(rig.rotation(id).closed?.outcome).toBe('proved');
}

const approval = (compromised: NonNullable<NonNullable<BotRigOptions['farm']>['approval']>['compromised']) => ({
  approval: {
    quorum: 2,
    approvers: ['ana', 'tom', 'wei'],
    groups: [],
    lapsesAfterMs: DAY,
    ...(compromised === undefined ? {} : { compromised }),
  },
});

const cards = <K extends string>(kind: K) => rig.chat.cards().filter((view) => view.kind === kind);
const words = (id: string): readonly NoticeView[] =>
  (cards('notice') as NoticeView[]).filter(({ messages }) => messages.some((one) => one.id === id));

describe('When a key is compromised,', () => {
  test('a rotation begins as soon as it is approved, despite the farm’s change windows, and its card says so', async () => {
    await start({ windows: [SATURDAY] });
    await asked('rotate-master compromised');
    await rig.until(() => cards('plan').length > 0);
    const card = cards('plan').at(-1) as PlanView;
    expect(card).toMatchObject({
      wish: { compromised: true, when: { by: 'now' } },
      when: { from: null, outside: true },
    });
    await proved();
  });

  test('a rotation still waits for a window if its request names one', async () => {
    await start({ windows: [SATURDAY] });
    await asked('rotate-master compromised at next-window');
    await rig.vote('ana');
    await rig.vote('tom');
    await rig.pass(2_000);
    expect(rig.rotation()).toMatchObject({ gate: { how: 'approved' }, closed: null, begunAt: null });
    expect(rig.rotation().start).not.toBeNull();
  });

  test('a freeze still refuses the request, until somebody lifts the freeze', async () => {
    await start({ windows: [SATURDAY] });
    await rig.type('ana', '/ssis freeze prod until tomorrow 08:00 because Year end');
    const line = '/ssis rotate-master compromised because Stolen';
    expect(saidOf(await rig.type('mei', line))).toEqual(['refused.frozen']);
    await rig.type('ana', '/ssis unfreeze prod');
    expect(saidOf(await rig.type('mei', line))).toEqual(['looking']);
  });

  test('a quorum of its own decides and is part of the plan; the next ordinary rotation asks the farm’s quorum', async () => {
    await start(approval({ quorum: 1, approvers: ['wei'], groups: [] }));
    await asked('rotate-master compromised');
    expect(rig.rotation().plan?.header.approval).toMatchObject({ quorum: 1, approvers: [{ id: 'wei' }] });
    expect(saidOf(await rig.vote('ana'))).toEqual(['refused.not-an-approver']);
    expect(saidOf(await rig.vote('mei'))).toEqual(['refused.own-request']);
    await proved('prod-1', ['wei']);
    // The next one that is none asks the farm's own people.
    await asked('rotate-master', 'prod-2');
    expect(rig.rotation('prod-2').plan?.header.approval).toMatchObject({ quorum: 2 });
  });

  test('a quorum that only the requester could reach is refused before anybody is asked, for nobody approves their own request', async () => {
    await start(approval({ quorum: 1, approvers: ['mei'], groups: [] }));
    const refused = await rig.type('mei', '/ssis rotate-master compromised because Stolen');
    expect(saidOf(refused)).toEqual(['refused.quorum-unreachable']);
    expect(saidOf(await rig.type('mei', '/ssis rotate-master because Yearly'))).toEqual(['looking']);
  });
});

describe('Once the master’s compromised certificate has been replaced,', () => {
  test.each([
    ['runs right', 0],
    ['is ahead', 40_000],
    ['is behind', -40_000],
  ])(
    'each machine whose clock %s learns within the hour, from one look, that the rotation is over there',
    async (_how, ms) => {
      await start({}, { sqlm01: ms, sqlw01: ms, sqlw02: ms });
      // Until it is known how a clock stands that is behind.
      await rig.pass(60_000);
      await asked('rotate-master compromised');
      await proved();
      const overOn = (name: string) => {
        const { pasts } = (rig.runnerDisks.get(name)?.lines ?? []).reduce(foldRunner, initialRunnerState);
        return pasts.map(({ isOver }) => isOver);
      };
      expect(overOn('sqlw01')).toEqual([false]);
      const looks = () => rig.disk.lines.filter(({ line: { entry } }) => entry.type === 'ordered').length;
      const before = looks();
      await rig.pass(1_000);
      await rig.remind();
      expect(['sqlm01', 'sqlw01', 'sqlw02'].map(overOn)).toEqual([[true], [true], [true]]);
      expect(looks()).toBe(before + 3);
      await rig.remind();
      expect(looks()).toBe(before + 3);
    },
  );

  test('its removal is offered at once, and status and card name where it still is until it is gone', async () => {
    await start();
    await asked('rotate-master compromised');
    const old = rig.rotation().plan?.header.old?.thumbprint;
    await proved();
    await rig.pass(2_000);
    const hosts = ['sqlm01', 'sqlw01', 'sqlw02'];
    const closed = cards('closed').at(-1) as ClosedView;
    expect(closed.stillThere).toEqual([{ id: 'compromised.there', data: { farm: 'prod', thumbprint: old, hosts } }]);
    expect(closed.next).toEqual([{ id: 'next.review', data: { id: 'prod-1' } }]);
    expect(words('told.retire-compromised')).toMatchObject([
      { messages: [{ data: { thumbprint: old, hosts } }], actions: [{ verb: 'ask', data: { request: 'retire' } }] },
    ]);
    expect(saidOf(await rig.type('mei', '/ssis status'))).toContain('compromised.there');
    await asked('retire', 'prod-2');
    await proved('prod-2');
    expect(saidOf(await rig.type('mei', '/ssis status'))).not.toContain('compromised.there');
    await rig.until(() => cards('closed').some((card) => (card as ClosedView).id === 'prod-2'));
    await rig.pass(5_000);
    expect(words('told.retired').at(-1)).toMatchObject({
      messages: [{ data: { farm: 'prod', id: 'prod-2', by: 'Mei Lin' } }],
      actions: [{ verb: 'show', data: { rotation: 'prod-2' } }],
    });
    const standing = (cards('closed') as ClosedView[]).findLast(({ id }) => id === 'prod-1');
    expect(standing?.stillThere).toEqual([]);
    expect(await rig.type('mei', '/ssis show prod-1')).toMatchObject({ view: { id: 'prod-1', stillThere: [] } });
  });

  test('status and card say that it is there again, and its removal is offered again, once somebody has imported it anew', async () => {
    await start();
    await asked('rotate-master compromised');
    const old = rig.rotation().plan?.header.old?.thumbprint ?? '';
    await proved();
    await rig.pass(2_000);
    const hosts = ['sqlm01', 'sqlw01', 'sqlw02'];
    const roots = hosts.map((name) => rig.world.machines.get(name)?.stores.Root ?? new Map());
    const before = roots.map((Root) => Root.get(old));
    await asked('retire', 'prod-2');
    await proved('prod-2');
    const cardOfFirst = (): ClosedView | undefined =>
      (cards('closed') as ClosedView[]).findLast(({ id }) => id === 'prod-1');
    await rig.until(() => cardOfFirst()?.stillThere?.length === 0 && words('told.retired').length > 0);
    expect(roots.filter((Root) => Root.has(old))).toEqual([]);
    for (const [at, Root] of roots.entries()) Root.set(old, before[at]);
    rig.clock.set(rig.clock.now() + DAY);
    await rig.pass(20_000);
    await rig.remind();
    await rig.pass(5_000);
    expect(saidOf(await rig.type('mei', '/ssis status'))).toContain('compromised.there');
    const there = [{ id: 'compromised.there', data: { farm: 'prod', thumbprint: old, hosts } }];
    expect(await rig.type('mei', '/ssis show prod-1')).toMatchObject({ view: { id: 'prod-1', stillThere: there } });
    expect(cardOfFirst()?.stillThere).toEqual(there);
    expect(words('told.retire-compromised')).toHaveLength(1);
    expect(words('told.retired')).toEqual([]);
    // A rotation that is open tells nothing of it.
    await asked('rotate-master', 'prod-3');
    await rig.pass(5_000);
    expect(words('told.retire-compromised')).toHaveLength(1);
    expect(words('told.retired')).toEqual([]);
  });

  test('no rotation goes back to it while it is still there', async () => {
    await start();
    await asked('rotate-master compromised');
    const old = rig.rotation().plan?.header.old?.thumbprint ?? '';
    await proved();
    await asked(`rotate-master use ${old}`, 'prod-2');
    expect(rig.rotation('prod-2').closed).toMatchObject({
      outcome: 'refused',
      data: { code: 'CertificateCompromised' },
    });
  });

  test('no other certificate loses its grace period', async () => {
    await start();
    await asked('rotate-master');
    const older = rig.rotation().plan?.header.old?.thumbprint ?? '';
    await proved();
    await asked('rotate-master compromised', 'prod-2');
    await proved('prod-2');
    await asked('retire', 'prod-3');
    const text = JSON.stringify(rig.rotation('prod-3').plan?.slices);
    expect([text.includes(older), text.includes(rig.rotation('prod-2').plan?.header.old?.thumbprint ?? '-')]).toEqual([
      false,
      true,
    ]);
  });

  test('a request that was denied takes no grace period away', async () => {
    await start();
    await asked('rotate-master');
    await proved();
    await asked('rotate-master compromised', 'prod-2');
    await rig.vote('ana', 'deny', 'prod-2');
    await rig.closed('prod-2');
    await asked('retire', 'prod-3');
    expect(rig.rotation('prod-3').closed?.data).toMatchObject({ code: 'GraceNotOver' });
    const refused = await rig.type('mei', '/ssis show prod-3');
    expect(refused).toMatchObject({ type: 'card', view: { kind: 'closed', outcome: 'refused', askAgain: false } });
  });

  test('retire compromised waits for no grace period at all, and needs only its own quorum', async () => {
    await start(approval({ quorum: 1, approvers: ['wei'], groups: [] }));
    await asked('rotate-master');
    await proved();
    await asked('retire prod compromised', 'prod-2');
    expect(rig.rotation('prod-2').plan?.header.approval.quorum).toBe(1);
    await proved('prod-2', ['wei']);
  });
});

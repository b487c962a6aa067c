import type { NeedsPersonView, PlanView } from '../../../../src/domain/views/view.ts';
import { type BotRig, type BotRigOptions, createBotRig } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

const card = (): NeedsPersonView => {
  const view = rig.chat.cards().findLast((one): one is NeedsPersonView => one.kind === 'needs-person');
  if (view === undefined) throw new Error('nobody is asked');
  return view;
};

/** The master's certificate ends at a full second, some time from now. */
function endsIn(ms: number): string {
  const at = new Date(Math.floor((rig.clock.now() + ms) / 1000) * 1000).toISOString();
  for (const { stores } of rig.world.machines.values()) {
    const held = stores.Root.get(rig.world.old.thumbprint);
    if (held === undefined) throw new Error('nothing to end');
    stores.Root.set(rig.world.old.thumbprint, { ...held, facts: { ...held.facts, notAfter: at } });
  }
  return at;
}

async function planned(line: string, ms: number, farm: BotRigOptions['farm'] = {}): Promise<string> {
  rig = await createBotRig({ farm });
  const at = endsIn(ms);
  await rig.start();
  await rig.type('mei', line);
  await rig.planned();
  return at;
}

async function approvedJustBefore(at: string, ms: number): Promise<void> {
  await rig.pass(Date.parse(at) - rig.clock.now() - ms);
  for (const who of ['ana', 'tom']) await rig.vote(who);
}

const isAsked = (): boolean => rig.chat.cards().at(-1)?.kind === 'needs-person';

/** What the card names as the way on. */
async function leftAndRotated(): Promise<void> {
  await rig.click('mei', 'leave', { rotation: 'prod-1', digest: card().digest });
  await rig.until(() => card().asked !== null);
  for (const who of ['ana', 'tom']) await rig.click(who, 'approve', { rotation: 'prod-1', digest: card().digest });
  await rig.closed();
  await rig.type('mei', '/ssis rotate-master in prod because It has ended');
  await rig.planned('prod-2');
  for (const who of ['ana', 'tom']) await rig.vote(who, 'approve', 'prod-2');
  await rig.closed('prod-2');
  expect(rig.rotation('prod-2').closed?.outcome).toBe('proved');
}

test('a rotation that goes back to a certificate that has ended meanwhile names that as the cause, and a new one takes all along', async () => {
  const at = await planned('/ssis rotate-master because Yearly renewal', 30_000);
  await approvedJustBefore(at, 2000);
  await rig.until(() =>
    rig.rotation().orders.some(({ stage, switchedAt }) => stage === 'master' && switchedAt !== null),
  );
  await rig.click('mei', 'stop', { rotation: 'prod-1' });
  await rig.until(isAsked);
  expect(card()).toMatchObject({
    unknown: ['sqlw01', 'sqlw02'],
    ended: { master: 'sqlm01', at, clustered: false },
    leave: 'cut-off',
  });
  await leftAndRotated();
});

test('a rotation of workers in which the master certificate ends names that as the cause, and one of the master takes all along', async () => {
  const at = await planned('/ssis rotate-worker all because Yearly renewal', 30_000);
  await approvedJustBefore(at, 600);
  await rig.until(isAsked);
  expect(card()).toMatchObject({ ended: { master: 'sqlm01', at, clustered: false }, leave: 'not-known' });
  await leftAndRotated();
});

test('a worker that is refused while the certificate is good is asked about without a word of its end', async () => {
  const at = await planned('/ssis rotate-master because Yearly renewal', 3_600_000);
  for (const who of ['ana', 'tom']) await rig.vote(who);
  await rig.until(() =>
    rig.rotation().orders.some(({ stage, switchedAt }) => stage === 'master' && switchedAt !== null),
  );
  for (const name of ['sqlw01', 'sqlw02']) rig.world.machines.get(name)?.stores.Root.clear();
  await rig.until(isAsked);
  expect(Date.parse(at)).toBeGreaterThan(rig.clock.now());
  expect(card().ended).toBeUndefined();
});

describe('The card of a rotation of workers', () => {
  const warned = (): unknown =>
    rig.chat
      .cards()
      .findLast((one): one is PlanView => one.kind === 'plan')
      ?.warnings.find(({ id }) => id === 'warning.master-ends');

  test.each([
    ['may end before the last vote', 3_600_000, false],
    ['has ended', -3_600_000, true],
  ])('says before the vote that the master certificate %s', async (_, ms, ended) => {
    const at = await planned('/ssis rotate-worker all because Yearly renewal', ms);
    await rig.until(() => warned() !== undefined);
    expect(warned()).toEqual({
      id: 'warning.master-ends',
      data: { host: 'sqlm01', at, ended, farm: 'prod', clustered: false },
    });
  });

  test('says so too once a freeze moves its start behind that end', async () => {
    const DAY = 86_400_000;
    const windows = [{ cron: '0 22 * * *', lengthMs: 4 * 3_600_000, zone: 'UTC' }];
    const at = await planned('/ssis rotate-worker all because Yearly renewal', 4 * DAY, { windows });
    await rig.until(() => rig.chat.cards().some(({ kind }) => kind === 'plan'));
    expect(warned()).toBeUndefined();
    await rig.type('wei', '/ssis freeze prod until 6 days because Year end');
    await rig.until(() => warned() !== undefined);
    expect(warned()).toMatchObject({ data: { at, ended: false } });
  });

  test('does not where it is good for weeks', async () => {
    await planned('/ssis rotate-worker all because Yearly renewal', 15 * 86_400_000);
    await rig.until(() => rig.chat.cards().some(({ kind }) => kind === 'plan'));
    expect(warned()).toBeUndefined();
  });
});

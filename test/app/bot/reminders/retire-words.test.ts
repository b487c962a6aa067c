import { renderAdaptiveCard } from '../../../../cards/adaptive-card.ts';
import { say } from '../../../../cards/wording/index.ts';
import type { Thumbprint } from '../../../../src/domain/values.ts';
import type { CardView, NoticeView } from '../../../../src/domain/views/view.ts';
import { type BotRig, createBotRig, saidOf } from '../rig.ts';

const DAY = 86_400_000;

let rig: BotRig;
afterEach(() => rig.stop());

const told = (): readonly NoticeView[] =>
  rig.chat
    .cards()
    .filter((view): view is NoticeView => view.kind === 'notice' && view.messages[0]?.id === 'told.retire');

async function daysLater(days: number): Promise<void> {
  rig.clock.set(rig.clock.now() + days * DAY);
  await rig.pass(20_000);
  await rig.remind();
  await rig.pass(2_000);
}

async function rotated(): Promise<void> {
  rig = await createBotRig();
  await rig.start();
  await rig.approved();
  await rig.closed();
  expect(rig.rotation().closed?.outcome).toBe('proved');
}

test('once the grace period is over the channel is told so, once, with a button that asks for the removal', async () => {
  await rotated();
  const { at = '' } = rig.rotation().closed ?? {};
  const { graceMs } = rig.farm.retire;
  await daysLater(3);
  expect(told()).toEqual([]);
  const closed = rig.chat.cards().find((view) => view.kind === 'closed');
  expect(closed).toMatchObject({
    next: [{ id: 'next.old-stays', data: { at: expect.any(String), ended: false, of: null } }],
  });
  // Its last use, when the last machine left it, and so long after that.
  const from = Date.parse(String(closed?.kind === 'closed' ? closed.next[0]?.data.at : ''));
  expect(Date.parse(at) + graceMs - from).toBeGreaterThanOrEqual(0);
  expect(Date.parse(at) + graceMs - from).toBeLessThan(10_000);
  await daysLater(5);
  expect(told()).toMatchObject([
    {
      messages: [{ data: { count: 1, machines: 3 } }],
      actions: [{ verb: 'ask', data: { request: 'retire', farm: 'prod' } }],
    },
  ]);
  await daysLater(1);
  expect(told()).toHaveLength(1);
});

test('a certificate that was gone back to and replaced again is announced again, as the card of that rollback says', async () => {
  await rotated();
  await daysLater(8);
  for (const [of, id] of [
    ['prod-1', 'prod-2'],
    ['prod-2', 'prod-3'],
  ] as const) {
    await rig.type('mei', `/ssis rollback ${of} because Packages fail`);
    await rig.planned(id);
    for (const who of ['ana', 'tom']) await rig.vote(who, 'approve', id);
    await rig.closed(id);
    expect(rig.rotation(id).closed?.outcome).toBe('proved');
  }
  await rig.pass(2_000);
  const closed = rig.chat.cards().find((view) => view.kind === 'closed' && view.id === 'prod-3');
  expect(closed).toMatchObject({ next: [{ id: 'next.old-stays', data: { at: expect.any(String), of: 'prod-2' } }] });
  await daysLater(3);
  expect(told()).toHaveLength(1);
  await daysLater(5);
  const [first, again] = told().map((view) => view.messages[0]?.data);
  expect(again).toMatchObject({ count: 1, thumbprint: first?.thumbprint });
  expect(again?.since).not.toBe(first?.since);
  await daysLater(1);
  expect(told()).toHaveLength(2);
});

test('the button asks, others decide, and then nothing is left to be announced', async () => {
  await rotated();
  await daysLater(8);
  const reply = await rig.click(
    'mei',
    'request',
    { request: 'retire', farm: 'prod' },
    { reason: 'It has proved itself' },
  );
  expect(saidOf(reply)).toEqual(['looking']);
  await rig.planned('prod-2');
  expect(rig.rotation('prod-2').plan?.header.kind).toBe('retire');
  expect(saidOf(await rig.vote('mei', 'approve', 'prod-2'))).toEqual(['refused.own-request']);
  await rig.vote('ana', 'approve', 'prod-2');
  await rig.vote('tom', 'approve', 'prod-2');
  await rig.closed('prod-2');
  expect(rig.rotation('prod-2').closed).toMatchObject({ outcome: 'proved', data: { left: [] } });
  await daysLater(8);
  // The word with the button says what has become of it, where it stands.
  expect(told()).toEqual([]);
  const ids = rig.chat.cards().flatMap((view) => (view.kind === 'notice' ? view.messages.map(({ id }) => id) : []));
  expect(ids).toEqual(['told.retired']);
});

test.each([
  ['the master', '/ssis rotate-master'],
  ['workers', '/ssis rotate-worker all'],
])('no older card, and no answer, names a way back to a certificate of %s that was removed since', async (_, line) => {
  rig = await createBotRig();
  await rig.start();
  // What was there before the first was made by nobody here.
  for (const id of ['prod-1', 'prod-2']) {
    await rig.type('mei', `${line} because Yearly renewal`);
    await rig.planned(id);
    for (const who of ['ana', 'tom']) await rig.vote(who, 'approve', id);
    await rig.closed(id);
  }
  const shown = async (): Promise<CardView> => {
    const reply = await rig.type('mei', '/ssis show prod-2');
    if (reply.type !== 'card') throw new Error(reply.type);
    return reply.view;
  };
  const known = async () => {
    const reply = await rig.type('mei', '/ssis rollback prod-9 because Packages fail');
    return reply.type === 'notice' ? reply.notice.messages[0]?.data.known : null;
  };
  expect(await shown()).toMatchObject({ next: [{ id: 'next.old-stays' }], rollBack: 'rollback prod-2' });
  expect(await known()).toEqual(['prod-2']);
  await daysLater(8);
  await rig.type('mei', '/ssis retire prod because It has proved itself');
  await rig.planned('prod-3');
  for (const who of ['ana', 'tom']) await rig.vote(who, 'approve', 'prod-3');
  await rig.closed('prod-3');
  expect(rig.rotation('prod-3').closed?.outcome).toBe('proved');
  const card = await shown();
  expect(card).toMatchObject({ next: [] });
  expect(card).not.toHaveProperty('rollBack');
  expect(await known()).toEqual([]);
});

test('the card names what stays because a runner’s own configuration allows it, and on which machines', async () => {
  rig = await createBotRig();
  const old = rig.world.machines.get('sqlm01')?.bindings[0]?.thumbprint as Thumbprint;
  rig.world.allowed.set('sqlw01', [old]);
  await rig.start();
  await rig.approved();
  await rig.closed();
  await daysLater(8);
  await rig.type('mei', '/ssis retire because It has proved itself');
  await rig.planned('prod-2');
  await rig.pass(2_000);
  const asking = rig.chat.cards().find((view) => view.kind === 'retire');
  expect(asking).toMatchObject({
    certificates: [{ thumbprint: old, hosts: ['sqlm01', 'sqlw02'] }],
    stay: [{ thumbprint: old, until: null, where: 'sqlw01', subject: null, allowed: true }],
  });
  for (const words of (['en', 'zh-CN'] as const).map((language) =>
    JSON.stringify(renderAdaptiveCard(asking as CardView, 'approver', language, 'UTC')),
  ))
    expect(words).toMatch(/stays on sqlw01|保留在 sqlw01/u);
});

test('the end says what has to stay for now, and not that all is gone', async () => {
  await rotated();
  await daysLater(8);
  await rig.approved('prod-2');
  await rig.closed('prod-2');
  const kept = rig.rotation('prod-2').plan?.header.old?.thumbprint;
  await rig.type('mei', '/ssis retire because It has proved itself');
  await rig.planned('prod-3');
  for (const who of ['ana', 'tom']) await rig.vote(who, 'approve', 'prod-3');
  await rig.closed('prod-3');
  await rig.pass(2_000);
  const card = rig.chat.cards().find((view) => view.kind === 'closed' && view.id === 'prod-3');
  if (card?.kind !== 'closed') throw new Error('it has not ended');
  expect(card).toMatchObject({ outcome: 'proved', evidence: [{ state: 'good' }] });
  expect(card.next).toEqual([{ id: 'next.retire-stays', data: { farm: 'prod', thumbprints: [kept] } }]);
  expect(JSON.stringify(renderAdaptiveCard(card, 'approver', 'en', 'UTC'))).not.toContain(
    "prod's old certificates are gone",
  );
});

test('if a certificate stays whose key is gone the end says so, for nobody can go back to it', async () => {
  await rotated();
  await daysLater(8);
  rig.world.machines.get('sqlm01')?.faults.set('certificate.remove', { kind: 'fail', times: 1 });
  await rig.type('mei', '/ssis retire because It has proved itself');
  await rig.planned('prod-2');
  for (const who of ['ana', 'tom']) await rig.vote(who, 'approve', 'prod-2');
  await rig.closed('prod-2');
  await rig.pass(2_000);
  expect(rig.rotation('prod-2').closed).toMatchObject({ outcome: 'left-behind', data: { left: ['sqlm01'] } });
  const card = rig.chat.cards().find((view) => view.kind === 'closed' && view.id === 'prod-2');
  if (card?.kind !== 'closed') throw new Error('it has not ended');
  const what = card.evidence.map((one) => one.what).find(({ id }) => id === 'proof.retired');
  expect(what?.data).toMatchObject({ hosts: ['sqlw01', 'sqlw02'], keyOn: [], keyGone: ['sqlm01'] });
  expect(say(what ?? { id: '', data: {} }, 'en')).toContain('On sqlm01 the private key is gone already');
  expect(say(what ?? { id: '', data: {} }, 'zh-CN')).toContain('sqlm01 上的私钥已删除');
});

test('a stop begins on no further machine and takes nothing back', async () => {
  await rotated();
  await daysLater(8);
  for (const machine of rig.world.machines.values())
    machine.faults.set('certificate.remove', { kind: 'hang', times: 1 });
  await rig.type('mei', '/ssis retire because It has proved itself');
  await rig.planned('prod-2');
  await rig.vote('ana', 'approve', 'prod-2');
  await rig.vote('tom', 'approve', 'prod-2');
  await rig.until(() =>
    rig.rotation('prod-2').orders.some(({ status, kind }) => kind === 'apply' && status === 'accepted'),
  );
  const reply = await rig.type('mei', '/ssis stop prod-2');
  const words = reply.type === 'notice' ? reply.notice.messages.map((message) => say(message, 'en')) : [];
  expect(words).toEqual(['prod-2 stops: the removal in hand is finished; what is gone stays gone.']);
  await rig.closed('prod-2');
  const { closed, orders } = rig.rotation('prod-2');
  expect(closed?.outcome).toBe('stopped');
  expect(orders.filter(({ kind }) => kind === 'undo')).toEqual([]);
});

import { titleIn } from '../../../../cards/adaptive/closed.ts';
import { say } from '../../../../cards/wording/index.ts';
import type { Desk } from '../../../../src/app/bot/desk.ts';
import { asOfItsEnd } from '../../../../src/app/bot/views/card.ts';
import { plainWish } from '../../../../src/domain/plan/wish.ts';
import type { RotationState } from '../../../../src/domain/rotation/rotation.ts';
import type { Message } from '../../../../src/domain/values.ts';
import type { ClosedView } from '../../../../src/domain/views/view.ts';
import { VIEWS } from '../../../cards/views.ts';
import { type BotRig, createBotRig } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

async function shown(id: string): Promise<ClosedView> {
  const reply = await rig.type('mei', `/ssis show ${id}`);
  if (reply.type !== 'card' || reply.view.kind !== 'closed') throw new Error(reply.type);
  return reply.view;
}

async function told(id: string): Promise<readonly string[]> {
  const view = await shown(id);
  const title = titleIn(view, (one, data) => say({ id: one, data } as Message, 'en'));
  return [title, ...view.next.map(({ id: one }) => one)];
}

async function proved(id: string, line: string): Promise<void> {
  await rig.type('mei', `${line} because It is due`);
  await rig.planned(id);
  for (const who of ['ana', 'tom']) await rig.vote(who, 'approve', id);
  await rig.closed(id);
  expect(rig.rotation(id).closed?.outcome).toBe('proved');
}

test('the card of what was withdrawn, shown again, claims nothing of a certificate that was replaced since', async () => {
  rig = await createBotRig();
  await rig.start();
  await rig.type('mei', '/ssis rotate-master because It is due');
  await rig.planned('prod-1');
  await rig.type('mei', '/ssis stop prod-1');
  await rig.closed('prod-1');
  expect(await told('prod-1')).toEqual(['prod keeps its master certificate']);
  expect((await shown('prod-1')).daysLeft).not.toBeNull();
  await rig.pass(2_000);
  await proved('prod-2', '/ssis rotate-master');
  await rig.pass(20_000);
  expect(await told('prod-1')).toEqual(['prod kept its master certificate when this ended', 'next.changed-since']);
  expect(await shown('prod-1')).toMatchObject({ goodUntil: null, daysLeft: null, next: [{ data: { by: 'prod-2' } }] });
  expect(await told('prod-2')).toEqual(['prod runs on its new master certificate', 'next.old-stays']);
});

test.each([
  ['the master', '/ssis rotate-master', /^prod ran on its new master certificate when this ended$/u],
  ['workers', '/ssis rotate-worker all', /^2 workers of prod ran on their new certificates when this ended$/u],
])('the card of a rotation of %s tells of the past once a later one has changed that', async (_, line, past) => {
  rig = await createBotRig();
  await rig.start();
  await proved('prod-1', line);
  await proved('prod-2', line);
  await rig.pass(20_000);
  const [title, ...next] = await told('prod-1');
  expect([title, next]).toEqual([expect.stringMatching(past), ['next.changed-since']]);
  expect(await shown('prod-1')).toMatchObject({ presented: null, goodUntil: null });
  await proved('prod-3', '/ssis rollback prod-2');
  await rig.pass(20_000);
  expect((await told('prod-2'))[0]).toMatch(past);
  expect((await told('prod-1'))[0]).not.toMatch(past);
});

test('nobody is sent to workers that an earlier rotation left behind, once a later one has changed the master', async () => {
  rig = await createBotRig();
  const ended = (id: string) =>
    ({
      id,
      wish: plainWish('rotate-master'),
      dry: false,
      closed: { outcome: 'proved', data: {} },
      plan: null,
    }) as object;
  const rotations = { 'prod-1': ended('prod-1'), 'prod-2': ended('prod-2') };
  const desk = { state: () => ({ order: Object.keys(rotations), rotations }) } as unknown as Desk;
  const view = VIEWS['closed-left-behind'] ?? null;
  const stepsOf = (id: 'prod-1' | 'prod-2') => {
    const card = asOfItsEnd(desk, rotations[id] as RotationState, view);
    return card?.kind === 'closed' ? card.next.map((one) => one.id) : [];
  };
  expect(stepsOf('prod-2')).toContain('next.left-behind');
  expect(stepsOf('prod-1')).toContain('next.changed-since');
  expect(stepsOf('prod-1')).not.toContain('next.left-behind');
});

test('the card of a reconnect tells of the past once a later rotation has given its master another certificate', async () => {
  rig = await createBotRig();
  await rig.start();
  await proved('prod-1', '/ssis rotate-master');
  const { worker } = rig.world.machines.get('sqlw02')?.settings ?? {};
  if (worker !== undefined) worker.MasterHttpsCertThumbprint = 'A'.repeat(40);
  await proved('prod-2', '/ssis reconnect sqlw02');
  expect((await told('prod-2'))[0]).toBe('sqlw02 is in line with its master');
  await proved('prod-3', '/ssis rotate-master');
  await rig.pass(20_000);
  expect((await told('prod-2')).slice(0, 2)).toEqual([
    'sqlw02 was in line with its master when this ended',
    'next.changed-since',
  ]);
  expect((await shown('prod-2')).next[0]).toMatchObject({ data: { by: 'prod-3' } });
});

test('of a removal that left some, what is to be done goes once a later one has removed more', async () => {
  rig = await createBotRig();
  const ended = (id: string) => ({ id, wish: plainWish('retire'), closed: { outcome: 'left-behind', data: {} } });
  const rotations = { 'prod-1': ended('prod-1'), 'prod-2': ended('prod-2') } as object as {
    [id: string]: RotationState;
  };
  const desk = { state: () => ({ order: Object.keys(rotations), rotations }) } as unknown as Desk;
  const view = (VIEWS['retire-left'] ?? null) as ClosedView;
  const card = (id: string, outcome: ClosedView['outcome'], next: ClosedView['next']) =>
    asOfItsEnd(desk, rotations[id] as RotationState, { ...view, outcome, next }) as ClosedView;
  const steps = ['next.retire-again', 'why.host.todo', 'next.retire-stays'].map((one) => ({ id: one, data: {} }));
  expect(card('prod-2', 'left-behind', steps)).toMatchObject({ next: steps });
  expect(card('prod-1', 'left-behind', steps).next.map(({ id }) => id)).toEqual(['next.changed-since']);
  // What it removed is gone for good, and nothing was left of it.
  expect(card('prod-1', 'proved', [])).toMatchObject({ outcome: 'proved', next: [] });
});

test('a card in the channel stops offering to roll back while that would be refused', async () => {
  rig = await createBotRig();
  await rig.start();
  const offers = () =>
    rig.chat
      .cards()
      .map((card) => (card.kind === 'closed' ? [card.rollBack ?? null, ...card.next.map(({ id }) => id)] : []));
  await proved('prod-1', '/ssis rotate-master');
  await rig.pass(20_000);
  expect(offers()).toEqual([['rollback prod-1', 'next.old-stays']]);
  await proved('prod-2', '/ssis rotate-master');
  await rig.pass(20_000);
  expect(offers()).toEqual([[null], ['rollback prod-2', 'next.old-stays']]);
  await proved('prod-3', '/ssis rollback prod-2');
  await rig.pass(20_000);
  expect(offers().map(([back]) => back)).toEqual(['rollback prod-1', null, 'rollback prod-3']);
});

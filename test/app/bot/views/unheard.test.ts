import { renderAdaptiveCard } from '../../../../cards/adaptive-card.ts';
import { renderBlockKit } from '../../../../cards/block-kit.ts';
import { switchStage } from '../../../../src/domain/plan/plan-phases.ts';
import type { CardView } from '../../../../src/domain/views/view.ts';
import { type BotRig, createBotRig } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

const running = (): Extract<CardView, { kind: 'running' }> => {
  const view = rig.chat.cards().at(-1);
  if (view?.kind !== 'running') throw new Error(`the card is ${view?.kind}`);
  return view;
};

/** What both chats show, buttons and their questions too. */
const shown = (): string =>
  JSON.stringify([
    renderAdaptiveCard(running(), 'approver', 'en', 'UTC'),
    renderBlockKit(running(), 'approver', { language: 'en', timeZone: 'UTC' }, [], 'whole'),
  ]);

/** The order to switch is out. */
const isOrdered = (): boolean => {
  const { plan, orders } = rig.rotation();
  const stage = plan === null ? undefined : switchStage(plan);
  return orders.some(({ host, kind, stage: of }) => host === 'sqlm01' && kind === 'apply' && of === stage?.name);
};

test('while Redis is away and the master may have switched, its card does not say that no worker is cut off', async () => {
  rig = await createBotRig();
  await rig.start();
  await rig.approved();
  await rig.until(isOrdered);
  rig.post.faults.away = true;
  await rig.pass(30_000);
  expect(rig.rotation().orders.filter(({ switchedAt }) => switchedAt !== null)).toEqual([]);
  expect(running()).toMatchObject({ waiting: { id: 'waiting.queue' }, unheard: { master: 'sqlm01' } });
  expect(shown()).not.toMatch(/No worker is cut off/u);
  expect(shown()).toMatch(/Whether workers are cut off now is not known/u);
  expect(shown()).toMatch(/Unless sqlm01 is confirmed within 60 s of its switch, it goes back by itself/u);
  rig.post.faults.away = false;
  await rig.closed();
});

test('while Redis is away, no time grows beside workers that were cut off when last heard', async () => {
  rig = await createBotRig();
  await rig.start();
  rig.world.machines.get('sqlm01')?.faults.set('service.restart', { kind: 'hang', times: 1 });
  await rig.approved();
  await rig.until(isOrdered);
  await rig.until(() => running().rows.some(({ cutOff }) => cutOff));
  rig.post.faults.away = true;
  await rig.pass(30_000);
  expect(shown()).toMatch(/workers? (was|were) cut off when last heard/u);
  expect(running().rows.filter(({ cutOff }) => cutOff)).not.toEqual([]);
  expect(shown()).not.toMatch(/cut off \d/u);
});

test('while Redis is away before the outage, its card still says that no worker is cut off', async () => {
  rig = await createBotRig();
  await rig.start();
  await rig.type('mei', '/ssis rotate-master');
  await rig.planned();
  await rig.vote('ana');
  rig.post.faults.away = true;
  await rig.vote('tom');
  await rig.pass(30_000);
  expect(running().waiting).toMatchObject({ id: 'waiting.queue' });
  expect(shown()).toMatch(/No worker is cut off\./u);
  rig.post.faults.away = false;
  await rig.closed();
});

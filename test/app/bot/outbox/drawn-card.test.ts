import type { CardView } from '../../../../src/domain/views/view.ts';
import type { Reply } from '../../../../src/ports/chat.ts';
import { type BotRig, createBotRig } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

const viewOf = (reply: Reply): CardView => {
  if (reply.type !== 'card') throw new Error(`${reply.type} is no card`);
  return reply.view;
};

/** What `show` answers them, all at once. */
const shownTo = async (...people: readonly string[]): Promise<readonly CardView[]> =>
  (await Promise.all(people.map((who) => rig.type(who, '/ssis show prod-1')))).map(viewOf);

async function planned(): Promise<void> {
  rig = await createBotRig();
  await rig.start();
  await rig.type('mei', '/ssis rotate-master because Yearly renewal');
  await rig.planned();
}

test('a card is drawn once for all who ask within a moment, and again for whoever asks later', async () => {
  await planned();
  const [first, ...others] = await shownTo('mei', 'ana', 'tom');
  for (const other of others) expect(other).toBe(first);
  await rig.clock.sleep(250);
  const [later] = await shownTo('mei');
  expect(later).not.toBe(first);
});

test('a card is drawn again as soon as somebody has voted', async () => {
  await planned();
  const [before] = await shownTo('ana');
  await rig.vote('ana');
  const [after] = await shownTo('ana');
  expect(before).toMatchObject({ kind: 'plan', votes: [] });
  expect(after).toMatchObject({ kind: 'plan', votes: [{ by: { id: 'ana' } }] });
});

test('a stop is shown on the card of whoever asks next', async () => {
  await planned();
  await rig.vote('ana');
  await rig.vote('tom');
  const [before] = await shownTo('wei');
  await rig.type('tom', '/ssis stop prod-1');
  const [after] = await shownTo('wei');
  expect(before).toMatchObject({ kind: 'running', stopAsked: null });
  expect(after).toMatchObject({ stopAsked: { id: 'tom' } });
});

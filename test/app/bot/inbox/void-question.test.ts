import type { NeedsPersonView } from '../../../../src/domain/views/view.ts';
import { type BotRig, createBotRig, saidOf } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

const card = (): NeedsPersonView => {
  const view = rig.chat.cards().at(-1);
  if (view?.kind !== 'needs-person') throw new Error(`no such card: ${view?.kind}`);
  return view;
};
const isAsked = (): boolean => rig.chat.cards().at(-1)?.kind === 'needs-person';
const click = async (who: string, verb: string, { digest } = card()) =>
  saidOf(await rig.click(who, verb, { rotation: 'prod-1', digest }));
const fails = (host: string): void =>
  void rig.world.machines.get(host)?.faults.set('service.restart', { kind: 'fail', times: 50 });

/** A worker's service does not start, on the way forward or back; one of two has voted to leave it behind. */
async function leaveAsked(): Promise<NeedsPersonView> {
  rig = await createBotRig({ farm: { gap: { limitMs: 600_000, leaveBehind: 1, canary: 1, concurrency: 50 } } });
  await rig.start();
  fails('sqlw02');
  await rig.approved();
  await rig.until(isAsked);
  expect(card()).toMatchObject({ unknown: ['sqlw02'], leave: 'cut-off' });
  expect(await click('mei', 'leave')).toEqual(['resolve.leave-behind']);
  await rig.until(() => card().asked !== null);
  expect(await click('ana', 'approve')).toEqual(['approved']);
  await rig.until(() => card().votes.length === 1);
  return card();
}

test('a stop voids a question: the card says so and offers the present one, and the last vote on the old one is not taken', async () => {
  const asked = await leaveAsked();
  fails('sqlm01');
  await rig.click('wei', 'stop', { rotation: 'prod-1' });
  expect(await click('tom', 'approve', asked)).toEqual(['refused.stale-plan']);
  await rig.until(() => isAsked() && card().unknown.includes('sqlm01' as never));
  expect(card()).toMatchObject({
    asked: null,
    leave: null,
    voided: { choice: 'leave-behind', by: { id: 'mei' } },
    votes: [],
  });
  expect(await click('tom', 'approve', asked)).toEqual(['refused.stale-plan']);
  const answer = await rig.click('tom', 'approve', { rotation: 'prod-1', digest: card().digest });
  if (answer.type !== 'notice') throw new Error(answer.type);
  expect(answer.notice.messages).toEqual([
    { id: 'refused.question-void', data: { id: 'prod-1', by: 'Mei Lin', choice: 'leave-behind', hosts: [] } },
  ]);
  expect(await click('tom', 'leave')).toEqual(['refused.master-not-left']);
  expect(rig.rotation()).toMatchObject({ resolved: {}, closed: null });
  const told = () => rig.chat.notes.map(({ notice }) => notice.messages.map(({ id }) => id));
  await rig.until(() => told().some((ids) => ids.includes('person.voided')));
  for (const name of ['sqlm01', 'sqlw02']) rig.world.machines.get(name)?.faults.delete('service.restart');
  expect(await click('tom', 'put-back')).toEqual(['resolve.put-all-back']);
  await rig.until(() => card().asked !== null);
  expect(card()).toMatchObject({ voided: null, votes: [], needed: 2 });
  for (const who of ['ana', 'wei']) expect(await click(who, 'approve')).toEqual(['approved']);
  await rig.closed();
  expect(rig.rotation().closed?.outcome).toBe('stopped');
});

test('a question is decided as it was asked if nothing has changed', async () => {
  await leaveAsked();
  expect(await click('tom', 'approve')).toEqual(['approved']);
  await rig.closed();
  expect(rig.rotation().closed).toMatchObject({ outcome: 'left-behind', data: { left: ['sqlw02'] } });
});

test('a vote counts for the question it was given on, and not when the same is asked again', async () => {
  const { digest } = await leaveAsked();
  const denied = await rig.click('tom', 'deny', { rotation: 'prod-1', digest }, { reason: 'Not yet' });
  expect(saidOf(denied)).toEqual(['denied']);
  await rig.until(() => card().asked === null);
  expect(await click('mei', 'leave')).toEqual(['resolve.leave-behind']);
  await rig.until(() => card().asked !== null);
  expect(card()).toMatchObject({ votes: [], needed: 2 });
  expect(await click('tom', 'approve')).toEqual(['approved']);
  await rig.until(() => card().votes.length === 1);
  expect(rig.rotation()).toMatchObject({ resolved: {}, closed: null });
  expect(await click('ana', 'approve')).toEqual(['approved']);
  await rig.closed();
  expect(rig.rotation().closed).toMatchObject({ outcome: 'left-behind', data: { left: ['sqlw02'] } });
});

import type { ClosedView } from '../../../../src/domain/views/view.ts';
import { type BotRig, createBotRig } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

const closedCard = (): ClosedView => {
  const view = rig.chat.cards().findLast((one): one is ClosedView => one.kind === 'closed');
  if (view === undefined) throw new Error('nothing has ended');
  return view;
};

/** The first worker falls silent before it is trusted with the new certificate, and all is put back. */
async function silentInPrepare(): Promise<void> {
  rig = await createBotRig();
  await rig.start();
  await rig.approved();
  await rig.stopRunner('sqlw01');
  await rig.until(() => rig.rotation().turned !== null);
}

test('the card of what was put back says of a machine that answers again that it does', async () => {
  await silentInPrepare();
  await rig.startRunner('sqlw01');
  await rig.closed();
  await rig.until(() => rig.chat.cards().some(({ kind }) => kind === 'closed'));
  expect(closedCard().why).toMatchObject({ data: { host: 'sqlw01', code: 'RunnerSilent', data: { answers: true } } });
});

test('it does not of one that was left behind and never answered', async () => {
  await silentInPrepare();
  await rig.until(() => rig.chat.cards().at(-1)?.kind === 'needs-person');
  const digest = (): string => {
    const view = rig.chat.cards().findLast((one) => one.kind === 'needs-person');
    return view?.kind === 'needs-person' ? view.digest : '';
  };
  await rig.click('mei', 'leave', { rotation: 'prod-1', digest: digest() });
  await rig.pass(1000);
  for (const who of ['ana', 'tom']) await rig.click(who, 'approve', { rotation: 'prod-1', digest: digest() });
  await rig.closed();
  await rig.until(() => rig.chat.cards().some(({ kind }) => kind === 'closed'));
  expect(closedCard().why).toMatchObject({ data: { host: 'sqlw01', code: 'RunnerSilent' } });
  expect(closedCard().why?.data.data).not.toHaveProperty('answers');
});

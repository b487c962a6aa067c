import type { FarmHost } from '../../../../src/domain/farm/farm.ts';
import { type BotRig, createBotRig, saidOf } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

/** The bot is started again with a farm file that no longer names these machines. */
async function takeOut(...names: readonly string[]): Promise<void> {
  await rig.stopBot();
  const hosts = rig.farm.hosts.filter(({ name }) => !names.includes(name));
  (rig.farm as { hosts: readonly FarmHost[] }).hosts = hosts;
  await rig.startBot();
}

test('the card of a rollback names the worker that is no longer in the farm file, and goes on without it', async () => {
  rig = await createBotRig();
  await rig.start();
  // The certificates from before the first were made by nobody here, and lie in no store.
  for (const id of ['prod-1', 'prod-2']) {
    await rig.type('mei', '/ssis rotate-worker all because Yearly');
    await rig.planned(id);
    for (const who of ['ana', 'tom']) await rig.vote(who, 'approve', id);
    await rig.closed(id);
  }
  await takeOut('sqlw02');
  await rig.pass(60_000);
  expect(saidOf(await rig.type('mei', '/ssis rollback prod-2 because Packages fail'))).toEqual(['looking']);
  await rig.until(() => rig.chat.cards().at(-1)?.kind === 'plan');
  const card = rig.chat.cards().at(-1);
  expect(card).toMatchObject({
    kind: 'plan',
    id: 'prod-3',
    workers: ['sqlw01'],
    warnings: expect.arrayContaining([{ id: 'warning.gone-since', data: { hosts: ['sqlw02'], of: 'prod-2' } }]),
  });
  for (const who of ['ana', 'tom']) await rig.vote(who, 'approve', 'prod-3');
  await rig.closed('prod-3');
  await rig.until(() => rig.chat.cards().at(-1)?.kind === 'closed');
  expect(rig.chat.cards().at(-1)).toMatchObject({
    id: 'prod-3',
    outcome: 'proved',
    next: expect.arrayContaining([{ id: 'warning.gone-since', data: { hosts: ['sqlw02'], of: 'prod-2' } }]),
  });
});

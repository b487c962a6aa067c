import { createListener } from './listener.ts';
import { type BotRig, createBotRig, saidOf } from './rig.ts';

const MINUTE = 60_000;

let rig: BotRig;
afterEach(() => rig.stop());

const ask = async (): Promise<readonly string[]> =>
  saidOf(await rig.type('mei', '/ssis rotate-master because Yearly renewal'));
const fill = (is: boolean): void => {
  const disk = rig.runnerDisks.get('sqlw01');
  if (disk !== undefined) disk.full = is;
};
const looksOrdered = (): number =>
  rig.disk.lines.filter(({ line: { entry } }) => entry.type === 'ordered' && entry.host === 'sqlw01').length;

test('a machine whose disk was full can be used again once there is room, and is rarely looked at until then', async () => {
  rig = await createBotRig();
  await rig.start();
  fill(true);
  expect(await ask()).toEqual(['looking']);
  await rig.closed('prod-1', 60 * MINUTE);
  expect(await ask()).toEqual(['refused.runner-not-ready']);
  const before = looksOrdered();
  await rig.pass(25 * MINUTE);
  expect(looksOrdered() - before).toBeLessThan(4);
  expect(await ask()).toEqual(['refused.runner-not-ready']);
  fill(false);
  await rig.pass(11 * MINUTE);
  expect(await ask()).toEqual(['looking']);
});

test('the card of a rotation says why a machine with a full disk does not answer its order', async () => {
  rig = await createBotRig();
  await rig.start();
  await ask();
  await rig.planned();
  fill(true);
  await rig.vote('ana');
  await rig.vote('tom');
  await rig.pass(30_000);
  const waiting = (): unknown => {
    const view = rig.chat.cards().at(-1);
    return view?.kind === 'running' ? view.waiting : view?.kind;
  };
  expect(waiting()).toEqual({ id: 'waiting.order', data: { host: 'sqlw01', full: true } });
  fill(false);
  await rig.closed();
  expect(rig.rotation().closed?.outcome).toBe('proved');
});

describe("While the bot's own disk is full,", () => {
  const listener = createListener();
  const words = (): readonly string[] =>
    rig.chat.cards().flatMap((view) => (view.kind === 'notice' ? view.messages.map(({ id }) => id) : []));
  const told = () => listener.posts.map(({ body }) => `${body.event} ${body.state}`);

  test('the channels and the webhook are told once, and once that it can be written again', async () => {
    const notify = { webhook: 'https://alerts.example.com/hooks/hunter2', ping: null };
    rig = await createBotRig({ http: listener.http, farm: { notify } });
    await rig.start();
    await ask();
    await rig.planned();
    rig.disk.full = true;
    expect(saidOf(await rig.vote('ana'))).toEqual(['refused.JournalNotWritable']);
    await rig.until(() => words().includes('told.unwritable'));
    const status = await rig.type('mei', '/ssis status');
    const line = status.type === 'notice' ? status.notice.messages.find(({ id }) => id === 'status.unwritable') : null;
    expect(line?.data).toEqual({ farm: 'prod', since: expect.any(String), failed: expect.any(String) });
    await rig.pass(MINUTE);
    // A small write fits in between.
    rig.disk.full = false;
    await rig.vote('ana');
    rig.disk.full = true;
    expect(saidOf(await rig.vote('tom'))).toEqual(['refused.JournalNotWritable']);
    await rig.pass(30 * MINUTE);
    expect(words()).toEqual(['told.unwritable']);
    expect(told()).toEqual(['journal-unwritable open']);
    rig.disk.full = false;
    await rig.pass(MINUTE);
    await rig.vote('tom');
    await rig.closed();
    await rig.pass(11 * MINUTE);
    expect(words()).toEqual(['told.unwritable', 'told.writable']);
    expect(told()).toEqual(['journal-unwritable open', 'journal-unwritable over']);
    expect(rig.rotation().closed?.outcome).toBe('proved');
    expect(await saidOf(await rig.type('mei', '/ssis status'))).not.toContain('told.unwritable');
  });
});

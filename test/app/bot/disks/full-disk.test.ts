import type { RunnerEntry } from '../../../../src/domain/journal/entries.ts';
import { createListener } from '../listener.ts';
import { type BotRig, createBotRig, saidOf } from '../rig.ts';

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

test('a machine whose disk was full can be used again as soon as there is room, and is not looked at until then', async () => {
  rig = await createBotRig();
  await rig.start();
  fill(true);
  expect(await ask()).toEqual(['looking']);
  await rig.closed('prod-1', 60 * MINUTE);
  expect(await ask()).toEqual(['refused.runner-not-ready']);
  const before = looksOrdered();
  await rig.pass(25 * MINUTE);
  expect(looksOrdered()).toBe(before);
  expect(await ask()).toEqual(['refused.runner-not-ready']);
  fill(false);
  await rig.pass(10_000);
  expect(await ask()).toEqual(['looking']);
});

test('an older runner, which does not try its disk, is looked at now and then, so that it finds that there is room', async () => {
  rig = await createBotRig();
  await rig.start();
  rig.age('sqlw01');
  fill(true);
  expect(await ask()).toEqual(['looking']);
  await rig.closed('prod-1', 60 * MINUTE);
  const before = looksOrdered();
  await rig.pass(25 * MINUTE);
  expect(looksOrdered() - before).toBeGreaterThan(0);
  expect(looksOrdered() - before).toBeLessThan(4);
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
  expect(waiting()).toEqual({
    id: 'waiting.unwritable',
    data: { hosts: ['sqlw01'], reason: 'ENOSPC', begun: false },
  });
  fill(false);
  await rig.closed();
  expect(rig.rotation().closed?.outcome).toBe('proved');
});

test('the card names no reason if two machines give different ones, for the words of one would not fit the other', async () => {
  rig = await createBotRig();
  await rig.start();
  await ask();
  await rig.planned();
  fill(true);
  rig.age('sqlw02');
  const other = rig.runnerDisks.get('sqlw02');
  if (other !== undefined) other.full = true;
  await rig.vote('ana');
  await rig.vote('tom');
  await rig.pass(30_000);
  const view = rig.chat.cards().at(-1);
  expect(view?.kind === 'running' ? view.waiting : view?.kind).toEqual({
    id: 'waiting.unwritable',
    data: { hosts: ['sqlw01', 'sqlw02'], reason: '', begun: false },
  });
});

describe('A machine whose disk fills up', () => {
  /** It does as soon as that machine has written such an entry. */
  async function filledAt(host: string, isThere: (entry: RunnerEntry) => boolean): Promise<void> {
    rig = await createBotRig();
    await rig.start();
    await ask();
    await rig.planned();
    const disk = rig.runnerDisks.get(host);
    if (disk === undefined) throw new Error(host);
    const push = disk.lines.push.bind(disk.lines);
    disk.lines.push = (...lines) => {
      if (!disk.full && lines.some(({ line }) => isThere(line.entry))) {
        disk.lines.push = push;
        disk.full = true;
      }
      return push(...lines);
    };
    await rig.vote('ana');
    await rig.vote('tom');
    await rig.until(() => disk.full);
  }
  const hasBegun = (entry: RunnerEntry): boolean => entry.type === 'started' && entry.step.includes('/workers/');
  const card = () => rig.chat.cards().at(-1);
  const codes = () => {
    const view = card();
    return view?.kind === 'needs-person' ? view.why.map(({ data }) => `${data.host} ${data.code}`) : view?.kind;
  };

  test('in the midst of its switch turns all back at once, not at the gap limit, and says how it ended by itself', async () => {
    await filledAt('sqlw01', hasBegun);
    const at = rig.clock.now();
    await rig.until(() => rig.rotation().turned !== null);
    expect(rig.clock.now() - at).toBeLessThan(5_000);
    const data = { reason: 'ENOSPC', outcome: 'put-back' };
    expect(rig.rotation().turned).toMatchObject({ host: 'sqlw01', code: 'OutcomeNotWritten', data });
    await rig.until(() => card()?.kind === 'needs-person');
    expect(rig.clock.now() - at).toBeLessThan(30_000);
    expect(codes()).toEqual(['sqlw01 JournalNotWritable']);
    const told = await rig.type('mei', '/ssis status');
    const lines = told.type === 'notice' ? told.notice.messages : [];
    expect(lines.find(({ id }) => id === 'status.journal-full')?.data).toEqual({ host: 'sqlw01', reason: 'ENOSPC' });
    // All others are back by then, and nothing is sent to it.
    const { master = { bindings: [] } } = rig.rotation().looks.sqlm01 ?? {};
    expect(rig.world.machines.get('sqlm01')?.bindings.map(({ thumbprint }) => thumbprint)).toEqual(
      master?.bindings.map(({ thumbprint }) => thumbprint),
    );
    const orders = rig.rotation().orders.length;
    await rig.pass(20 * MINUTE);
    expect([codes(), rig.rotation().orders.length]).toEqual([['sqlw01 JournalNotWritable'], orders]);
    fill(false);
    await rig.closed('prod-1', MINUTE);
    expect(rig.rotation().closed).toMatchObject({ outcome: 'put-back', data: { code: 'OutcomeNotWritten' } });
  });

  test('keeps its question, and the votes on it, while its orders lapse', async () => {
    await filledAt('sqlw01', (entry) => entry.type === 'accepted' && entry.stage === 'trust');
    await rig.until(() => card()?.kind === 'needs-person');
    const digest = () => {
      const view = card();
      return view?.kind === 'needs-person' ? view.digest : null;
    };
    const first = digest();
    await rig.pass(10 * MINUTE);
    expect([digest(), codes()]).toEqual([first, ['sqlw01 JournalNotWritable']]);
  });

  test('on the master, before it has switched, turns all back and asks a person at once', async () => {
    await filledAt('sqlm01', (entry) => entry.type === 'started' && entry.step.includes('/master/bind-port'));
    const at = rig.clock.now();
    await rig.until(() => card()?.kind === 'needs-person');
    expect(rig.clock.now() - at).toBeLessThan(15_000);
    expect(rig.rotation().turned).toMatchObject({ host: 'sqlm01', code: 'OutcomeNotWritten' });
    const disk = rig.runnerDisks.get('sqlm01');
    if (disk !== undefined) disk.full = false;
    await rig.closed('prod-1', MINUTE);
    expect(rig.rotation().closed?.outcome).toBe('put-back');
  });

  test('before it takes its order ends the rotation once that has lapsed, with the reason', async () => {
    rig = await createBotRig();
    await rig.start();
    await ask();
    await rig.planned();
    fill(true);
    await rig.vote('ana');
    await rig.vote('tom');
    await rig.until(() => rig.rotation().turned !== null, 4 * MINUTE);
    expect(rig.rotation().turned).toMatchObject({
      host: 'sqlw01',
      code: 'JournalNotWritable',
      data: { reason: 'ENOSPC' },
    });
    await rig.pass(MINUTE);
    expect(codes()).toEqual(['sqlw01 JournalNotWritable']);
    fill(false);
    await rig.closed('prod-1', MINUTE);
    expect(rig.rotation().closed?.outcome).toBe('put-back');
  });
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

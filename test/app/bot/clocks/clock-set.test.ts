import { journalOf } from '../../../../src/app/bot/views/console/journal-lines.ts';
import type { Envelope, Signal } from '../../../../src/domain/letters/protocol.ts';
import { createFakeChat } from '../fake-chat.ts';
import { createListener } from '../listener.ts';
import { type BotRig, CHANNEL, createBotRig, saidOf } from '../rig.ts';

const HOUR_MS = 3_600_000;
const MASTER = 'sqlm01';

let rig: BotRig;
afterEach(() => rig.stop());

/** One worker never hears that it may go: it follows alone, ten seconds later. */
async function start(options: Parameters<typeof createBotRig>[0] = {}): Promise<void> {
  rig = await createBotRig(options);
  const { toHost } = rig.post.office;
  const isLost = (host: string, letter: Envelope): boolean =>
    host === 'sqlw02' && letter.type === 'signal' && (JSON.parse(letter.body) as Signal).say === 'go';
  Object.assign(rig.post.office, {
    toHost: async (host: string, letter: Envelope) => (isLost(host, letter) ? undefined : toHost(host, letter)),
  });
  await rig.start();
}

const lead = () => rig.rotation().orders.find(({ kind, stage }) => kind === 'apply' && stage === 'master');

/** The clock of the master's machine is set between the order to switch and the restart. */
function setMastersClock(ms: number): void {
  const performed = rig.world.machines.get(MASTER)?.performed ?? [];
  const push = performed.push.bind(performed);
  performed.push = (...changes) => {
    if (changes.some(({ type }) => type === 'setting.write')) rig.skewMs[MASTER] = ms;
    return push(...changes);
  };
}

async function stays(): Promise<void> {
  await rig.until(() => lead()?.status === 'finished');
  expect(lead()?.outcome).toBe('applied');
  expect(rig.rotation().turned).toBeNull();
}

describe('In the middle of a cutover,', () => {
  test.each([HOUR_MS, 240_000, -240_000, -HOUR_MS])(
    'changing the bot’s clock by %i ms puts nothing back',
    async (ms) => {
      await start();
      await rig.approved();
      await rig.until(() => lead()?.switchedAt != null);
      rig.setBotsClock(ms);
      await stays();
    },
  );

  test.each([HOUR_MS, -240_000, -400_000, -HOUR_MS])(
    'changing the clocks of all machines by %i ms puts nothing back, and the rotation ends proved',
    async (ms) => {
      await start();
      await rig.approved();
      await rig.until(() => lead()?.switchedAt != null);
      rig.clock.step(ms);
      await stays();
      await rig.closed('prod-1', 120_000);
      expect(rig.rotation().closed?.outcome).toBe('proved');
      const last = rig.rotation().orders.find(({ host, stage }) => host === 'sqlw02' && stage === 'workers');
      expect(journalOf(rig.rotation()).lines.map(({ at }) => at)).toContain(last?.switchedAt);
    },
  );

  test.each([-55_000, -240_000, -HOUR_MS])('changing the master’s clock by %i ms puts nothing back', async (ms) => {
    await start();
    setMastersClock(ms);
    await rig.approved();
    await stays();
  });
});

test('a bot whose clock was changed while letters waited still knows how long each worker was cut off', async () => {
  await start();
  const held: Envelope[] = [];
  const { toBot } = rig.post.office;
  let isHeld = false;
  Object.assign(rig.post.office, {
    toBot: async (letter: Envelope) => (isHeld ? void held.push(letter) : toBot(letter)),
  });
  await rig.approved();
  await rig.until(() => lead()?.switchedAt != null);
  isHeld = true;
  await rig.pass(12_000);
  isHeld = false;
  rig.clock.step(3_000);
  await rig.pass(100);
  for (const letter of held) await toBot(letter);
  await rig.closed('prod-1', 120_000);
  expect([rig.rotation().closed?.outcome, rig.rotation().unclocked]).toEqual(['proved', []]);
});

test.each([-120_000, 120_000, -HOUR_MS, HOUR_MS])(
  'changing the bot’s clock by %i ms and back again keeps no request from being taken',
  async (ms) => {
    await start();
    await rig.pass(60_000);
    rig.setBotsClock(ms);
    await rig.pass(40_000);
    rig.setBotsClock(-ms);
    await rig.pass(1_000);
    expect(saidOf(await rig.type('mei', '/ssis plan rotate-master'))).toEqual(['looking-dry']);
    await rig.pass(20_000);
    expect(saidOf(await rig.type('mei', '/ssis plan rotate-master'))).toEqual(['looking-dry']);
    await rig.until(() => rig.chat.cards().length > 0, 30_000);
  },
);

describe('While a clock is off, the refusal of a request names', () => {
  const refusal = async () => rig.type('mei', '/ssis rotate-master because Yearly');
  const off = (data: object) => ({ notice: { messages: [{ id: 'refused.clock-off', data }] } });

  test('the bot, when all machines show the same other time', async () => {
    await start();
    rig.setBotsClock(-120_000);
    await rig.pass(40_000);
    expect(await refusal()).toMatchObject(off({ host: MASTER, alike: 3 }));
  });

  test('the machine, when the others agree with the bot', async () => {
    await start();
    rig.skewMs[MASTER] = 120_000;
    await rig.pass(40_000);
    expect(await refusal()).toMatchObject(off({ host: MASTER, alike: 0 }));
  });

  test('the machine, when the others agree with the bot to within seconds', async () => {
    await start();
    rig.skewMs[MASTER] = 65_000;
    for (const worker of ['sqlw01', 'sqlw02']) rig.skewMs[worker] = 8_000;
    await rig.pass(40_000);
    expect(await refusal()).toMatchObject(off({ host: MASTER, alike: 0 }));
  });
});

test('clocks that were ahead and have been put right hold up no card', async () => {
  await start();
  rig.clock.step(HOUR_MS);
  await rig.type('mei', '/ssis plan rotate-master');
  await rig.pass(5_000);
  expect(rig.chat.cards().map(({ kind }) => kind)).toEqual(['plan']);
  rig.clock.step(-HOUR_MS);
  await rig.type('mei', '/ssis rotate-master because Yearly');
  await rig.pass(30_000);
  expect(rig.chat.cards().map(({ kind }) => kind)).toEqual(['plan', 'plan']);
});

test('a bot whose clock was an hour ahead for a moment still begins a rotation at its time', async () => {
  await start();
  await rig.type('mei', '/ssis rotate-master at 12:02 because Yearly');
  await rig.planned();
  await rig.vote('ana');
  await rig.vote('tom');
  rig.setBotsClock(HOUR_MS);
  await rig.pass(3_000);
  rig.setBotsClock(-HOUR_MS);
  await rig.pass(240_000);
  expect(rig.rotation().closed?.outcome).toBe('proved');
});

test('a bot whose clock was two days ahead for a moment lets no request lapse', async () => {
  await start();
  await rig.type('mei', '/ssis rotate-master because Yearly');
  await rig.planned();
  rig.setBotsClock(48 * HOUR_MS);
  await rig.pass(3_000);
  rig.setBotsClock(-48 * HOUR_MS);
  await rig.pass(3_000);
  expect(rig.rotation().gate).toBeNull();
  await rig.vote('ana');
  await rig.vote('tom');
  await rig.closed();
  expect(rig.rotation().closed?.outcome).toBe('proved');
});

test('a bot whose clock is set two days ahead, and stays so, lets the request lapse no sooner than the machines would', async () => {
  const lapsesAfterMs = 2 * HOUR_MS;
  const approval = { quorum: 2, approvers: ['ana', 'tom'], groups: [], lapsesAfterMs };
  await start({ farm: { approval } });
  await rig.type('mei', '/ssis rotate-master because Yearly');
  await rig.planned();
  rig.setBotsClock(48 * HOUR_MS);
  await rig.pass(lapsesAfterMs - 60_000);
  expect(rig.rotation().closed).toBeNull();
  await rig.pass(2 * 60_000);
  expect(rig.rotation().closed?.outcome).toBe('lapsed');
});

describe('When all clocks are set back by an hour,', () => {
  const MINUTE = 60_000;
  const notify = { webhook: 'https://alerts.example.com/hook', ping: 'https://monitor.example.com/ping' };

  test('the monitoring address is still pinged once a minute', async () => {
    const { http, pings } = createListener();
    rig = await createBotRig({ http, farm: { notify } });
    await rig.start();
    rig.clock.step(-HOUR_MS);
    const before = pings.length;
    await rig.pass(5 * MINUTE);
    expect(pings.length - before).toBeGreaterThanOrEqual(4);
  });

  test('a webhook that was away is told within minutes of its return', async () => {
    const { http, posts, faults } = createListener();
    rig = await createBotRig({ http, farm: { notify } });
    await rig.start();
    faults.code = 'HttpAway';
    rig.chat.faults.refused = true;
    await rig.pass(8 * MINUTE);
    rig.clock.step(-HOUR_MS);
    faults.code = null;
    await rig.pass(6 * MINUTE);
    expect(posts.map(({ body }) => `${body.event} ${body.state}`)).toEqual(['chat-refused open']);
  });

  test('a chat that takes nothing is reported in the other chat after a quarter of an hour', async () => {
    const slack = createFakeChat('slack', ['C-ops']);
    const channels = [
      { platform: 'web', id: CHANNEL, name: CHANNEL, language: 'en' as const },
      { platform: 'slack', id: 'C-ops', name: 'ops', language: 'en' as const },
    ];
    rig = await createBotRig({ chats: [createFakeChat(), slack], farm: { channels } });
    await rig.start();
    slack.faults.away = true;
    await rig.type('mei', '/ssis rotate-master because Yearly');
    await rig.pass(5 * MINUTE);
    rig.clock.step(-HOUR_MS);
    await rig.pass(12 * MINUTE);
    const told = rig.chat.messages.flatMap(({ views }) => views.at(-1) ?? []);
    expect(JSON.stringify(told)).toContain('told.chat-quiet');
  });

  test('a runner that falls silent at that moment is reported as soon as any other', async () => {
    rig = await createBotRig();
    await rig.start();
    rig.clock.step(-HOUR_MS);
    rig.silence(MASTER, true);
    await rig.pass(13 * MINUTE);
    const told = rig.chat.messages.flatMap(({ views }) => views.at(-1) ?? []);
    expect(JSON.stringify(told)).toContain('told.runner-quiet');
  });

  test('a machine that has disk space again can be asked within minutes', async () => {
    rig = await createBotRig();
    await rig.start();
    const ask = async () => saidOf(await rig.type('mei', '/ssis rotate-master because Yearly'));
    const disk = rig.runnerDisks.get('sqlw01');
    Object.assign(disk ?? {}, { full: true });
    expect(await ask()).toEqual(['looking']);
    await rig.closed('prod-1', HOUR_MS);
    await rig.pass(12 * MINUTE);
    Object.assign(disk ?? {}, { full: false });
    rig.clock.step(-HOUR_MS);
    await rig.pass(12 * MINUTE);
    expect(await ask()).toEqual(['looking']);
  });

  test('a run of reminders waits no longer than usual for a machine that does not answer', async () => {
    rig = await createBotRig();
    await rig.start();
    rig.silence('sqlw01', true);
    let isOver = false;
    void rig.remind().then(() => {
      isOver = true;
    });
    await rig.pass(2_000);
    expect(isOver).toBe(false);
    rig.clock.step(-HOUR_MS);
    await rig.pass(MINUTE);
    expect(isOver).toBe(true);
  });
});

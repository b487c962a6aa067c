import type { Envelope, Signal } from '../../../src/domain/letters/protocol.ts';
import { type BotRig, createBotRig } from './rig.ts';

const HOUR_MS = 3_600_000;
const MASTER = 'sqlm01';

let rig: BotRig;
let skewMs: { [host: string]: number };
afterEach(() => rig.stop());

/** One worker never hears that it may go: it follows alone, ten seconds later. */
async function start(): Promise<void> {
  skewMs = { sqlm01: 0, sqlw01: 0, sqlw02: 0 };
  rig = await createBotRig({ skewMs });
  const { toHost } = rig.post.office;
  const isLost = (host: string, letter: Envelope): boolean =>
    host === 'sqlw02' && letter.type === 'signal' && (JSON.parse(letter.body) as Signal).say === 'go';
  Object.assign(rig.post.office, {
    toHost: async (host: string, letter: Envelope) => (isLost(host, letter) ? undefined : toHost(host, letter)),
  });
  await rig.start();
}

const lead = () => rig.rotation().orders.find(({ kind, stage }) => kind === 'apply' && stage === 'master');

/** The clocks of all machines stay as they are. */
function setBotsClock(ms: number): void {
  rig.clock.step(ms);
  for (const name of Object.keys(skewMs)) skewMs[name] = (skewMs[name] ?? 0) - ms;
}

/** The clock of the master's machine is set between the order to switch and the restart. */
function setMastersClock(ms: number): void {
  const performed = rig.world.machines.get(MASTER)?.performed ?? [];
  const push = performed.push.bind(performed);
  performed.push = (...changes) => {
    if (changes.some(({ type }) => type === 'setting.write')) skewMs[MASTER] = ms;
    return push(...changes);
  };
}

async function stays(): Promise<void> {
  await rig.until(() => lead()?.status === 'finished');
  expect(lead()?.outcome).toBe('applied');
  expect(rig.rotation().turned).toBeNull();
}

describe('In the middle of a cutover', () => {
  test.each([HOUR_MS, 240_000, -240_000, -HOUR_MS])(
    'a clock of the bot that is set by %i ms takes no farm back',
    async (ms) => {
      await start();
      await rig.approved();
      await rig.until(() => lead()?.switchedAt != null);
      setBotsClock(ms);
      await stays();
    },
  );

  test.each([-55_000, -240_000, -HOUR_MS])(
    'a clock of the master that is set by %i ms takes no farm back',
    async (ms) => {
      await start();
      setMastersClock(ms);
      await rig.approved();
      await stays();
    },
  );
});

test('clocks that were ahead and are put right stop no card', async () => {
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

test('a clock of the bot that was an hour ahead for a moment costs no rotation its start', async () => {
  await start();
  await rig.type('mei', '/ssis rotate-master at 12:02 because Yearly');
  await rig.planned();
  await rig.vote('ana');
  await rig.vote('tom');
  setBotsClock(HOUR_MS);
  await rig.pass(3_000);
  setBotsClock(-HOUR_MS);
  await rig.pass(240_000);
  expect(rig.rotation().closed?.outcome).toBe('proved');
});

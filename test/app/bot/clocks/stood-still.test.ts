import { emptyDisk, openMemoryJournal } from '../../../../adapters/memory/journal.ts';
import { createMemorySigner } from '../../../../adapters/memory/signer.ts';
import { createDesk } from '../../../../src/app/bot/desk.ts';
import { foldBot } from '../../../../src/domain/fold/bot-fold.ts';
import type { BotEntry } from '../../../../src/domain/journal/entries.ts';
import type { Envelope, Order } from '../../../../src/domain/letters/protocol.ts';
import { plainWish } from '../../../../src/domain/plan/wish.ts';
import { firstSkew } from '../../../../src/domain/presence/skew.ts';
import { initialFarmState } from '../../../../src/domain/rotation/farm-state.ts';
import { farmOf, ID } from '../../../domain/sim.ts';
import { createVirtualClock } from '../../runner/virtual-clock.ts';
import { createBotRig } from '../rig.ts';

/** A desk whose time passes when it is told to, with one order to each of three machines under way. */
async function openDesk() {
  const clock = createVirtualClock();
  const disk = emptyDisk<BotEntry>();
  const signer = createMemorySigner();
  const sent: string[] = [];
  const toHost = async (_host: string, letter: Envelope): Promise<void> =>
    void sent.push((JSON.parse(letter.body) as Order).host);
  const desk = createDesk({
    farm: farmOf(2),
    version: '1',
    journal: openMemoryJournal({ stream: 'bot/prod', signer, initial: initialFarmState, fold: foldBot, clock, disk }),
    signer,
    office: { toHost, toBot: async () => {}, up: () => true, refusal: () => null, refusalOf: () => null },
    clock,
    log: { info() {}, warn() {} },
  });
  const hello = (): void => {
    for (const { name } of desk.farm.hosts) {
      const now = clock.now();
      const skew = firstSkew(0, now, null);
      desk.presence[name] = { at: now, clock: now, skew, lastN: 0, version: '1', boot: 'b', notes: [] };
    }
  };
  hello();
  const by = { id: 'mei', name: 'Mei Lin' };
  const origin = { platform: 'web', channel: 'sql-ops' };
  const wish = plainWish('rotate-master');
  const asked = { type: 'requested', id: ID, kind: 'rotate-master', wish, dry: false, by, reason: 'r', origin };
  await desk.commit(() => ({ entries: [asked as unknown as BotEntry], answer: null }));
  return {
    desk,
    clock,
    sent,
    hello,
    silent: () => disk.lines.filter(({ line }) => line.entry.type === 'silent').length,
    async seconds(count: number) {
      for (let second = 0; second < count; second += 1) {
        clock.set(clock.now() + 1000);
        await desk.tick();
      }
    },
  };
}

describe('A bot that stood still for 50 s while Redis stayed connected', () => {
  test.each([
    ['and whose clocks went on', (clock: ReturnType<typeof createVirtualClock>) => clock.set(clock.now() + 50_000)],
    ['and whose wall clock alone was set afterwards', (clock) => clock.step(50_000)],
    ['and whose wall clock was set back by an hour', (clock) => clock.step(-3_600_000)],
  ])('%s calls no runner silent before it could be heard', async (_what, stand) => {
    const rig = await openDesk();
    await rig.seconds(5);
    stand(rig.clock);
    await rig.desk.tick();
    await rig.seconds(40);
    expect(rig.silent()).toBe(0);
  });

  test('calls runners that say nothing afterwards silent as usual', async () => {
    const rig = await openDesk();
    await rig.seconds(5);
    rig.clock.set(rig.clock.now() + 50_000);
    await rig.seconds(50);
    expect(rig.silent()).toBe(3);
  });
});

test('a bot whose clock was set back by an hour calls runners that say nothing silent as usual', async () => {
  const rig = await openDesk();
  await rig.seconds(5);
  rig.clock.step(-3_600_000);
  await rig.seconds(40);
  expect(rig.silent()).toBe(0);
  await rig.seconds(10);
  expect(rig.silent()).toBe(3);
});

test('a slow bot calls runners that say nothing silent', async () => {
  const rig = await openDesk();
  for (let tick = 0; tick < 10; tick += 1) {
    rig.clock.set(rig.clock.now() + 5_000);
    await rig.desk.tick();
  }
  expect(rig.silent()).toBe(3);
});

describe('A clock that is set back by 20 s', () => {
  test('keeps no order from being sent again', async () => {
    const rig = await openDesk();
    await rig.seconds(4);
    const before = rig.sent.length;
    rig.clock.step(-20_000);
    rig.hello();
    await rig.seconds(4);
    expect(rig.sent.length).toBeGreaterThan(before);
  });

  test('does not mute the signals that keep followers waiting', async () => {
    const rig = await createBotRig();
    let said = 0;
    const { toHost } = rig.post.office;
    Object.assign(rig.post.office, {
      toHost: (host: string, letter: Envelope) => {
        if (letter.type === 'signal') said += 1;
        return toHost(host, letter);
      },
    });
    await rig.start();
    rig.world.machines.get('sqlw01')?.faults.set('service.restart', { kind: 'hang', times: 1 });
    await rig.approved();
    await rig.until(() => said > 2);
    rig.clock.step(-20_000);
    await rig.pass(1);
    said = 0;
    await rig.pass(7_000);
    expect(said).toBeGreaterThan(1);
    await rig.stop();
  });
});

test('a rotation whose bot had no queue from the switch on says that nobody confirmed the master', async () => {
  const rig = await createBotRig();
  await rig.start();
  await rig.approved();
  await rig.until(() =>
    rig.rotation().orders.some(({ stage, switchedAt }) => stage === 'master' && switchedAt !== null),
  );
  rig.post.faults.away = true;
  await rig.pass(180_000);
  rig.post.faults.away = false;
  void rig.post.idle();
  await rig.closed('prod-1', 300_000);
  expect(rig.rotation().closed?.outcome).toBe('put-back');
  expect(rig.rotation().turned).toMatchObject({ host: 'sqlm01', code: 'NotConfirmed' });
  await rig.stop();
});

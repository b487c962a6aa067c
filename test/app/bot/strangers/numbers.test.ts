import { nextN } from '../../../../src/domain/drive/new-order.ts';
import { bootOf } from '../../../../src/domain/journal/bot-head.ts';
import type { RunnerEntry } from '../../../../src/domain/journal/entries.ts';
import { NEW_HOST } from '../../../../src/domain/journal/host-head.ts';
import { PROTOCOL } from '../../../../src/domain/letters/protocol.ts';
import { initialFarmState } from '../../../../src/domain/rotation/farm-state.ts';
import type { HostName } from '../../../../src/domain/values.ts';
import { type BotRig, createBotRig } from '../rig.ts';

const WORKER = 'sqlw01' as HostName;

describe('Somebody who has the key of a runner and counts its orders too high', () => {
  let rig: BotRig;
  beforeEach(async () => {
    rig = await createBotRig();
    await rig.start();
    await rig.stopRunner(WORKER);
  });
  afterEach(() => rig.stop());

  const told = (what = 'number-too-high'): number =>
    rig.chat
      .cards()
      .flatMap((view) => (view.kind === 'notice' ? view.messages : []))
      .filter(({ id }) => id === what).length;

  test('silences nobody: a lower count within the same start is still heard, and people are told that two speak', async () => {
    await rig.startRunner(WORKER);
    await rig.pass(20_000);
    await sayAsOne(77);
    await rig.pass(120_000);
    expect(rig.runnersHeard()).toEqual({ heard: 3, of: 3 });
    await sayAsOne(78);
    await rig.pass(60_000);
    expect(told('two-speak')).toBe(1);
    await rig.approved();
    await rig.closed();
    expect(rig.rotation().closed?.outcome).toBe('proved');
  });

  function say(lastN: number, { boot = 'x', from = 1 } = {}, ...entries: readonly RunnerEntry[]) {
    const signer = rig.world.signerOf(WORKER);
    const clock = new Date(rig.clock.now()).toISOString();
    const lines = entries.map((entry) =>
      signer.sign('entry', JSON.stringify({ stream: 's', seq: 1, prev: '0'.repeat(64), at: clock, entry })),
    );
    const head = { v: 1, farm: 'prod', host: WORKER, boot, version: '0.0.0', clock, lastN, from, notes: [] };
    return rig.receiveReport(signer.sign('report', JSON.stringify({ ...head, entries: lines })));
  }

  /** A hello at the very start that the true runner speaks under. */
  const sayAsOne = (lastN: number) =>
    say(lastN, { boot: bootOf('boot-4'), from: (rig.state().hosts[WORKER]?.seq ?? 0) + 1 });

  async function rotates(): Promise<void> {
    await rig.startRunner(WORKER);
    await rig.pass(1_000);
    await rig.approved();
    await rig.closed();
    expect(rig.rotation().closed?.outcome).toBe('proved');
  }

  test.each([5_000_000, Number.MAX_SAFE_INTEGER])(
    'in a hello (%d) keeps its host from no order, and is reported once',
    async (n) => {
      await say(n);
      await rig.type('mei', '/ssis certs');
      await rig.pass(60_000);
      await say(n);
      await rotates();
      expect(told()).toBe(1);
    },
  );

  test('in an order that it accepted keeps it from no order either', async () => {
    const order = rig.world.bot.sign('order', '{}');
    const taken = { n: Number.MAX_SAFE_INTEGER, rotation: 'scan', kind: 'look', stage: null, digest: null } as const;
    await say(0, {}, { type: 'accepted', ...taken, order });
    expect(rig.state().hosts[WORKER]?.n).toBeLessThan(PROTOCOL.orderNumbersAhead);
    await rotates();
  });
});

describe('The number of the next order', () => {
  const after = (n: number, lastN?: number): number =>
    nextN(
      { ...initialFarmState, hosts: { [WORKER]: { ...NEW_HOST, n } } },
      lastN === undefined ? {} : { [WORKER]: { lastN } },
      WORKER,
    );

  test.each([
    ['goes on from the journal', 12, undefined, 13],
    ['goes on from the journal even if the runner has not had its last ones', 12, 9, 13],
    ['goes on from the runner if the journal was lost', 0, 40_000, 40_001],
    ['goes only part of the way to a runner that names more than it can have had', 12, 5_000_000, 100_013],
    ['goes on from the runner if it would accept none after the journal', 5_000_000, 40, 41],
    ['goes on from the journal if the runner accepts the next one', 1_000_039, 40, 1_000_040],
  ])('%s', (_what, n, lastN, wanted) => expect(after(n, lastN)).toBe(wanted));
});

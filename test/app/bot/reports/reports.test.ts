import { verify } from 'node:crypto';
import { emptyDisk } from '../../../../adapters/memory/journal.ts';
import { createMemorySigner } from '../../../../adapters/memory/signer.ts';
import type { BotEntry } from '../../../../src/domain/journal/entries.ts';
import type { Envelope, Report } from '../../../../src/domain/letters/protocol.ts';
import { sha256 } from '../../../../src/domain/sha256.ts';
import type { HostName } from '../../../../src/domain/values.ts';
import type { Signer } from '../../../../src/ports/journal.ts';
import { type BotRig, createBotRig, saidOf } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

const report = (how: Partial<Report>): string =>
  JSON.stringify({
    v: 1,
    farm: 'prod',
    host: 'sqlw01' as HostName,
    boot: 'x',
    version: '0.0.0',
    clock: new Date(rig.clock.now()).toISOString(),
    lastN: 0,
    from: 1,
    entries: [],
    notes: [],
    ...how,
  });

const FIRST = '0'.repeat(64);
const line = (
  seq: number,
  entry: object = { type: 'refused', n: null, rotation: null, code: 'OrderExpired', data: {} },
) => JSON.stringify({ stream: 'sqlw01', seq, prev: FIRST, at: '2026-11-24T12:00:00.000Z', entry });

/** What `sqlw01` signs as its report, with lines that somebody signed. */
function saying(lines: readonly string[], by: Signer = rig.world.signerOf('sqlw01'), as: Envelope['type'] = 'entry') {
  const entries = lines.map((body) => by.sign(as, body));
  return rig.world.signerOf('sqlw01').sign('report', report({ entries }));
}

test('a line that is what it claims to be is recorded', async () => {
  rig = await createBotRig();
  await rig.start();
  const before = rig.state().hosts.sqlw01?.seq ?? 0;
  await rig.receiveReport(saying([line(1)]));
  expect([before, rig.state().hosts.sqlw01?.seq]).toEqual([0, 1]);
});

describe('A letter', () => {
  test.each([
    ['signed by a stranger', () => createMemorySigner().sign('report', report({}))],
    ['signed by another host', () => rig.world.signerOf('sqlw02').sign('report', report({}))],
    ['of another farm', () => rig.world.signerOf('sqlw01').sign('report', report({ farm: 'test' }))],
    ['that is an order', () => rig.world.signerOf('sqlw01').sign('order', report({}))],
    ['that is no report', () => rig.world.signerOf('sqlw01').sign('report', '{"v":1}')],
    [
      'that was altered',
      () => ({ ...rig.world.signerOf('sqlw01').sign('report', report({})), body: report({ lastN: 9 }) }),
    ],
    ['that is no letter', () => 'hello'],
    ['that is nothing at all', () => null],
    ['with a line that a stranger signed', () => saying([line(1)], createMemorySigner())],
    ['with a line that another host signed', () => saying([line(1)], rig.world.signerOf('sqlw02'))],
    ['with a line that its host signed as a letter', () => saying([line(1)], undefined, 'report')],
    ['without a line before the second', () => saying([line(2)])],
    ['with a line that is not chained to the one before', () => saying([line(1), line(2)])],
  ])('%s changes nothing', async (_what, letter) => {
    rig = await createBotRig();
    await rig.start();
    const before = JSON.stringify(rig.state());
    await rig.receiveReport(letter());
    expect(JSON.stringify(rig.state())).toBe(before);
    expect(rig.warnings.length).toBeGreaterThan(0);
  });
});

describe('A report about a rotation that is not ours', () => {
  test('is recorded and changes none of ours', async () => {
    rig = await createBotRig();
    await rig.start();
    await rig.stopRunner('sqlw01');
    const entry = { type: 'finished', n: 3, rotation: 'prod-77', outcome: 'applied', look: null, facts: {} };
    const line = { stream: 's', seq: 1, prev: '0'.repeat(64), at: '2026-11-24T12:00:00.000Z', entry };
    const signer = rig.world.signerOf('sqlw01');
    const entries = [signer.sign('entry', JSON.stringify(line))];
    await rig.receiveReport(signer.sign('report', report({ entries, lastN: 3 })));
    expect(rig.state().hosts.sqlw01?.seq).toBe(1);
    expect(rig.state().rotations).toEqual({});
  });
});

describe('A journal of which three lines are known', () => {
  /** Each line tells of a refusal, or of something else, and names the one before it. */
  function journal(...told: readonly (string | object)[]): readonly Envelope[] {
    let prev = FIRST;
    return told.map((code, before) => {
      const entry = typeof code === 'string' ? { type: 'refused', n: null, rotation: null, code, data: {} } : code;
      const body = { stream: 'sqlw01', seq: before + 1, prev, at: '2026-11-24T12:00:00.000Z', entry };
      const envelope = rig.world.signerOf('sqlw01').sign('entry', JSON.stringify(body));
      prev = sha256(JSON.stringify(envelope));
      return envelope;
    });
  }
  let answers: number[];
  /** From one line up to another; how far the bot says then that it has heard. */
  async function send(lines: readonly Envelope[], from: number, to: number): Promise<number | undefined> {
    const entries = lines.slice(from - 1, to);
    await rig.receiveReport(rig.world.signerOf('sqlw01').sign('report', report({ from, entries })));
    await rig.post.idle();
    return answers.shift();
  }
  const isLost = (): boolean => rig.state().strange.some(({ code }) => code === 'RunnerJournalLost');

  beforeEach(async () => {
    rig = await createBotRig();
    await rig.start();
    await rig.stopRunner('sqlw01');
    answers = [];
    const handler = async (letter: unknown): Promise<void> => {
      const { type, body } = letter as Envelope;
      if (type === 'ack') answers.push(JSON.parse(body).upTo);
    };
    await rig.post.openMailbox({ queue: 'orders.sqlw01', handler });
    await rig.post.idle();
    answers.length = 0;
    expect(await send(journal('A', 'B', 'C'), 1, 3)).toBe(3);
  });

  test.each([
    ['begins with another line', 1, 1, 1],
    ['has another third line', 3, 3, 0],
    ['goes on from another third line', 4, 4, 0],
  ])('counts as another one, and is read from its beginning, if it %s', async (_what, from, to, upTo) => {
    const other = journal('X', 'B', 'C', 'D');
    expect(await send(other, from, to)).toBe(upTo);
    expect(isLost()).toBe(true);
    expect(await send(other, 1, 4)).toBe(4);
  });

  test('waits for a line that is missing before those that came, which is no fault', async () => {
    const same = journal('A', 'B', 'C', 'D', 'E');
    const before = rig.warnings.length;
    expect(await send(same, 5, 5)).toBe(3);
    expect(rig.warnings).toHaveLength(before);
    expect(await send(same, 3, 5)).toBe(5);
    expect(isLost()).toBe(false);
  });

  test('is answered all the same if a line is not understood, and that line is not taken', async () => {
    const same = journal('A', 'B', 'C', { type: 'of another version' }, 'E');
    expect(await send(same, 4, 5)).toBe(3);
    expect(rig.state().hosts.sqlw01?.seq).toBe(3);
    expect(isLost()).toBe(false);
    // Nor does such a line hide that it is another one.
    expect(await send(journal('X', { type: 'of another version' }), 1, 2)).toBe(0);
    expect(isLost()).toBe(true);
  });
});

describe('A runner whose journal was wiped', () => {
  const wipe = async (name: string): Promise<void> => {
    await rig.stopRunner(name);
    const disk = rig.runnerDisks.get(name);
    if (disk !== undefined) disk.lines.length = 0;
    await rig.startRunner(name);
  };

  test('is noticed, reported once in chat, and serves in the next rotation', async () => {
    rig = await createBotRig();
    await rig.start();
    await rig.approved();
    await rig.closed();
    await wipe('sqlw01');
    await rig.pass(60_000);
    expect(rig.chat.cards().filter((view) => view.kind === 'notice').length).toBe(1);
    expect(rig.state().strange).toMatchObject([{ host: 'sqlw01', code: 'RunnerJournalLost' }]);
    await rig.type('mei', '/ssis rotate-master because once more');
    await rig.planned('prod-2');
    await rig.vote('ana', 'approve', 'prod-2');
    await rig.vote('tom', 'approve', 'prod-2');
    await rig.closed('prod-2');
    expect(rig.rotation('prod-2').closed).toMatchObject({ outcome: 'proved' });
    expect(rig.state().strange.length).toBe(1);
  });

  test('in the middle of an order makes that order unknown, and a person is asked', async () => {
    rig = await createBotRig();
    await rig.start();
    const restart = rig.world.machines.get('sqlm01')?.faults;
    restart?.set('service.restart', { kind: 'hang', times: 1 });
    await rig.approved();
    await rig.until(() => rig.rotation().orders.some((o) => o.stage === 'master' && o.status === 'accepted'));
    await wipe('sqlm01');
    await rig.pass(5 * 60_000);
    const order = rig.rotation().orders.find((o) => o.stage === 'master');
    expect(order).toMatchObject({ outcome: 'unknown', code: 'RunnerJournalLost' });
    expect(rig.rotation().closed).toBeNull();
    expect(rig.chat.cards().map((view) => view.kind)).toContain('needs-person');
  });

  test('is not suspected because a hello was overtaken by later entries', async () => {
    rig = await createBotRig();
    await rig.start();
    const late = rig.world.signerOf('sqlw01').sign('report', report({ boot: 'boot-2' }));
    await rig.approved();
    await rig.closed();
    await rig.receiveReport(late);
    expect(rig.state().strange).toEqual([]);
  });
});

describe('A bot whose journal was wiped', () => {
  test('hears all runners again, says so once, and uses no number of an order or a rotation twice', async () => {
    rig = await createBotRig();
    await rig.start();
    await rig.approved();
    await rig.closed();
    await rig.stopBot();
    await rig.startBot(emptyDisk<BotEntry>());
    await rig.pass(30_000);
    expect(rig.state().nextNumber).toBe(2);
    await rig.type('mei', '/ssis rotate-master');
    await rig.planned('prod-2');
    await rig.vote('ana', 'approve', 'prod-2');
    await rig.vote('tom', 'approve', 'prod-2');
    await rig.closed('prod-2');
    expect(rig.rotation('prod-2').closed).toMatchObject({ outcome: 'proved' });
    const strange = rig.state().strange.map(({ host, code }) => `${host} ${code}`);
    // A machine that says where the journal stood speaks again with the orders themselves.
    expect([...new Set(strange)].sort()).toEqual(
      ['sqlm01', 'sqlw01', 'sqlw02'].map((host) => `${host} OrderNotRemembered`),
    );
    const told = rig.chat.cards().flatMap((view) => (view.kind === 'notice' ? view.messages : []));
    expect(told.filter(({ id }) => id === 'order-not-remembered')).toMatchObject([
      { data: { host: 'sqlm01', id: 'prod-1' } },
    ]);
  });
});

describe('Letters', () => {
  test('lost, doubled and out of order cost time, but not the rotation', async () => {
    rig = await createBotRig();
    await rig.start();
    const { faults } = rig.post;
    let stopped = false;
    const trouble = (async () => {
      for (let turn = 0; !stopped; turn += 1) {
        await rig.clock.sleep(400);
        faults.lose = turn % 3 === 0 ? 1 : 0;
        faults.double = turn % 3 === 1 ? 2 : 0;
        faults.reorder = turn % 3 === 2 && faults.reorder === 0 ? 2 : faults.reorder;
      }
    })();
    await rig.approved();
    await rig.closed();
    stopped = true;
    await trouble;
    expect(rig.rotation().closed).toMatchObject({ outcome: 'proved' });
    expect(rig.state().strange).toEqual([]);
  });
});

describe('Letters that are verified in parallel', () => {
  test('are taken in the order in which they came', async () => {
    const late: (() => void)[] = [];
    let isSlow = false;
    rig = await createBotRig({
      check: async (input, key, signature) => {
        if (isSlow) await new Promise<void>((resolve) => late.unshift(resolve));
        return verify(null, input, key, signature);
      },
    });
    await rig.start();
    await rig.stopRunner('sqlw01');
    const signer = rig.world.signerOf('sqlw01');
    const lines = [1, 2].map((seq) => {
      const entry = { type: 'finished', n: seq, rotation: 'prod-77', outcome: 'applied', look: null, facts: {} };
      return JSON.stringify({ stream: 's', seq, prev: '0'.repeat(64), at: '2026-11-24T12:00:00.000Z', entry });
    });
    const one = signer.sign('entry', lines[0] ?? '');
    const chained = { ...JSON.parse(lines[1] ?? ''), prev: sha256(JSON.stringify(one)) };
    const two = signer.sign('entry', JSON.stringify(chained));
    isSlow = true;
    const taken = [one, two].map((entry, at) =>
      rig.receiveReport(signer.sign('report', report({ from: at + 1, entries: [entry], lastN: 2 }))),
    );
    await Promise.resolve();
    isSlow = false;
    expect(late.length).toBe(2);
    for (const answer of late) {
      answer();
      for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
    }
    await Promise.all(taken);
    expect(rig.state().hosts.sqlw01?.seq).toBe(2);
    expect(rig.state().strange).toEqual([]);
  });
});

test('A letter does not wait for one of another machine that takes long to verify', async () => {
  let release: () => void = () => {};
  let isFirst = false;
  rig = await createBotRig({
    check: async (input, key, signature) => {
      if (isFirst) {
        isFirst = false;
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      }
      return verify(null, input, key, signature);
    },
  });
  await rig.start();
  for (const host of ['sqlw01', 'sqlw02'] as HostName[]) await rig.stopRunner(host);
  await rig.pass(120_000);
  expect(rig.runnersHeard()).toEqual({ heard: 1, of: 3 });
  const hello = (host: HostName) =>
    rig.receiveReport(
      rig.world
        .signerOf(host)
        .sign('report', report({ host, boot: 'boot-2', clock: new Date(rig.clock.now()).toISOString() })),
    );
  isFirst = true;
  const long = hello('sqlw02' as HostName);
  await hello('sqlw01' as HostName);
  expect(rig.runnersHeard()).toEqual({ heard: 2, of: 3 });
  release();
  await long;
  expect(rig.runnersHeard()).toEqual({ heard: 3, of: 3 });
});

describe('A letter that is delivered again', () => {
  test('does not make a machine that has fallen silent count as heard', async () => {
    rig = await createBotRig();
    await rig.start();
    const hello = rig.world.signerOf('sqlw01').sign('report', report({ boot: 'boot-2' }));
    await rig.stopRunner('sqlw01');
    for (let times = 0; times < 6; times += 1) {
      await rig.pass(10_000);
      await rig.receiveReport(hello);
    }
    const reply = await rig.type('mei', '/ssis runners');
    expect(saidOf(reply)).toContain('runners.silent');
  });
});

test('a runner that falls silent right after all clocks were set back does not count as heard', async () => {
  rig = await createBotRig();
  await rig.start();
  await rig.stopRunner('sqlw01');
  const hello = () => rig.receiveReport(rig.world.signerOf('sqlw01').sign('report', report({})));
  await hello();
  rig.clock.step(-240_000);
  await hello();
  await rig.pass(60_000);
  expect(rig.runnersHeard()).toEqual({ heard: 2, of: 3 });
});

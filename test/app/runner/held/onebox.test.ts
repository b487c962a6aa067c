import { CertopsError } from '../../../../src/domain/errors.ts';
import type { RunnerEntry } from '../../../../src/domain/journal/entries.ts';
import { outcomeOf, type Rig, rigBefore } from '../rig.ts';

const ONEBOX = 'sqlm01';
const HOSTS = { sqlm01: ['master', 'worker'], sqlw01: ['worker'], sqlw02: ['worker'] } as const;
/** What the bot gives an order of a cutover. */
const ORDER_LIMIT_MS = 120_000;
const GAP_LIMIT_MS = 60_000;

let stop: () => Promise<void> = async () => {};
afterEach(() => stop());

/**
 * Master and worker of one machine hold their orders, and the worker is not let in on the new certificate, or is. Each
 * change takes a while; `most`: how many there were at a time. `startMs`: the worker's service does not start, which is
 * known only after that time.
 */
async function cutOver({ isLetIn = false, startMs = 0 } = {}) {
  const { rig, plan } = await rigBefore('master', { hosts: HOSTS });
  const made = rig.refs().new?.thumbprint ?? '';
  const host = rig.windowsHost(ONEBOX);
  let now = 0;
  let most = 0;
  const shutOut: typeof host = {
    ...host,
    async perform(change, signal) {
      now += 1;
      most = Math.max(most, now);
      await rig.clock.sleep(300);
      if (startMs > 0 && change.type === 'service.restart' && change.role === 'worker') {
        await rig.clock.sleep(startMs);
        now -= 1;
        throw new CertopsError('ServiceStartTimedOut', { service: 'SSISScaleOutWorker160', error: 1053 });
      }
      await host.perform(change, signal).finally(() => {
        now -= 1;
      });
    },
    async connectionWitness() {
      const seen = await host.connectionWitness();
      if (isLetIn || seen.handshake.thumbprint !== made || seen.log === null) return seen;
      return { ...seen, log: { ...seen.log, state: 'refused', line: 'HTTP 403' }, tcp: false };
    },
  };
  async function start() {
    const runner = rig.runner(ONEBOX, { host: shutOut });
    await runner.start();
    stop = runner.stop;
    return runner;
  }
  const runner = await start();
  const follow = rig.order(plan, ONEBOX, 'apply', 'workers', { timeLimitMs: ORDER_LIMIT_MS });
  await runner.receive(rig.seal(follow));
  await runner.idle();
  const lead = rig.order(plan, ONEBOX, 'apply', 'master', { timeLimitMs: ORDER_LIMIT_MS });
  await runner.receive(rig.seal(lead));
  return { rig, plan, runner, start, lead, follow, made, most: () => most };
}

const at = (rig: Rig, is: (entry: RunnerEntry) => boolean): number => {
  const found = rig.diskOf(ONEBOX).lines.find(({ line }) => is(line.entry));
  if (found === undefined) throw new Error('that was never written');
  return Date.parse(found.line.at);
};
const ended =
  (n: number) =>
  (entry: RunnerEntry): boolean =>
    entry.type === 'finished' && entry.n === n;
const outcomeIs = (entry: RunnerEntry, outcome: string): boolean =>
  entry.type === 'finished' && entry.outcome === outcome;
const bound = (rig: Rig): string | undefined => rig.machines.get(ONEBOX)?.bindings[0]?.thumbprint;
const pinned = (rig: Rig): string | undefined => rig.machines.get(ONEBOX)?.settings.worker?.MasterHttpsCertThumbprint;

test('A machine that is master and worker is put back by hand with its master first, which its worker then joins', async () => {
  const { rig, plan } = await rigBefore('nothing: all is applied', { hosts: HOSTS });
  expect(await rig.run(plan, ONEBOX, 'apply', 'workers')).toBe('applied');
  const runner = rig.runner(ONEBOX);
  const [first, second] = await runner.undoHere('prod-17');
  await runner.stop();
  expect([first, second]).toEqual([
    { stage: 'master', outcome: 'put-back' },
    { stage: 'workers', outcome: 'put-back' },
  ]);
  expect([bound(rig), pinned(rig)]).toEqual([rig.old.thumbprint, rig.old.thumbprint]);
});

describe('A machine that is master and worker, whose worker is not let in,', () => {
  test('goes back with its master as soon as nobody has confirmed it in time, and is connected again', async () => {
    const { rig, runner, lead, follow } = await cutOver();
    await rig.clock.sleep(4 * GAP_LIMIT_MS);
    await runner.idle();
    await runner.stop();
    const cut = at(rig, (entry) => entry.type === 'started' && entry.step.endsWith('/master/restart-service'));
    expect(at(rig, ended(lead.n)) - cut).toBeLessThan(GAP_LIMIT_MS + 2_000);
    expect(at(rig, ended(follow.n)) - cut).toBeLessThan(2 * GAP_LIMIT_MS);
    expect([lead, follow].map(({ n }) => outcomeOf(rig.entries(ONEBOX), n))).toEqual(['put-back', 'put-back']);
    expect([bound(rig), pinned(rig)]).toEqual([rig.old.thumbprint, rig.old.thumbprint]);
    expect((await rig.looks())[ONEBOX]?.worker?.connection.log?.state).toBe('connected');
  });

  test('says of its worker that the master went back, not that the worker failed by itself', async () => {
    const { rig, runner, follow } = await cutOver();
    await rig.clock.sleep(4 * GAP_LIMIT_MS);
    await runner.idle();
    await runner.stop();
    const failed = rig.entries(ONEBOX).filter((entry) => entry.type === 'failed' && entry.n === follow.n);
    expect(failed).toEqual([expect.objectContaining({ code: 'MasterWentBack' })]);
  });

  test('puts its master back first if its runner was dead until that was due', async () => {
    const { rig, runner, start, lead, follow } = await cutOver();
    await rig.clock.sleep(GAP_LIMIT_MS / 2);
    await runner.stop();
    rig.clock.set(rig.clock.now() + GAP_LIMIT_MS);
    const since = rig.clock.now();
    const again = await start();
    await rig.clock.sleep(4 * GAP_LIMIT_MS);
    await again.idle();
    await again.stop();
    // It asks the bot first, for three seconds.
    expect(at(rig, ended(lead.n)) - since).toBeLessThan(3_000 + 2_000);
    expect(at(rig, ended(follow.n)) - since).toBeLessThan(GAP_LIMIT_MS / 2);
    expect([bound(rig), pinned(rig)]).toEqual([rig.old.thumbprint, rig.old.thumbprint]);
  });

  test('puts its master back all the same if only its worker was undone meanwhile', async () => {
    const { rig, plan, runner, lead } = await cutOver();
    await rig.clock.sleep(GAP_LIMIT_MS / 4);
    await runner.receive(rig.seal(rig.order(plan, ONEBOX, 'undo', 'workers', { timeLimitMs: 10_000 })));
    await rig.clock.sleep(4 * GAP_LIMIT_MS);
    await runner.idle();
    await runner.stop();
    expect(outcomeOf(rig.entries(ONEBOX), lead.n)).toBe('put-back');
    expect([bound(rig), pinned(rig)]).toEqual([rig.old.thumbprint, rig.old.thumbprint]);
  });

  test('keeps its master switched if that was confirmed in time, even if the worker is at work until later', async () => {
    const { rig, runner, lead, follow, made } = await cutOver();
    await rig.clock.sleep(GAP_LIMIT_MS / 2);
    await runner.receive(rig.said(lead, 'confirm'));
    await rig.clock.sleep(4 * GAP_LIMIT_MS);
    await runner.idle();
    expect(outcomeOf(rig.entries(ONEBOX), lead.n)).toBe('applied');
    expect(bound(rig)).toBe(made);
    await runner.receive(rig.said(follow, 'confirm'));
    await runner.idle();
    await runner.stop();
    expect(outcomeOf(rig.entries(ONEBOX), follow.n)).toBe('put-back');
    expect(bound(rig)).toBe(made);
  });

  test('goes back, one change at a time, if its master is confirmed when its service has died and stays down', async () => {
    const { rig, runner, lead, follow, most } = await cutOver();
    await rig.clock.sleep(GAP_LIMIT_MS / 4);
    const service = rig.machines.get(ONEBOX)?.services.master;
    if (service !== undefined) service.facts = { ...service.facts, state: 'stopped', pid: 0 };
    const since = rig.clock.now();
    await runner.receive(rig.said(lead, 'confirm'));
    await rig.clock.sleep(4 * GAP_LIMIT_MS);
    await runner.idle();
    await runner.stop();
    expect([lead, follow].map(({ n }) => outcomeOf(rig.entries(ONEBOX), n))).toEqual(['put-back', 'put-back']);
    const failed = rig.entries(ONEBOX).flatMap((entry) => (entry.type === 'failed' ? [[entry.n, entry.code]] : []));
    expect(failed).toEqual([
      [lead.n, 'ServiceNotRunning'],
      [follow.n, 'MasterWentBack'],
    ]);
    expect(at(rig, ended(lead.n)) - since).toBeLessThan(10_000);
    expect([bound(rig), pinned(rig)]).toEqual([rig.old.thumbprint, rig.old.thumbprint]);
    expect((await rig.looks())[ONEBOX]?.worker?.connection.log?.state).toBe('connected');
    expect(most()).toBe(1);
  });

  test('makes one change at a time even if the bot asks for all back while its master goes back by itself', async () => {
    const { rig, plan, runner, lead, most } = await cutOver();
    await rig.clock.sleep(GAP_LIMIT_MS / 4);
    const service = rig.machines.get(ONEBOX)?.services.master;
    if (service !== undefined) service.facts = { ...service.facts, state: 'stopped', pid: 0 };
    await runner.receive(rig.said(lead, 'confirm'));
    await rig.clock.sleep(2_100);
    const undo = rig.order(plan, ONEBOX, 'undo', 'master', { timeLimitMs: ORDER_LIMIT_MS });
    await runner.receive(rig.seal(undo));
    await rig.clock.sleep(4 * GAP_LIMIT_MS);
    await runner.idle();
    await runner.stop();
    expect([lead, undo].map(({ n }) => outcomeOf(rig.entries(ONEBOX), n))).toEqual(['put-back', 'put-back']);
    expect([bound(rig), pinned(rig)]).toEqual([rig.old.thumbprint, rig.old.thumbprint]);
    expect(most()).toBe(1);
  });

  test('keeps its master switched if its runner is restarted after the deadline but the master was confirmed before', async () => {
    const { rig, runner, start, lead, follow, made } = await cutOver();
    await rig.clock.sleep(GAP_LIMIT_MS / 2);
    await runner.receive(rig.said(lead, 'confirm'));
    await rig.clock.sleep(2_000);
    expect([lead, follow].map(({ n }) => outcomeOf(rig.entries(ONEBOX), n))).toEqual(['applied', 'nothing']);
    await runner.stop();
    rig.clock.set(rig.clock.now() + GAP_LIMIT_MS);
    const again = await start();
    await rig.clock.sleep(4 * GAP_LIMIT_MS);
    await again.idle();
    expect(bound(rig)).toBe(made);
    expect(rig.entries(ONEBOX).filter((entry) => ended(lead.n)(entry))).toHaveLength(1);
    await again.receive(rig.said(follow, 'confirm'));
    await again.idle();
    await again.stop();
    expect(outcomeOf(rig.entries(ONEBOX), follow.n)).toBe('put-back');
    expect(bound(rig)).toBe(made);
  });
});

describe('A machine that is master and worker, whose worker is let in,', () => {
  test('puts both back when nobody has confirmed in time, and makes one change at a time', async () => {
    const { rig, runner, lead, follow, made, most } = await cutOver({ isLetIn: true });
    await rig.clock.sleep(GAP_LIMIT_MS / 2);
    const switched = rig.entries(ONEBOX).flatMap((entry) => (entry.type === 'switched' ? [entry.n] : []));
    expect([switched, bound(rig), pinned(rig)]).toEqual([[lead.n, follow.n], made, made]);
    await rig.clock.sleep(4 * GAP_LIMIT_MS);
    await runner.idle();
    await runner.stop();
    const cut = at(rig, (entry) => entry.type === 'started' && entry.step.endsWith('/master/restart-service'));
    expect(at(rig, ended(lead.n)) - cut).toBeLessThan(GAP_LIMIT_MS + 5_000);
    expect([lead, follow].map(({ n }) => outcomeOf(rig.entries(ONEBOX), n))).toEqual(['put-back', 'put-back']);
    expect([bound(rig), pinned(rig)]).toEqual([rig.old.thumbprint, rig.old.thumbprint]);
    expect(most()).toBe(1);
  });

  test('finishes the change of its worker that is in hand before it puts its master back', async () => {
    const { rig, runner, lead, follow, most } = await cutOver({ isLetIn: true });
    const inHand = () => rig.entries(ONEBOX).some((entry) => entry.type === 'started' && entry.n === follow.n);
    // The worker goes on a word of the bot that comes a moment before its master is due.
    for (let waited = 0; waited < GAP_LIMIT_MS - 1_000; waited += 2_000) {
      await runner.receive(rig.said(follow, 'wait'));
      await rig.clock.sleep(2_000);
    }
    expect(inHand()).toBe(false);
    await runner.receive(rig.said(follow, 'go'));
    await rig.clock.sleep(4 * GAP_LIMIT_MS);
    await runner.idle();
    await runner.stop();
    expect(inHand()).toBe(true);
    expect([lead, follow].map(({ n }) => outcomeOf(rig.entries(ONEBOX), n))).toEqual(['put-back', 'put-back']);
    expect([bound(rig), pinned(rig)]).toEqual([rig.old.thumbprint, rig.old.thumbprint]);
    expect(most()).toBe(1);
  });
});

describe("A machine that is master and worker, whose worker's service does not start,", () => {
  const cutIn = (rig: Rig): number =>
    at(rig, (entry) => entry.type === 'started' && entry.step.endsWith('/master/restart-service'));

  test('goes back with its master before its worker, whose next start would keep all others cut off', async () => {
    const { rig, plan, runner, lead, follow, most } = await cutOver({ startMs: GAP_LIMIT_MS + 10_000 });
    await rig.clock.sleep(GAP_LIMIT_MS - 1_000);
    await runner.receive(rig.seal(rig.order(plan, ONEBOX, 'stop', 'workers')));
    const undo = rig.order(plan, ONEBOX, 'undo', 'master', { timeLimitMs: ORDER_LIMIT_MS });
    await runner.receive(rig.seal(undo));
    await rig.clock.sleep(20 * GAP_LIMIT_MS);
    await runner.idle();
    await runner.stop();
    expect(at(rig, ended(undo.n)) - cutIn(rig)).toBeLessThan(2 * GAP_LIMIT_MS);
    expect(outcomeOf(rig.entries(ONEBOX), undo.n)).toBe('put-back');
    expect(outcomeOf(rig.entries(ONEBOX), lead.n)).toBe('applied');
    expect(at(rig, ended(follow.n))).toBeGreaterThan(at(rig, ended(undo.n)));
    expect([bound(rig), pinned(rig)]).toEqual([rig.old.thumbprint, rig.old.thumbprint]);
    expect(most()).toBe(1);
  });

  test.each([
    ['while it is being started', 5_000],
    ['once it has failed, and waits for its master', GAP_LIMIT_MS / 2],
  ])('is put back by hand with its master first, %s', async (_, afterMs) => {
    const { rig, runner, lead, follow, most } = await cutOver({ startMs: 8_000 });
    await rig.clock.sleep(2_000 + 10_000 + afterMs);
    const since = rig.clock.now();
    const undone = await runner.undoHere('prod-17');
    await runner.idle();
    await runner.stop();
    const back = rig
      .diskOf(ONEBOX)
      .lines.find(
        ({ line: { entry, at: when } }) =>
          ended(lead.n)(entry) && Date.parse(when) > since && outcomeIs(entry, 'put-back'),
      );
    expect(Date.parse(back?.line.at ?? '') - since).toBeLessThan(15_000);
    expect(undone[0]).toEqual({ stage: 'master', outcome: 'put-back' });
    expect(at(rig, ended(follow.n))).toBeGreaterThan(Date.parse(back?.line.at ?? ''));
    expect([bound(rig), pinned(rig)]).toEqual([rig.old.thumbprint, rig.old.thumbprint]);
    expect(most()).toBe(1);
  });

  test('tries that no more once its master is due', async () => {
    const { rig, runner, lead, follow } = await cutOver({ startMs: GAP_LIMIT_MS / 2 });
    await rig.clock.sleep(20 * GAP_LIMIT_MS);
    await runner.idle();
    await runner.stop();
    expect(at(rig, ended(lead.n)) - cutIn(rig)).toBeLessThan(2 * GAP_LIMIT_MS);
    expect(outcomeOf(rig.entries(ONEBOX), lead.n)).toBe('put-back');
    expect(at(rig, ended(follow.n))).toBeGreaterThan(at(rig, ended(lead.n)));
    expect([bound(rig), pinned(rig)]).toEqual([rig.old.thumbprint, rig.old.thumbprint]);
  });
});

import { isPutBack, stagesToUndo, standsBehind } from '../../../../src/app/runner/here/undo-here.ts';
import { CertopsError } from '../../../../src/domain/errors.ts';
import { openOrders } from '../../../../src/domain/fold/runner-fold.ts';
import type { RunnerEntry } from '../../../../src/domain/journal/entries.ts';
import { type Rig, rigBefore } from '../rig.ts';

const MASTER = 'sqlm01';
const WORKER = 'sqlw01';

const stagesOf = (rig: Rig, name: string) => {
  const journal = rig.journalOf(name);
  return stagesToUndo(journal.read(), journal.state(), 'prod-17', rig.config(name));
};

describe('A rotation counts as put back by hand', () => {
  test('once the journal shows that for each stage, and not just for some', async () => {
    const { rig } = await rigBefore('workers');
    const before = rig.entries(MASTER).length;
    const runner = rig.runner(MASTER);
    await runner.undoHere('prod-17');
    await runner.stop();
    const since = rig.entries(MASTER).slice(before);
    const stages = stagesOf(rig, MASTER);
    expect(stages).toHaveLength(5);
    expect(isPutBack(stages, [], since)).toBe(true);
    expect(isPutBack(stages, [], since.slice(0, -1))).toBe(false);
  });

  test('never if nothing was recorded since', async () => {
    const { rig } = await rigBefore('workers');
    expect(isPutBack(stagesOf(rig, MASTER), [], [])).toBe(false);
  });

  test('for an armed order only once that has ended', async () => {
    const { rig, plan } = await rigBefore('master');
    const runner = rig.runner(WORKER);
    await runner.start();
    await runner.receive(rig.seal(rig.order(plan, WORKER, 'apply', 'workers')));
    await runner.idle();
    const armed = openOrders(rig.journalOf(WORKER).state());
    expect(armed).toMatchObject([{ stage: 'workers' }]);
    const before = rig.entries(WORKER).length;
    await runner.undoHere('prod-17');
    await runner.stop();
    const since = rig.entries(WORKER).slice(before);
    const ofArmed = since.filter((entry) => entry.type !== 'finished' || entry.n !== armed[0]?.n);
    expect(isPutBack(stagesOf(rig, WORKER), armed, since)).toBe(true);
    expect(isPutBack(stagesOf(rig, WORKER), armed, ofArmed)).toBe(false);
  });
});

describe('The stages that are put back by hand', () => {
  /** All of them are applied on the worker; only some of the steps were begun, if they are named. */
  async function stages(of: { readonly begun?: readonly string[]; readonly isForgotten?: true } = {}) {
    const { rig } = await rigBefore('nothing: all is applied');
    const journal = rig.journalOf(WORKER);
    const state = journal.state();
    const isBegun = ([id]: [string, unknown]): boolean => of.begun?.includes(id) ?? true;
    const pasts = state.pasts.map((past) => ({
      ...past,
      steps: Object.fromEntries(Object.entries(past.steps).filter(isBegun)),
    }));
    const orders = of.isForgotten === true ? [] : state.orders;
    const found = stagesToUndo(journal.read(), { ...state, pasts, orders }, 'prod-17', rig.config(WORKER));
    return { found, names: found.map(({ work }) => work.stage) };
  }

  test.each([
    ['all of which something was begun, the last phase first', undefined, ['workers', 'trust']],
    ['one of which only a part was begun', ['sqlw01/workers/write-setting'], ['workers']],
    ['none of which nothing was begun', [], []],
  ] as const)('are %s', async (_, begun, wanted) => {
    expect((await stages(begun === undefined ? {} : { begun })).names).toEqual(wanted);
  });

  test('come with what became of their orders, and even if those are too old to be remembered', async () => {
    const { found } = await stages();
    expect(found.map(({ order }) => order)).toMatchObject([{ outcome: 'applied' }, { outcome: 'applied' }]);
    const forgotten = await stages({ isForgotten: true });
    expect(forgotten.names).toEqual(['workers', 'trust']);
    expect(forgotten.found.map(({ order }) => order.n)).toEqual(found.map(({ order }) => order.n));
  });
});

test('An undo by hand that breaks off is recorded with the reason, and as unknown', async () => {
  const { rig } = await rigBefore('workers');
  const journal = rig.journalOf(MASTER);
  const runner = rig.runner(MASTER, {
    journal: {
      ...journal,
      append: (decide) =>
        journal.append((state) => {
          const decided = decide(state);
          if (decided.entries.some(({ type }) => type === 'proved'))
            throw new CertopsError('NotTold', { path: 'facts' });
          return decided;
        }),
    },
  });
  const before = rig.entries(MASTER).length;
  const undone = await runner.undoHere('prod-17');
  await runner.stop();
  expect(undone).toEqual([{ stage: 'master', outcome: 'unknown' }]);
  expect(rig.entries(MASTER).slice(before).slice(-2)).toMatchObject([
    { type: 'failed', code: 'NotTold', data: { path: 'facts' } },
    { type: 'finished', outcome: 'unknown' },
  ]);
});

describe('An order of another version, which this one does not understand,', () => {
  /** Makes such a one of each order to apply that stage; of any, if none is named. */
  function ofOtherVersion(rig: Rig, name: string, stage: string | null = null): void {
    const { lines } = rig.disks.get(name) ?? { lines: [] };
    lines.forEach((recorded, at) => {
      const { entry } = recorded.line;
      if (entry.type !== 'accepted' || entry.kind !== 'apply' || (stage ?? entry.stage) !== entry.stage) return;
      const order = { ...entry.order, body: entry.order.body.replace('"v":1', '"v":2') };
      lines[at] = { ...recorded, line: { ...recorded.line, entry: { ...entry, order } } };
    });
  }

  test('is not passed over if anything was begun under it', async () => {
    const { rig } = await rigBefore('master');
    ofOtherVersion(rig, MASTER);
    expect(() => stagesOf(rig, MASTER)).toThrow(expect.objectContaining({ code: 'OrderOfOtherVersion' }));
  });

  test('is passed over if nothing was begun under it, and the rest can be put back', async () => {
    const { rig, plan } = await rigBefore('master');
    const runner = rig.runner(WORKER);
    await runner.start();
    await runner.receive(rig.seal(rig.order(plan, WORKER, 'apply', 'workers')));
    await runner.stop();
    expect(openOrders(rig.journalOf(WORKER).state())).toMatchObject([{ stage: 'workers' }]);
    ofOtherVersion(rig, WORKER, 'workers');
    expect(stagesOf(rig, WORKER).map(({ work }) => work.stage)).toEqual(['trust']);
  });
});

describe('An undo by hand takes away nothing that another rotation may go back to,', () => {
  const ALL = 'nothing: all is applied';

  /** prod-17 is done, and prod-18 has done a stage on the master. */
  async function rigBetween() {
    const { rig } = await rigBefore(ALL);
    const next = await rig.plan('prod-18');
    const how = { rotation: 'prod-18', open: ['prod-18'] };
    expect(await rig.run(next, MASTER, 'apply', 'create', { ...how, refs: {} })).toBe('applied');
    const undo = async (rotation: string) => {
      const runner = rig.runner(MASTER);
      return runner.undoHere(rotation).finally(() => runner.stop());
    };
    return { rig, next, how, undo };
  }
  const refused = expect.objectContaining({
    code: 'UndoBehindAnother',
    data: { rotation: 'prod-17', other: 'prod-18', host: MASTER },
  });

  test('between two stages of that other one, when no order of it is open here', async () => {
    const { rig, undo } = await rigBetween();
    const before = rig.entries(MASTER).length;
    await expect(undo('prod-17')).rejects.toEqual(refused);
    expect(rig.entries(MASTER)).toHaveLength(before);
  });

  test('unless that other one is put back by hand too', async () => {
    const { undo } = await rigBetween();
    expect(await undo('prod-18')).toEqual([{ stage: 'create', outcome: 'put-back' }]);
    expect((await undo('prod-17'))[0]).toEqual({ stage: 'master', outcome: 'put-back' });
  });

  test('unless the bot has put that other one back', async () => {
    const { rig, next, how, undo } = await rigBetween();
    expect(await rig.run(next, MASTER, 'undo', 'create', how)).toBe('put-back');
    expect((await undo('prod-17'))[0]).toEqual({ stage: 'master', outcome: 'put-back' });
  });

  test('also if the bot has put back a later stage of that other one, and not the first', async () => {
    const { rig, next, how, undo } = await rigBetween();
    expect(await rig.run(next, MASTER, 'apply', 'rehearse', how)).toBe('applied');
    expect(await rig.run(next, MASTER, 'undo', 'rehearse', how)).toBe('put-back');
    await expect(undo('prod-17')).rejects.toEqual(refused);
  });

  test('unless the bot has said that the other one is over', async () => {
    const { rig, undo } = await rigBetween();
    await rig.run(null, MASTER, 'look', null, { rotation: 'scan', open: [] });
    expect((await undo('prod-17'))[0]).toEqual({ stage: 'master', outcome: 'put-back' });
  });

  /** What the journal shows behind that stage of prod-18, `n` by `n`: what was ordered, of what, and how it ended. */
  type Behind = readonly [kind: 'apply' | 'undo', outcome: string, more?: { readonly [name: string]: unknown }];
  const PUT_BACK: Behind = ['undo', 'put-back'];

  test.each<[string, readonly Behind[], string | null]>([
    ['it was put back', [PUT_BACK], null],
    ['its own order put itself back', [['apply', 'put-back']], null],
    ['it was put back and begun anew', [PUT_BACK, ['apply', 'applied']], 'prod-18'],
    ['its way back ended as unknown', [['undo', 'unknown']], 'prod-18'],
    ['a part of it was put back', [['undo', 'put-back', { only: ['sqlm01/create/create-certificate'] }]], 'prod-18'],
    ['it is not known how much of it was put back', [['undo', 'put-back', { v: 2 }]], 'prod-18'],
    ['another stage was put back', [['undo', 'put-back', { stage: 'grant' }]], 'prod-18'],
    ['the same stage of a third was put back', [['undo', 'put-back', { rotation: 'prod-16' }]], 'prod-18'],
  ])('which depends on its last order: %s', async (_, behind, standing) => {
    const { rig, next, how } = await rigBetween();
    const journal = rig.journalOf(MASTER);
    const lines = [...journal.read()];
    const [last] = lines.slice(-1);
    if (last === undefined) throw new Error('nothing is recorded');
    const { body, ...envelope } = rig.seal(rig.order(next, MASTER, 'undo', 'create', how));
    behind.forEach(([kind, outcome, more = {}], at) => {
      const named = { n: 90 + at, rotation: 'prod-18', ...more };
      const order = { ...envelope, body: JSON.stringify({ ...JSON.parse(body), ...more }) };
      const told = [
        { type: 'accepted', kind, stage: 'create', digest: next.digest, order, ...named },
        { type: 'finished', outcome, look: null, facts: {}, ...named },
      ] as unknown as readonly RunnerEntry[];
      lines.push(...told.map((entry) => ({ ...last, line: { ...last.line, entry } })));
    });
    expect(standsBehind(lines, journal.state(), 'prod-17', rig.config(MASTER))).toBe(standing);
  });

  test.each<[string, object, string | null]>([
    ['an order of it waits here, though nothing is begun', {}, 'prod-18'],
    ['a look changes nothing', { kind: 'look' }, null],
    ['an order of the rotation itself ends before', { rotation: 'prod-17' }, null],
    ['what has ended waits for nothing', { outcome: 'unchanged' }, null],
  ])('which depends on what is open here: %s', async (_, over, standing) => {
    const { rig } = await rigBefore(ALL);
    const journal = rig.journalOf(MASTER);
    const state = journal.state();
    const [one] = state.orders.slice(-1);
    if (one === undefined) throw new Error('nothing was ordered');
    const order = { ...one, n: 99, rotation: 'prod-18', kind: 'apply' as const, outcome: null, ...over };
    const open = { ...state, orders: [...state.orders, order] };
    expect(standsBehind(journal.read(), open as typeof state, 'prod-17', rig.config(MASTER))).toBe(standing);
  });
});

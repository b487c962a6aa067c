import { blindLook, type SsisdbLook, seen } from '../../../../src/domain/machine/ssisdb.ts';
import type { NeedsPersonView, PlanView } from '../../../../src/domain/views/view.ts';
import { type BotRig, type BotRigOptions, createBotRig, saidOf } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

const MINUTE = 60_000;
const load = { id: '20001', project: 'Warehouse', package: 'LoadOrders.dtsx', since: null, worker: 'SQLW01' };

/** The master sees one package, from now on until `run` says otherwise. */
async function begin(run: () => boolean, what = load, options: BotRigOptions = {}): Promise<void> {
  rig = await createBotRig(options);
  const machine = rig.world.machines.get('sqlm01');
  if (machine === undefined) throw new Error('no master');
  const ssisdb = (): SsisdbLook => ({
    ...blindLook('sqlm01', 'no-role', { login: 'x', roles: ['ssis_cluster_executor'] }),
    running: seen(run() ? [what] : []),
    hours: seen([
      { hour: '2026-11-17T12', count: 390 },
      { hour: '2026-11-17T13', count: 10 },
      { hour: '2026-11-18T12', count: 7 },
      { hour: '2026-11-24T01', count: 9 },
    ]),
  });
  Object.defineProperty(machine, 'ssisdb', { configurable: true, get: ssisdb });
  await rig.start();
}

const digestOf = () => ({ rotation: 'prod-1', digest: rig.rotation().plan?.digest ?? '' });
const card = (): NeedsPersonView => {
  const view = rig.chat.cards().findLast(({ kind }) => kind !== 'notice');
  if (view?.kind !== 'needs-person') throw new Error(`no such card: ${view?.kind}`);
  return view;
};
const asked = (): Promise<void> => rig.until(() => rig.chat.cards().at(-1)?.kind === 'needs-person', 60 * MINUTE);
const ordered = (stage: string): number =>
  rig.rotation().orders.filter((order) => order.stage === stage && order.kind === 'apply').length;

test('the plan card says which packages run, and how long they are waited for', async () => {
  await begin(() => true);
  await rig.type('mei', '/ssis rotate-master because Yearly renewal');
  await rig.planned();
  await rig.until(() => rig.chat.cards().length > 0);
  expect(rig.chat.cards().at(-1)).toMatchObject({
    packages: {
      figure: { id: 'plan.packages', data: { count: 1 } },
      below: { id: 'plan.package-below' },
      why: { data: { packages: ['LoadOrders.dtsx (SQLW01)'], unplaced: false, waitMs: 15 * MINUTE } },
    },
    quiet: { id: 'plan.quiet-hours' },
  });
});

test('the master is said to present the new certificate once it has bound it, not as soon as no package runs', async () => {
  await begin(() => false);
  await rig.approved();
  const rows = new Set<string>();
  const drawn = new Set<string>();
  await rig.until(() => {
    const { steps, closed, turned, plan } = rig.rotation();
    const bind = plan?.slices[0]?.stages.master?.steps.find(({ kind }) => kind === 'bind-port')?.id ?? '';
    const isBound = ['done', 'proved'].includes(steps.sqlm01?.[bind]?.state ?? '');
    const view = rig.chat.cards().at(-1);
    const what = view?.kind === 'running' ? view.rows.find(({ host }) => host === 'sqlm01')?.what.id : null;
    if (what != null) rows.add(`${isBound ? 'bound' : 'not bound'}: ${what}`);
    const age = rig.feed()?.hosts.find(({ host }) => host === 'sqlm01')?.certificate?.age;
    if (closed === null && turned === null) drawn.add(`${isBound ? 'bound' : 'not bound'}: ${age}`);
    return closed !== null;
  });
  expect([...rows]).not.toContain('not bound: row.presents');
  expect([...rows]).toContain('bound: row.presents');
  expect([...drawn]).toEqual(expect.arrayContaining(['not bound: old', 'bound: new']));
  expect([...drawn]).not.toContain('bound: old');
});

/** Tuesday 12:20 by UTC; the clock begins on a Tuesday at 12:00. */
const IN_20 = { cron: '20 12 * * 2', lengthMs: 60 * MINUTE, zone: 'UTC' };

test.each([
  ['in the window that comes', '', { windows: [IN_20] }, 400],
  ['in the window that is open', '', { windows: [{ ...IN_20, cron: '50 11 * * 2' }] }, 390],
  ['at a time', 'at 2026-11-25T12:30Z', {}, 7],
  ['when nothing began', 'at 2026-11-26T12:30Z', {}, 0],
  ['as soon as it is approved', '', {}, null],
])(
  'next to its start, the plan card says how many packages began on the same day in the same hours: %s',
  async (_what, words, farm, executions) => {
    await begin(() => false, load, { farm });
    await rig.type('mei', `/ssis rotate-master ${words} because Yearly renewal`);
    await rig.planned();
    await rig.until(() => rig.chat.cards().at(-1)?.kind === 'plan');
    expect(rig.chat.cards().at(-1)).toMatchObject({ when: { executions } });
  },
);

test('packages that end in time let the rotation go on by itself', async () => {
  let isOver = false;
  await begin(() => !isOver);
  await rig.approved();
  await rig.until(() => ordered('drain') === 1);
  await rig.pass(5 * MINUTE);
  expect(ordered('master')).toBe(0);
  isOver = true;
  await rig.closed();
  expect(rig.rotation().closed?.outcome).toBe('proved');
});

test('packages that end while people are asked let the rotation go on, and the channel is told why', async () => {
  let isOver = false;
  await begin(() => !isOver);
  await rig.approved();
  await asked();
  expect(saidOf(await rig.click('ana', 'go-on', { rotation: 'prod-1', digest: card().digest }))).toEqual([
    'resolve.go-on',
  ]);
  await rig.pass(5 * MINUTE);
  expect(card().asked).toMatchObject({ choice: 'go-on' });
  isOver = true;
  await rig.closed();
  expect(rig.rotation().closed?.outcome).toBe('proved');
  const told = rig.chat.notes.flatMap(({ notice }) => notice.messages.map(({ id }) => id));
  expect(told.filter((id) => id === 'note.packages-ended')).toHaveLength(1);
});

test('a master that falls silent while people are asked is named, for nobody can see whether packages have ended', async () => {
  let isOver = false;
  await begin(() => !isOver);
  await rig.approved();
  await asked();
  expect(card().packages).not.toHaveProperty('unwatched');
  rig.silence('sqlm01', true);
  await rig.until(() => card().packages?.unwatched !== undefined, 10 * MINUTE);
  expect(card().packages?.unwatched).toEqual({ host: 'sqlm01', how: 'silent' });
  isOver = true;
  await rig.pass(30 * MINUTE);
  expect(ordered('master')).toBe(0);
  rig.silence('sqlm01', false);
  await rig.closed();
  expect(rig.rotation().closed?.outcome).toBe('proved');
});

/** Tuesday, from 11:00 until so many minutes past 12:00, when the clock begins. */
const untilPast = (minutes: number) => ({ cron: '0 11 * * 2', lengthMs: (60 + minutes) * MINUTE, zone: 'UTC' });

test.each([
  ['less time than', 10, true],
  ['more time than', 40, false],
])(
  'the plan card warns of a window only if it closes before the wait for packages may end: it is open for %s that',
  async (_, minutes, isSaid) => {
    await begin(() => true, load, { farm: { windows: [untilPast(minutes)] } });
    await rig.type('mei', '/ssis rotate-master because Yearly renewal');
    await rig.planned();
    await rig.until(() => rig.chat.cards().length > 0);
    const { warnings } = rig.chat.cards().at(-1) as PlanView;
    const until = new Date(Date.UTC(2026, 10, 24, 12, minutes)).toISOString();
    const said = { id: 'warning.window-short', data: { until, waitMs: 15 * MINUTE } };
    expect(warnings.filter(({ id }) => id === said.id)).toEqual(isSaid ? [said] : []);
  },
);

test('the plan card warns of the window into which a freeze has moved the start, not of the one before', async () => {
  await begin(() => true, load, { farm: { windows: [untilPast(10)] } });
  await rig.type('mei', '/ssis rotate-master because Yearly renewal');
  await rig.planned();
  const plan = (): PlanView | undefined => rig.chat.cards().findLast((view): view is PlanView => view.kind === 'plan');
  const short = (): readonly string[] =>
    (plan()?.warnings ?? []).flatMap(({ id, data }) => (id === 'warning.window-short' ? [String(data.until)] : []));
  await rig.until(() => short()[0] === '2026-11-24T12:10:00.000Z');
  await rig.type('tom', '/ssis freeze prod until 60 minutes because Quarter end');
  await rig.until(() => plan()?.when.from === '2026-12-01T11:00:00.000Z');
  expect(short()).toEqual([]);
});

test('once its window has closed, the card and its note say so, and nobody can wait longer', async () => {
  await begin(() => true, load, { farm: { windows: [untilPast(10)] } });
  await rig.approved();
  await asked();
  const windowClosed = '2026-11-24T12:10:00.000Z';
  expect(card().packages).toMatchObject({ windowClosed });
  expect(saidOf(await rig.click('mei', 'look', { rotation: 'prod-1' }))).toEqual(['refused.window-closed']);
  const told = rig.chat.notes.flatMap(({ notice }) => notice.messages);
  const data = { id: 'prod-1', unseen: false, cutOffAlready: false, frozen: null, closedAt: windowClosed };
  expect(told).toContainEqual({ id: 'note.packages', data });
  await rig.click('mei', 'stop', { rotation: 'prod-1' });
  await rig.closed();
  expect(rig.rotation().closed?.outcome).toBe('stopped');
});

test('a freeze meanwhile is told to whoever goes on, and whoever freezes is told that a decision is pending', async () => {
  await begin(() => true);
  await rig.approved();
  await asked();
  const { digest } = card();
  expect(saidOf(await rig.type('tom', '/ssis freeze prod until tomorrow because Month end'))).toEqual([
    'frozen',
    'freeze.decides',
  ]);
  await rig.until(() => card().packages?.frozen != null);
  expect(card().packages?.frozen).toMatchObject({ by: 'Tom Becker', reason: 'Month end' });
  const click = async (verb: string, named: string): Promise<readonly string[]> =>
    saidOf(await rig.click('ana', verb, { rotation: 'prod-1', digest: named }));
  expect(await click('go-on', digest)).toEqual(['refused.stale-plan']);
  expect(await click('look', digest)).toEqual(['refused.frozen-meanwhile']);
  expect(await click('go-on', card().digest)).toEqual(['resolve.go-on']);
  const until = card().packages?.frozen?.until;
  const told = rig.chat.notes.flatMap(({ notice }) => notice.messages);
  const data = { id: 'prod-1', unseen: false, cutOffAlready: false, frozen: until, closedAt: null };
  expect(told).toContainEqual({ id: 'note.packages', data });
});

test('at the limit a person is asked, and the requester may choose to wait longer', async () => {
  let isOver = false;
  await begin(() => !isOver);
  await rig.approved();
  await asked();
  expect(card()).toMatchObject({ unknown: [], packages: { waitMs: 15 * MINUTE }, provedOn: 'mixed' });
  expect(card().why).toMatchObject([{ data: { code: 'PackagesRun' } }]);
  expect(saidOf(await rig.click('mei', 'look', { rotation: 'prod-1' }))).toEqual(['resolve.wait-longer']);
  await rig.until(() => ordered('drain') === 2);
  isOver = true;
  await rig.closed();
  expect(rig.rotation().closed?.outcome).toBe('proved');
});

test('going on needs the farm’s approvals, and a digest of the facts as they are now', async () => {
  await begin(() => true);
  await rig.approved();
  await asked();
  const { digest } = card();
  expect(saidOf(await rig.click('ana', 'go-on', { rotation: 'prod-1', digest: 'f'.repeat(64) }))).toEqual([
    'refused.stale-plan',
  ]);
  expect(saidOf(await rig.click('ana', 'go-on', { rotation: 'prod-1', digest }))).toEqual(['resolve.go-on']);
  await rig.until(() => card().asked !== null);
  for (const who of ['tom', 'wei']) {
    expect(ordered('master')).toBe(0);
    await rig.click(who, 'approve', { rotation: 'prod-1', digest: card().digest });
  }
  await rig.closed();
  expect(rig.rotation().closed?.outcome).toBe('proved');
});

test('a wait that people decided about counts as no failure, and the master has what it was prepared with', async () => {
  await begin(() => true);
  await rig.approved();
  await asked();
  const master = card().rows.find(({ host }) => host === 'sqlm01');
  expect(master?.what).toMatchObject({
    id: 'row.prepared',
    data: { thumbprint: expect.stringMatching(/^[0-9A-F]{6}/u) },
  });
  await rig.click('ana', 'go-on', { rotation: 'prod-1', digest: card().digest });
  await rig.until(() => card().asked !== null);
  for (const who of ['tom', 'wei']) await rig.click(who, 'approve', { rotation: 'prod-1', digest: card().digest });
  const states = new Set<string>();
  await rig.until(() => {
    const view = rig.chat.cards().at(-1);
    if (view?.kind === 'running') for (const { name, state } of view.phases) states.add(`${name} ${state}`);
    return rig.rotation().closed !== null;
  });
  expect([...states].sort()).toEqual(expect.arrayContaining(['cutover running', 'prepare good']));
  expect([...states].filter((state) => state.endsWith(' bad'))).toEqual([]);
});

test('waiting longer needs no vote, even while going on waits for votes, and ends that question', async () => {
  let isOver = false;
  await begin(() => !isOver);
  await rig.approved();
  await asked();
  const { digest } = card();
  await rig.click('ana', 'go-on', { rotation: 'prod-1', digest });
  await rig.until(() => card().asked !== null);
  await rig.click('tom', 'approve', { rotation: 'prod-1', digest: card().digest });
  expect(saidOf(await rig.click('mei', 'look', { rotation: 'prod-1' }))).toEqual(['resolve.wait-longer']);
  await rig.until(() => ordered('drain') === 2);
  expect(rig.rotation().resolve).toBeNull();
  expect(saidOf(await rig.click('wei', 'approve', { rotation: 'prod-1', digest }))).toEqual(['refused.question-void']);
  expect(ordered('master')).toBe(0);
  isOver = true;
  await rig.closed();
  expect(rig.rotation().closed?.outcome).toBe('proved');
});

test('a vote belongs to the question that was asked: it does not count for the next one, and cannot come to it late', async () => {
  await begin(() => true);
  await rig.approved();
  const wait = async (who: string, times: number) => {
    await asked();
    await rig.click(who, 'look', { rotation: 'prod-1' });
    await rig.until(() => ordered('drain') === times && rig.chat.cards().at(-1)?.kind === 'running');
  };
  await wait('mei', 2);
  await asked();
  const facts = card().digest;
  await rig.click('wei', 'go-on', { rotation: 'prod-1', digest: facts });
  await rig.until(() => card().asked !== null);
  const going = card().digest;
  expect(saidOf(await rig.click('ana', 'approve', { rotation: 'prod-1', digest: going }))).toEqual(['approved']);
  await wait('tom', 3);
  await asked();
  expect(card().digest).toBe(facts);
  expect(saidOf(await rig.click('ana', 'put-back', { rotation: 'prod-1', digest: facts }))).toEqual([
    'resolve.put-all-back',
  ]);
  await rig.until(() => card().asked !== null);
  expect(card()).toMatchObject({ asked: { choice: 'put-all-back' }, votes: [], needed: 2 });
  const notes = (id: string) => rig.chat.notes.filter(({ notice }) => notice.messages[0]?.id === id).length;
  await rig.until(() => notes('note.asked') === 2);
  // Each limit that packages outlast calls people, though all is as it was at the one before.
  expect(notes('note.packages')).toBe(3);
  // The button of a card that was not drawn anew.
  expect(saidOf(await rig.click('tom', 'approve', { rotation: 'prod-1', digest: going }))).toEqual([
    'refused.stale-plan',
  ]);
  expect(saidOf(await rig.click('tom', 'approve', { rotation: 'prod-1', digest: card().digest }))).toEqual([
    'approved',
  ]);
  await rig.pass(MINUTE);
  expect(card()).toMatchObject({ asked: { choice: 'put-all-back' }, needed: 1 });
  await rig.click('wei', 'approve', { rotation: 'prod-1', digest: card().digest });
  await rig.closed();
  expect(rig.rotation().closed?.outcome).toBe('put-back');
  await rig.until(() => rig.chat.cards().at(-1)?.kind === 'closed');
  // Nothing failed: waiting longer is advice for whoever is asked, not for a card that has ended.
  const ended = rig.chat.cards().at(-1);
  expect(ended?.kind === 'closed' ? ended.why?.data : null).toMatchObject({ code: 'PutBackDecided' });
  expect(ended?.kind === 'closed' ? ended.why?.data.data : null).toEqual({});
});

test('after a denial the same machines can be asked about again', async () => {
  await begin(() => true);
  await rig.approved();
  await asked();
  const { digest } = card();
  await rig.click('ana', 'go-on', { rotation: 'prod-1', digest });
  await rig.until(() => card().asked !== null);
  const denial = { rotation: 'prod-1', digest: card().digest };
  expect(saidOf(await rig.click('tom', 'deny', denial, { reason: 'Not tonight' }))).toEqual(['denied']);
  await rig.until(() => card().asked === null);
  expect(card().digest).toBe(digest);
  await rig.click('ana', 'put-back', { rotation: 'prod-1', digest });
  await rig.until(() => card().asked !== null);
  for (const who of ['tom', 'wei']) await rig.click(who, 'approve', { rotation: 'prod-1', digest: card().digest });
  await rig.closed();
  expect(rig.rotation().closed?.outcome).toBe('put-back');
});

test('workers that go one by one each wait for their own packages: the others finish meanwhile, and the card says who waits', async () => {
  const there = { ...load, worker: 'SQLW02' };
  await begin(() => true, there);
  await rig.type('mei', '/ssis rotate-worker all because Yearly renewal');
  await rig.planned();
  await rig.until(() => rig.chat.cards().length > 0);
  expect(rig.chat.cards().at(-1)).toMatchObject({ packages: { why: { data: { each: true } } } });
  for (const who of ['ana', 'tom']) await rig.click(who, 'approve', digestOf());
  const rowOf = (host: string) => {
    const view = rig.chat.cards().at(-1);
    return view?.kind === 'running' || view?.kind === 'needs-person'
      ? view.rows.find((row) => row.host === host)?.what.id
      : null;
  };
  const waits = () => {
    const view = rig.chat.cards().at(-1);
    return view?.kind === 'running' ? view.waiting : null;
  };
  await rig.until(() => waits()?.id === 'waiting.packages' && rowOf('sqlw01') === 'row.connected', 60 * MINUTE);
  expect(waits()).toMatchObject({ data: { heldUp: ['sqlw02'] } });
  expect(rowOf('sqlw02')).toBe('row.drains');
  await asked();
  expect(card()).toMatchObject({ unknown: [], packages: { waitMs: 15 * MINUTE, workers: ['sqlw02'] } });
  expect(rowOf('sqlw02')).toBe('row.packages-run');
  expect(card().why).toMatchObject([{ data: { step: 'sqlm01/drain/packages-end/sqlw02' } }]);
  await rig.click('ana', 'go-on', { rotation: 'prod-1', digest: card().digest });
  await rig.until(() => card().asked !== null);
  for (const who of ['tom', 'wei']) await rig.click(who, 'approve', { rotation: 'prod-1', digest: card().digest });
  await rig.closed();
  expect(rig.rotation().closed?.outcome).toBe('proved');
});

test('a worker whose packages never end is left behind with the farm’s approvals, and the card says so at each step, and by whom', async () => {
  await begin(() => true, { ...load, worker: 'SQLW02' });
  await rig.type('mei', '/ssis rotate-worker all because Yearly renewal');
  await rig.planned();
  for (const who of ['ana', 'tom']) await rig.click(who, 'approve', digestOf());
  await asked();
  expect(card().packages).toMatchObject({ workers: ['sqlw02'], leaveOut: { toGo: [] } });
  const { digest } = card();
  const press = async (who: string, verb: string, named: string): Promise<readonly string[]> =>
    saidOf(await rig.click(who, verb, { rotation: 'prod-1', digest: named }));
  expect(await press('ana', 'leave-out', 'f'.repeat(64))).toEqual(['refused.stale-plan']);
  expect(await press('ana', 'leave-out', digest)).toEqual(['resolve.leave-out']);
  await rig.until(() => card().asked !== null);
  expect(card().asked).toMatchObject({ choice: 'leave-out', by: { name: 'Ana Ruiz' } });
  expect(await press('tom', 'go-on', digest)).toEqual(['refused.decides-already']);
  for (const who of ['tom', 'wei']) await press(who, 'approve', card().digest);
  await rig.closed();
  expect(rig.rotation().closed).toMatchObject({ outcome: 'partly', data: { kept: ['sqlw01'] } });
  await rig.until(() => rig.chat.cards().at(-1)?.kind === 'closed');
  expect(rig.chat.cards().at(-1)).toMatchObject({
    why: { data: { code: 'LeftForPackages', data: { by: 'Ana Ruiz', hosts: ['sqlw02'] } } },
    next: expect.arrayContaining([{ id: 'next.ask-rest', data: { hosts: ['sqlw02'], of: null } }]),
    gaps: [{ host: 'sqlw01', failed: false }],
  });
  const restarts = rig.rotation().orders.filter(({ host, stage }) => host === 'sqlw02' && stage === 'worker-switch');
  expect(restarts).toEqual([]);
  const told = rig.chat.notes.flatMap(({ notice }) => notice.messages);
  expect(told).toContainEqual({
    id: 'note.asked',
    data: { id: 'prod-1', choice: 'leave-out', by: 'Ana Ruiz', hosts: [], needed: 2 },
  });
});

test('a canary that is left behind lets the others go on, and its row says so meanwhile', async () => {
  await begin(
    () => true,
    { ...load, worker: 'SQLW01' },
    { farm: { gap: { limitMs: 60_000, leaveBehind: 0, canary: 1, concurrency: 50 } } },
  );
  await rig.type('mei', '/ssis rotate-worker all because Yearly renewal');
  await rig.planned();
  for (const who of ['ana', 'tom']) await rig.click(who, 'approve', digestOf());
  await asked();
  expect(card().packages).toMatchObject({ workers: ['sqlw01'], leaveOut: { toGo: ['sqlw02'] } });
  await rig.click('ana', 'leave-out', { rotation: 'prod-1', digest: card().digest });
  await rig.until(() => card().asked !== null);
  for (const who of ['tom', 'wei']) await rig.click(who, 'approve', { rotation: 'prod-1', digest: card().digest });
  const rows = new Set<string>();
  await rig.until(() => {
    const view = rig.chat.cards().at(-1);
    if (view?.kind === 'running') for (const row of view.rows) rows.add(`${row.host} ${row.what.id}`);
    return rig.rotation().closed !== null;
  }, 10 * MINUTE);
  expect([...rows]).toContain('sqlw01 row.left');
  expect(rig.rotation().closed).toMatchObject({ outcome: 'partly', data: { kept: ['sqlw02'] } });
});

test('nobody can be left behind for packages when the master rotates, and whoever presses that is told so', async () => {
  await begin(() => true);
  await rig.approved();
  await asked();
  expect(card().leave).toBeNull();
  expect(saidOf(await rig.click('ana', 'leave', { rotation: 'prod-1', digest: card().digest }))).toEqual([
    'refused.packages-not-left',
  ]);
  expect(card().asked).toBeNull();
});

test('going on is refused if no packages are in question', async () => {
  await begin(() => false);
  await rig.approved();
  const { plan } = rig.rotation();
  expect(saidOf(await rig.click('ana', 'go-on', { rotation: 'prod-1', digest: plan?.digest ?? '' }))).toEqual([
    'refused.nothing-unknown',
  ]);
  await rig.closed();
});

test('the webhook is told of packages that still run, not of a machine that is unknown', async () => {
  const bodies: { readonly event: string; readonly text: string }[] = [];
  const http = { post: async (_url: string, body: string) => void bodies.push(JSON.parse(body)), get: async () => {} };
  const notify = { webhook: 'https://alerts.example.com/hook', ping: null };
  await begin(() => true, load, { http, farm: { notify } });
  await rig.approved();
  await asked();
  await rig.pass(30_000);
  expect(bodies).toMatchObject([{ event: 'needs-person', text: 'summary.packages' }]);
});

import { goingBack } from '../../../../cards/person-others.ts';
import { closedEvidence } from '../../../../src/app/bot/views/closed/closed-evidence.ts';
import { gapOf, lastCutAt } from '../../../../src/app/bot/views/evidence/gaps.ts';
import { needsPersonView } from '../../../../src/app/bot/views/running/needs-person-view.ts';
import { next } from '../../../../src/domain/next/index.ts';
import { proofsOf } from '../../../../src/domain/next/proof/proof.ts';
import { cutAt } from '../../../../src/domain/next/stages.ts';
import type { HostName } from '../../../../src/domain/values.ts';
import type { NeedsPersonView } from '../../../../src/domain/views/view.ts';
import { approve, type Behaviour, farmOf, ID, Sim } from '../../../domain/sim.ts';
import { WorkerSim } from '../../../domain/worker-sim.ts';
import { closedCard } from '../closed-card.ts';
import { type BotRig, createBotRig } from '../rig.ts';

let rig: BotRig | null = null;
afterEach(async () => {
  await rig?.stop();
  rig = null;
});

const card = (sim: Sim) => needsPersonView(sim.farm, sim.rotation(), next(sim.rotation(), sim.moment()), sim.now);

const unknownIn =
  (stage: string, host: string): Behaviour =>
  (order) =>
    order.stage === stage && order.host === host ? 'unknown' : 'ok';

describe('The card that asks a person says what putting all back does', () => {
  test('before anybody is cut off: it takes away what was prepared', () => {
    const sim = approve(new Sim(farmOf(), unknownIn('create', 'sqlm01')));
    expect(card(sim)).toMatchObject({ unknown: ['sqlm01'], back: 'prepared', leave: 'as-it-is', silent: false });
  });

  test('with the canary of workers in question: no other has switched, and nobody else is cut off', () => {
    const sim = approve(new WorkerSim(farmOf(), unknownIn('worker-switch', 'sqlw01')));
    expect(card(sim)).toMatchObject({ unknown: ['sqlw01'], back: 'rest' });
    const view = card(sim) as NeedsPersonView;
    expect(goingBack({ ...view, rows: view.rows.map((row) => ({ ...row, state: 'good' })) })).toEqual([
      'sqlw02',
      'sqlw03',
    ]);
  });

  test('once a worker has its own new certificate: it is cut off once more; and how it stands if left behind is not known', () => {
    const sim = approve(new WorkerSim(farmOf(), unknownIn('worker-switch', 'sqlw02')));
    expect(card(sim)).toMatchObject({ unknown: ['sqlw02'], back: 'again', leave: 'not-known' });
  });

  test('with a master in question that no worker has followed: nobody is said to be cut off once more', () => {
    const sim = approve(new Sim(farmOf(), unknownIn('master', 'sqlm01')));
    expect(card(sim)).toMatchObject({ unknown: ['sqlm01'], back: 'rest' });
  });

  test('after what was prepared has been taken away: it is not said to be still there', () => {
    const sim = approve(new Sim(farmOf(), unknownIn('create', 'sqlm01')));
    const found = next(sim.rotation(), sim.moment());
    const cause = { host: 'sqlm01' as HostName, stage: null, step: null, code: 'NotProved', data: { against: [] } };
    const back = { ...found, direction: 'back' as const, attention: [cause] };
    expect(needsPersonView(sim.farm, sim.rotation(), back, sim.now)).toMatchObject({ back: 'once-more' });
    const silent = { ...back, attention: [{ ...cause, code: 'RunnerSilent', data: {} }] };
    expect(needsPersonView(sim.farm, sim.rotation(), silent, sim.now)).toMatchObject({ back: 'prepared' });
  });

  test('on the only machine there is: it goes back, and no others are mentioned', () => {
    const sim = approve(new WorkerSim(farmOf(), unknownIn('worker-switch', 'sqlw02')));
    const { plan, ...rotation } = sim.rotation();
    if (plan === null) throw new Error('no plan');
    const alone = { ...rotation, plan: { ...plan, slices: plan.slices.filter(({ host }) => host === 'sqlw02') } };
    const asked = next(sim.rotation(), sim.moment());
    expect(needsPersonView(sim.farm, alone, asked, sim.now)).toMatchObject({ unknown: ['sqlw02'], back: 'rest' });
  });
});

test('of a worker that fell silent before all went back nobody says that it runs no package: it may never have switched', () => {
  const sim: Sim = new Sim(farmOf(), ({ kind, stage }) => {
    if (kind === 'apply' && stage === 'master') sim.dead.add('sqlw02');
    return 'ok';
  });
  approve(sim);
  sim.pass(300_000);
  expect(card(sim)).toMatchObject({ unknown: ['sqlw02'], silent: true, leave: 'not-known' });
});

test('of a worker whose look alone brought nothing nobody says that it runs no package: all was done there', () => {
  const sim = approve(new Sim(farmOf(), unknownIn('workers', 'sqlw02')));
  const found = next(sim.rotation(), sim.moment());
  const leaveFor = (code: string, stage: string | null) => {
    const cause = { host: 'sqlw02' as HostName, stage, step: null, code, data: {} };
    return needsPersonView(sim.farm, sim.rotation(), { ...found, attention: [cause] }, sim.now)?.leave;
  };
  expect(leaveFor('ToolTimedOut', null)).toBe('not-known');
  expect(leaveFor('ToolTimedOut', 'workers')).toBe('cut-off');
  expect(leaveFor('NotProved', null)).toBe('cut-off');
});

test('of a worker whose service does not stop nobody says that it runs no package: it may be connected', () => {
  const found = approve(new Sim(farmOf(), unknownIn('workers', 'sqlw02')));
  const leaveFor = (code: string) => {
    const told = found.rotation().orders.map((one) => (one.outcome === 'unknown' ? { ...one, code } : one));
    // What was prepared there is taken back since.
    const since = told.flatMap((one) =>
      one.host === 'sqlw02' && one.stage === 'trust' ? [{ ...one, n: one.n + 100, kind: 'undo' as const }] : [],
    );
    const rotation = { ...found.rotation(), orders: [...told, ...since] };
    return needsPersonView(found.farm, rotation, next(rotation, found.moment()), found.now)?.leave;
  };
  expect([leaveFor('ServiceNotRunning'), leaveFor('ServiceStuckStopping')]).toEqual(['cut-off', 'not-known']);
});

test('of a worker that is back, and only keeps something that was prepared, nobody says that it runs no package', () => {
  const sim = approve(
    new Sim(farmOf(), ({ kind, stage, host }) => {
      if (kind === 'undo') return stage === 'trust' && host === 'sqlw02' ? 'unknown' : 'ok';
      return stage === 'workers' && host === 'sqlw01' ? 'put-back' : 'ok';
    }),
  );
  expect(card(sim)).toMatchObject({ unknown: ['sqlw02'], provedOn: 'old', leave: 'as-it-is' });
});

test('a machine is in question for what failed first on its way back, not for what followed from it', () => {
  const sim = approve(new Sim(farmOf(), unknownIn('workers', 'sqlw02')));
  sim.put({ type: 'resolved', id: ID, choice: 'put-all-back', hosts: ['sqlw02' as HostName] });
  sim.settle();
  sim.pass(60_000);
  const why = card(sim)?.why ?? [];
  expect(why.map(({ data }) => [data.host, data.code])).toEqual([['sqlw02', 'ServiceNotRunning']]);
});

test('what two looks of one machine have found alike is said once', () => {
  const sim = approve(new Sim(farmOf(), unknownIn('workers', 'sqlw02')));
  const found = next(sim.rotation(), sim.moment());
  const one = { fact: 'TLS 127.0.0.1:8391', found: 'ECONNREFUSED', wanted: 'A' };
  const cause = { host: 'sqlm01' as HostName, stage: null, step: null, code: 'NotProved' };
  const attention = [{ ...cause, data: { against: [one, { ...one }, { ...one, fact: 'TLS sqlm01:8391' }] } }];
  const view = needsPersonView(sim.farm, sim.rotation(), { ...found, attention }, sim.now);
  expect(view?.against.map(({ data }) => data.fact)).toEqual(['TLS 127.0.0.1:8391', 'TLS sqlm01:8391']);
});

test('a machine that is silent in two stages is told of once, with the time since when', () => {
  const sim = approve(new Sim(farmOf(), unknownIn('workers', 'sqlw02')));
  const found = next(sim.rotation(), sim.moment());
  const silent = { host: 'sqlw02' as HostName, step: null, code: 'RunnerSilent' };
  const attention = [
    { ...silent, stage: 'trust', data: {} },
    { ...silent, stage: 'workers', data: { since: '2026-11-24T13:00:00.000Z' } },
    { ...silent, host: 'sqlw03' as HostName, stage: 'workers', data: {} },
  ];
  const view = needsPersonView(sim.farm, sim.rotation(), { ...found, attention }, sim.now);
  expect(view?.why.map(({ data }) => [data.host, data.data])).toEqual([
    ['sqlw02', { since: '2026-11-24T13:00:00.000Z' }],
    ['sqlw03', {}],
  ]);
});

test('a certificate that two stores of a machine would not give up is told of once, with both stores', () => {
  const sim = approve(new Sim(farmOf(), unknownIn('workers', 'sqlw02')));
  const found = next(sim.rotation(), sim.moment());
  const failed = { step: null, code: 'CertificateRemoveFailed' };
  const data = { thumbprint: 'A', code: 5, output: 'CertUtil: access denied' };
  const other = 'CertUtil: not removed';
  const attention = [
    { ...failed, host: 'sqlw02' as HostName, stage: 'worker-trust', data: { ...data, store: 'Root' } },
    { ...failed, host: 'sqlw02' as HostName, stage: 'worker-create', data: { ...data, store: 'My', output: other } },
    { ...failed, host: 'sqlw02' as HostName, stage: 'worker-create', data: { ...data, store: 'My', thumbprint: 'B' } },
    { ...failed, host: 'sqlw03' as HostName, stage: 'worker-trust', data: { ...data, store: 'Root' } },
  ];
  const view = needsPersonView(sim.farm, sim.rotation(), { ...found, attention }, sim.now);
  expect(view?.why.map(({ data: why }) => [why.host, why.data])).toEqual([
    ['sqlw02', { ...data, store: 'Root, My', output: `${data.output}\n${other}` }],
    ['sqlw02', { ...data, store: 'My', thumbprint: 'B' }],
    ['sqlw03', { ...data, store: 'Root' }],
  ]);
});

test('a machine that is paused is told of once, however many stages it has to put back', () => {
  const sim = approve(new Sim(farmOf(), unknownIn('workers', 'sqlw02')));
  const found = next(sim.rotation(), sim.moment());
  const paused = { step: null, code: 'RunnerPaused', data: {} };
  const attention = [
    { ...paused, host: 'sqlm01' as HostName, stage: 'publish' },
    { ...paused, host: 'sqlm01' as HostName, stage: 'create' },
    { ...paused, host: 'sqlw02' as HostName, stage: 'trust' },
  ];
  const view = needsPersonView(sim.farm, sim.rotation(), { ...found, attention }, sim.now);
  expect(view?.why.map(({ data }) => [data.host, data.code])).toEqual([
    ['sqlm01', 'RunnerPaused'],
    ['sqlw02', 'RunnerPaused'],
  ]);
});

/** The card that asks a person, after no restart on this machine went well, there or back. */
async function stuckOn(host: string): Promise<{ readonly bot: BotRig; readonly view: NeedsPersonView }> {
  const bot = await createBotRig();
  rig = bot;
  await bot.start();
  bot.world.machines.get(host)?.faults.set('service.restart', { kind: 'fail', times: 50 });
  await bot.approved();
  await bot.until(() => bot.chat.cards().at(-1)?.kind === 'needs-person');
  const view = bot.chat.cards().at(-1);
  if (view?.kind !== 'needs-person') throw new Error('no such card');
  return { bot, view };
}

describe('A worker whose service could not be restarted on the way back', () => {
  const stuck = async (): Promise<NeedsPersonView> => (await stuckOn('sqlw02')).view;

  test('is not said to be put back, although a later part of its way back was', async () => {
    const { rows } = await stuck();
    expect(rows.find(({ host }) => host === 'sqlw02')).toMatchObject({ state: 'unknown', what: { id: 'row.unknown' } });
    expect(rows.find(({ host }) => host === 'sqlw01')).toMatchObject({ state: 'good', what: { id: 'row.put-back' } });
  });
});

test('no bar is marked as failed if people decided to put all back', () => {
  const sim = approve(new Sim(farmOf(), unknownIn('workers', 'sqlw02')));
  expect(card(sim)).toMatchObject({ unknown: ['sqlw02'] });
  sim.behaviour = () => 'ok';
  sim.put({ type: 'resolved', id: ID, choice: 'put-all-back', hosts: ['sqlw02' as HostName] });
  sim.settle();
  sim.pass(60_000);
  const view = closedCard(sim.farm, sim.rotation(), sim.now);
  expect(view).toMatchObject({ outcome: 'put-back', why: { data: { code: 'PutBackDecided' } } });
  expect(view?.gaps.some(({ failed }) => failed)).toBe(false);
});

test('in a farm without workers, no line says that workers are proved if the master is not', () => {
  const sim = approve(new Sim(farmOf(0)));
  const evidence = (proofs: Parameters<typeof closedEvidence>[1]) =>
    closedEvidence(sim.rotation(), proofs, true).map(({ what }) => what.id);
  const proofs = proofsOf(sim.rotation(), 'forth');
  expect(evidence(proofs)).toContain('proof.workers');
  expect(evidence(proofs.map((proof) => ({ ...proof, proved: false })))).not.toContain('proof.workers');
});

describe('The time of the cut-off is shown for a worker that nobody has seen connected since, and for no other,', () => {
  const shown = (sim: Sim) => Object.fromEntries(card(sim)?.rows.map((row) => [row.host, row.cutAt]) ?? []);
  const only = (sim: Sim) => {
    const at = new Date(cutAt(sim.rotation()) ?? 0).toISOString();
    return { sqlm01: undefined, sqlw01: undefined, sqlw02: at };
  };

  test('if it did not follow its master', () => {
    const sim = approve(new Sim(farmOf(), unknownIn('workers', 'sqlw02')));
    expect(shown(sim)).toEqual(only(sim));
  });

  test('or is armed behind a master that does not start: no time is shown that grows', async () => {
    const { view, bot } = await stuckOn('sqlm01');
    const at = new Date(cutAt(bot.rotation()) ?? 0).toISOString();
    expect(view.rows.map(({ host, cutAt: since }) => [host, since])).toEqual([
      ['sqlm01', undefined],
      ['sqlw01', at],
      ['sqlw02', at],
    ]);
    expect(view).toMatchObject({ back: 'rest' });
    // If Windows did not even stop the master, nobody was cut off.
    const found = bot.rotation();
    const refused = found.orders.map((one) =>
      one.outcome === 'unknown' ? { ...one, code: 'ServiceStopRefused' } : one,
    );
    const gap = (orders: typeof refused) => gapOf({ ...found, orders }, 'sqlw01' as HostName, Date.parse(at) + 5000);
    expect([gap([...found.orders]).cutAt, gap(refused).cutAt]).toEqual([Date.parse(at), null]);
    // If it does not stop, nobody knows whether they are, even while its runner still tries to put it back.
    const goesOn = { status: 'accepted', outcome: null, finishedAt: null, silentSince: null } as const;
    const stuck = (code: string) =>
      found.orders.map((one) => (one.outcome === 'unknown' ? { ...one, ...goesOn, code } : one));
    expect(gap(stuck('ServiceNotRunning'))).toMatchObject({ ms: [5000], open: true, unwatchedAt: null });
    const orders = stuck('ServiceStuckStopping');
    expect(gap(orders)).toMatchObject({ ms: [], open: false, unwatchedAt: Date.parse(at) });
    expect(lastCutAt({ ...found, orders }, 'sqlw01' as HostName, Date.parse(at) + 5000)).toBeNull();
  });

  test('and not if Windows did not even stop it', () => {
    const sim = approve(new WorkerSim(farmOf(), unknownIn('worker-switch', 'sqlw02')));
    const found = sim.rotation();
    const id = 'sqlw02/worker-switch/restart-service';
    const begun = { ...found.steps.sqlw02?.[id], state: 'started', startedAt: '2026-11-24T13:00:00.000Z' };
    const steps = { ...found.steps, sqlw02: { ...found.steps.sqlw02, [id]: begun } } as typeof found.steps;
    const row = (code: string) => {
      const orders = found.orders.map((one) => (one.outcome === 'unknown' ? { ...one, code } : one));
      const view = needsPersonView(sim.farm, { ...found, steps, orders }, next(found, sim.moment()), sim.now);
      return view?.rows.find(({ host }) => host === 'sqlw02');
    };
    expect(row('ServiceNotRunning')?.cutAt).toBeDefined();
    expect(row('ServiceStopRefused')).toMatchObject({ state: 'unknown', cutOff: false });
    expect(row('ServiceStopRefused')?.cutAt).toBeUndefined();
    // Or if it is not known when it stops: its process may connect until then.
    expect(row('ServiceStuckStopping')).toMatchObject({ state: 'unknown', cutOff: false });
    expect(row('ServiceStuckStopping')?.cutAt).toBeUndefined();
  });

  test('if it did not go back with its master, however long ago that is', () => {
    const sim = approve(new Sim(farmOf(), unknownIn('workers', 'sqlw02')));
    sim.put({ type: 'resolved', id: ID, choice: 'put-all-back', hosts: ['sqlw02' as HostName] });
    sim.settle();
    sim.pass(30 * 60_000);
    expect(shown(sim)).toEqual(only(sim));
  });

  test('and not if its connection was proved before something else on it failed', async () => {
    const { rows } = (await stuckOn('sqlw02')).view;
    expect(rows.map(({ host, state, cutAt: at }) => [host, state, at])).toContainEqual([
      'sqlw02',
      'unknown',
      undefined,
    ]);
  });
});

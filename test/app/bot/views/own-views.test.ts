import { titleOf } from '../../../../cards/adaptive/closed.ts';
import { say } from '../../../../cards/wording/index.ts';
import { notesDue } from '../../../../src/app/bot/notes/index.ts';
import { progress } from '../../../../src/app/bot/notes/milestones.ts';
import { timelineOf } from '../../../../src/app/bot/views/console/timeline.ts';
import { gapOf } from '../../../../src/app/bot/views/evidence/gaps.ts';
import { planView } from '../../../../src/app/bot/views/plan/plan-view.ts';
import { hostRow } from '../../../../src/app/bot/views/running/host-row.ts';
import { failedRow, ownRow } from '../../../../src/app/bot/views/running/own-row.ts';
import { runningView } from '../../../../src/app/bot/views/running/running-view.ts';
import { rollbackWish } from '../../../../src/domain/follow-up/rollback.ts';
import { next } from '../../../../src/domain/next/index.ts';
import type { Wish } from '../../../../src/domain/plan/wish.ts';
import type { RotationState } from '../../../../src/domain/rotation/rotation.ts';
import type { HostName, Message, Thumbprint } from '../../../../src/domain/values.ts';
import { approve, type Behaviour, farmOf, Sim } from '../../../domain/sim.ts';
import { WorkerSim } from '../../../domain/worker-sim.ts';
import { closedCard } from '../closed-card.ts';

function approved(behaviour: Behaviour): WorkerSim {
  const farm = farmOf(4);
  const sim = new WorkerSim({ ...farm, gap: { ...farm.gap, concurrency: 1 } }, behaviour);
  return approve(sim);
}

const failsAt =
  (host: string, undo: ReturnType<Behaviour> = 'ok'): Behaviour =>
  (order) =>
    order.kind === 'undo' ? undo : order.host === host && order.stage === 'worker-switch' ? 'put-back' : 'ok';

const running = (sim: WorkerSim) => {
  const rotation = sim.rotation();
  return runningView(rotation, next(rotation, sim.moment()), null, sim.now);
};
const told = (sim: WorkerSim) => running(sim)?.rows.map(({ host, role, state, what }) => [host, role, state, what.id]);

const stopOf = (sim: Sim, rotation: RotationState) =>
  runningView(rotation, next(rotation, sim.moment()), null, sim.now)?.stop;

/** The same rotation, once this machine has told that it begins the first step of the stage. */
function midst(rotation: RotationState, host: string, stage: string): RotationState {
  const id = rotation.plan?.slices.find((slice) => slice.host === host)?.stages[stage]?.steps[0]?.id ?? '';
  const began = { direction: 'forth', startedAt: null, at: '', backAt: null, facts: {}, made: null, changed: true };
  const steps = { ...rotation.steps[host], [id]: { ...began, state: 'started' } };
  return { ...rotation, steps: { ...rotation.steps, [host]: steps } } as RotationState;
}

test('once the master has begun to switch, no promise is made that a stop cuts nobody off', () => {
  const sim = approve(new Sim(farmOf(3), (order) => (order.stage === 'master' ? null : 'ok')));
  expect(stopOf(sim, sim.rotation())?.id).toBe('stop.prepare');
  expect(stopOf(sim, midst(sim.rotation(), 'sqlm01', 'master'))?.id).toBe('stop.cutover');
});

test('a plan says how many workers go at once, if more than that follow the first', () => {
  const atOnce = (workers: number, concurrency: number): number | undefined => {
    const farm = farmOf(workers);
    const sim = new WorkerSim({ ...farm, gap: { ...farm.gap, concurrency } }, () => 'ok');
    sim.request();
    sim.settle();
    const parts = { changes: [], warnings: [], existing: null };
    return planView(sim, sim.rotation(), parts)?.atOnce;
  };
  expect([atOnce(4, 2), atOnce(4, 3), atOnce(4, 50)]).toEqual([2, undefined, undefined]);
});

test('a plan says when the removal of what it replaces will be proposed, unless it is a rollback', () => {
  const sim = new WorkerSim(farmOf(), () => 'ok');
  sim.request();
  sim.settle();
  const rotation = sim.rotation();
  const after = (more: Partial<Wish>): number | undefined => {
    const parts = { changes: [], warnings: [], existing: null };
    const wished = { ...rotation, wish: { ...rotation.wish, ...more } };
    return planView(sim, wished, parts)?.retireAfterMs;
  };
  expect(after({})).toBe(sim.farm.retire.graceMs);
  expect(after({ compromised: true })).toBe(0);
  expect(after({ of: 'prod-7' })).toBeUndefined();
});

test('a plan says how long an existing certificate lasts from now on, and nothing of one that is still to be made', () => {
  const sim = new WorkerSim(farmOf(), () => 'ok');
  sim.request();
  sim.settle();
  const parts = { changes: [], warnings: [], existing: null };
  const made = planView(sim, sim.rotation(), parts);
  expect(made?.next.daysLeft).toBeUndefined();
  if (made === null) throw new Error('there is no plan');
  const notAfter = new Date(sim.now + 9.5 * 86_400_000).toISOString();
  const next = { ...made.next, notAfter, thumbprint: 'A'.repeat(40) as Thumbprint };
  const taken = { ...parts, existing: { next, lines: [] } };
  expect(planView(sim, sim.rotation(), taken)?.next.daysLeft).toBe(10);
});

describe("The card of a rotation of workers' own certificates", () => {
  test('says while it runs which workers are proved, at work or waiting, and that the master only trusts them', () => {
    const sim = approved((order) => (order.host === 'sqlw02' && order.stage === 'worker-switch' ? null : 'ok'));
    expect(told(sim)).toEqual([
      ['sqlm01', 'master', 'good', 'row.trusts-workers'],
      ['sqlw01', 'worker', 'good', 'row.connected'],
      ['sqlw02', 'worker', 'running', 'row.doing'],
      ['sqlw03', 'worker', 'waiting', 'row.prepared'],
      ['sqlw04', 'worker', 'waiting', 'row.prepared'],
    ]);
    expect(running(sim)?.phases.map(({ state }) => state)).toEqual(['good', 'running', 'waiting']);
    expect(running(sim)).toMatchObject({ old: null, made: null, gapLimitMs: null, why: null });
  });

  test('says of a master that trusts none of the new ones any more that it is put back, and not how many those are', () => {
    const sim = approved((order) => (order.host === 'sqlw02' && order.stage === 'worker-switch' ? null : 'ok'));
    const rotation = sim.rotation();
    const slice = rotation.plan?.slices.find(({ host }) => host === 'sqlm01');
    if (slice === undefined) throw new Error('no master');
    const gone = Object.entries(rotation.steps.sqlm01 ?? {}).map(([id, one]) => [
      id,
      { ...one, state: 'undone' as const },
    ]);
    const steps = { ...rotation.steps, sqlm01: Object.fromEntries(gone) };
    expect(ownRow({ ...rotation, steps }, slice)).toMatchObject({ state: 'good', what: { id: 'row.put-back' } });
  });

  test('says of a master that a rollback only waits on that nothing is changed there, not that it is put back', () => {
    const rotation = approved(() => 'ok').rotation();
    const slice = rotation.plan?.slices.find(({ host }) => host === 'sqlm01');
    if (slice === undefined) throw new Error('no master');
    const { 'master-trust': _trusts, ...stages } = slice.stages;
    expect(ownRow(rotation, { ...slice, stages })).toMatchObject({ state: 'good', what: { id: 'row.unchanged' } });
  });

  test('says of a worker that stopped because another failed that it is put back, not that something failed there', () => {
    const sim = approved((order) => (order.host === 'sqlw02' && order.stage === 'worker-switch' ? null : 'ok'));
    const ended = (code: string) => ({
      ...sim.orders.find(({ host, stage }) => host === 'sqlw02' && stage === 'worker-switch'),
      code,
      data: {},
    });
    expect(failedRow(ended('StopAsked') as never)).toMatchObject({ state: 'good', what: { id: 'row.put-back' } });
    expect(failedRow(ended('ToolTimedOut') as never)).toMatchObject({ state: 'bad', what: { id: 'row.failed' } });
  });

  test('says of a worker where something failed what its runner puts back, not what it was going to do', () => {
    const sim = approved((order) => (order.host === 'sqlw02' && order.stage === 'worker-switch' ? null : 'ok'));
    const rotation = sim.rotation();
    const slice = rotation.plan?.slices.find(({ host }) => host === 'sqlw02');
    const steps = slice?.stages['worker-switch']?.steps ?? [];
    const [first = '', second = ''] = steps.map(({ id }) => id);
    const doing = (...states: readonly ('undone' | 'started' | 'failed')[]) => {
      const said = { direction: 'back', startedAt: null, at: '', backAt: null, facts: {}, made: null, changed: true };
      const told = states.map((state, at) => [steps[at]?.id ?? '', { ...said, state }]);
      const failed = {
        ...rotation,
        orders: rotation.orders.map((order) =>
          order.host === 'sqlw02' && order.stage === 'worker-switch'
            ? { ...order, code: 'ServiceStartTimedOut', failedStep: second }
            : order,
        ),
        steps: { ...rotation.steps, sqlw02: { ...rotation.steps.sqlw02, ...Object.fromEntries(told) } },
      } as typeof rotation;
      return slice === undefined ? null : hostRow(failed, slice, 'forth', sim.now).what;
    };
    expect([first, second].map((id) => id.split('/').at(-1))).toEqual(['write-setting', 'restart-service']);
    expect(doing('started', 'failed')).toEqual({ id: 'row.doing', data: { kind: 'write-setting', back: true } });
    expect(doing('undone', 'started')).toEqual({ id: 'row.doing', data: { kind: 'restart-service', back: true } });
  });

  test('does not call the switch done while a worker that has taken every step is still to be proved', () => {
    const sim = approved((order) => (order.host === 'sqlw04' && order.stage === 'worker-switch' ? null : 'ok'));
    const rotation = sim.rotation();
    const slice = rotation.plan?.slices.find(({ host }) => host === 'sqlw04');
    const said = { direction: 'forth', startedAt: null, at: rotation.at, backAt: null, facts: {}, made: null };
    const done = (slice?.stages['worker-switch']?.steps ?? []).map(({ id }) => [id, { ...said, state: 'done' }]);
    const stepped = {
      ...rotation,
      steps: { ...rotation.steps, sqlw04: { ...rotation.steps.sqlw04, ...Object.fromEntries(done) } },
    } as typeof rotation;
    const view = runningView(stepped, next(stepped, sim.moment()), null, sim.now);
    expect(done.length).toBeGreaterThan(0);
    expect(view?.phases.map(({ state, ms }) => [state, ms === null])).toEqual([
      ['good', false],
      ['running', true],
      ['waiting', true],
    ]);
  });

  test('goes on, not back to an earlier step, while what was prepared for the other workers is taken back', () => {
    const sim = approved(failsAt('sqlw02', null));
    const view = running(sim);
    expect([view?.direction, view?.why?.data.host]).toEqual(['forth', 'sqlw02']);
    expect(view?.phases.map(({ state }) => state)).toEqual(['good', 'bad', 'waiting']);
    expect(view?.step).toBeGreaterThan(8);
  });

  test('says at the end who keeps a new one, who was put back, who never began, and what to ask for', () => {
    const sim = approved(failsAt('sqlw02'));
    const view = closedCard(sim.farm, sim.rotation(), sim.now);
    expect(view).toMatchObject({ outcome: 'partly', presented: null, askAgain: false });
    expect(view?.evidence.map(({ state, what }) => [state, what.id, what.data.hosts ?? null])).toEqual([
      ['good', 'proof.kept', ['sqlw01']],
      ['bad', 'proof.back-on-old', ['sqlw02']],
      ['bad', 'proof.never-began', ['sqlw03', 'sqlw04']],
      ['good', 'proof.workers', null],
      ['good', 'proof.removed', null],
    ]);
    expect(view?.evidence.at(-1)?.what.data).toMatchObject({ several: true });
    expect(view?.next).toMatchObject([
      { id: 'next.rest-ends', data: { hosts: ['sqlw02', 'sqlw03', 'sqlw04'] } },
      { id: 'next.ask-rest', data: { hosts: ['sqlw02', 'sqlw03', 'sqlw04'], of: null } },
    ]);
  });

  test.each([
    ['its own', 'CHG0012345', 'CHG[0-9]{7}', { ticket: 'CHG0012345' }],
    ['a stand-in where its own fits no more', 'CHG0012345', 'RFC-[0-9]+', { ticket: 'TICKET' }],
    ['a stand-in where it had none', null, 'CHG[0-9]{7}', { ticket: 'TICKET' }],
  ])('asks for the rest with the ticket that the farm requires: %s', (_, ticket, pattern, data) => {
    const sim = approved(failsAt('sqlw02'));
    const rotation = { ...sim.rotation(), wish: { ...sim.rotation().wish, ticket } };
    const farm = { ...sim.farm, ticket: { pattern, example: '', required: true, link: null } };
    expect(closedCard(farm, rotation, sim.now)?.next).toContainEqual({
      id: 'next.ask-rest',
      data: { hosts: ['sqlw02', 'sqlw03', 'sqlw04'], of: null, ...data },
    });
  });

  test('says for a rollback which certificate is meant, and how to go on with it', () => {
    const sim = approved(failsAt('sqlw02'));
    const rotation = { ...sim.rotation(), wish: { ...sim.rotation().wish, of: 'prod-7' } };
    const view = closedCard(sim.farm, rotation, sim.now);
    expect(view?.evidence.slice(0, 3).map(({ what }) => [what.id, what.data.of])).toEqual([
      ['proof.kept', 'prod-7'],
      ['proof.back-on-old', 'prod-7'],
      ['proof.never-began', 'prod-7'],
    ]);
    expect(view?.next).toEqual([
      { id: 'next.ask-rest', data: { hosts: ['sqlw02', 'sqlw03', 'sqlw04'], of: 'prod-7' } },
    ]);
  });

  test('says what a stop of a rollback goes back to', () => {
    const sim = approved((order) => (order.host === 'sqlw02' && order.stage === 'worker-switch' ? null : 'ok'));
    const rotation = { ...sim.rotation(), wish: { ...sim.rotation().wish, of: 'prod-7' } };
    const view = runningView(rotation, next(rotation, sim.moment()), null, sim.now);
    expect(view?.stop).toMatchObject({ id: 'stop.workers', data: { of: 'prod-7' } });
  });

  test('names whom a stop takes back, and a worker that has its order and cannot be heard among them', () => {
    const sim = approved((order) => (order.host === 'sqlw02' && order.stage === 'worker-switch' ? null : 'ok'));
    const rotation = sim.rotation();
    const again = (waiting: Message | null) =>
      runningView(rotation, next(rotation, sim.moment()), waiting, sim.now)?.stop?.data.again;
    expect(again(null)).toEqual(['sqlw01']);
    expect(again({ id: 'waiting.queue', data: {} })).toEqual(['sqlw01', 'sqlw02']);
  });

  test('does not promise that nobody is cut off once the first worker has begun its switch', () => {
    const sim = approved((order) => (order.host === 'sqlw01' && order.stage === 'worker-switch' ? null : 'ok'));
    expect(running(sim)?.stop?.id).toBe('stop.prepare');
    expect(stopOf(sim, midst(sim.rotation(), 'sqlw01', 'worker-switch'))).toMatchObject({
      id: 'stop.workers',
      data: { again: ['sqlw01'], stillCut: [] },
    });
  });

  test('draws each worker by its own restart, in the order they went', () => {
    const sim = approved(() => 'ok');
    const lanes = timelineOf(sim.rotation(), sim.now)?.lanes ?? [];
    expect(lanes.map(({ host }) => host)).toEqual(['sqlw01', 'sqlw02', 'sqlw03', 'sqlw04']);
    const begun = lanes.map(({ segments }) => segments.find(({ kind }) => kind === 'restart')?.fromMs ?? -1);
    expect(begun).toEqual([...begun].sort((a, b) => a - b));
    expect(lanes.every(({ open, ms }) => !open && ms.length > 0)).toBe(true);
  });
});

/** As the plan of a machine that is both: the one that switches is the one that follows. */
function onebox(sim: Sim): RotationState {
  const { plan, ...rotation } = sim.rotation();
  const [prepare, cutover, ...rest] = plan?.header.phases ?? [];
  if (plan === null || prepare === undefined || cutover === undefined) throw new Error('no plan');
  const stages = cutover.stages.map((stage) => ({ ...stage, hosts: ['sqlm01' as HostName] }));
  return {
    ...rotation,
    plan: { ...plan, header: { ...plan.header, phases: [prepare, { ...cutover, stages }, ...rest] } },
  };
}

test('for a machine that is master and worker, the picture shows how long its worker was cut off', () => {
  const sim = approve(new Sim(farmOf(1)));
  const { ms } = gapOf(onebox(sim), 'sqlm01' as HostName, sim.now);
  expect(timelineOf(onebox(sim), sim.now)?.lanes.map((lane) => [lane.host, lane.ms])).toEqual([['sqlm01', ms]]);
});

test('for a machine that is master and worker, the card shows how long its worker has been cut off so far', () => {
  const sim = approve(
    new Sim(farmOf(1), ({ kind, stage }) => (kind === 'apply' && stage === 'workers' ? 'stuck' : 'ok')),
  );
  const rotation = onebox(sim);
  const [slice] = rotation.plan?.slices ?? [];
  if (slice === undefined) throw new Error('no slice');
  const row = hostRow(rotation, slice, 'forth', sim.now + 7_000);
  expect(row).toMatchObject({ cutOff: true, ms: gapOf(rotation, slice.host, sim.now + 7_000).ms.slice(0, 1) });
});

test('for a machine that is master and worker, the card shows the switch of its master, not the order that waits for it', () => {
  const sim = approve(new Sim(farmOf(1), ({ stage }) => (stage === 'master' ? 'stuck' : 'ok')));
  const rotation = onebox(sim);
  const [slice] = rotation.plan?.slices ?? [];
  const armed = rotation.orders.find(({ kind, stage }) => kind === 'apply' && stage === 'workers');
  const others = rotation.orders.filter((one) => one.host === slice?.host);
  if (slice === undefined || armed === undefined) throw new Error('no such order');
  const waits = { ...armed, host: slice.host };
  const last = others.at(-1);
  if (last === undefined) throw new Error('no order');
  const orders = [...others.slice(0, -1), waits, last];
  for (const direction of ['forth', 'back'] as const)
    expect(hostRow({ ...rotation, orders }, slice, direction, sim.now)).toMatchObject({
      state: 'running',
      what: { id: 'row.doing', data: { kind: 'bind-port' } },
    });
});

describe('While it runs, of a worker that its master refused even before,', () => {
  /** sqlw01 was refused before; sqlw01 and sqlw02 are at their switch, and the other two wait for theirs. */
  const refused = () => {
    const sim = approve(
      new Sim(farmOf(3), ({ kind, stage }) => (kind === 'apply' && stage === 'workers' ? 'stuck' : 'ok')),
    );
    return refusedIn(sim);
  };
  const refusedIn = (sim: Sim) => {
    const rotation = sim.rotation();
    const look = rotation.looks.sqlw01;
    if (look?.worker == null) throw new Error('sqlw01 was not looked at');
    const log = { state: 'refused', at: look.at, line: '403' } as const;
    const connection = { ...look.worker.connection, log, tcp: false };
    const changed = { ...look, worker: { ...look.worker, connection } };
    return { sim, rotation: { ...rotation, looks: { ...rotation.looks, sqlw01: changed } } };
  };

  test('the card does not go on counting it once a look before the start has shown it connected', () => {
    const { sim, rotation } = refused();
    const now = sim.now + 7_000;
    const later = (state: 'refused' | 'connected') => {
      const look = rotation.looks.sqlw01;
      if (look?.worker == null) throw new Error('sqlw01 was not looked at');
      const { connection } = look.worker;
      const log = { state, at: look.at, line: null };
      const proofs = { sqlw01: { ...look, worker: { ...look.worker, connection: { ...connection, log } } } };
      return runningView({ ...rotation, proofs }, next(rotation, sim.moment()), null, now)?.refusedBefore;
    };
    expect([later('refused'), later('connected')]).toEqual([1, undefined]);
  });

  test('the card says that it is cut off as before, and no length of this rotation', () => {
    const { sim, rotation } = refused();
    const now = sim.now + 7_000;
    const view = runningView(rotation, next(rotation, sim.moment()), null, now);
    const rows = view?.rows
      .filter(({ role }) => role === 'worker')
      .map(({ host, ms, cutOff }) => [host, cutOff, ms.length > 0]);
    expect(rows).toContainEqual(['sqlw01', false, false]);
    expect(rows).toContainEqual(['sqlw02', true, true]);
    expect(view?.refusedBefore).toBe(1);
    expect(view?.stop?.data.stillCut).not.toContain('sqlw01');
  });

  test('a note counts it among those that are connected again, and not among those that were measured', () => {
    const sim = approve(new Sim(farmOf(3), ({ stage }) => (stage === 'final-look' ? null : 'ok')));
    const { rotation } = refusedIn(sim);
    const view = runningView(rotation, next(rotation, sim.moment()), null, sim.now);
    const notes = view === null ? [] : progress(rotation, view, sim.now);
    const told = notes.flatMap(({ notice }) => notice.messages).find(({ id }) => id === 'note.connected');
    expect(told?.data).toMatchObject({ workers: 3, measured: 2 });
  });

  test('the picture does not draw it as connected at first', () => {
    const { sim, rotation } = refused();
    const lanes = timelineOf(rotation, sim.now + 7_000)?.lanes ?? [];
    const kindsOf = (host: string) =>
      lanes.find((lane) => lane.host === host)?.segments.map(({ kind, fromMs, toMs }) => (toMs > fromMs ? kind : null));
    expect(kindsOf('sqlw01')).not.toContain('connected');
    expect(kindsOf('sqlw02')).toContain('cut');
  });
});

describe('A card whose unknown worker was left as it is', () => {
  const leftAt = (host: string): WorkerSim => {
    const sim = approved((order) =>
      order.kind === 'apply' && order.host === host && order.stage === 'worker-switch' ? 'unknown' : 'ok',
    );
    sim.put(
      { type: 'resolve-asked', id: 'prod-1', choice: 'leave-behind', by: { id: 'mei', name: 'Mei' }, digest: 'd' },
      { type: 'resolved', id: 'prod-1', choice: 'leave-behind', hosts: [host as HostName] },
    );
    sim.settle();
    return sim;
  };
  const end = (sim: WorkerSim) => closedCard(sim.farm, sim.rotation(), sim.now);
  const toldOf = (sim: WorkerSim) => end(sim)?.evidence.map(({ what }) => what.id);

  test('says that nothing is proved where no other has a new certificate, and offers no way back but another try', () => {
    const sim = leftAt('sqlw01');
    expect(end(sim)).toMatchObject({ outcome: 'left-behind', unproved: 'workers', goodUntil: null, askAgain: true });
    expect(end(sim)?.rollBack).toBeUndefined();
    expect(toldOf(sim)).toContain('proof.left-as-it-is');
    const wish: Wish = { ...sim.rotation().wish, of: sim.rotation().id };
    expect(rollbackWish(sim.state, wish, sim.farm)).toMatchObject({ code: 'rollback-unproved' });
  });

  test('leaves in question only the one that was left: the others never began, and are named as that', () => {
    const sim = leftAt('sqlw01');
    const view = end(sim);
    if (view === null) throw new Error('open');
    const moment = { farm: sim.farm, rotation: sim.rotation(), view, now: sim.now };
    const [said] = notesDue(moment).find(({ name }) => name === 'ended')?.notice.messages ?? [];
    expect(said).toMatchObject({ id: 'note.unproved', data: { unproved: ['sqlw01'] } });
    expect(toldOf(sim)).toContain('proof.never-began');
    for (const kind of ['rotate-worker', 'reconnect'] as const)
      expect(say({ id: 'closed.title', data: titleOf({ ...view, wish: { ...view.wish, kind } }) }, 'en')).toBe(
        'How workers of prod stand is not proved',
      );
  });

  test.each(['put-back', 'stopped'] as const)(
    'does not say of it that it runs on the old one where the rest is %s',
    (how) => {
      const sim = approved((order) =>
        order.kind !== 'look' && order.host === 'sqlw01' && order.stage === 'worker-switch' ? 'unknown' : 'ok',
      );
      const by = { id: 'mei', name: 'Mei' };
      const decide = (choice: 'put-all-back' | 'leave-behind'): void => {
        sim.put(
          { type: 'resolve-asked', id: 'prod-1', choice, by, digest: 'd' },
          { type: 'resolved', id: 'prod-1', choice, hosts: ['sqlw01' as HostName] },
        );
        sim.settle();
      };
      if (how === 'put-back') decide('put-all-back');
      else sim.put({ type: 'stop-asked', id: 'prod-1', by });
      sim.settle();
      decide('leave-behind');
      const view = end(sim);
      if (view === null) throw new Error('open');
      expect(view).toMatchObject({ outcome: how, unproved: 'workers', goodUntil: null });
      expect(toldOf(sim)).toContain('proof.left-as-it-is');
      expect(toldOf(sim)).toContain('proof.never-began');
      const moment = { farm: sim.farm, rotation: sim.rotation(), view, now: sim.now };
      const said = notesDue(moment).find(({ name }) => name === 'ended')?.notice.messages ?? [];
      expect(said[0]).toMatchObject({ id: 'note.unproved', data: { unproved: ['sqlw01'] } });
      expect(said.map(({ id }) => id)).not.toContain('note.left-as-it-is');
    },
  );

  test.each(['sqlw01', 'sqlw02'])('calls no certificate that %s may use one that nothing uses', (host) => {
    expect(toldOf(leftAt(host))).not.toContain('proof.left-over');
  });
});

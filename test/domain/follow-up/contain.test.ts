import { leftWith } from '../../../src/domain/follow-up/compromised.ts';
import { doubtful } from '../../../src/domain/inventory/cut-off.ts';
import { NEW_HOST } from '../../../src/domain/journal/host-head.ts';
import type { Order } from '../../../src/domain/letters/protocol.ts';
import { next } from '../../../src/domain/next/index.ts';
import { refusedChoice } from '../../../src/domain/next/refused-choice.ts';
import { containedHosts } from '../../../src/domain/next/stages.ts';
import type { HostName } from '../../../src/domain/values.ts';
import { approve, type Behaviour, farmOf, OWN } from '../sim.ts';
import { asked, ownOf, WorkerSim } from '../worker-sim.ts';

const STOLEN = ['sqlw01', 'sqlw02', 'sqlw03'];

function approved(behaviour: Behaviour = () => 'ok', workers: readonly string[] = STOLEN, concurrency = 50): WorkerSim {
  const farm = farmOf(4);
  const sim = new WorkerSim({ ...farm, gap: { ...farm.gap, concurrency } }, behaviour);
  Object.assign(sim.wish, { workers, compromised: true, when: { by: 'now' } });
  return approve(sim);
}

const inStage =
  (stage: string, how: ReturnType<Behaviour>, host?: string): Behaviour =>
  (order) =>
    order.stage === stage && order.kind === 'apply' && (host === undefined || order.host === host) ? how : 'ok';

describe('When workers’ keys are in the wrong hands', () => {
  test('the master stops trusting them before anything else is done, and all of them switch at once', () => {
    const sim = approved();
    const applied = sim.orders.filter(({ kind }) => kind === 'apply').map(({ stage }) => stage);
    expect(applied[0]).toBe('contain');
    expect(applied).not.toContain('drain');
    expect(sim.rotation().plan?.header.phases.at(-1)?.stages).toMatchObject([{ canary: 0 }]);
    expect(sim.rotation().closed).toMatchObject({ outcome: 'proved' });
  });

  test('a worker that fails stops none of the others, which are cut off too, and only it is put back', () => {
    const sim = approved(inStage('worker-switch', 'put-back', 'sqlw01'), STOLEN, 1);
    expect(asked(sim, 'apply', 'worker-switch')).toEqual(STOLEN);
    expect(sim.rotation().closed).toMatchObject({
      outcome: 'partly',
      data: { host: 'sqlw01', kept: ['sqlw02', 'sqlw03'] },
    });
    expect(asked(sim, 'undo', 'worker-switch')).toEqual([]);
    expect(asked(sim, 'undo', 'contain')).toEqual([]);
    expect(asked(sim, 'undo', 'worker-create')).toEqual(['sqlw01']);
  });

  test.each([
    ['worker-create', 'put-back'],
    ['worker-trust', 'put-back'],
    ['worker-create', 'refuse'],
  ] as const)('a worker that fails in %s (%s) does not keep the others cut off any longer', (stage, how) => {
    const sim = approved(inStage(stage, how, 'sqlw01'));
    const trust = sim.orders.find((one) => one.kind === 'apply' && one.stage === 'master-trust');
    expect(trust?.only).toEqual(['sqlw02', 'sqlw03'].map((one) => `sqlm01/master-trust/trust-certificate/${one}`));
    expect(asked(sim, 'apply', 'worker-switch')).toEqual(['sqlw02', 'sqlw03']);
    expect(sim.rotation().closed).toMatchObject({
      outcome: 'partly',
      data: { host: 'sqlw01', stage, kept: ['sqlw02', 'sqlw03'], left: [] },
    });
    expect(ownOf(sim, 'sqlw01')).toBe(OWN);
    expect(asked(sim, 'undo', 'contain')).toEqual([]);
  });

  test('a worker in an unknown state does not keep the others cut off, and a person decides about it', () => {
    const sim = approved(inStage('worker-create', 'unknown', 'sqlw01'));
    expect(asked(sim, 'apply', 'worker-switch')).toEqual(['sqlw02', 'sqlw03']);
    expect(next(sim.rotation(), sim.moment()).attention.map(({ host }) => host)).toEqual(['sqlw01']);
    sim.put({ type: 'resolved', id: 'prod-1', choice: 'leave-behind', hosts: ['sqlw01' as never] });
    sim.settle();
    expect(sim.rotation().closed).toMatchObject({
      outcome: 'partly',
      data: { kept: ['sqlw02', 'sqlw03'], left: ['sqlw01'] },
    });
  });

  test('a worker that is silent when it should make its certificate is left out, and put back when it speaks later', () => {
    let isSilent = true;
    const sim = approved(({ host, stage, kind }) =>
      host === 'sqlw01' && stage === 'worker-create' && kind === 'apply' && isSilent ? null : 'ok',
    );
    sim.pass(60_000, ['sqlw01']);
    expect(asked(sim, 'apply', 'worker-switch')).toEqual(['sqlw02', 'sqlw03']);
    isSilent = false;
    sim.answer(sim.orders.find(({ host, stage }) => host === 'sqlw01' && stage === 'worker-create') as Order);
    sim.pass(60_000);
    expect(asked(sim, 'apply', 'worker-switch')).toEqual(['sqlw02', 'sqlw03']);
    expect(asked(sim, 'undo', 'worker-create')).toEqual(['sqlw01']);
    expect(sim.rotation().closed).toMatchObject({ outcome: 'partly', data: { kept: ['sqlw02', 'sqlw03'] } });
  });

  test.each(['worker-create', 'worker-trust', 'master-trust', 'worker-switch'])(
    'a failure in %s leaves all of them contained, on their previous certificates',
    (stage) => {
      const sim = approved(inStage(stage, 'put-back'));
      expect(sim.rotation().closed).toMatchObject({ outcome: 'contained', data: { kept: [] } });
      expect(asked(sim, 'undo', 'contain')).toEqual([]);
      expect(STOLEN.map((host) => ownOf(sim, host))).toEqual([OWN, OWN, OWN]);
    },
  );

  test('a master that refuses to contain leaves all as before, and nothing else is begun', () => {
    const sim = approved(inStage('contain', 'refuse'));
    expect(sim.rotation().closed).toMatchObject({ outcome: 'put-back', data: { host: 'sqlm01' } });
    expect(asked(sim, 'apply')).toEqual(['sqlm01']);
  });

  test('a stop ends it there: contained stays contained, and a worker on its new certificate keeps it', () => {
    const sim = approved(
      (order) => (order.stage === 'worker-switch' && order.host === 'sqlw02' ? null : 'ok'),
      STOLEN,
      1,
    );
    expect(asked(sim, 'apply', 'worker-switch')).toEqual(['sqlw01', 'sqlw02']);
    sim.put({ type: 'stop-asked', id: 'prod-1', by: { id: 'ana', name: 'Ana Ruiz' } });
    sim.settle();
    expect(asked(sim, 'stop')).toEqual(['sqlw02']);
    expect(asked(sim, 'undo')).toEqual([]);
    expect(sim.rotation().closed).toBeNull();
    sim.behaviour = () => 'put-back';
    sim.answer(sim.orders.find((one) => one.stage === 'worker-switch' && one.host === 'sqlw02') as Order);
    sim.behaviour = () => 'ok';
    sim.settle();
    expect(asked(sim, 'apply', 'worker-switch')).toEqual(['sqlw01', 'sqlw02']);
    expect(sim.rotation().closed).toMatchObject({ outcome: 'partly', data: { kept: ['sqlw01'], code: 'StopAsked' } });
    expect(ownOf(sim, 'sqlw01')).not.toBe(OWN);
    expect(asked(sim, 'undo', 'worker-switch')).toEqual([]);
  });

  test('only those count as cut off whom the master has stopped trusting by now', () => {
    const sim = approved((order) => (order.stage === 'contain' ? null : 'ok'));
    const { n = 0 } = sim.orders.find(({ stage }) => stage === 'contain') ?? {};
    const { digest = '', slices = [] } = sim.rotation().plan ?? {};
    const steps = slices.find(({ host }) => host === 'sqlm01')?.stages.contain?.steps ?? [];
    const cutOff = [];
    for (const { id, kind } of steps) {
      if (kind !== 'distrust-certificate') continue;
      const done = { type: 'done', n, rotation: 'prod-1', digest, step: id, facts: {}, made: null } as const;
      sim.speak('sqlm01' as HostName, { ...done, changed: true });
      cutOff.push(containedHosts(sim.rotation()).join());
    }
    expect(cutOff).toEqual(['sqlw01', 'sqlw01,sqlw02', 'sqlw01,sqlw02,sqlw03']);
  });

  test('a stop before anything was contained ends the rotation as stopped', () => {
    const sim = approved((order) => (order.stage === 'contain' ? null : 'ok'));
    sim.put({ type: 'stop-asked', id: 'prod-1', by: { id: 'ana', name: 'Ana Ruiz' } });
    sim.settle();
    sim.behaviour = (order) => (order.stage === 'contain' && order.kind === 'apply' ? 'put-back' : 'ok');
    sim.answer(sim.orders.find((one) => one.stage === 'contain') as Order);
    sim.settle();
    expect(sim.rotation().closed).toMatchObject({ outcome: 'stopped' });
  });

  test('a master left behind at the last look is not proved, and may still trust them until it is looked at again', () => {
    let isPlanned = false;
    const sim = approved(({ kind, host }) => {
      const isLast = kind === 'look' && host === 'sqlm01' && isPlanned;
      isPlanned ||= kind === 'look' && host === 'sqlm01';
      return isLast ? 'unknown' : 'ok';
    });
    sim.pass(120_000);
    expect(next(sim.rotation(), sim.moment()).attention.map(({ host }) => host)).toEqual(['sqlm01']);
    sim.put({ type: 'resolved', id: 'prod-1', choice: 'leave-behind', hosts: ['sqlm01' as never] });
    sim.settle();
    expect(sim.rotation().closed).toMatchObject({ outcome: 'left-behind', data: { kept: STOLEN, left: ['sqlm01'] } });
    expect(leftWith(sim.state, OWN)).toEqual(['sqlm01']);
    sim.behaviour = () => 'ok';
    const looked = {
      ...sim.state,
      latest: { sqlm01: { ...sim.look('sqlm01' as never), at: '2026-11-25T14:00:00.000Z' } },
    };
    expect(leftWith(looked, OWN)).toEqual([]);
    // By a clock that is a day ahead, that look was taken before the rotation ended.
    const ahead = { ...looked.hosts, sqlm01: { ...NEW_HOST, skew: { boot: 'b', ms: 86_400_000 } } };
    expect(leftWith({ ...looked, hosts: ahead }, OWN)).toEqual(['sqlm01']);
  });

  test.each([
    ['an hour ahead', 3_600_000],
    ['right', 0],
    ['an hour behind', -3_600_000],
  ])(
    'with a clock that is %s, a worker is doubtful until a look five minutes after its master restarted',
    (_what, ms) => {
      const sim = approved();
      const restarts = Object.entries(sim.rotation().steps.sqlm01 ?? {}).filter(([id]) =>
        id.includes('restart-service'),
      );
      const restartedAt = Date.parse(restarts[0]?.[1].at ?? '');
      const isDoubtful = (lookedAfterMs: number): boolean => {
        const at = new Date(restartedAt + lookedAfterMs + ms).toISOString();
        const latest = { ...sim.state.latest, sqlw04: { ...sim.look('sqlw04' as never), at } };
        const hosts = { ...sim.state.hosts, sqlw04: { ...NEW_HOST, skew: { boot: 'b', ms } } };
        return doubtful(sim.farm, { ...sim.state, latest, hosts }, restartedAt + 600_000).includes('sqlw04' as never);
      };
      expect([isDoubtful(60_000), isDoubtful(360_000)]).toEqual([true, false]);
    },
  );

  test('a master in an unknown state needs a person before any worker is touched, and cannot be left behind', () => {
    const sim = approved(inStage('contain', 'unknown'));
    expect(asked(sim, 'apply')).toEqual(['sqlm01']);
    const asks = next(sim.rotation(), sim.moment());
    expect(asks.attention.map(({ host }) => host)).toEqual(['sqlm01']);
    expect(refusedChoice(sim.rotation(), 'leave-behind', asks)).toMatchObject({
      code: 'master-not-left',
      data: { host: 'sqlm01', back: false },
    });
    expect(sim.rotation().closed).toBeNull();
  });
});

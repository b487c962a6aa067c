import fc from 'fast-check';
import type { MadeRef, Order } from '../../../src/domain/letters/protocol.ts';
import { stopsFor } from '../../../src/domain/next/back.ts';
import { next } from '../../../src/domain/next/index.ts';
import { forthWork, mayHaveSwitched } from '../../../src/domain/next/stages.ts';
import { factsDigest } from '../../../src/domain/next/start/facts-digest.ts';
import type { RotationState } from '../../../src/domain/rotation/rotation.ts';
import type { HostName, Thumbprint } from '../../../src/domain/values.ts';
import { approve, farmOf, ID, NEW, OLD, OWN, Sim } from '../sim.ts';

const FIRST = 'workers sqlw01';
const story = (sim: Sim): string[] =>
  sim.orders.filter((order) => order.kind !== 'look').map((order) => `${order.kind} ${order.stage} ${order.host}`);

describe('A rotation that goes well', () => {
  test('orders nothing but looks before the quorum is reached', () => {
    const sim = new Sim(farmOf());
    sim.request();
    sim.settle();
    sim.vote('ana');
    sim.settle();
    expect(new Set(sim.orders.map((order) => order.kind))).toEqual(new Set(['look']));
    expect(sim.rotation().gate).toBeNull();
  });

  test('trusts first, arms every worker, then switches the master, then the canary, then the others', () => {
    const sim = approve(new Sim(farmOf()));
    expect(story(sim)).toEqual([
      'apply create sqlm01',
      'apply trust sqlw01',
      'apply trust sqlw02',
      'apply trust sqlw03',
      'apply workers sqlw01',
      'apply workers sqlw02',
      'apply workers sqlw03',
      'apply master sqlm01',
    ]);
    expect(sim.said).toEqual([
      'go workers sqlw01',
      'wait workers sqlw02',
      'wait workers sqlw03',
      'go workers sqlw02',
      'go workers sqlw03',
      'confirm master sqlm01',
      'confirm workers sqlw01',
      'confirm workers sqlw02',
      'confirm workers sqlw03',
    ]);
    expect(sim.rotation().closed?.outcome).toBe('proved');
    expect(Object.values(sim.certificate)).toEqual([NEW, NEW, NEW, NEW]);
  });

  test.each([
    [0, [NEW, NEW]],
    [1, [OLD, OLD]],
  ])('with a canary of %i, has the other two workers at %j while the first is not heard of yet', (canary, others) => {
    const gap = { ...farmOf().gap, canary };
    const isFirst = (order: Order): boolean => order.kind === 'apply' && `${order.stage} ${order.host}` === FIRST;
    const sim = approve(new Sim(farmOf(3, { gap }), (order) => (isFirst(order) ? 'stuck' : 'ok')));
    expect([sim.certificate['sqlw02' as HostName], sim.certificate['sqlw03' as HostName]]).toEqual(others);
  });

  test('is closed as proved only after a fresh look at every machine after the last change', () => {
    const sim = approve(new Sim(farmOf()));
    const kinds = sim.orders.map((order) => order.kind);
    expect(kinds.slice(-4)).toEqual(['look', 'look', 'look', 'look']);
  });

  test('repeats a final look that failed, and needs a person only when it keeps failing', () => {
    const failing = (times: number) => (order: Order) =>
      order.kind === 'look' && order.host === 'sqlw02' && order.n > 3 && order.n <= 3 + times ? 'unknown' : 'ok';
    const soon = approve(new Sim(farmOf(), failing(2)));
    soon.pass(10_000);
    expect(soon.rotation().closed?.outcome).toBe('proved');
    const never = approve(new Sim(farmOf(), failing(1000)));
    never.pass(60_000);
    expect(next(never.rotation(), never.moment()).attention).toMatchObject([{ host: 'sqlw02', code: 'FileBusy' }]);
  });

  test('repeats a final look that failed even if an outage held it up for longer than they are repeated', () => {
    const isLate = (order: Order): boolean => order.kind === 'look' && order.host === 'sqlw02' && order.n === 4;
    const sim = approve(new Sim(farmOf(), (order) => (isLate(order) ? null : 'ok')));
    sim.pass(40_000);
    expect(sim.rotation().closed).toBeNull();
    const late = sim.orders.find(isLate);
    if (late === undefined) throw new Error('it was not looked at');
    const behaves = sim.behaviour;
    sim.behaviour = (order) => (order.n === 4 ? 'unknown' : behaves(order));
    sim.answer(late);
    sim.settle();
    expect(next(sim.rotation(), sim.moment()).attention).toEqual([]);
    sim.pass(5_000);
    expect(sim.rotation().closed?.outcome).toBe('proved');
  });

  test('repeats a final look that failed even if the one before it never reached its machine', () => {
    const isOf = (order: Order, n: number): boolean => order.host === 'sqlw02' && order.n === n;
    const sim = approve(new Sim(farmOf(), (order) => (isOf(order, 4) ? null : isOf(order, 5) ? 'unknown' : 'ok')));
    sim.pass(40_000);
    sim.put({ type: 'lapsed', id: sim.rotation().id, host: 'sqlw02' as HostName, n: 4 });
    sim.settle();
    expect(next(sim.rotation(), sim.moment()).attention).toEqual([]);
    sim.pass(5_000);
    expect(sim.rotation().closed?.outcome).toBe('proved');
  });

  test('is not proved while a service has another process at each look, as it keeps dying', () => {
    const sim = new Sim(farmOf());
    let pid = 100;
    sim.pidOf = (host) => (host === 'sqlm01' ? pid++ : 1);
    approve(sim);
    sim.pass(60_000);
    expect(next(sim.rotation(), sim.moment()).attention).toMatchObject([{ host: 'sqlm01', code: 'NotProved' }]);
  });

  test('is proved when a service was restarted once by somebody else', () => {
    const sim = new Sim(farmOf());
    let asked = 0;
    sim.pidOf = (host) => (host === 'sqlm01' && asked++ > 1 ? 7 : 1);
    approve(sim);
    sim.pass(10_000);
    expect(sim.rotation().closed?.outcome).toBe('proved');
  });

  test('numbers the orders of each host one by one', () => {
    const sim = approve(new Sim(farmOf()));
    const of = (host: string) => sim.orders.filter((order) => order.host === host).map((order) => order.n);
    expect(of('sqlw02')).toEqual([1, 2, 3, 4]);
  });

  test('sends the certificate and the line in which its maker reported it with each order that uses it', () => {
    const sim = approve(new Sim(farmOf()));
    const uses = sim.orders.filter(({ kind, stage }) => kind === 'apply' && stage !== 'create');
    expect(uses).toHaveLength(7);
    for (const { refs } of uses) {
      const { seq, report } = refs.new as MadeRef;
      expect(refs.new).toMatchObject({ thumbprint: NEW, host: 'sqlm01' });
      expect(JSON.parse(report?.body ?? '{}')).toMatchObject({
        seq,
        entry: { type: 'done', made: { thumbprint: NEW } },
      });
    }
  });
});

describe('A rotation that fails', () => {
  test.each([
    ['create', 'sqlm01', []],
    ['trust', 'sqlw02', ['undo trust sqlw01', 'undo trust sqlw03', 'undo create sqlm01']],
    [
      'master',
      'sqlm01',
      [
        'undo workers sqlw01',
        'undo workers sqlw02',
        'undo workers sqlw03',
        'undo trust sqlw01',
        'undo trust sqlw02',
        'undo trust sqlw03',
        'undo create sqlm01',
      ],
    ],
    [
      'workers',
      'sqlw01',
      [
        'undo master sqlm01',
        'undo workers sqlw01',
        'undo workers sqlw02',
        'undo workers sqlw03',
        'undo trust sqlw01',
        'undo trust sqlw02',
        'undo trust sqlw03',
        'undo create sqlm01',
      ],
    ],
    [
      'workers',
      'sqlw03',
      [
        'undo master sqlm01',
        'undo workers sqlw01',
        'undo workers sqlw02',
        'undo workers sqlw03',
        'undo trust sqlw01',
        'undo trust sqlw02',
        'undo trust sqlw03',
        'undo create sqlm01',
      ],
    ],
  ])('in %s on %s is put back: %j', (stage, host, undo) => {
    const sim = new Sim(farmOf(), (order) =>
      order.kind === 'apply' && order.stage === stage && order.host === host ? 'put-back' : 'ok',
    );
    approve(sim);
    expect(story(sim).filter((line) => line.startsWith('undo'))).toEqual(undo);
    expect(sim.rotation().closed?.outcome).toBe('put-back');
    expect(sim.rotation().turned).toMatchObject({ host, code: 'ServiceNotRunning' });
    expect(new Set(Object.values(sim.certificate))).toEqual(new Set([OLD]));
  });

  test('leaves one worker behind when the farm allows it, and names it', () => {
    const gap = { ...farmOf().gap, leaveBehind: 1 };
    const sim = new Sim(farmOf(3, { gap }), (order) =>
      order.kind === 'apply' && order.stage === 'workers' && order.host === 'sqlw03' ? 'put-back' : 'ok',
    );
    approve(sim);
    expect(sim.rotation().closed).toMatchObject({ outcome: 'left-behind', data: { left: ['sqlw03'] } });
  });

  test('goes back when a worker is not proved by the gap limit', () => {
    const sim = new Sim(farmOf(), (order) =>
      order.kind === 'apply' && order.stage === 'workers' && order.host === 'sqlw03' ? 'stuck' : 'ok',
    );
    approve(sim);
    expect(sim.rotation().turned).toBeNull();
    sim.pass(70_000);
    expect(sim.rotation().turned?.code).toBe('GapLimitPassed');
  });

  test('names the canary alone when it is late: the others waited for it', () => {
    const sim = new Sim(farmOf(), (order) =>
      order.kind === 'apply' && order.stage === 'workers' && order.host === 'sqlw01' ? 'stuck' : 'ok',
    );
    approve(sim);
    sim.pass(70_000);
    expect(sim.rotation().turned).toMatchObject({ code: 'GapLimitPassed', data: { hosts: ['sqlw01'] } });
  });

  test('goes back when a worker goes silent, and needs a person while it stays so', () => {
    const sim = new Sim(farmOf(), (order) =>
      order.host === 'sqlw02' && order.kind !== 'look' && order.stage === 'workers' ? null : 'ok',
    );
    approve(sim);
    sim.pass(50_000, ['sqlw02']);
    expect(sim.rotation().turned).toMatchObject({ code: 'RunnerSilent', host: 'sqlw02' });
    expect(sim.certificate.sqlm01).toBe(OLD);
    expect(sim.rotation().closed).toBeNull();
    expect(next(sim.rotation(), sim.moment()).attention.map((one) => one.host)).toContain('sqlw02');
  });

  test('puts back a silent worker by itself once it speaks again', () => {
    const sim = new Sim(farmOf(), (order) =>
      order.host === 'sqlw02' && order.kind === 'apply' && order.stage === 'workers' ? null : 'ok',
    );
    approve(sim);
    sim.pass(50_000, ['sqlw02']);
    expect(sim.rotation().closed).toBeNull();
    sim.pass(10_000);
    expect(sim.rotation().closed?.outcome).toBe('put-back');
  });

  test('is put back even if a machine has nothing to undo', () => {
    const sim = new Sim(farmOf(), ({ host, kind, stage }) =>
      host !== 'sqlw02' || stage !== 'trust' ? 'ok' : kind === 'apply' ? null : 'NothingToUndo',
    );
    approve(sim);
    sim.pass(50_000, ['sqlw02']);
    sim.pass(10_000);
    expect(story(sim)).toContain('undo trust sqlw02');
    expect(sim.rotation().closed?.outcome).toBe('put-back');
  });

  test('needs a person when the master is unknown, and touches no worker', () => {
    const sim = new Sim(farmOf(), (order) => (order.kind === 'apply' && order.stage === 'master' ? 'unknown' : 'ok'));
    approve(sim);
    expect(sim.said.filter((line) => line.startsWith('go'))).toEqual([]);
    expect(sim.certificate).toMatchObject({ sqlw01: OLD, sqlw02: OLD, sqlw03: OLD });
    expect(next(sim.rotation(), sim.moment()).attention).toMatchObject([{ host: 'sqlm01' }]);
  });

  test('issues an order again that nobody began in time, and is proved after two such orders', () => {
    let quiet = 2;
    const sim = new Sim(farmOf(), (order) =>
      order.stage === 'create' && order.kind === 'apply' && quiet-- > 0 ? null : 'ok',
    );
    sim.lastN = (host) => (host === 'sqlm01' ? 1 : 9);
    approve(sim);
    sim.pass(400_000);
    expect(sim.rotation().closed?.outcome).toBe('proved');
  });
});

describe('With people involved,', () => {
  test('a stop while machines are at work puts all back, and the rotation ends as stopped', () => {
    const sim = new Sim(farmOf(), (order) =>
      order.kind === 'apply' && order.stage === 'workers' && order.host !== 'sqlw01' ? 'stuck' : 'ok',
    );
    approve(sim);
    sim.put({ type: 'stop-asked', id: ID, by: { id: 'mei', name: 'Mei Lin' } });
    sim.behaviour = () => 'ok';
    sim.settle();
    expect(sim.rotation().closed?.outcome).toBe('stopped');
    expect(story(sim).filter((line) => line.startsWith('stop'))).toEqual([
      'stop workers sqlw02',
      'stop workers sqlw03',
    ]);
    expect(new Set(Object.values(sim.certificate))).toEqual(new Set([OLD]));
  });

  test('a changed policy in the farm file ends an open plan', () => {
    const sim = new Sim(farmOf());
    sim.request();
    sim.settle();
    sim.vote('ana');
    const before = sim.moment();
    const farm = { ...before.farm, approval: { ...before.farm.approval, quorum: 1 } };
    expect(next(sim.rotation(), { ...before, farm }).actions).toMatchObject([
      { entry: { type: 'refused', code: 'PolicyChanged' } },
      { entry: { type: 'closed', outcome: 'refused' } },
    ]);
  });

  test('a machine added to the farm file ends an open plan', () => {
    const sim = new Sim(farmOf(2));
    sim.request();
    sim.settle();
    sim.vote('ana');
    const actions = next(sim.rotation(), { ...sim.moment(), farm: farmOf(3) }).actions;
    expect(actions).toMatchObject([
      { entry: { type: 'refused', code: 'MachinesChanged', data: { hosts: ['sqlw03'] } } },
      { entry: { type: 'closed', outcome: 'refused' } },
    ]);
  });

  test('a request does not lapse by a clock that all machines contradict, and does once one of them agrees', () => {
    const sim = new Sim(farmOf());
    sim.request();
    sim.settle();
    const day = 86_400_000;
    sim.now += day;
    sim.since = sim.now - 60_000;
    const heard = (behindMs: number) => {
      for (const { name } of sim.farm.hosts) {
        sim.hello(name);
        const hello = sim.presence[name];
        if (hello !== undefined) sim.presence[name] = { ...hello, clock: sim.now - behindMs };
      }
      sim.settle();
    };
    heard(day);
    expect(sim.rotation().gate).toBeNull();
    heard(0);
    expect(sim.rotation().closed?.outcome).toBe('lapsed');
  });

  test('a request lapses by itself, with nothing ordered but looks', () => {
    const sim = new Sim(farmOf());
    sim.request();
    sim.settle();
    sim.pass(86_400_000);
    expect(sim.rotation().closed?.outcome).toBe('lapsed');
    expect(story(sim)).toEqual([]);
  });

  test.each([
    ['leave-behind', 'left-behind'],
    ['put-all-back', 'put-back'],
  ] as const)(
    '%s for an unknown machine, approved by the farm’s quorum, ends the rotation as %s',
    (choice, outcome) => {
      const gap = { ...farmOf().gap, leaveBehind: 1 };
      let stuck = true;
      const sim = new Sim(farmOf(3, { gap }), (order) =>
        order.host === 'sqlw03' && order.stage === 'workers' && stuck ? 'unknown' : 'ok',
      );
      approve(sim);
      expect(sim.rotation().closed).toBeNull();
      stuck = false;
      const digest = sim.ask(choice);
      sim.settle();
      expect(sim.rotation().closed).toBeNull();
      sim.vote('ana', 'approve', digest);
      sim.vote('tom', 'approve', digest);
      sim.settle();
      expect(sim.rotation().closed?.outcome).toBe(outcome);
    },
  );

  test('looking again settles what turns out to be proved', () => {
    const gap = { ...farmOf().gap, leaveBehind: 1 };
    const sim = new Sim(farmOf(3, { gap }), (order) =>
      order.host === 'sqlw03' && order.kind === 'apply' && order.stage === 'workers' ? 'unknown' : 'ok',
    );
    approve(sim);
    sim.certificate.sqlw03 = NEW;
    sim.put({ type: 'resolve-asked', id: ID, choice: 'look-again', by: { id: 'mei', name: 'Mei Lin' }, digest: null });
    sim.settle();
    sim.pass(3_000);
    expect(sim.rotation().closed?.outcome).toBe('proved');
  });

  describe('while a decision waits for votes,', () => {
    const gap = { ...farmOf().gap, leaveBehind: 2 };
    const ask = (sim: Sim): Sim => {
      const digest = factsDigest(sim.rotation(), next(sim.rotation(), sim.moment()));
      const by = { id: 'wei', name: 'Wei Zhang' };
      sim.put({ type: 'resolve-asked', id: ID, choice: 'leave-behind', by, digest });
      sim.vote('ana', 'approve', digest);
      sim.settle();
      return sim;
    };
    const askedOf = (hosts: readonly string[]): Sim =>
      ask(
        approve(
          new Sim(farmOf(3, { gap }), ({ host, kind, stage }) =>
            hosts.includes(host) && kind === 'apply' && stage === 'workers' ? 'unknown' : 'ok',
          ),
        ),
      );
    /** All went well, and then the final look finds one that does not agree. */
    const doubted = (found: () => Thumbprint = () => OLD): Sim => {
      const sim = new Sim(farmOf(3, { gap }), ({ kind, host, n }) => {
        if (kind === 'look' && host === 'sqlw03' && n > 1) sim.certificate.sqlw03 = found();
        return 'ok';
      });
      approve(sim).pass(40_000);
      return ask(sim);
    };
    const look = (sim: Sim): void => {
      const by = { id: 'mei', name: 'Mei Lin' };
      sim.put({ type: 'resolve-asked', id: ID, choice: 'look-again', by, digest: null });
      sim.settle();
    };
    const looks = (sim: Sim): number => sim.orders.filter(({ kind }) => kind === 'look').length;
    const voteAgain = (sim: Sim): void => {
      sim.vote('tom', 'approve', sim.rotation().resolve?.digest ?? '');
      sim.settle();
    };

    test('another look keeps the decision and its votes when nothing has changed', () => {
      const sim = askedOf(['sqlw03']);
      const { resolve } = sim.rotation();
      const before = looks(sim);
      look(sim);
      sim.pass(40_000);
      expect(looks(sim)).toBeGreaterThan(before);
      expect(sim.rotation().resolve).toEqual(resolve);
      voteAgain(sim);
      sim.pass(40_000);
      expect(sim.rotation().closed).toMatchObject({ outcome: 'left-behind', data: { left: ['sqlw03'] } });
    });

    test('votes that are complete during another look count once it is over', () => {
      const sim = askedOf(['sqlw03']);
      look(sim);
      voteAgain(sim);
      expect(sim.rotation().resolved).toEqual({});
      sim.pass(40_000);
      expect(sim.rotation().closed?.outcome).toBe('left-behind');
    });

    test('another look ends the decision when the machine turns out to be proved', () => {
      const sim = askedOf(['sqlw03']);
      sim.certificate.sqlw03 = NEW;
      look(sim);
      sim.pass(3_000);
      expect(sim.rotation().closed?.outcome).toBe('proved');
    });

    test('another look makes the votes stale when one of two machines turns out to be proved', () => {
      const sim = askedOf(['sqlw02', 'sqlw03']);
      const { resolve } = sim.rotation();
      sim.certificate.sqlw02 = NEW;
      look(sim);
      sim.pass(40_000);
      expect(sim.rotation().resolve).toBeNull();
      sim.vote('tom', 'approve', resolve?.digest ?? '');
      sim.settle();
      expect(sim.rotation().closed).toBeNull();
      expect(next(sim.rotation(), sim.moment()).attention.map(({ host }) => host)).toEqual(['sqlw03']);
    });

    test('another look makes the votes stale when it finds the machine in another state than was voted on', () => {
      let found = OLD;
      const sim = doubted(() => found);
      const { resolve } = sim.rotation();
      found = OWN;
      look(sim);
      sim.pass(40_000);
      expect(next(sim.rotation(), sim.moment()).attention.map(({ host }) => host)).toEqual(['sqlw03']);
      expect(resolve).not.toBeNull();
      expect(sim.rotation().resolve).toBeNull();
    });

    test('another look keeps a decision about what the final look found when it finds the same again', () => {
      const sim = doubted();
      const { resolve } = sim.rotation();
      look(sim);
      sim.pass(40_000);
      expect(sim.rotation().resolve).toEqual(resolve);
    });

    test('no other look is needed: the machine that the final look found wrong is left behind, the others proved once more', () => {
      const sim = doubted();
      const before = looks(sim);
      voteAgain(sim);
      expect(looks(sim)).toBe(before + 3);
      expect(sim.rotation().closed).toMatchObject({ outcome: 'left-behind', data: { left: ['sqlw03'] } });
    });

    test('a machine that fails meanwhile is not called proved, and needs a person', () => {
      const sim = doubted();
      sim.pass(3_600_000);
      sim.certificate.sqlw01 = OLD;
      voteAgain(sim);
      sim.pass(40_000);
      expect(sim.rotation().closed).toBeNull();
      expect(next(sim.rotation(), sim.moment()).attention).toMatchObject([{ host: 'sqlw01', code: 'NotProved' }]);
    });

    test('a machine that dies meanwhile is not called proved, and needs a person', () => {
      const sim = doubted();
      sim.pass(3_600_000);
      sim.dead.add('sqlw01');
      voteAgain(sim);
      sim.pass(120_000);
      expect(sim.rotation().closed).toBeNull();
      expect(next(sim.rotation(), sim.moment()).attention).toMatchObject([{ host: 'sqlw01', code: 'RunnerSilent' }]);
    });
  });
});

test('whatever the runners answer, a rotation ends, all new if proved and all old if put back, or needs a person', () => {
  const answers = fc.constantFrom('ok', 'ok', 'ok', 'put-back', 'unknown', 'refuse', 'stuck', null) as fc.Arbitrary<
    ReturnType<Sim['behaviour']>
  >;
  const stuckAt = (...turns: readonly number[]) =>
    Array.from({ length: 30 }, (_, at) => (turns.includes(at) ? ('stuck' as const) : ('ok' as const)));
  fc.assert(
    fc.property(
      fc.array(answers, { minLength: 30, maxLength: 60 }),
      fc.integer({ min: 0, max: 2 }),
      (said, leaveBehind) => {
        let at = 0;
        const gap = { ...farmOf().gap, leaveBehind };
        const sim = new Sim(farmOf(3, { gap }), (order) =>
          order.kind === 'look' || order.kind === 'stop' ? 'ok' : (said[at++] ?? 'ok'),
        );
        approve(sim);
        const attention = () => next(sim.rotation(), sim.moment()).attention.length;
        // One machine after the other may begin its undo and never end it: each is silent only after its time limit.
        for (let tens = 0; tens < 4 && sim.rotation().closed === null && attention() === 0; tens += 1)
          sim.pass(600_000);
        const rotation = sim.rotation();
        if (rotation.closed === null) expect(attention()).toBeGreaterThan(0);
        else if (rotation.closed.outcome === 'proved')
          expect(new Set(Object.values(sim.certificate))).toEqual(new Set([NEW]));
        else if (rotation.closed.outcome === 'put-back')
          expect(new Set(Object.values(sim.certificate))).toEqual(new Set([OLD]));
      },
    ),
    { numRuns: 150, examples: [[stuckAt(10, 13, 18, 19), 0]] },
  );
});

describe('Orders that nobody will ever accept', () => {
  test('are void once a later order overtook them, and are given again', () => {
    let isLost = true;
    const sim = new Sim(farmOf(), (order) => {
      if (order.kind !== 'apply' || order.stage !== 'trust' || order.host !== 'sqlw02' || !isLost) return 'ok';
      isLost = false;
      return null;
    });
    approve(sim);
    const lost = sim.rotation().orders.find((order) => order.stage === 'trust' && order.host === 'sqlw02');
    expect(lost?.status).toBe('sent');
    const n = (lost?.n ?? 0) + 1;
    const order = { type: 'order', key: 'k', body: '{}', sig: 's' } as const;
    const host = 'sqlw02' as HostName;
    sim.speak(host, { type: 'accepted', n, rotation: 'scan', kind: 'look', stage: null, digest: null, order });
    sim.settle();
    expect(sim.rotation().closed?.outcome).toBe('proved');
  });

  test('are overdue in the end when their host speaks and never says what became of them', () => {
    const sim = new Sim(farmOf(), (order) => (order.kind === 'apply' && order.host === 'sqlw02' ? null : 'ok'));
    sim.lastN = () => 1_000;
    approve(sim);
    sim.pass(10 * 60_000);
    expect(sim.rotation().turned).toMatchObject({ host: 'sqlw02', code: 'OrderOverdue' });
  });

  test('are given again when they are looks that lapse, and refuse the request in the end', () => {
    const sim = new Sim(farmOf(), (order) => (order.host === 'sqlw02' ? null : 'ok'));
    sim.lastN = () => 0;
    sim.request();
    sim.pass(20 * 60_000);
    expect(sim.orders.filter((order) => order.host === 'sqlw02').length).toBe(3);
    expect(sim.rotation().closed).toMatchObject({ outcome: 'refused', data: { code: 'OrderLapsed' } });
  });
});

test('a rotation in which no step was begun ends without another look', () => {
  const sim = approve(new Sim(farmOf(), ({ kind }) => (kind === 'apply' ? 'refuse' : 'ok')));
  expect(sim.rotation().closed?.outcome).toBe('put-back');
  expect(sim.orders.slice(sim.orders.findIndex(({ kind }) => kind === 'apply')).map(({ kind }) => kind)).toEqual([
    'apply',
  ]);
});

test.each([
  ['of that stage', { stage: 'trust' }, 'failed'],
  ['of another stage', { stage: 'create' }, 'none'],
  ['of another kind', { kind: 'undo' }, 'none'],
  ['for another part', { only: ['1'] }, 'none'],
  ['of another machine', { host: 'sqlw02' }, 'none'],
  ['of that stage that ended', { status: 'finished' }, 'none'],
] as const)('an order that lapsed after two others %s (%j) counts as %s', (_, other, work) => {
  const lapsed = { host: 'sqlw01', stage: 'trust', kind: 'apply', status: 'lapsed', only: null } as const;
  const orders = [{ ...lapsed, ...other }, { ...lapsed, ...other }, lapsed];
  const rotation = { orders, resolved: {}, turned: null, steps: {}, plan: null } as unknown as RotationState;
  expect(forthWork(rotation, 'sqlw01', 'trust')).toBe(work);
});

test('an order for one part of a stage counts as failed once it has lapsed three times, and no sooner', () => {
  const lapsed = { host: 'sqlw01', stage: 'trust', kind: 'apply', status: 'lapsed', only: ['1'] } as const;
  const workAfter = (orders: readonly object[]) =>
    forthWork(
      { orders, resolved: {}, turned: null, steps: {}, plan: null } as unknown as RotationState,
      'sqlw01',
      'trust',
    );
  expect(workAfter([lapsed, lapsed])).toBe('none');
  expect(workAfter([lapsed, lapsed, lapsed])).toBe('failed');
});

test.each([
  ['no order', null, false],
  ['an order that it refused', 'refused', false],
  ['an order that lapsed', 'lapsed', false],
  ['an order that was sent and not answered', 'sent', true],
  ['an order that it accepted', 'accepted', true],
  ['an order that has ended', 'finished', true],
] as const)('a master that has %s may have switched: %s', (_, status, may) => {
  const { plan } = approve(new Sim(farmOf())).rotation();
  const order = { host: 'sqlm01', stage: 'master', kind: 'apply', status };
  const rotation = { plan, steps: {}, orders: status === null ? [] : [order] } as unknown as RotationState;
  expect(mayHaveSwitched(rotation)).toBe(may);
  const begun = { sqlm01: { 'sqlm01/master/bind-port': { state: 'begun' } } };
  expect(mayHaveSwitched({ ...rotation, steps: begun as unknown as RotationState['steps'] })).toBe(true);
});

test.each([
  ['is told to stop', [], 1],
  ['is told again when that order lapsed', ['lapsed', 'lapsed'], 1],
  ['is not told endlessly', ['lapsed', 'lapsed', 'lapsed'], 0],
  ['is not told again while it may still accept that', ['sent'], 0],
  ['is not told again once it accepted that', ['lapsed', 'finished'], 0],
] as const)('a machine whose order is under way %s: %j', (_, statuses, told) => {
  const order = { host: 'sqlw01', stage: 'trust', kind: 'apply', status: 'accepted', n: 1, silentSince: null };
  const stops = statuses.map((status, at) => ({ ...order, kind: 'stop', status, n: at + 2 }));
  const rotation = { orders: [order, ...stops], steps: {} } as unknown as RotationState;
  expect(stopsFor(rotation, new Sim(farmOf()).moment())).toHaveLength(told);
});

test('an unknown worker does not hold up those that go back, and needs a person in the end', () => {
  const sim = approve(
    new Sim(farmOf(), ({ kind, stage, host }) => {
      if (kind === 'apply') return stage === 'master' ? 'put-back' : 'ok';
      return kind === 'undo' && stage === 'workers' && host === 'sqlw01' ? 'unknown' : 'ok';
    }),
  );
  expect(story(sim)).toEqual(expect.arrayContaining(['undo trust sqlw03', 'undo trust sqlw02', 'undo create sqlm01']));
  expect(next(sim.rotation(), sim.moment()).attention).toMatchObject([{ host: 'sqlw01', stage: 'workers' }]);
});

test('no worker follows a master back whose state is unknown, before a person decides', () => {
  const sim = approve(
    new Sim(farmOf(), ({ kind, stage }) => {
      if (kind === 'undo') return stage === 'master' ? 'unknown' : 'ok';
      return stage === 'workers' ? 'shut-out' : 'ok';
    }),
  );
  sim.pass(180_000);
  expect(story(sim).filter((line) => line.startsWith('undo'))).toEqual(['undo master sqlm01']);
  expect(next(sim.rotation(), sim.moment()).attention).toMatchObject([{ host: 'sqlm01', stage: 'master' }]);
});

import { openGate } from '../../../src/domain/approval/approval.ts';
import { next } from '../../../src/domain/next/index.ts';
import { farmOf, ID, NEW, Sim } from '../sim.ts';

/** A farm whose plan waits for packages, which run for as long as `run()` says. */
function approved(run: () => boolean, aheadMs = 0): Sim {
  const sim = new Sim(farmOf(2), (order) => (order.stage === 'drain' && run() ? 'put-back' : 'ok'));
  sim.drains = true;
  sim.request();
  sim.settle();
  sim.pass(aheadMs);
  for (const who of ['ana', 'tom']) sim.vote(who);
  sim.settle();
  return sim;
}

const stages = (sim: Sim): readonly string[] =>
  sim.orders.flatMap(({ kind, stage }) => (kind === 'look' ? [] : [`${kind} ${stage}`]));
const asks = (sim: Sim): readonly string[] => next(sim.rotation(), sim.moment()).attention.map(({ code }) => code);
const by = { id: 'mei', name: 'Mei Lin' };

function decide(sim: Sim, choice: 'go-on' | 'put-all-back', votes: readonly ('approve' | 'deny')[]): string {
  sim.pass(30_000);
  const digest = sim.ask(choice);
  expect(openGate(sim.farm, sim.rotation())?.digest).toBe(digest);
  for (const [at, vote] of votes.entries()) sim.vote(['ana', 'tom'][at] ?? '', vote, digest);
  sim.settle();
  return digest;
}

test('packages that end in time hold nobody up: they are waited for before the outage, as long as was approved', () => {
  const sim = approved(() => false);
  expect(stages(sim).slice(0, 5)).toEqual([
    'apply create',
    'apply trust',
    'apply trust',
    'apply drain',
    'apply workers',
  ]);
  expect(sim.orders.find(({ stage }) => stage === 'drain')).toMatchObject({ host: 'sqlm01', timeLimitMs: 900_000 });
  expect(sim.rotation().closed?.outcome).toBe('proved');
});

// A clock that was set is known again only after minutes: until then its letters seem old, or from the future.
test.each([47_000, -100_000])(
  'a clock offset from before the clock was set, %d ms, does not make the bot look for packages again and again',
  (skewMs) => {
    const sim = new Sim(farmOf(2));
    const put = sim.put.bind(sim);
    sim.put = (...entries) => put(...entries.map((entry) => (entry.type === 'heard' ? { ...entry, skewMs } : entry)));
    sim.drains = true;
    sim.request();
    sim.settle();
    for (const who of ['ana', 'tom']) sim.vote(who);
    sim.settle();
    expect(stages(sim).filter((one) => one === 'apply drain')).toHaveLength(1);
    expect(sim.rotation().closed?.outcome).toBe('proved');
  },
);

test.each([
  ['when arming took long', 0, 0],
  ['when the clock was set back while arming took long', 3_600_000, 0],
  ['when arming took long, and each look seems to have ended an hour ago', 0, 3_600_000],
  ['when arming took long, and each look seems to end only an hour from now', 0, -3_600_000],
])('%s, packages are looked for once more, and only then does the master go', (_when, backMs, skewMs) => {
  let isLate = true;
  let run = false;
  const slow = new Sim(farmOf(2), (order) => {
    if (order.stage === 'drain') return run ? 'put-back' : 'ok';
    return order.stage === 'workers' && order.host === 'sqlw02' && isLate ? null : 'ok';
  });
  const put = slow.put.bind(slow);
  slow.put = (...entries) => put(...entries.map((entry) => (entry.type === 'heard' ? { ...entry, skewMs } : entry)));
  slow.drains = true;
  slow.request();
  slow.settle();
  for (const who of ['ana', 'tom']) slow.vote(who);
  slow.settle();
  expect(stages(slow)).not.toContain('apply master');
  slow.now -= backMs;
  for (const { name } of slow.farm.hosts) slow.hello(name);
  slow.since = Math.min(slow.since, slow.now);
  slow.now += 30_000;
  isLate = false;
  run = true;
  const late = slow.orders.find(({ host, stage }) => host === 'sqlw02' && stage === 'workers');
  if (late === undefined) throw new Error('it was not armed');
  slow.hello('sqlw02');
  slow.answer(late);
  slow.settle();
  expect(stages(slow).filter((one) => one === 'apply drain')).toHaveLength(2);
  expect(asks(slow)).toEqual(['PackagesRun']);
  expect(stages(slow)).not.toContain('apply master');
  run = false;
  slow.pass(2_500);
  slow.put({ type: 'resolve-asked', id: ID, choice: 'look-again', by, digest: null });
  slow.settle();
  expect(stages(slow).filter((one) => one === 'apply drain')).toHaveLength(3);
  expect(slow.rotation().closed?.outcome).toBe('proved');
});

test('a freeze while packages are waited for, before anybody was asked, does not make them be waited for again', () => {
  const sim = new Sim(farmOf(2), ({ stage }) => (stage === 'drain' ? 'stuck' : 'ok'));
  sim.drains = true;
  sim.request();
  sim.settle();
  for (const who of ['ana', 'tom']) sim.vote(who);
  sim.settle();
  const wait = sim.orders.at(-1);
  if (wait?.stage !== 'drain') throw new Error('nobody waits');
  sim.put({ type: 'frozen', until: new Date(sim.now + 3_600_000).toISOString(), by, reason: 'Year end' });
  sim.behaviour = () => 'ok';
  sim.end(wait, 'unchanged');
  sim.pass(30_000);
  expect(stages(sim).filter((one) => one === 'apply drain')).toHaveLength(1);
  expect(sim.rotation().closed?.outcome).toBe('proved');
});

describe('packages that run longer', () => {
  test('need a person: nothing is cut off, and nothing goes back', () => {
    const sim = approved(() => true);
    sim.pass(3_600_000);
    expect(asks(sim)).toEqual(['PackagesRun']);
    expect(sim.rotation()).toMatchObject({ turned: null, closed: null });
    expect(stages(sim)).not.toContain('apply master');
  });

  test('are noticed when they end while people are asked: the rotation goes on, and nobody need vote', () => {
    let run = true;
    const sim = approved(() => run);
    sim.pass(300_000);
    expect(asks(sim)).toEqual(['PackagesRun']);
    run = false;
    sim.pass(62_500);
    expect(sim.rotation().closed?.outcome).toBe('proved');
  });

  test('are noticed when they end while going on collects votes, which no look takes away', () => {
    let run = true;
    const sim = approved(() => run);
    sim.pass(60_000);
    const digest = sim.ask('go-on');
    sim.vote('ana', 'approve', digest);
    sim.pass(600_000);
    expect(sim.rotation().resolve).toMatchObject({ choice: 'go-on', digest });
    expect(openGate(sim.farm, sim.rotation())?.digest).toBe(digest);
    run = false;
    sim.pass(120_000);
    expect(sim.rotation()).toMatchObject({ resolve: null, closed: { outcome: 'proved' } });
  });

  test('start no outage when they end while somebody asks to put all back', () => {
    let run = true;
    const sim = approved(() => run);
    sim.pass(60_000);
    sim.ask('put-all-back');
    run = false;
    sim.pass(600_000);
    expect(asks(sim)).toEqual(['PackagesRun']);
    expect(stages(sim)).not.toContain('apply master');
  });

  test('start no outage through a look that was already out when somebody asked to put all back', () => {
    const sim = approved(() => true);
    sim.behaviour = ({ stage }) => (stage === 'drain' ? 'stuck' : 'ok');
    sim.pass(62_500);
    const look = sim.orders.at(-1);
    if (look?.stage !== 'drain') throw new Error('nobody looks');
    sim.behaviour = () => 'ok';
    const digest = sim.ask('put-all-back');
    sim.end(look, 'unchanged');
    sim.pass(120_000);
    expect(stages(sim)).not.toContain('apply master');
    for (const who of ['ana', 'tom']) sim.vote(who, 'approve', digest);
    sim.pass(60_000);
    expect(sim.rotation().closed?.outcome).toBe('put-back');
  });

  test('are noticed when they end after a request to put all back was denied, whatever a look from before it found', () => {
    let run = true;
    const sim = approved(() => run);
    sim.behaviour = ({ stage }) => (stage === 'drain' ? 'stuck' : 'ok');
    sim.pass(62_500);
    const look = sim.orders.at(-1);
    if (look?.stage !== 'drain') throw new Error('nobody looks');
    sim.behaviour = ({ stage }) => (stage === 'drain' && run ? 'put-back' : 'ok');
    const digest = sim.ask('put-all-back');
    sim.end(look, 'unchanged');
    sim.vote('ana', 'deny', digest);
    sim.pass(120_000);
    expect(stages(sim)).not.toContain('apply master');
    run = false;
    sim.pass(1_200_000);
    expect(sim.rotation().closed?.outcome).toBe('proved');
  });

  test('are looked for less and less often, so a weekend fills no journal', () => {
    const sim = approved(() => true);
    for (let hour = 0; hour < 60; hour += 1) {
      sim.now += 3_600_000;
      for (const { name } of sim.farm.hosts) sim.hello(name);
      sim.settle();
    }
    sim.pass(3_600_000);
    const looks = stages(sim).filter((one) => one === 'apply drain').length;
    expect(looks).toBeGreaterThan(5);
    expect(looks).toBeLessThan(100);
  });

  test.each<'refuse' | 'stuck' | null>(['refuse', 'stuck', null])(
    'still need a person when a look for them ends with %s, and the decision counts',
    (how) => {
      let count = 0;
      const sim = new Sim(farmOf(2), ({ stage }) => {
        if (stage !== 'drain') return 'ok';
        count += 1;
        return count === 1 ? 'put-back' : how;
      });
      sim.drains = true;
      sim.request();
      sim.settle();
      for (const who of ['ana', 'tom']) sim.vote(who);
      sim.pass(600_000);
      expect(count).toBeGreaterThan(1);
      expect(asks(sim)).toEqual(['PackagesRun']);
      expect(sim.rotation().turned).toBeNull();
      decide(sim, 'go-on', ['approve', 'approve']);
      sim.pass(60_000);
      expect(sim.rotation().closed?.outcome).toBe('proved');
    },
  );

  test.each<'refuse' | 'stuck' | null>(['refuse', 'stuck', null])(
    'are noticed when they end even after a look for them ended with %s',
    (how) => {
      let count = 0;
      const sim = new Sim(farmOf(2), ({ stage }) => {
        if (stage !== 'drain') return 'ok';
        count += 1;
        return count === 1 ? 'put-back' : count === 2 ? how : 'ok';
      });
      sim.drains = true;
      sim.request();
      sim.settle();
      for (const who of ['ana', 'tom']) sim.vote(who);
      sim.pass(1_200_000);
      expect(count).toBe(3);
      expect(sim.rotation().closed?.outcome).toBe('proved');
    },
  );

  test.each([
    ['silent', (sim: Sim) => sim.pass(60_000, ['sqlm01'])],
    [
      'paused',
      (sim: Sim) => {
        sim.paused.add('sqlm01');
        sim.pass(2_500);
      },
    ],
    [
      'unanswered',
      (sim: Sim) => {
        sim.behaviour = ({ stage }) => (stage === 'drain' ? 'refuse' : 'ok');
        sim.pass(65_000);
      },
    ],
  ] as const)('are watched by nobody for a while, and people read why: %s', (how, begin) => {
    const sim = approved(() => true);
    sim.pass(10_000);
    expect(next(sim.rotation(), sim.moment()).unwatched).toBeUndefined();
    begin(sim);
    expect(next(sim.rotation(), sim.moment()).unwatched).toEqual({ host: 'sqlm01', how });
    sim.paused.clear();
    sim.behaviour = ({ stage }) => (stage === 'drain' ? 'put-back' : 'ok');
    sim.pass(120_000);
    expect(next(sim.rotation(), sim.moment()).unwatched).toBeUndefined();
    expect(asks(sim)).toEqual(['PackagesRun']);
  });

  test('count as watched for a bot that has just begun to listen', () => {
    const sim = approved(() => true);
    sim.pass(10_000);
    sim.restart();
    expect(next(sim.rotation(), sim.moment()).unwatched).toBeUndefined();
  });

  test('are looked for no more often when every look is refused', () => {
    let count = 0;
    const sim = new Sim(farmOf(2), ({ stage }) => {
      if (stage !== 'drain') return 'ok';
      count += 1;
      return count === 1 ? 'put-back' : 'refuse';
    });
    sim.drains = true;
    sim.request();
    sim.settle();
    for (const who of ['ana', 'tom']) sim.vote(who);
    sim.pass(600_000);
    expect(count).toBeGreaterThan(5);
    expect(count).toBeLessThan(12);
    expect(asks(sim)).toEqual(['PackagesRun']);
  });

  test('are waited for again each time somebody asks for it', () => {
    let run = true;
    const sim = approved(() => run);
    for (let more = 2; more <= 3; more += 1) {
      sim.pass(30_000);
      sim.put({ type: 'resolve-asked', id: ID, choice: 'look-again', by, digest: null });
      sim.settle();
      expect(stages(sim).filter((one) => one === 'apply drain')).toHaveLength(more);
      expect(asks(sim)).toEqual(['PackagesRun']);
    }
    run = false;
    sim.pass(60_000);
    sim.put({ type: 'resolve-asked', id: ID, choice: 'look-again', by, digest: null });
    sim.settle();
    expect(sim.rotation().closed?.outcome).toBe('proved');
  });

  test('can be overruled only with the approvals of the farm', () => {
    const sim = approved(() => true);
    const digest = decide(sim, 'go-on', ['approve']);
    expect(stages(sim)).not.toContain('apply master');
    sim.vote('tom', 'approve', digest);
    sim.settle();
    expect(stages(sim)).toContain('apply master');
    expect(sim.rotation().closed?.outcome).toBe('proved');
  });

  test('can be overruled even if the wait was ordered by a clock that was ahead', () => {
    const sim = approved(() => true, 3_600_000);
    sim.now -= 3_600_000;
    for (const { name } of sim.farm.hosts) sim.hello(name);
    decide(sim, 'go-on', ['approve', 'approve']);
    expect(stages(sim)).toContain('apply master');
    expect(sim.rotation().closed?.outcome).toBe('proved');
  });

  test('still need a person when going on was denied', () => {
    const sim = approved(() => true);
    decide(sim, 'go-on', ['deny']);
    expect(sim.rotation().resolve).toBeNull();
    expect(asks(sim)).toEqual(['PackagesRun']);
    expect(stages(sim)).not.toContain('apply master');
  });

  test('let all be put back: only what was prepared is undone', () => {
    const sim = approved(() => true);
    decide(sim, 'put-all-back', ['approve', 'approve']);
    sim.pass(60_000);
    expect(sim.rotation().closed?.outcome).toBe('put-back');
    expect(stages(sim).filter((one) => one.startsWith('undo'))).toEqual(['undo trust', 'undo trust', 'undo create']);
  });

  test('do not come up again once the outage has begun, whatever is decided about the master later', () => {
    let isMasterUnknown = true;
    const sim = approved(() => true);
    const was = sim.behaviour;
    sim.behaviour = (order) => (order.stage === 'master' && isMasterUnknown ? 'unknown' : was(order));
    decide(sim, 'go-on', ['approve', 'approve']);
    expect(asks(sim)).toEqual(['ServiceNotRunning']);
    isMasterUnknown = false;
    sim.pass(60_000);
    sim.certificate.sqlm01 = NEW;
    sim.put({ type: 'resolve-asked', id: ID, choice: 'look-again', by, digest: null });
    sim.pass(120_000);
    expect(stages(sim).filter((one) => one === 'apply drain')).toHaveLength(1);
    expect(asks(sim)).not.toContain('PackagesRun');
  });

  test('end with a stop like any other work', () => {
    const sim = approved(() => true);
    sim.put({ type: 'stop-asked', id: ID, by });
    sim.pass(60_000);
    expect(sim.rotation().closed?.outcome).toBe('stopped');
    expect(stages(sim)).not.toContain('undo drain');
  });
});

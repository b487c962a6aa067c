import { approve, farmOf, OLD, Sim } from '../sim.ts';

test('a decision to put all back is tried even though the order refused before was dated by a clock that was ahead', () => {
  let isEarly = true;
  const sim = new Sim(farmOf(), ({ kind, stage, host }) => {
    if (kind === 'undo' && stage === 'master' && isEarly) return 'refuse';
    return kind === 'apply' && stage === 'workers' && host === 'sqlw01' ? 'put-back' : 'ok';
  });
  sim.now += 3_600_000;
  approve(sim);
  expect(sim.rotation().closed).toBeNull();
  sim.now -= 3_600_000;
  isEarly = false;
  for (const { name } of sim.farm.hosts) sim.hello(name);
  const digest = sim.ask('put-all-back');
  for (const who of ['ana', 'tom', 'wei']) sim.vote(who, 'approve', digest);
  sim.settle();
  sim.pass(60_000);
  expect([sim.certificate.sqlm01, sim.rotation().closed?.outcome]).toEqual([OLD, 'put-back']);
});

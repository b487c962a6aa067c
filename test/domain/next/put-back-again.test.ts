import { say } from '../../../cards/wording/index.ts';
import { needsPersonView } from '../../../src/app/bot/views/running/needs-person-view.ts';
import type { Order } from '../../../src/domain/letters/protocol.ts';
import { next } from '../../../src/domain/next/index.ts';
import { refusedChoice } from '../../../src/domain/next/refused-choice.ts';
import { approve, type Behaviour, farmOf, ID, OLD, Sim } from '../sim.ts';

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

describe('A master that is back, and whose service has stopped since,', () => {
  let isStopped = false;

  /** `starts`: an undo starts a service that is stopped. */
  function stoppedSince(behaviour: (order: Order, again: boolean) => ReturnType<Behaviour>, starts: boolean): Sim {
    isStopped = false;
    const sim = new Sim(farmOf(), (order) => {
      const isAgain = Object.values(sim.rotation().resolved).length > 0;
      if (order.stage === 'master') isStopped = !(isAgain && starts);
      return behaviour(order, isAgain);
    });
    const { look } = sim;
    sim.look = (host) => {
      const found = look.call(sim, host);
      if (found.master === null || !isStopped) return found;
      const { service } = found.master;
      return { ...found, master: { ...found.master, service: { ...service, state: 'stopped' as const } } };
    };
    approve(sim);
    sim.pass(120_000);
    return sim;
  }
  const found = (sim: Sim) => next(sim.rotation(), sim.moment());
  const refused = (sim: Sim) => refusedChoice(sim.rotation(), 'put-all-back', found(sim))?.code ?? null;
  const asks = (sim: Sim) => found(sim).attention.map(({ host, stage, code }) => [host, stage, code]);
  function putAllBack(sim: Sim): void {
    const digest = sim.ask('put-all-back');
    for (const who of ['ana', 'tom']) sim.vote(who, 'approve', digest);
    sim.settle();
    sim.pass(120_000);
  }
  const itself: Behaviour = ({ kind, stage }) => (kind === 'apply' && stage === 'master' ? 'put-back' : 'ok');
  const told: Behaviour = ({ kind, stage }) => (kind === 'apply' && stage === 'workers' ? 'put-back' : 'ok');
  const isOffered = (sim: Sim) =>
    needsPersonView(sim.farm, sim.rotation(), found(sim), sim.now)?.tried !== true && refused(sim) === null;
  const QUESTION = [['sqlm01', null, 'NotProved']];
  const said = (refusal: ReturnType<typeof refusedChoice>): string =>
    (['en', 'zh-CN'] as const)
      .map((language) => say({ id: `refused.${refusal?.code}`, data: refusal?.data ?? {} }, language))
      .join('\n');

  test.each([
    ['by itself', itself],
    ['as it was told', told],
  ])('having gone back %s, is told to go back once more, which starts it', (_how, behaviour) => {
    const sim = stoppedSince(behaviour, true);
    expect(asks(sim)).toEqual(QUESTION);
    expect(isOffered(sim)).toBe(true);
    putAllBack(sim);
    expect(sim.rotation().closed?.outcome).toBe('put-back');
  });

  test.each([
    ['by itself', itself],
    ['as it was told', told],
  ])('having gone back %s, is not told so a third time, when the second has changed nothing', (_how, behaviour) => {
    const sim = stoppedSince(behaviour, false);
    putAllBack(sim);
    expect(asks(sim)).toEqual(QUESTION);
    expect([refused(sim), isOffered(sim)]).toEqual(['nothing-left-to-undo', false]);
    const left = refusedChoice(sim.rotation(), 'leave-behind', found(sim));
    expect(left).toMatchObject({ code: 'master-not-left', data: { host: 'sqlm01', tried: true } });
    expect(said(left)).not.toMatch(/put all back|全部还原/u);
    const orders = sim.orders.filter(({ kind }) => kind === 'undo').length;
    putAllBack(sim);
    expect(sim.rotation()).toMatchObject({ closed: null, resolve: null });
    expect(sim.orders.filter(({ kind }) => kind === 'undo')).toHaveLength(orders);
    isStopped = false;
    sim.put({ type: 'resolve-asked', id: ID, choice: 'look-again', by: { id: 'mei', name: 'Mei Lin' }, digest: null });
    sim.pass(60_000);
    expect(sim.rotation().closed?.outcome).toBe('put-back');
  });

  test('is told so once more also if it was for its undo, unknown then, that people had it try again before', () => {
    const sim = stoppedSince(
      (order, isAgain) => (order.kind === 'undo' && order.stage === 'master' && !isAgain ? 'unknown' : told(order)),
      false,
    );
    expect(asks(sim)).toEqual([['sqlm01', 'master', 'ServiceNotRunning']]);
    putAllBack(sim);
    expect(asks(sim)).toEqual(QUESTION);
    expect(isOffered(sim)).toBe(true);
    putAllBack(sim);
    expect(asks(sim)).toEqual(QUESTION);
    expect([refused(sim), isOffered(sim)]).toEqual(['nothing-left-to-undo', false]);
  });
});

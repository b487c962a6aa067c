import { blindLook, seen } from '../../../src/domain/machine/ssisdb.ts';
import { next } from '../../../src/domain/next/index.ts';
import { farmOf, ID, Sim } from '../sim.ts';

const HOUR_MS = 3_600_000;
const by = { id: 'mei', name: 'Mei Lin' };

/** All is done, and one worker cannot be looked at for as long as `isOff()` says so. */
function unseen(isOff: () => boolean): Sim {
  const sim: Sim = new Sim(farmOf(2), ({ kind, host }) =>
    kind === 'look' && host === 'sqlw02' && isOff() && sim.orders.some(({ stage }) => stage === 'master')
      ? 'unknown'
      : 'ok',
  );
  sim.request();
  sim.settle();
  for (const who of ['ana', 'tom']) sim.vote(who);
  sim.settle();
  expect(sim.rotation().closed).toBeNull();
  return sim;
}

/** All clocks are set back, and the bot's desk counts silence from then on. */
function setBack(sim: Sim): void {
  sim.now -= HOUR_MS;
  sim.since = sim.now;
  for (const { name } of sim.farm.hosts) sim.hello(name);
}

const asks = (sim: Sim): readonly string[] => next(sim.rotation(), sim.moment()).attention.map(({ code }) => code);
const looksAt = (sim: Sim, host: string): number =>
  sim.orders.filter((order) => order.kind === 'look' && order.host === host).length;

describe('When all clocks are set back by an hour at the last look', () => {
  test('a machine that could not be looked at is looked at again at once, and proved', () => {
    let isOff = true;
    const sim = unseen(() => isOff);
    setBack(sim);
    isOff = false;
    sim.pass(5_000);
    expect(sim.rotation().closed?.outcome).toBe('proved');
  });

  test('a machine that cannot be looked at is asked about in less than a minute', () => {
    const sim = unseen(() => true);
    setBack(sim);
    sim.pass(50_000);
    expect(asks(sim)).toEqual(['FileBusy']);
  });

  test('a look that a person asked for is taken once', () => {
    let isOff = true;
    const sim = unseen(() => isOff);
    sim.pass(60_000);
    expect(asks(sim)).toEqual(['FileBusy']);
    sim.put({ type: 'resolve-asked', id: ID, choice: 'look-again', by, digest: null });
    setBack(sim);
    isOff = false;
    const before = looksAt(sim, 'sqlw01');
    sim.settle();
    expect(looksAt(sim, 'sqlw01')).toBe(before + 1);
    expect(sim.rotation().closed?.outcome).toBe('proved');
  });

  test('nobody waits an hour for what SSISDB may say of workers', () => {
    const sim = new Sim(farmOf(1));
    sim.ssisdb = () => ({
      ...blindLook('sqlm01', 'no-role'),
      now: new Date(sim.now).toISOString(),
      workers: seen([{ machine: 'SQLW01', lastOnline: null, enabled: true }]),
    });
    sim.request();
    sim.settle();
    for (const who of ['ana', 'tom']) sim.vote(who);
    sim.settle();
    expect(sim.rotation().closed).toBeNull();
    setBack(sim);
    sim.pass(200_000);
    expect(sim.rotation().closed?.outcome).toBe('proved');
  });
});

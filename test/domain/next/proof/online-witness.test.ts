import {
  blindLook,
  type SsisdbLook,
  sameMachine,
  seen,
  unknownWorkers,
} from '../../../../src/domain/machine/ssisdb.ts';
import { onlineWitness } from '../../../../src/domain/next/proof/online-witness.ts';
import { proofsOf } from '../../../../src/domain/next/proof/proof.ts';
import { farmOf, NEW, Sim } from '../../sim.ts';

const HOUR = 3_600_000;
const iso = (ms: number): string => new Date(ms).toISOString();

/** A farm of two workers whose SQL Server's clock is off by `aheadMs`; `lastOnline`: on that clock. */
function started(lastOnline: (sim: Sim, host: string) => number | null, aheadMs = 0): Sim {
  const sim = new Sim(farmOf(2, { drain: { limitMs: 0 } }));
  sim.ssisdb = (): SsisdbLook => ({
    server: 'sqlm01',
    now: iso(sim.now + aheadMs),
    thumbprint: NEW,
    workers: seen(
      ['SQLW01', 'SQLW02'].map((machine) => {
        const at = lastOnline(sim, machine.toLowerCase());
        return { machine, lastOnline: at === null ? null : iso(at), enabled: true };
      }),
    ),
    running: seen([]),
    hours: seen([]),
  });
  sim.request();
  sim.settle();
  for (const who of ['ana', 'tom']) sim.vote(who);
  sim.settle();
  return sim;
}

const restartOf = (sim: Sim, host: string): number =>
  Date.parse(sim.rotation().steps[host]?.[`${host}/workers/restart-service`]?.at ?? '');
const witnesses = (sim: Sim) => proofsOf(sim.rotation(), 'forth').map((proof) => proof.witnesses.includes('ssisdb'));

test.each([
  ['the same', 0],
  ['an hour ahead', HOUR],
  ['an hour behind', -HOUR],
])('workers that SSISDB saw since their restart have it as a witness, with its clock %s', (_what, aheadMs) => {
  const sim = started((one) => one.now + aheadMs, aheadMs);
  sim.pass(20_000);
  expect(sim.rotation().closed?.outcome).toBe('proved');
  expect(witnesses(sim)).toEqual([false, true, true]);
});

test('a restart after the end, as when somebody puts a worker back by hand, calls nobody late who was seen by then', () => {
  const sim = started((one) => one.now);
  sim.pass(20_000);
  const rotation = sim.rotation();
  const id = 'sqlw01/workers/restart-service';
  const { sqlw01 } = rotation.steps;
  const restart = sqlw01?.[id];
  if (restart === undefined || rotation.closed === null) throw new Error('it has not restarted, or not ended');
  const again = { ...restart, at: iso(Date.parse(rotation.closed.at) + 1) };
  const since = { ...rotation, steps: { ...rotation.steps, sqlw01: { ...sqlw01, [id]: again } } };
  expect(onlineWitness(since).map(({ host, online }) => [host, online])).toEqual([['sqlw02', true]]);
});

test('a worker that was set up again has a second row in the catalog, and the newest counts', () => {
  const sim = new Sim(farmOf(2, { drain: { limitMs: 0 } }));
  const row = (machine: string, at: number) => ({ machine, lastOnline: iso(at), enabled: true });
  sim.ssisdb = (): SsisdbLook => ({
    ...blindLook('sqlm01', 'no-role'),
    now: iso(sim.now),
    workers: seen([row('SQLW01', sim.since - HOUR), row('SQLW01', sim.now), row('SQLW02', sim.now)]),
  });
  sim.request();
  sim.settle();
  for (const who of ['ana', 'tom']) sim.vote(who);
  sim.settle();
  sim.pass(20_000);
  expect(sim.rotation().closed?.outcome).toBe('proved');
  expect(witnesses(sim)).toEqual([false, true, true]);
});

test('a heartbeat from before the restart does not count, even if its clock reads later than ours', () => {
  const sim = started((one) => one.since + HOUR, HOUR);
  expect(onlineWitness(sim.rotation()).map(({ online }) => online)).toEqual([false, false]);
  expect(sim.rotation().closed).toBeNull();
});

test('the next heartbeat is waited for, and ends the wait', () => {
  let beat = false;
  const sim = started((one) => (beat ? one.now : null));
  sim.pass(60_000);
  expect(sim.rotation().closed).toBeNull();
  beat = true;
  sim.pass(20_000);
  expect(sim.rotation().closed?.outcome).toBe('proved');
  expect(witnesses(sim)).toEqual([false, true, true]);
});

test('it is asked for soon at first, and then less and less often', () => {
  const sim = started(() => null);
  const from = sim.now;
  const asked = () => sim.orders.filter(({ host, kind }) => host === 'sqlm01' && kind === 'look').length;
  const before = asked();
  const counts = [3, 8, 60, 120].map((seconds) => {
    sim.pass(from + seconds * 1000 - sim.now);
    return asked() - before;
  });
  expect(counts[0]).toBe(1);
  expect(counts[1]).toBe(2);
  expect(counts[2]).toBeLessThanOrEqual(10);
  expect((counts[3] ?? 0) - (counts[2] ?? 0)).toBeLessThanOrEqual(6);
});

test('after three missed heartbeats the rotation is proved without that witness', () => {
  const sim = started((one, host) => (host === 'sqlw01' ? one.now : null));
  const restarted = restartOf(sim, 'sqlw02');
  sim.pass(restarted + 170_000 - sim.now);
  expect(sim.rotation().closed).toBeNull();
  sim.pass(30_000);
  expect(sim.rotation().closed?.outcome).toBe('proved');
  expect(onlineWitness(sim.rotation())).toMatchObject([{ online: true }, { host: 'sqlw02', online: false }]);
  expect(sim.orders.filter(({ host, kind }) => host === 'sqlw02' && kind === 'look').length).toBe(2);
});

test.each([
  ['no look of SSISDB', () => null],
  ['nothing to be seen there', () => blindLook('sqlm01', 'no-role')],
  ['another worker only', () => ({ ...blindLook('sqlm01', 'no-role'), now: iso(0), workers: seen([]) })],
])('with %s, nobody waits', (_what, ssisdb) => {
  const sim = new Sim(farmOf(2, { drain: { limitMs: 0 } }));
  sim.ssisdb = ssisdb;
  sim.request();
  sim.settle();
  for (const who of ['ana', 'tom']) sim.vote(who);
  sim.settle();
  expect(sim.rotation().closed?.outcome).toBe('proved');
  expect(witnesses(sim)).toEqual([false, false, false]);
});

test.each([
  ['SQLW01', 'sqlw01', true],
  ['sqlw01.corp.example', 'sqlw01', true],
  ['SQLW01', 'sqlw01.corp.example', true],
  ['SQLW01', 'sqlw010', false],
  // NetBIOS cuts after fifteen characters
  ['SSIS-PRODUCTION', 'ssis-production-07', true],
  ['SSIS-PRODUCTIO', 'ssis-production-07', false],
])('%s is the same machine as %s: %s', (machine, host, is) => {
  expect(sameMachine(machine, host)).toBe(is);
});

test('a worker that SSISDB saw within a week and the farm file does not list is named', () => {
  const now = Date.parse('2026-11-24T14:00:00.000Z');
  const row = (machine: string, days: number | null) => {
    return { machine, lastOnline: days === null ? null : iso(now - days * 24 * HOUR), enabled: true };
  };
  const rows = [row('SQLW01', 0), row('SQLW07', 6.9), row('SQLW08', 7.1), row('SQLW09', null)];
  const look = { ...blindLook('sqlm01', 'no-role'), now: iso(now), workers: seen(rows) };
  expect(unknownWorkers(look, ['sqlm01', 'sqlw01'])).toEqual(seen([rows[1]]));
  const blind = blindLook('sqlm01', 'no-role', { login: 'x' });
  expect(unknownWorkers(blind, ['sqlw01']).unseen).toEqual({ code: 'no-role', data: { login: 'x' } });
});

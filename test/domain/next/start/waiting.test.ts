import fc from 'fast-check';
import { decideVote, isPolicyChanged } from '../../../../src/domain/approval/approval.ts';
import { resolvePerson } from '../../../../src/domain/approval/people.ts';
import { staleUnder } from '../../../../src/domain/approval/stale.ts';
import type { Order } from '../../../../src/domain/letters/protocol.ts';
import type { HostLook } from '../../../../src/domain/machine/host-facts.ts';
import { blindLook, notSeen, seen } from '../../../../src/domain/machine/ssisdb.ts';
import { next } from '../../../../src/domain/next/index.ts';
import { plainWish, type When } from '../../../../src/domain/plan/wish.ts';
import { lineAnew, owedAnew } from '../../../../src/domain/request/anew.ts';
import { asksAnew, isWaiting, startedAt } from '../../../../src/domain/rotation/rotation.ts';
import { refusedStart, startOf, startUnder } from '../../../../src/domain/rotation/start.ts';
import { type HostName, isRefusal } from '../../../../src/domain/values.ts';
import type { ChangeWindow } from '../../../../src/domain/when/windows.ts';
import { approve, type Behaviour, farmOf, ID, OLD, planOf, Sim } from '../../sim.ts';

const at = (text: string): number => Date.parse(text);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Opens on 28 November 2026, four days after the clock of the simulation begins. */
const SATURDAY: ChangeWindow = { cron: '0 22 * * 6', lengthMs: 4 * HOUR, zone: 'UTC' };
const OPENS = '2026-11-28T22:00:00.000Z';
const NEXT = '2026-12-05T22:00:00.000Z';
const withWindows = (windows: readonly ChangeWindow[] = [SATURDAY]) => farmOf(2, { windows });

const approved = (when: When = { by: 'policy' }, behaviour?: Behaviour, windows?: readonly ChangeWindow[]): Sim =>
  approve(new Sim(withWindows(windows), behaviour), when);

/** Time passes in steps of ten minutes, and ends exactly at `time`. */
function until(sim: Sim, time: string | number, silent: readonly string[] = []): Sim {
  const end = typeof time === 'number' ? time : at(time);
  while (sim.now < end) {
    sim.now = Math.min(end, sim.now + 10 * MINUTE);
    for (const host of sim.farm.hosts) if (!silent.includes(host.name)) sim.hello(host.name);
    sim.settle();
  }
  return sim;
}

const freeze = (sim: Sim, time: string): void => {
  const by = { id: 'tom', name: 'Tom Becker' };
  sim.put({ type: 'frozen', until: new Date(at(time)).toISOString(), by, reason: 'Quarter end' });
  sim.settle();
};
/** Of looks: asked for at the start of Saturday's window. */
const HOUR_BEFORE = '2026-11-28T21:00';
const isLate = (order: Order): boolean => order.issued >= OPENS;
const applied = (sim: Sim): readonly Order[] => sim.orders.filter(({ kind }) => kind === 'apply');
const looks = (sim: Sim): number => sim.orders.filter(({ kind }) => kind === 'look').length;

describe('An approved rotation that has to wait', () => {
  test('does not begin before its window opens, does not lapse, and then runs to its end', () => {
    const sim = approved();
    expect(sim.rotation()).toMatchObject({ gate: { how: 'approved' }, start: { from: OPENS, held: null } });
    expect(isWaiting(sim.rotation())).toBe(true);
    until(sim, '2026-11-28T21:59:59Z');
    expect(applied(sim)).toEqual([]);
    expect(sim.rotation().closed).toBeNull();
    until(sim, '2026-11-28T22:00:00Z');
    until(sim, '2026-11-28T22:00:30Z');
    expect(sim.rotation().closed?.outcome).toBe('proved');
    expect(startedAt(sim.rotation())).toBe('2026-11-28T22:00:00.000Z');
  });

  test('is looked at a day before, an hour before and at the start, and at no other time', () => {
    const sim = approved();
    const before = looks(sim);
    until(sim, '2026-11-27T21:50:00Z');
    expect(looks(sim) - before).toBe(0);
    until(sim, '2026-11-27T22:10:00Z');
    expect(looks(sim) - before).toBe(3);
    until(sim, '2026-11-28T21:50:00Z');
    expect(looks(sim) - before).toBe(6);
    expect(sim.rotation().start?.checks).toMatchObject({ day: { moved: [] }, hour: { moved: [] } });
    until(sim, '2026-11-28T22:00:00Z');
    const first = sim.orders.findIndex(({ kind }) => kind === 'apply');
    expect(sim.orders.slice(0, first).length - before).toBe(9);
  });

  test('begins at once when its window is open, when there is none, and when the request says now', () => {
    const open: ChangeWindow = { cron: '0 13 * * *', lengthMs: 4 * HOUR, zone: 'UTC' };
    for (const sim of [approved({ by: 'policy' }, undefined, [open]), approved({ by: 'policy' }, undefined, [])])
      expect(sim.rotation()).toMatchObject({ start: null, begunAt: null, closed: { outcome: 'proved' } });
    expect(approved({ by: 'now' }).rotation().closed?.outcome).toBe('proved');
  });

  test('begins at the time that it names, or within an hour after it', () => {
    const sim = approved({ by: 'time', at: '2026-11-25T03:00:00.000Z' }, undefined, []);
    expect(sim.rotation().start).toMatchObject({ from: '2026-11-25T03:00:00.000Z', until: '2026-11-25T04:00:00.000Z' });
    until(sim, '2026-11-25T02:59:00Z');
    expect(applied(sim)).toEqual([]);
    until(sim, '2026-11-25T03:00:10Z');
    expect(sim.rotation().closed?.outcome).toBe('proved');
  });

  test('can be denied by anybody who may approve, whether they approved or not, with nothing changed', () => {
    const sim = approved();
    const digest = sim.rotation().plan?.digest ?? '';
    const decide = (account: string, vote: 'approve' | 'deny') =>
      decideVote(sim.farm, sim.rotation(), resolvePerson(sim.farm, 'web', account), { vote, digest }, sim.now);
    until(sim, '2026-11-27T12:00:00Z');
    expect(decide('mei', 'deny')).toMatchObject({ code: 'own-request' });
    expect(decide('sam', 'deny')).toMatchObject({ code: 'unknown-person' });
    expect(decide('ana', 'approve')).toMatchObject({ code: 'closed' });
    for (const account of ['ana', 'wei']) expect(decide(account, 'deny')).toMatchObject({ person: { id: account } });
    sim.vote('ana', 'deny');
    sim.settle();
    expect(sim.rotation().closed?.outcome).toBe('denied');
    expect(applied(until(sim, '2026-11-29T12:00:00Z'))).toEqual([]);
  });

  test('can no longer be denied once it has begun', () => {
    const sim = approved();
    until(sim, '2026-11-28T22:01:00Z');
    expect(applied(sim)).not.toEqual([]);
    const ballot = { vote: 'deny', digest: sim.rotation().plan?.digest ?? '' } as const;
    expect(decideVote(sim.farm, sim.rotation(), resolvePerson(sim.farm, 'web', 'ana'), ballot, sim.now)).toMatchObject({
      code: 'closed',
    });
  });

  test('can be withdrawn with nothing changed', () => {
    const sim = approved();
    until(sim, '2026-11-26T12:00:00Z');
    sim.put({ type: 'stop-asked', id: ID, by: { id: 'mei', name: 'Mei Lin' } });
    sim.settle();
    expect(sim.rotation().closed?.outcome).toBe('withdrawn');
    expect(applied(sim)).toEqual([]);
  });
});

describe('What moved while a rotation waited', () => {
  const fact = { host: 'sqlw01' as never, step: 's', fact: 'value', found: 'X', wanted: 'Y' };

  test.each([
    ['a day before', '2026-11-27T23:00:00Z', '2026-11-27T22:00:00.000Z'],
    ['an hour before', '2026-11-28T21:30:00Z', '2026-11-28T21:00:00.000Z'],
    ['at the start', '2026-11-28T22:30:00Z', '2026-11-28T22:00:00.000Z'],
  ])('is found %s, and ends it before anything is changed', (_when, time, closedAt) => {
    const sim = until(approved(), at(closedAt) - 20 * MINUTE);
    sim.moved = [fact];
    until(sim, time);
    expect(sim.rotation().closed).toMatchObject({ outcome: 'refused', data: { code: 'FactsMoved', host: 'sqlw01' } });
    expect(sim.rotation().closed?.at).toBe(closedAt);
    expect(applied(sim)).toEqual([]);
  });

  test.each([
    ['a day before', '2026-11-27T22:00:00.000Z'],
    ['an hour before', '2026-11-28T21:00:00.000Z'],
    ['at the start', '2026-11-28T22:00:00.000Z'],
  ])(
    'may be what would refuse the plan, found %s: it ends with that refusal, and is not asked again',
    (_when, time) => {
      const sim = until(approved(), at(time) - 20 * MINUTE);
      sim.refused = { code: 'WorkersOutside', data: { hosts: ['SQLW09'] } };
      sim.moved = [fact];
      until(sim, at(time) + 10 * MINUTE);
      expect(sim.rotation().closed).toMatchObject({ at: time, outcome: 'refused' });
      expect(sim.rotation().closed?.data).toEqual({ code: 'WorkersOutside', hosts: ['SQLW09'] });
      expect(applied(sim)).toEqual([]);
      expect(asksAnew(sim.rotation())).toBe(false);
    },
  );

  describe('may be what passes by itself, such as a paused runner:', () => {
    const paused = { code: 'HostNotReady', data: { host: 'sqlw01', problem: 'runner-paused' } };

    test('before the start it is only named, whatever else those looks show, and the rotation begins in time', () => {
      const sim = until(approved(), '2026-11-27T21:50:00Z');
      sim.refused = paused;
      sim.moved = [fact];
      until(sim, '2026-11-28T21:50:00Z');
      expect(sim.rotation()).toMatchObject({
        closed: null,
        start: { checks: { day: { refused: paused }, hour: { refused: paused } } },
      });
      sim.refused = null;
      sim.moved = [];
      until(sim, '2026-11-28T22:00:30Z');
      expect(sim.rotation().closed?.outcome).toBe('proved');
    });

    test('at the start the looks are repeated every two minutes, and the rotation begins once it has passed', () => {
      const sim = until(approved(), '2026-11-28T21:50:00Z');
      sim.refused = paused;
      until(sim, '2026-11-28T22:00:00Z');
      const before = looks(sim);
      sim.now += 2 * MINUTE - 1;
      sim.settle();
      expect(looks(sim) - before).toBe(0);
      sim.now += 1;
      sim.settle();
      expect(looks(sim) - before).toBe(3);
      until(sim, '2026-11-29T01:50:00Z');
      expect(sim.rotation().closed).toBeNull();
      expect(applied(sim)).toEqual([]);
      sim.refused = null;
      until(sim, '2026-11-29T01:59:59Z');
      expect(sim.rotation()).toMatchObject({ begunAt: '2026-11-29T01:59:59.000Z', closed: { outcome: 'proved' } });
    });

    test('once it has passed the rotation begins even if the clock was set back since', () => {
      const sim = until(approved(), '2026-11-28T21:50:00Z');
      sim.refused = paused;
      until(sim, '2026-11-29T01:30:00Z');
      sim.now -= HOUR;
      sim.since = sim.now;
      sim.refused = null;
      until(sim, '2026-11-29T00:31:00Z');
      expect(sim.rotation().closed?.outcome).toBe('proved');
    });

    test('a window of days is not filled with looks: they come less and less often', () => {
      const sim = until(
        approved({ by: 'policy' }, undefined, [{ ...SATURDAY, lengthMs: 48 * HOUR }]),
        '2026-11-28T21:50Z',
      );
      sim.refused = paused;
      const before = looks(sim);
      until(sim, '2026-11-30T21:00:00Z');
      expect(sim.rotation().closed).toBeNull();
      // Three machines, each at most every quarter of an hour once an hour has passed.
      expect(looks(sim) - before).toBeLessThan(3 * (47 * 4 + 12));
    });

    test('what was found long before is not the reason when a machine was silent since, and the same is asked again', () => {
      const isSilent = (order: Order): boolean => order.kind === 'look' && order.issued >= '2026-11-28T22:30';
      const sim = approved({ by: 'policy' }, (order) => (isSilent(order) ? null : 'ok'));
      until(sim, '2026-11-28T21:50:00Z');
      sim.refused = paused;
      until(sim, '2026-11-29T02:00:00Z');
      expect(sim.rotation().closed).toMatchObject({ outcome: 'refused', data: { code: 'StartMissed' } });
      expect(asksAnew(sim.rotation())).toBe(true);
      expect(applied(sim)).toEqual([]);
    });

    test('what moved meanwhile is found as soon as it has passed', () => {
      const sim = until(approved(), '2026-11-28T21:50:00Z');
      sim.refused = paused;
      sim.moved = [fact];
      until(sim, '2026-11-28T23:00:00Z');
      expect(sim.rotation().closed).toBeNull();
      sim.refused = null;
      until(sim, '2026-11-28T23:10:00Z');
      expect(sim.rotation().closed).toMatchObject({ outcome: 'refused', data: { code: 'FactsMoved' } });
      expect(applied(sim)).toEqual([]);
    });

    test('once the window is over the rotation ends with that, and is not asked again', () => {
      const sim = until(approved(), '2026-11-28T21:50:00Z');
      sim.refused = paused;
      until(sim, '2026-11-29T01:59:59Z');
      expect(sim.rotation().closed).toBeNull();
      until(sim, '2026-11-29T02:00:00Z');
      expect(sim.rotation().closed).toMatchObject({ at: '2026-11-29T02:00:00.000Z', outcome: 'refused' });
      expect(sim.rotation().closed?.data).toEqual({ code: 'HostNotReady', host: 'sqlw01', problem: 'runner-paused' });
      expect(asksAnew(sim.rotation())).toBe(false);
      expect(applied(sim)).toEqual([]);
    });
  });

  test('may be the people: an approver who may no longer approve is named', () => {
    const farm = withWindows();
    // A chat's own group names Tom, and later no longer does: the policy is the same.
    const sim = new Sim({ ...farm, approval: { ...farm.approval, fed: ['tom'] } });
    approve(sim, { by: 'policy' });
    Object.assign(sim, { farm: { ...farm, approval: { ...farm.approval, approvers: ['ana', 'wei'] } } });
    until(sim, '2026-11-27T22:00:00Z');
    expect(sim.rotation().closed).toMatchObject({ outcome: 'refused', data: { code: 'ApproverGone', names: ['tom'] } });
  });

  test('may be an approver who is gone, for whom neither a vote on an earlier plan nor the requester’s own stands in', () => {
    const { approval } = farmOf();
    const farm = farmOf(2, {
      windows: [SATURDAY],
      approval: { ...approval, approvers: ['mei', ...approval.approvers], fed: ['tom'] },
    });
    const sim = new Sim(farm);
    sim.request({ by: 'policy' });
    sim.settle();
    sim.vote('wei', 'approve', 'ab'.repeat(32));
    for (const who of ['mei', 'ana', 'tom']) sim.vote(who);
    sim.settle();
    Object.assign(sim, { farm: { ...farm, approval: { ...approval, approvers: ['mei', 'ana', 'wei'] } } });
    until(sim, '2026-11-28T22:00:30Z');
    expect(sim.rotation()).toMatchObject({ begunAt: null, closed: { data: { code: 'ApproverGone' } } });
  });

  test('may be the policy: another window needs another plan', () => {
    const sim = approved();
    Object.assign(sim, { farm: withWindows([{ ...SATURDAY, lengthMs: HOUR }]) });
    until(sim, '2026-11-27T22:00:00Z');
    expect(sim.rotation().closed).toMatchObject({ outcome: 'refused', data: { code: 'PolicyChanged' } });
  });

  test('is told of at once if it was approved within a day of the start, not only when it is to begin', () => {
    const sim = approved({ by: 'time', at: '2026-11-24T20:00:00.000Z' }, undefined, []);
    const { farm } = sim;
    Object.assign(sim, { farm: { ...farm, approval: { ...farm.approval, quorum: 1 } } });
    until(sim, new Date(sim.now + 60_000).toISOString());
    expect(sim.rotation().closed).toMatchObject({ outcome: 'refused', data: { code: 'PolicyChanged' } });
  });

  test('may be the endpoint, or how long packages are waited for, both of which the plan has in it', () => {
    const sim = new Sim(withWindows());
    sim.drains = true;
    approve(sim, { by: 'policy' });
    const endpoint = { host: 'ssis.example', port: 8391 };
    Object.assign(sim, { farm: { ...sim.farm, endpoint, drain: { limitMs: 0 } } });
    until(sim, '2026-11-27T22:00:00Z');
    expect(sim.rotation().closed).toMatchObject({
      outcome: 'refused',
      data: {
        code: 'FarmFileChanged',
        changes: ['endpoint: sqlm01:8391 → ssis.example:8391', 'drain.limit: 15 min → 0 s'],
      },
    });
    expect(asksAnew(sim.rotation())).toBe(true);
    expect(applied(sim)).toEqual([]);
  });

  test.each([
    ['is a wait for packages that the farm did not want before', seen([]), 'FarmFileChanged'],
    ['is none where nobody could see packages', notSeen<never>('no-role', {}), null],
  ])('%s', (_what, running, code) => {
    const sim = new Sim({ ...withWindows(), drain: { limitMs: 0 } });
    sim.ssisdb = () => ({ ...blindLook('sqlm01', 'no-role'), running });
    approve(sim, { by: 'policy' });
    Object.assign(sim, { farm: { ...sim.farm, drain: { limitMs: 15 * MINUTE } } });
    until(sim, '2026-11-27T22:00:00Z');
    const { closed } = sim.rotation();
    expect(closed?.data.code ?? null).toBe(code);
    if (code !== null) expect(closed?.data.changes).toEqual(['drain.limit: 0 s → 15 min']);
  });

  test('is not the endpoint where the plan does not name it, as most about workers do not', () => {
    const farm = withWindows();
    const made = planOf(farm);
    const slices = made.slices.filter(({ roles }) => !roles.includes('master'));
    const wish = { ...plainWish('rotate-worker'), workers: slices.map(({ host }) => host) };
    const hosts = farm.hosts.filter(({ name }) => wish.workers.includes(name));
    const moved = { ...farm, hosts, endpoint: { host: 'ssis.example', port: 8391 } };
    expect(staleUnder(moved, { ...made, slices }, { wish, looks: {} })).toBeNull();
    const all = { wish: made.header.wish, looks: {} };
    expect(staleUnder({ ...moved, hosts: farm.hosts }, made, all)?.code).toBe('FarmFileChanged');
    const spelt = { ...farm, endpoint: { host: 'SQLM01', port: 8391 } };
    expect(staleUnder(spelt, made, all)).toBeNull();
  });

  const TICKETS = { pattern: 'CHG[0-9]{7}', example: 'CHG0012345', required: true, link: null };

  test('may be the rule about tickets: nothing begins without one that is required now', () => {
    const sim = approved();
    Object.assign(sim, { farm: { ...withWindows(), ticket: TICKETS } });
    until(sim, '2026-11-27T22:00:00Z');
    expect(sim.rotation().closed).toMatchObject({ outcome: 'refused', data: { code: 'PolicyChanged' } });
    expect(asksAnew(sim.rotation())).toBe(true);
  });

  test('is not a rule about tickets that is gone, nor one that requires none', () => {
    for (const ticket of [null, { ...TICKETS, required: false }]) {
      const sim = approved();
      Object.assign(sim, { farm: { ...withWindows(), ticket } });
      until(sim, '2026-11-28T22:00:00Z');
      expect(sim.rotation().begunAt).not.toBeNull();
    }
    // Of a form that could not be typed without a rule.
    const { plan, wish } = approved().rotation();
    if (plan === null) throw new Error('it has no plan');
    expect(isPolicyChanged(withWindows(), plan, { ...wish, ticket: 'CHG:12' })).toBe(false);
  });
});

describe('A farm file that has other machines by the start', () => {
  test.each([
    ['one machine more, which the plan would cut off', 3, ['sqlw03']],
    ['one machine less', 1, ['sqlw02']],
    ['a master that is a worker now', 2, ['sqlm01']],
  ])('needs another plan: %s', (_what, workers, hosts) => {
    const sim = approved();
    const farm = farmOf(workers, { windows: [SATURDAY] });
    const both = farm.hosts.map((host) =>
      hosts.includes(host.name) && host.roles.includes('master')
        ? { ...host, roles: [...host.roles, 'worker' as const] }
        : host,
    );
    Object.assign(sim, { farm: { ...farm, hosts: both } });
    until(sim, '2026-11-27T22:00:00Z');
    const { closed } = sim.rotation();
    expect(closed).toMatchObject({ outcome: 'refused', data: { code: 'MachinesChanged', hosts } });
    expect(asksAnew(sim.rotation())).toBe(true);
    expect(applied(sim)).toEqual([]);
  });
});

describe('A freeze while a rotation waits', () => {
  test('holds it when it covers the start, and the next window is taken', () => {
    const sim = approved();
    freeze(sim, '2026-11-30T08:00Z');
    expect(sim.rotation().start).toMatchObject({ from: NEXT, held: { by: 'Tom Becker', reason: 'Quarter end' } });
    until(sim, '2026-12-05T21:59:00Z');
    expect(applied(sim)).toEqual([]);
    until(sim, '2026-12-05T22:00:10Z');
    expect(sim.rotation().closed?.outcome).toBe('proved');
  });

  test('lets it begin within the window when it ends there', () => {
    const sim = approved();
    freeze(sim, '2026-11-29T00:30Z');
    expect(sim.rotation().start).toMatchObject({ from: '2026-11-29T00:30:00.000Z', until: '2026-11-29T02:00:00.000Z' });
    until(sim, '2026-11-29T00:30:10Z');
    expect(sim.rotation().closed?.outcome).toBe('proved');
  });

  test('does not matter when it ends before the start', () => {
    const sim = approved();
    freeze(sim, '2026-11-28T21:00Z');
    expect(sim.rotation().start).toMatchObject({ from: OPENS, held: null });
  });

  test('gives the start back when it is lifted', () => {
    const sim = approved();
    freeze(sim, '2026-11-30T08:00Z');
    sim.put({ type: 'unfrozen', by: { id: 'tom', name: 'Tom Becker' }, reason: '' });
    sim.settle();
    expect(sim.rotation().start).toMatchObject({ from: OPENS, held: null });
  });

  test('holds it also when declared while it should begin and cannot', () => {
    const sim = approved({ by: 'policy' }, (order) => (order.kind === 'look' && isLate(order) ? null : 'ok'));
    until(sim, '2026-11-28T22:10:00Z');
    expect(applied(sim)).toEqual([]);
    freeze(sim, '2026-11-29T12:00Z');
    expect(sim.rotation().start).toMatchObject({ from: NEXT });
  });

  test('over a named time ends it as missed when it lasts too long, and the same is to be asked again without that time', () => {
    const sim = approved({ by: 'time', at: '2026-11-25T03:00:00.000Z' }, undefined, []);
    freeze(sim, '2026-11-25T12:00Z');
    until(sim, '2026-11-25T11:50:00Z');
    expect(sim.rotation().closed).toBeNull();
    until(sim, '2026-11-25T12:00:00Z');
    expect(sim.rotation().closed).toMatchObject({ outcome: 'refused', data: { code: 'StartMissed' } });
    expect(applied(sim)).toEqual([]);
    expect(owedAnew(sim.state, sim.now)?.id).toBe(ID);
    expect(lineAnew(sim.rotation(), 'prod', sim.now)).toBe('rotate-master in prod because Yearly');
  });
});

/** The certificate ends on 8 December, after one more Saturday. */
describe('A start that would come after the end of the certificate', () => {
  const refused = (sim: Sim, data: object): void => {
    expect(sim.rotation().closed).toMatchObject({ outcome: 'refused', data: { code: 'StartAfterEnd', ...data } });
    expect(applied(sim)).toEqual([]);
    expect(asksAnew(sim.rotation())).toBe(false);
  };

  const MISTYPED = '2026-12-31T08:00Z';
  const lift = (sim: Sim): void => {
    sim.put({ type: 'unfrozen', by: { id: 'tom', name: 'Tom Becker' }, reason: '' });
    sim.settle();
  };

  test('is never taken because of a freeze: the rotation is held until the last window in time has closed, and ends', () => {
    const sim = approved();
    until(sim, '2026-11-28T20:00:00Z');
    freeze(sim, '2026-12-07T08:00Z');
    const held = { by: 'Tom Becker', tooLate: true };
    expect(sim.rotation()).toMatchObject({
      closed: null,
      start: { from: OPENS, until: '2026-12-06T02:00:00.000Z', held },
    });
    until(sim, '2026-12-06T01:59:59Z');
    expect(sim.rotation().closed).toBeNull();
    until(sim, '2026-12-06T02:00:00Z');
    expect(sim.rotation().closed?.at).toBe('2026-12-06T02:00:00.000Z');
    refused(sim, { from: '2026-12-12T22:00:00.000Z', last: null, frozen: '2026-12-07T08:00:00.000Z' });
  });

  test.each([
    ['before it: that one', '2026-11-28T20:00:00Z', OPENS, '2026-11-28T22:00:30Z'],
    [
      'while it is open: what is left of it',
      '2026-11-29T01:00:00Z',
      '2026-11-29T01:00:00.000Z',
      '2026-11-29T01:00:30Z',
    ],
    ['after it: the next one', '2026-12-01T12:00:00Z', NEXT, '2026-12-05T22:00:30Z'],
  ])('gets its window back when a mistyped freeze is lifted %s', (_when, time, from, ends) => {
    const sim = approved();
    freeze(sim, MISTYPED);
    until(sim, time);
    expect(applied(sim)).toEqual([]);
    lift(sim);
    expect(sim.rotation().start).toMatchObject({ from, held: null });
    until(sim, ends);
    expect(sim.rotation().closed?.outcome).toBe('proved');
  });

  test('is moved as by any freeze once a shorter one has replaced the mistyped one', () => {
    const sim = approved();
    freeze(sim, MISTYPED);
    freeze(sim, '2026-11-30T08:00Z');
    expect(sim.rotation().start).toMatchObject({ from: NEXT, held: { until: '2026-11-30T08:00:00.000Z' } });
    expect(sim.rotation().start?.held?.tooLate).toBeUndefined();
  });

  test('at a time without windows is held only as long as it may be late', () => {
    const sim = approved({ by: 'time', at: '2026-11-25T03:00:00.000Z' }, undefined, []);
    freeze(sim, MISTYPED);
    until(sim, '2026-11-25T03:59:59Z');
    expect(sim.rotation().closed).toBeNull();
    until(sim, '2026-11-25T04:00:00Z');
    refused(sim, { frozen: '2026-12-31T08:00:00.000Z' });
  });

  test('in a window in which the certificate ends is held only until that end', () => {
    const around: ChangeWindow = { cron: '0 8 8 12 *', lengthMs: 4 * HOUR, zone: 'UTC' };
    const sim = approved({ by: 'policy' }, undefined, [around]);
    freeze(sim, MISTYPED);
    expect(sim.rotation().start).toMatchObject({ until: '2026-12-08T09:14:00.000Z', held: { tooLate: true } });
    until(sim, '2026-12-08T09:13:59Z');
    expect(sim.rotation().closed).toBeNull();
    until(sim, '2026-12-08T09:14:00Z');
    refused(sim, { notAfter: '2026-12-08T09:14:00.000Z', frozen: '2026-12-31T08:00:00.000Z' });
  });

  test('because of a freeze leaves a request open, which is held too once it is approved', () => {
    const sim = new Sim(withWindows());
    sim.request();
    sim.settle();
    freeze(sim, MISTYPED);
    expect(sim.rotation().closed).toBeNull();
    sim.vote('ana');
    sim.vote('tom');
    sim.settle();
    expect(sim.rotation()).toMatchObject({
      closed: null,
      gate: { how: 'approved' },
      start: { held: { tooLate: true } },
    });
    expect(applied(sim)).toEqual([]);
    lift(sim);
    expect(sim.rotation().start).toMatchObject({ from: OPENS, held: null });
  });

  test('and is held by a freeze can still be withdrawn', () => {
    const sim = approved();
    freeze(sim, MISTYPED);
    sim.put({ type: 'stop-asked', id: ID, by: { id: 'mei', name: 'Mei Lin' } });
    sim.settle();
    expect(sim.rotation().closed?.outcome).toBe('withdrawn');
  });

  test('is never taken because of a late approval: the request ends when the last window in time has closed', () => {
    const sim = new Sim(withWindows());
    sim.now = at('2026-12-05T21:00:00Z');
    for (const host of sim.farm.hosts) sim.hello(host.name);
    sim.request();
    sim.settle();
    sim.vote('ana');
    until(sim, '2026-12-06T01:50:00Z');
    expect(sim.rotation().closed).toBeNull();
    sim.now = at('2026-12-06T02:00:00Z');
    sim.vote('tom');
    sim.settle();
    refused(sim, { from: '2026-12-12T22:00:00.000Z', notAfter: '2026-12-08T09:14:00.000Z', last: null });
    expect(sim.rotation().gate).toBeNull();
  });
});

test('Letters that waited for hours while the bot was away do not make an approved rotation miss its start', () => {
  const sim = new Sim(withWindows([]));
  sim.request();
  sim.settle();
  sim.vote('ana');
  sim.vote('tom');
  sim.now += 2 * HOUR;
  sim.restart();
  for (const { name } of sim.farm.hosts) {
    sim.hello(name);
    Object.assign(sim.presence[name] ?? {}, { clock: sim.now - 2 * HOUR });
  }
  sim.settle();
  expect(sim.rotation()).toMatchObject({ start: null, closed: null });
  sim.now += 1_000;
  for (const { name } of sim.farm.hosts) sim.hello(name);
  sim.settle();
  expect(sim.rotation().closed?.outcome).toBe('proved');
});

describe('A start that was missed', () => {
  test('is made up for when its window is still open once the bot is back', () => {
    const sim = approved();
    sim.now = at('2026-11-29T01:30:00Z');
    for (const host of sim.farm.hosts) sim.hello(host.name);
    sim.settle();
    expect(sim.rotation().closed?.outcome).toBe('proved');
  });

  test('ends the rotation as refused when its window has closed', () => {
    const sim = approved();
    sim.now = at('2026-11-29T02:00:00Z');
    for (const host of sim.farm.hosts) sim.hello(host.name);
    sim.settle();
    expect(sim.rotation().closed).toMatchObject({
      outcome: 'refused',
      data: { code: 'StartMissed', from: OPENS, until: '2026-11-29T02:00:00.000Z', hosts: [] },
    });
    expect(applied(sim)).toEqual([]);
  });

  test('names the machine that did not answer while the window was open', () => {
    const sim = approved({ by: 'policy' }, (order) => (order.host === 'sqlw02' && isLate(order) ? null : 'ok'));
    until(sim, '2026-11-29T02:00:00Z', ['sqlw02']);
    expect(sim.rotation().closed).toMatchObject({ data: { code: 'StartMissed', hosts: ['sqlw02'] } });
    expect(applied(sim)).toEqual([]);
  });

  test('does not name a machine whose first look at the start failed and whose second did not', () => {
    const sim = approved({ by: 'policy' }, (order) => {
      const isFirst = order.host === 'sqlw01' && order.issued < '2026-11-28T22:01';
      return isLate(order) && (isFirst || order.host === 'sqlw02') ? null : 'ok';
    });
    until(sim, '2026-11-29T02:00:00Z', ['sqlw02']);
    const looks = sim.rotation().orders.filter(({ host, kind }) => host === 'sqlw01' && kind === 'look');
    expect(looks.slice(-2).map(({ status }) => status === 'finished')).toEqual([false, true]);
    expect(sim.rotation().closed).toMatchObject({ data: { code: 'StartMissed', hosts: ['sqlw02'] } });
  });

  test('does not name a machine that was silent an hour before but seen by then', () => {
    const sim = approved({ by: 'policy' }, (order) =>
      order.host === (isLate(order) ? 'sqlw02' : 'sqlw01') && order.kind === 'look' && order.issued > HOUR_BEFORE
        ? null
        : 'ok',
    );
    until(sim, '2026-11-29T02:00:00Z', ['sqlw02']);
    const unanswered = sim.rotation().orders.filter((one) => one.kind === 'look' && one.status !== 'finished');
    expect(new Set(unanswered.map(({ host }) => host))).toEqual(new Set(['sqlw01', 'sqlw02']));
    expect(sim.rotation().closed).toMatchObject({ data: { code: 'StartMissed', hosts: ['sqlw02'] } });
  });

  test('does not come of a machine that answers late but in time', () => {
    const sim = approved({ by: 'policy' }, (order) =>
      order.host === 'sqlw02' && order.issued >= OPENS && order.issued < '2026-11-28T23:00' ? null : 'ok',
    );
    until(sim, '2026-11-28T22:50:00Z', ['sqlw02']);
    expect(applied(sim)).toEqual([]);
    until(sim, '2026-11-28T23:30:00Z');
    expect(sim.rotation().closed?.outcome).toBe('proved');
  });
});

test('What is to be asked again stays so for a week, or until anything but a dry run is requested', () => {
  const sim = approved();
  sim.now = at('2026-11-29T02:00:00Z');
  sim.settle();
  const closedAt = Date.parse(sim.rotation().closed?.at ?? '');
  const owed = (now: number) => owedAnew(sim.state, now)?.id ?? null;
  expect([closedAt, closedAt + 7 * 24 * HOUR - 1, closedAt + 7 * 24 * HOUR].map(owed)).toEqual([ID, ID, null]);
  expect(lineAnew(sim.rotation(), 'prod', sim.now)).toBe('rotate-master in prod because Yearly');
  const next = { ...sim.rotation(), id: 'prod-2', closed: null };
  const after = (dry: boolean) => ({
    ...sim.state,
    order: [...sim.state.order, 'prod-2'],
    rotations: { ...sim.state.rotations, 'prod-2': { ...next, dry } },
  });
  expect([true, false].map((dry) => owedAnew(after(dry), closedAt)?.id ?? null)).toEqual([ID, null]);
});

test('A rotation begins only within its start and outside any freeze, whenever the bot looks', () => {
  const anyFreeze = fc.tuple(fc.integer({ min: 0, max: 140 }), fc.integer({ min: 1, max: 200 }));
  fc.assert(
    fc.property(
      fc.array(anyFreeze, { maxLength: 2 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 }),
      (freezes, naps) => {
        const sim = approved();
        const begin = sim.now;
        const pending = [...freezes].sort((a, b) => a[0] - b[0]);
        for (const hours of naps) {
          sim.now += hours * HOUR;
          for (const host of sim.farm.hosts) sim.hello(host.name);
          const due = pending[0];
          if (due !== undefined && sim.now >= begin + due[0] * HOUR && sim.rotation().closed === null) {
            pending.shift();
            freeze(sim, new Date(sim.now + due[1] * HOUR).toISOString());
          }
          sim.settle();
        }
        const { begunAt, start } = sim.rotation();
        expect(applied(sim).length > 0).toBe(begunAt !== null);
        if (begunAt === null || start === null) return;
        expect(begunAt >= start.from && begunAt < start.until).toBe(true);
        const inFreeze =
          sim.state.freeze !== null && begunAt < sim.state.freeze.until && begunAt >= sim.state.freeze.at;
        expect(inFreeze).toBe(false);
        expect(next(sim.rotation(), sim.moment()).actions).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
});

describe('When a request may begin', () => {
  const now = at('2026-11-24T14:00Z');
  const frozen = (time: string) => ({
    until: new Date(at(time)).toISOString(),
    by: { id: 't', name: 'Tom' },
    reason: 'r',
    at: '',
  });
  const time = (text: string): When => ({ by: 'time', at: new Date(at(text)).toISOString() });
  const none = { name: 'prod', windows: [] };
  const sat = { name: 'prod', windows: [SATURDAY] };

  test.each([
    ['policy, without windows', none, { by: 'policy' } as When, null, null],
    ['a window, without windows', none, { by: 'window' } as When, null, 'no-windows'],
    ['a window', sat, { by: 'window' } as When, null, null],
    ['a time, without windows', none, time('2026-11-25T03:00Z'), null, null],
    ['a time within a window', sat, time('2026-11-29T01:00Z'), null, null],
    ['a time outside the windows', sat, time('2026-11-29T02:00Z'), null, 'outside-windows'],
    ['now, under freeze', sat, { by: 'now' } as When, frozen('2026-11-25T00:00Z'), 'frozen'],
    ['policy without windows, under freeze', none, { by: 'policy' } as When, frozen('2026-11-25T00:00Z'), 'frozen'],
    ['policy with windows, under freeze', sat, { by: 'policy' } as When, frozen('2026-12-25T00:00Z'), null],
    ['a window, under freeze', sat, { by: 'window' } as When, frozen('2026-12-25T00:00Z'), null],
    ['now, outside of windows', sat, { by: 'now' } as When, null, null],
    ['a time under freeze', none, time('2026-11-25T03:00Z'), frozen('2026-11-25T04:00Z'), 'frozen'],
    ['a time after a freeze', none, time('2026-11-25T03:00Z'), frozen('2026-11-25T03:00Z'), null],
  ])('%s: %#', (_what, farm, when, freeze, code) => {
    expect(refusedStart(farm, when, freeze, now)?.code ?? null).toBe(code);
  });

  const NIGHT = '2026-11-28T22:00Z 2026-11-29T02:00Z';
  test.each([
    [
      'a time in a window may begin until the window closes',
      sat,
      '2026-11-28T23:00Z',
      now,
      '2026-11-28T23:00Z 2026-11-29T02:00Z',
    ],
    [
      'a time in a window may still begin when something held it up',
      sat,
      '2026-11-28T23:00Z',
      at('2026-11-29T01:59Z'),
      '2026-11-29T01:59Z 2026-11-29T02:00Z',
    ],
    ['a time whose window has closed begins in the next one', sat, '2026-11-21T23:00Z', at('2026-11-22T02:00Z'), NIGHT],
    [
      'a time without windows may begin up to an hour late',
      none,
      '2026-11-25T03:00Z',
      now,
      '2026-11-25T03:00Z 2026-11-25T04:00Z',
    ],
    [
      'a time that is an hour late has no time left',
      none,
      '2026-11-25T03:00Z',
      at('2026-11-25T04:00Z'),
      '2026-11-25T04:00Z 2026-11-25T04:00Z',
    ],
  ])('%s', (_what, farm, text, notBefore, span) => {
    const start = startOf(farm, time(text), notBefore);
    const shown = [start?.from, start?.until].map((one) => `${new Date(one ?? 0).toISOString().slice(0, 16)}Z`);
    expect(shown.join(' ')).toBe(span);
  });

  test('a time outside the windows is refused with the next window', () => {
    expect(refusedStart(sat, time('2026-11-25T03:00Z'), null, now)).toMatchObject({
      data: { next: { from: OPENS, to: '2026-11-29T02:00:00.000Z' } },
    });
  });

  const SECOND = { from: NEXT, to: '2026-12-06T02:00:00.000Z' };
  const ended = '2026-11-20T00:00:00.000Z';
  /** For a master's certificate that ends then. */
  const startBefore = (when: When, notAfter: string, freeze: string | null = null, farm = withWindows()) => {
    const plan = planOf(farm);
    const wish = { ...plainWish('rotate-master'), when };
    const header = { ...plan.header, old: { thumbprint: OLD, notAfter } };
    const asked = { now, freeze: freeze === null ? null : frozen(freeze) };
    return startUnder(farm, { wish, looks: {}, plan: { ...plan, header } }, asked);
  };

  test.each([
    ['begins before the end', { by: 'policy' } as When, '2026-12-08T09:14:00.000Z', null, null],
    ['begins after the end', { by: 'policy' } as When, '2026-11-27T00:00:00.000Z', null, { last: null, frozen: null }],
    ['names a time after the end', time('2026-12-12T23:00Z'), '2026-12-08T09:14:00.000Z', null, { last: SECOND }],
    [
      'is frozen until after the end',
      { by: 'policy' } as When,
      '2026-12-08T09:14:00.000Z',
      '2026-12-09T00:00Z',
      { last: null, frozen: '2026-12-09T00:00:00.000Z', farm: 'prod' },
    ],
    [
      'is frozen until after the end, which lies in a window',
      { by: 'policy' } as When,
      '2026-12-06T00:00:00.000Z',
      '2026-12-06T01:00Z',
      { last: null, frozen: '2026-12-06T01:00:00.000Z' },
    ],
    ['says now', { by: 'now' } as When, '2026-11-24T15:00:00.000Z', null, null],
    ['is about a certificate that has already ended', { by: 'policy' } as When, ended, null, null],
  ])(
    'a request that %s is refused with the last window that would do, or not at all',
    (_what, when, notAfter, freeze, data) => {
      const start = startBefore(when, notAfter, freeze);
      if (data === null) expect(isRefusal(start)).toBe(false);
      else expect(start).toMatchObject({ code: 'StartAfterEnd', data });
    },
  );

  test.each([
    ['has windows', withWindows(), true],
    ['has none', withWindows([]), false],
  ])('a refusal says whether the farm %s, so that nobody is told of windows that are not there', (_, farm, windows) => {
    const start = startBefore(time('2026-12-12T23:00Z'), '2026-11-27T00:00:00.000Z', null, farm);
    expect(start).toMatchObject({ code: 'StartAfterEnd', data: { last: null, windows } });
  });

  describe('for workers depends on the ends of their own certificates:', () => {
    const early = '2026-11-27T00:00:00.000Z';
    const late = '2027-11-27T00:00:00.000Z';
    const gone = '2026-11-20T00:00:00.000Z';

    test.each([
      ['one of a requested worker that ends before the start', { sqlw01: early, sqlw02: late }, early],
      ['not one of another worker, such as of the master’s own machine', { sqlm01: early, sqlw01: late }, null],
      ['not one that has already ended', { sqlw01: gone, sqlw02: late }, null],
      ['another requested one when the first has already ended', { sqlw01: gone, sqlw02: early }, early],
    ])('%s', (_what, ends, notAfter) => {
      const { hosts, ...farm } = withWindows();
      const onebox = { ...farm, hosts: hosts.map((host) => ({ ...host, roles: [...host.roles, 'worker' as const] })) };
      const sim = new Sim(onebox);
      const looks = Object.fromEntries(
        Object.entries(ends).map(([name, end]) => {
          const look = sim.look((name === 'sqlm01' ? 'sqlw09' : name) as HostName);
          const certificate = { ...sim.look('sqlm01' as HostName).master?.certificate, notAfter: end };
          return [name, { ...look, worker: { ...look.worker, certificate } } as HostLook];
        }),
      );
      const workers = ['sqlw01', 'sqlw02'] as HostName[];
      const wish = { ...plainWish('rotate-worker'), workers };
      const plan = planOf(onebox);
      const rotation = { wish, looks, plan: { ...plan, header: { ...plan.header, old: null } } };
      const start = startUnder(onebox, rotation, { now, freeze: null });
      if (notAfter === null) expect(start).toMatchObject({ from: at(OPENS) });
      else expect(start).toMatchObject({ code: 'StartAfterEnd', data: { notAfter } });
    });
  });

  test('an open window is used at once', () => {
    expect(startOf(sat, { by: 'policy' }, at('2026-11-28T23:00Z'))).toEqual({
      from: at('2026-11-28T23:00Z'),
      until: at('2026-11-29T02:00Z'),
    });
  });
});

import { assessKeep } from '../../../src/domain/next/keep.ts';
import type { Cause } from '../../../src/domain/next/moment.ts';
import type { OrderState, Planned } from '../../../src/domain/rotation/rotation.ts';
import type { HostName } from '../../../src/domain/values.ts';
import { atWork, IS, orderTo, second, stepAt } from '../at-work.ts';
import { farmOf } from '../sim.ts';
import { WorkerSim } from '../worker-sim.ts';

const MASTER = 'sqlm01';
const WORKERS = ['sqlw01', 'sqlw02', 'sqlw03'] as HostName[];
const careful = new WorkerSim(farmOf(3));
const plain = atWork(careful);
const compromised = new WorkerSim(farmOf(3));
Object.assign(compromised.wish, { workers: WORKERS, compromised: true, when: { by: 'now' } });
const contained = atWork(compromised);

const step = (host: string) => `${MASTER}/master-trust/trust-certificate/${host}`;
type How = keyof typeof IS | null;
const DONE = { ...IS.applied, armedAt: null, switchedAt: null };
const RUNNING = { ...IS.sent, status: 'accepted', acceptedAt: second(1) } as const;

/** Everything before the wave has ended well; `switches`: how the workers' own switches stand. */
function prepared(...switches: readonly (How | 'running')[]): readonly OrderState[] {
  const { phases } = plain([]).plan.header;
  const before = phases.find(({ name }) => name === 'prepare')?.stages ?? [];
  return [
    ...before.flatMap(({ name, hosts }) => hosts.map((host) => orderTo(host, name, DONE))),
    ...switches.flatMap((how, at) =>
      how === null
        ? []
        : [orderTo(WORKERS[at] ?? '', 'worker-switch', how === 'running' ? RUNNING : { ...IS[how], armedAt: null })],
    ),
  ];
}
const trusted = (...hosts: readonly string[]): Planned['steps'] => ({
  [MASTER]: Object.fromEntries(hosts.map((host) => [step(host), stepAt(1, 2)])),
});
const TURNED: Cause = { host: WORKERS[0] ?? null, stage: 'worker-switch', step: null, code: 'OrderExpired', data: {} };

/** `apply worker-switch w01`, `undo master-trust m01 (w02 w03)`, `!w02` for a machine that a person is asked about. */
function does(rotation: Planned, sim = careful): string {
  const { direction, actions, attention } = assessKeep(rotation, sim.moment());
  expect(direction).toBe('forth');
  const told = actions.map((one) => {
    if (one.do !== 'order') return one.do === 'entry' ? one.entry.type : one.do;
    const only = one.only === undefined ? '' : ` (${one.only.map((id) => id.slice(-3)).join(' ')})`;
    return `${one.kind} ${one.stage ?? ''} ${one.host.slice(3)}${only}`;
  });
  return [...told, ...attention.map(({ host }) => `!${host?.slice(3)}`)].join(', ');
}

describe('A wave', () => {
  test('begins with what each worker makes, and goes on stage by stage', () => {
    expect(does(plain([]))).toBe('apply worker-create w01, apply worker-create w02, apply worker-create w03');
    expect(does(plain(prepared()))).toBe('apply worker-switch w01');
  });

  test('asks about a machine in an unknown state once nothing else is under way in its stage', () => {
    const made = (...how: readonly (typeof DONE | (typeof IS)['unknown' | 'silent' | 'sent'])[]) =>
      how.map((one, at) => orderTo(WORKERS[at] ?? '', 'worker-create', one));
    expect(does(contained([orderTo(MASTER, 'contain', DONE), ...made(IS.unknown, IS.sent, DONE)]), compromised)).toBe(
      '',
    );
    expect(does(plain(prepared('applied', 'unknown', 'running')))).toBe('');
    expect(does(plain(prepared('applied', 'unknown', 'applied')))).toBe('!w02');
    expect(does(plain(prepared('applied', 'silent', 'unknown')))).toBe('!w02, !w03');
  });

  test('goes on without those that people left out: the first of the others is its canary', () => {
    const leftOut = { sqlw01: { id: 'mei', name: 'Mei' } };
    expect(does(plain(prepared(), { leftOut }))).toBe('apply worker-switch w02');
    expect(does(plain(prepared(null, 'applied'), { leftOut }))).toBe('apply worker-switch w03');
    // They are left out of the wave alone.
    expect(does(plain([], { leftOut }))).toContain('apply worker-create w01');
  });

  test('turns once, with an entry of its own, and only then takes back', () => {
    const { actions, attention, cause, direction } = assessKeep(plain(prepared('refused')), careful.moment());
    expect(cause).toMatchObject({ host: 'sqlw01', code: 'OrderExpired' });
    expect({ actions, attention, direction }).toEqual({
      ...{ direction: 'forth', attention: [] },
      actions: [{ do: 'entry', entry: { type: 'turned', id: 'prod-1', cause } }],
    });
    const stopped = plain(prepared(), { stop: { by: { id: 'ana', name: 'Ana' }, reason: '' } } as Partial<Planned>);
    expect(assessKeep(stopped, careful.moment()).direction).toBe('back');
  });
});

describe('Where workers are cut off because their certificates are compromised', () => {
  const done = (host: string, stage: string) => orderTo(host, stage, DONE);
  const fallen = [done(MASTER, 'contain'), orderTo('sqlw02', 'worker-create', IS.refused)];

  test('the master is told first whom to stop trusting, then each worker makes a new one', () => {
    expect(does(contained([]), compromised)).toBe('apply contain m01');
    expect(does(contained([done(MASTER, 'contain')]), compromised)).toBe(
      'apply worker-create w01, apply worker-create w02, apply worker-create w03',
    );
  });

  test('nobody waits for one that makes none: the master trusts the others’, and they switch', () => {
    const others = [...fallen, done('sqlw01', 'worker-create'), done('sqlw03', 'worker-create')];
    expect(does(contained(others), compromised)).toBe('apply worker-trust w01, apply worker-trust w03');
    const trust = [...others, done('sqlw01', 'worker-trust'), done('sqlw03', 'worker-trust')];
    expect(does(contained(trust), compromised)).toBe('apply master-trust m01 (w01 w03)');
    const only = [step('sqlw01'), step('sqlw03')];
    const told = [...trust, orderTo(MASTER, 'master-trust', { ...DONE, only })];
    // Without a canary: they are cut off already.
    expect(does(contained(told), compromised)).toBe('apply worker-switch w01, apply worker-switch w03');
  });

  test('nobody is asked about one whose certificate is in doubt: it has dropped out', () => {
    expect(
      does(contained([done(MASTER, 'contain'), orderTo('sqlw02', 'worker-create', IS.unknown)]), compromised),
    ).toBe('apply worker-create w01, apply worker-create w03');
  });
});

describe('A wave that has stopped', () => {
  const more = { turned: TURNED, steps: trusted(...WORKERS) };

  test('waits for whoever is still switching', () => {
    expect(does(plain(prepared('refused', 'running'), more))).toBe('');
  });

  test('asks about whoever is unknown before it takes anything back', () => {
    expect(does(plain(prepared('refused', 'unknown', 'silent'), more))).toBe('!w02, !w03');
  });

  test('takes back at the master only what concerns those that did not switch', () => {
    expect(does(plain(prepared('refused', 'applied'), more))).toBe(`undo master-trust m01 (w01 w03)`);
    expect(does(plain(prepared('refused'), more))).toBe('undo master-trust m01');
  });

  test('takes back nothing there that was never done, or is undone', () => {
    const steps = trusted('sqlw01', 'sqlw03');
    const first = steps[MASTER]?.[step('sqlw01')];
    if (first === undefined) throw new Error('no step');
    const undone = { [MASTER]: { ...steps[MASTER], [step('sqlw01')]: { ...first, state: 'undone' as const } } };
    expect(does(plain(prepared('refused', 'applied'), { ...more, steps: undone }))).toBe('undo master-trust m01 (w03)');
    const same = { [MASTER]: { ...steps[MASTER], [step('sqlw01')]: { ...first, changed: false } } };
    expect(does(plain(prepared('refused', 'applied'), { ...more, steps: same }))).toBe('undo master-trust m01 (w03)');
  });

  const undo = (host: string, stage: string, is: Partial<OrderState>) => orderTo(host, stage, { kind: 'undo', ...is });
  const BACK = { ...IS.back, armedAt: null };

  test('takes back stage by stage, the last first, and waits for each', () => {
    const steps = {
      ...trusted(...WORKERS),
      sqlw01: { 'sqlw01/worker-create/create-certificate': stepAt(1, 2) },
    };
    const orders = prepared('refused', 'applied', 'applied');
    const at = (...undos: readonly OrderState[]) => does(plain([...orders, ...undos], { turned: TURNED, steps }));
    expect(at()).toBe('undo master-trust m01 (w01)');
    expect(at(undo(MASTER, 'master-trust', RUNNING))).toBe('');
    expect(at(undo(MASTER, 'master-trust', BACK))).toBe('undo worker-create w01');
    expect(at(undo(MASTER, 'master-trust', IS.unknown), undo('sqlw01', 'worker-create', RUNNING))).toBe('');
    expect(at(undo(MASTER, 'master-trust', IS.unknown), undo('sqlw01', 'worker-create', BACK))).toBe('!m01');
    expect(at(undo(MASTER, 'master-trust', IS.silent), undo('sqlw01', 'worker-create', IS.unknown))).toBe('!m01, !w01');
  });

  test('leaves alone a machine that somebody has paused, and asks about it once', () => {
    careful.paused.add(MASTER);
    careful.hello(MASTER);
    expect(does(plain(prepared('refused', 'applied', 'applied'), { turned: TURNED, steps: trusted(...WORKERS) }))).toBe(
      '!m01',
    );
    careful.paused.clear();
    careful.hello(MASTER);
  });
});

import { rejoinAfterEnd, rejoinAfterLook } from '../../../src/domain/fold/rejoin-fold.ts';
import type { HostLook } from '../../../src/domain/machine/host-facts.ts';
import { type FarmState, initialFarmState } from '../../../src/domain/rotation/farm-state.ts';
import type { RotationState } from '../../../src/domain/rotation/rotation.ts';
import type { HostName, Instant } from '../../../src/domain/values.ts';
import { NEW, OLD } from '../sim.ts';

const [MASTER, WORKER, OTHER] = ['sqlm01', 'sqlw01', 'sqlw02'] as HostName[] as [HostName, HostName, HostName];
const at = (minute: number): Instant => new Date(Date.UTC(2026, 10, 24, 14, minute)).toISOString();
const NOW = at(30);

type Over = {
  readonly pin?: string;
  readonly trusts?: boolean | null;
  readonly shown?: string;
  readonly state?: string;
  readonly tcp?: boolean;
  readonly at?: Instant;
};

/** A worker that is in line with a master that presents the new certificate, but for this. */
const worker = (
  host: HostName,
  { pin = NEW, trusts = true, shown = NEW, state = 'running', tcp = true, ...over }: Over = {},
) =>
  ({
    ...{ host, at: over.at ?? at(20), master: null },
    worker: {
      ...{ masterThumbprint: pin, trustsPinned: trusts, service: { name: 'worker', state, pid: 7 } },
      connection: { handshake: { target: 'sqlm01:8391', thumbprint: shown, error: null }, log: null, tcp },
    },
  }) as unknown as HostLook;

const master = (selfSigned: boolean) =>
  ({
    host: MASTER,
    at: at(20),
    worker: null,
    master: { certificate: { thumbprint: NEW, selfSigned } },
  }) as unknown as HostLook;

/** It ended at :10, and left these behind. */
const ended = (id: string, left: readonly HostName[] = [WORKER], over: Partial<RotationState> = {}): RotationState =>
  ({
    ...{ id, orders: [], rejoined: {}, proofs: {}, closed: { outcome: 'left-behind', at: at(10), data: { left } } },
    ...over,
  }) as unknown as RotationState;

/** One that is at work on a machine, or has only looked at it. */
const open = (host: HostName, kind: 'apply' | 'look', plan: unknown = { slices: [{ host: MASTER }, { host }] }) =>
  ({ id: 'prod-9', closed: null, plan, orders: [{ kind: 'look' }, { kind }] }) as unknown as RotationState;

const farm = (rotations: readonly RotationState[], looks: readonly HostLook[], over: Partial<FarmState> = {}) =>
  ({
    ...initialFarmState,
    rotations: Object.fromEntries(rotations.map((one) => [one.id, one])),
    behind: rotations.filter(({ closed }) => closed !== null).map(({ id }) => id),
    latest: Object.fromEntries(looks.map((look) => [look.host, look])),
    hosts: Object.fromEntries(looks.map(({ host }) => [host, { skew: { boot: 'b', ms: 0 } }])),
    ...over,
  }) as unknown as FarmState;

const back = (state: FarmState, host = WORKER, id = 'prod-1') =>
  rejoinAfterLook(state, host, NOW).rotations[id]?.rejoined;

describe('A worker that was left behind counts as back', () => {
  test.each<[string, HostLook, readonly HostLook[]]>([
    ['once a look shows it in line with its master', worker(WORKER), []],
    ['pinned in other letters', worker(WORKER, { pin: NEW.toLowerCase() }), []],
    ['if nobody knows whether it trusts its master’s certificate', worker(WORKER, { trusts: null }), [master(true)]],
    ['though only an issuer is trusted that no look has seen', worker(WORKER, { trusts: false }), [master(false)]],
    ['though no look has seen its master’s certificate', worker(WORKER, { trusts: false }), []],
  ])('%s', (_, look, others) => {
    expect(back(farm([ended('prod-1')], [look, ...others]))).toEqual({ [WORKER]: { at: NOW, presented: NEW } });
  });

  test.each<[string, HostLook, Partial<FarmState>]>([
    ['pins another certificate', worker(WORKER, { pin: OLD }), {}],
    ['pins none', worker(WORKER, { pin: '' }), {}],
    ['is shown another certificate', worker(WORKER, { shown: OLD }), {}],
    ['is stopped', worker(WORKER, { state: 'stopped' }), {}],
    ['is connected by no witness', worker(WORKER, { tcp: false }), {}],
    ['does not trust the self-signed certificate', worker(WORKER, { trusts: false }), {}],
    ['was looked at only before the rotation ended', worker(WORKER, { at: at(10) }), {}],
    ['is no worker any more', { ...worker(WORKER), worker: null }, {}],
    [
      'has been silent in SSISDB for long',
      worker(WORKER),
      { standings: { [WORKER]: { apart: { pid: 7, since: at(1) } } } as unknown as FarmState['standings'] },
    ],
  ])('but not one that %s', (_, look, over) => {
    expect(back(farm([ended('prod-1')], [look, master(true)], over))).toEqual({});
  });

  test('though SSISDB has told nothing of it, or has seen it', () => {
    const standings = { [WORKER]: { apart: null } } as unknown as FarmState['standings'];
    expect(back(farm([ended('prod-1')], [worker(WORKER)], { standings }))).toHaveProperty(WORKER);
  });

  test('in every rotation that had left it behind, and in no other', () => {
    const rotations = [ended('prod-1'), ended('prod-2', [OTHER]), ended('prod-3', [OTHER, WORKER])];
    const after = rejoinAfterLook(farm(rotations, [worker(WORKER), worker(OTHER)]), WORKER, NOW).rotations;
    expect(rotations.map(({ id }) => Object.keys(after[id]?.rejoined ?? {}))).toEqual([[WORKER], [], [WORKER]]);
  });

  test('from the first look that shows it, beside those that are back already', () => {
    const rejoined = { [OTHER]: { at: at(15), presented: OLD } } as unknown as RotationState['rejoined'];
    const state = farm([ended('prod-1', [WORKER, OTHER], { rejoined })], [worker(WORKER), worker(OTHER)]);
    expect(back(state)).toEqual({ ...rejoined, [WORKER]: { at: NOW, presented: NEW } });
    expect(rejoinAfterLook(state, OTHER, NOW)).toBe(state);
  });

  test('not in a rotation whose end this journal does not have', () => {
    const state = farm([ended('prod-1', [WORKER], { closed: null })], [worker(WORKER)], {
      behind: ['prod-1', 'prod-7'],
    });
    expect(rejoinAfterLook(state, WORKER, NOW)).toBe(state);
  });

  test.each<[string, RotationState, boolean]>([
    ['not while another rotation is at work on it', open(WORKER, 'apply'), false],
    ['while another rotation is at work elsewhere', open(OTHER, 'apply'), true],
    ['while another rotation has only looked', open(WORKER, 'look'), true],
    ['while another rotation has no plan yet', open(WORKER, 'apply', null), true],
  ])('%s', (_, other, expected) => {
    const state = farm([ended('prod-1'), other], [worker(WORKER)], { open: 'prod-9' });
    expect(back(state)).toEqual(expected ? { [WORKER]: { at: NOW, presented: NEW } } : {});
    // One that has ended is no matter.
    expect(back({ ...state, open: null })).toHaveProperty(WORKER);
  });
});

describe('The end of a rotation', () => {
  const [first, second] = [worker(WORKER), worker(OTHER)];
  const plan = (onFailure: 'undo-all' | 'stop-keep') =>
    ({
      header: { phases: [{ name: 'cutover', onFailure, stages: [{ name: 'switch', hosts: [MASTER] }] }] },
      slices: [{ host: WORKER }, { host: OTHER }],
    }) as unknown as RotationState['plan'];
  const ending = (over: Partial<RotationState>) =>
    ended('prod-2', [OTHER], { plan: plan('undo-all'), proofs: { [WORKER]: first, [OTHER]: second }, ...over });
  const rotations = (over: Partial<RotationState> = {}) => [ended('prod-1', [WORKER, OTHER]), ending(over)];
  const end = (over: Partial<RotationState> = {}, more: Partial<FarmState> = {}) => {
    return rejoinAfterEnd(farm(rotations(over), [first, second], { behind: ['prod-1'], ...more }), 'prod-2', NOW);
  };

  test('counts its last looks as any other, but not of machines that it leaves behind itself', () => {
    expect(end().rotations['prod-1']?.rejoined).toEqual({ [WORKER]: { at: NOW, presented: NEW } });
  });

  test.each<[string, Partial<RotationState>, Partial<FarmState>]>([
    ['it looked at none', { proofs: {} }, {}],
    ['it has no plan', { plan: null }, {}],
    ['a newer look than its own is known', {}, { latest: { [WORKER]: worker(WORKER), [OTHER]: second } }],
    ['nothing is known of the machine at all', { proofs: {} }, { latest: {} }],
  ])('counts no look if %s', (_, over, more) => {
    expect(end(over, more).rotations['prod-1']?.rejoined).toEqual({});
  });

  test('that left machines behind in a cutover of the master, is watched for those that come back', () => {
    expect(end().behind).toEqual(['prod-1', 'prod-2']);
  });

  test.each<[string, Partial<RotationState>]>([
    ['left none behind', { closed: { outcome: 'proved', at: at(10), data: { left: [] } } }],
    ['has no plan', { plan: null }],
    ['switched workers only', { plan: plan('stop-keep') }],
  ])('is not watched if it %s', (_, over) => {
    expect(end(over).behind).toEqual(['prod-1']);
  });

  test('is watched while it is among the ten newest', () => {
    const before = Array.from({ length: 10 }, (_, index) => `prod-${100 + index}`);
    expect(end({}, { behind: before }).behind).toEqual([...before.slice(1), 'prod-2']);
  });

  test('that this journal does not have, changes nothing', () => {
    const state = farm(rotations(), [first]);
    expect(rejoinAfterEnd(state, 'prod-7', NOW)).toBe(state);
  });
});

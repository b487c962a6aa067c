import type { HostLook } from '../../../src/domain/machine/host-facts.ts';
import { isSeenBack } from '../../../src/domain/rotation/as-before.ts';
import type { OrderState, RotationState } from '../../../src/domain/rotation/rotation.ts';
import { orderTo } from '../at-work.ts';

const [OLD, PRESENT] = ['A'.repeat(40), 'B'.repeat(40)];
const HIDDEN = `${String.fromCharCode(0x20_0e)}${'a1 '.repeat(20)}`;
const RECONNECT = 'reconnect';
const reconnected = orderTo('sqlw01', RECONNECT, { status: 'finished', outcome: 'unknown', code: 'ServiceNotRunning' });

const lookOf = (masterThumbprint: string, trustsPinned: boolean | null): HostLook =>
  ({ host: 'sqlw01', master: null, worker: { masterThumbprint, trustsPinned } }) as unknown as HostLook;

/** A reconnect of one worker that pinned and trusted this before. */
function rotation(before: HostLook, kinds = ['trust-certificate', 'write-setting', 'restart-service']): RotationState {
  const params = { role: 'worker', key: 'MasterHttpsCertThumbprint', thumbprint: { ref: 'present' } };
  const steps = kinds.map((kind) => ({ id: `sqlw01/${RECONNECT}/${kind}`, kind, host: 'sqlw01', params }));
  const existing = { present: { thumbprint: PRESENT, host: 'sqlm01', store: 'Root' } };
  const plan = { header: { existing }, slices: [{ host: 'sqlw01', stages: { [RECONNECT]: { steps, checks: [] } } }] };
  return { plan, looks: { sqlw01: before }, made: {}, orders: [reconnected] } as unknown as RotationState;
}

type Case = readonly [what: string, before: HostLook, now: HostLook, isBack: boolean];

test.each<Case>([
  ['pins what it did', lookOf(OLD ?? '', true), lookOf(OLD ?? '', true), true],
  ['pins it with a hidden character, as before', lookOf(HIDDEN, false), lookOf('A1'.repeat(20), null), true],
  ['pins what its master presents', lookOf(OLD ?? '', true), lookOf(PRESENT ?? '', true), false],
  [
    'pins the right one, and does not trust it, as before',
    lookOf(PRESENT ?? '', false),
    lookOf(PRESENT ?? '', false),
    true,
  ],
  ['pins the right one, and trusts it now', lookOf(PRESENT ?? '', false), lookOf(PRESENT ?? '', true), false],
  [
    'pins the right one, and nobody can tell if it trusts it',
    lookOf(PRESENT ?? '', false),
    lookOf(PRESENT ?? '', null),
    false,
  ],
  ['was in line already', lookOf(PRESENT ?? '', true), lookOf(PRESENT ?? '', true), false],
  ['pinned no thumbprint, and pins none', lookOf('none', null), lookOf('none', null), true],
])('A worker that %s', (_what, before, now, isBack) => {
  expect(isSeenBack(rotation(before), reconnected, now)).toBe(isBack);
});

test('A worker that was only to restart looks the same before and after, so no look tells', () => {
  const before = lookOf(PRESENT ?? '', true);
  expect(isSeenBack(rotation(before, ['restart-service']), reconnected, before)).toBe(false);
});

test.each<[what: string, order: Partial<OrderState>]>([
  ['is under way', { status: 'accepted', outcome: null }],
  ['is silent', { status: 'accepted', outcome: null, silentSince: '2026-11-24T14:00:00.000Z' }],
  ['was done', { outcome: 'applied' }],
  ['was to go back', { kind: 'undo' }],
])('A look says nothing of an order that %s', (_what, over) => {
  const before = lookOf(OLD ?? '', true);
  expect(isSeenBack(rotation(before), { ...reconnected, ...over }, before)).toBe(false);
});

test('Once a worker was told to go back, that order tells how it stands', () => {
  const before = lookOf(OLD ?? '', true);
  const was = rotation(before);
  const told = { ...was, orders: [reconnected, { ...reconnected, kind: 'undo', n: 2 } as const] };
  expect(isSeenBack(told, reconnected, before)).toBe(false);
});

import type { Farm, Person } from '../../../src/domain/farm/farm.ts';
import {
  calledLate,
  decideReview,
  isReviewed,
  nagDue,
  openReviews,
  reviewersOf,
} from '../../../src/domain/follow-up/review.ts';
import type { FarmState } from '../../../src/domain/rotation/farm-state.ts';
import type { RotationState } from '../../../src/domain/rotation/rotation.ts';
import { isRefusal, type Refusal, refuse } from '../../../src/domain/values.ts';
import { farmWith } from '../../fixtures/farm.ts';

const person = (id: string): Person => ({ id, name: id.toUpperCase() }) as unknown as Person;

/** Mei asked for it because a key was stolen, and it ended on the 24th at 23:30 in UTC. */
const rotation = (over: Partial<RotationState> = {}): RotationState =>
  ({
    ...{ id: 'prod-1', wish: { kind: 'rotate-master', compromised: true }, dry: false, by: { id: 'mei' } },
    ...{
      begunAt: null,
      start: null,
      gate: { how: 'approved', at: '2026-11-24T20:00:00.000Z' },
      votes: [],
      reviewed: null,
    },
    closed: { outcome: 'proved', at: '2026-11-24T23:30:00.000Z', data: {} },
    ...over,
  }) as unknown as RotationState;

const ORDINARY = { kind: 'rotate-master', compromised: false } as RotationState['wish'];
const REVIEWED = { by: { id: 'tom', name: 'Tom Becker' }, note: 'Ports closed', at: '2026-11-25T09:00:00.000Z' };

const approvals = (...ids: readonly string[]): RotationState['votes'] =>
  ids.map((id) => ({ vote: 'approve', by: { id, name: id } })) as unknown as RotationState['votes'];

const farm = farmWith({ timeZone: 'UTC' });
const approving = (over: Partial<Farm['approval']>): Farm => ({ ...farm, approval: { ...farm.approval, ...over } });
const state = (rotations: readonly RotationState[], nagging: string | null = null) =>
  ({
    order: rotations.map(({ id }) => id),
    rotations: Object.fromEntries(rotations.map((one) => [one.id, one])),
    nagging: nagging === null ? null : { day: nagging },
  }) as unknown as FarmState;

describe('A review', () => {
  test.each<[string, Partial<RotationState>, boolean]>([
    ['is due for a stolen key, once the rotation has ended', {}, true],
    [
      'is due though it was put back',
      { closed: { outcome: 'put-back', at: '2026-11-24T23:30:00.000Z', data: {} } },
      true,
    ],
    ['is not due while it runs', { closed: null }, false],
    ['is not due for any other rotation', { wish: ORDINARY }, false],
    ['is not due for what was only tried', { dry: true }, false],
    ['is not due if it was never approved', { gate: null }, false],
    ['is not due if it was to wait, and never began', { start: { from: '2026-11-25' } as never }, false],
  ])('%s', (_, over, expected) => {
    expect(isReviewed(rotation(over))).toBe(expected);
    expect(openReviews(farm, state([rotation(over)]))).toHaveLength(expected ? 1 : 0);
  });

  test('is open until somebody has made it, the oldest first', () => {
    const all = [rotation(), rotation({ id: 'prod-2', reviewed: REVIEWED }), rotation({ id: 'prod-3' })];
    expect(openReviews(farm, state(all)).map((one) => one.rotation.id)).toEqual(['prod-1', 'prod-3']);
    expect(openReviews(farm, { ...state(all), order: ['prod-9', 'prod-1'] })).toHaveLength(1);
  });

  test.each<[string, Farm, string]>([
    ['three days after the end', farm, '2026-11-27'],
    ['as many days after it as the farm says', approving({ reviewDays: 1 }), '2026-11-25'],
    ['by the calendar of the farm', { ...farm, timeZone: 'Asia/Shanghai' }, '2026-11-28'],
  ])('is due %s', (_, of, dueDay) => {
    expect(openReviews(of, state([rotation()]))[0]?.dueDay).toBe(dueDay);
  });
});

describe('Those who may review', () => {
  const four = approving({ approvers: ['ana', 'tom', 'wei', 'mei'] });
  const own = approving({
    approvers: ['ana', 'mei'],
    compromised: { quorum: 1, approvers: ['wei'], groups: [] } as never,
  });

  test.each<[string, Farm, Partial<RotationState>, readonly string[]]>([
    ['are approvers who neither asked for it nor approved it', four, { votes: approvals('ana') }, ['tom', 'wei']],
    ['are the one approver whom nobody asked yet', four, { votes: approvals('ana', 'tom') }, ['wei']],
    [
      'are also those who voted against it',
      four,
      { votes: [{ vote: 'deny', by: { id: 'ana' } }] as never },
      ['ana', 'tom', 'wei'],
    ],
    [
      'are all approvers but the requester, if each has approved it',
      four,
      { votes: approvals('ana', 'tom', 'wei') },
      ['ana', 'tom', 'wei'],
    ],
    ['are those who decide about stolen keys, and all other approvers', own, {}, ['wei', 'ana']],
    ['are nobody where only the requester approves', approving({ approvers: ['mei'] }), {}, []],
  ])('%s', (_, of, over, expected) => {
    expect(reviewersOf(of, rotation(over))).toEqual(expected);
  });

  test('are called once it is late together with those who approved it, but without the requester', () => {
    expect(calledLate(four, rotation({ votes: approvals('ana') }))).toEqual(['ana', 'tom', 'wei']);
    expect(calledLate(own, rotation())).toEqual(['wei', 'ana']);
  });
});

describe('Who reviews', () => {
  const decide = (over: Partial<RotationState> = {}, who: Person | Refusal = person('wei')) =>
    decideReview(farm, rotation(over), who);

  test('is recorded, if it is somebody who may', () => {
    const one = rotation({ votes: approvals('ana', 'tom') });
    expect(decideReview(farm, one, person('wei'))).toEqual({ rotation: one, person: person('wei') });
  });

  const unknown = refuse('unknown-person', {});
  test.each<[string, ReturnType<typeof decideReview>, Refusal]>([
    ['is nobody we know', decide({}, unknown), unknown],
    ['names a rotation that never was', decideReview(farm, undefined, person('wei')), refuse('unknown-id', {})],
    ['names one that needs none', decide({ wish: ORDINARY }), refuse('no-review', { id: 'prod-1' })],
    [
      'comes second',
      decide({ reviewed: REVIEWED }),
      refuse('reviewed-already', { id: 'prod-1', by: 'Tom Becker', at: REVIEWED.at }),
    ],
    [
      'has approved it, while others have not',
      decide({ votes: approvals('wei') }),
      refuse('may-not-review', { id: 'prod-1', others: ['Ana Ruiz', 'Tom Becker'], asked: false }),
    ],
    [
      'has asked for it',
      decide({}, person('mei')),
      refuse('may-not-review', { id: 'prod-1', others: ['Ana Ruiz', 'Tom Becker', 'Wei Zhang'], asked: true }),
    ],
  ])('is refused if it %s', (_, found, expected) => {
    expect(isRefusal(found)).toBe(true);
    expect(found).toEqual(expected);
  });
});

describe('Late reviews', () => {
  const late = [rotation(), rotation({ id: 'prod-2', reviewed: REVIEWED }), rotation({ id: 'prod-3' })];
  const later = rotation({ id: 'prod-4', closed: { outcome: 'proved', at: '2026-11-25T23:30:00.000Z', data: {} } });

  test.each<[string, string, string | null, readonly string[] | null]>([
    ['are announced on their day', '2026-11-27', null, ['prod-1', 'prod-3']],
    ['are not announced before it', '2026-11-26', null, null],
    ['are announced together with those of the next day', '2026-11-28', '2026-11-27', ['prod-1', 'prod-3', 'prod-4']],
    ['are not announced twice on a day', '2026-11-27', '2026-11-27', null],
    ['are not announced for a day before the last one', '2026-11-27', '2026-11-28', null],
  ])('%s', (_, day, last, expected) => {
    expect(nagDue(farm, state([...late, later], last), day)).toEqual(expected);
  });
});

import {
  afterLook,
  foldAsked,
  lookedBy,
  overtaken,
  seenOrders,
  settledBy,
} from '../../../src/domain/fold/resolve-fold.ts';
import type { BotEntry } from '../../../src/domain/journal/entries.ts';
import type { OrderState, RotationState } from '../../../src/domain/rotation/rotation.ts';
import type { HostName } from '../../../src/domain/values.ts';

type Asked = Extract<BotEntry, { type: 'resolve-asked' }>;
type Resolved = Extract<BotEntry, { type: 'resolved' }>;

const AT = '2026-11-24T14:00:00.000Z';
const [W1, W2] = ['sqlw01', 'sqlw02'] as HostName[] as [HostName, HostName];
const ana = { platform: 'console', id: 'ana', name: 'Ana Ruiz' } as unknown as Asked['by'];
const tom = { platform: 'console', id: 'tom', name: 'Tom Becker' } as unknown as Asked['by'];

const order = (host: HostName, status: OrderState['status']): OrderState =>
  ({ host, status, seen: false }) as OrderState;
const orders = [
  order(W1, 'sent'),
  order(W1, 'accepted'),
  order(W2, 'finished'),
  order(W2, 'refused'),
  order(W2, 'lapsed'),
];

const rotation = (over: Partial<RotationState> = {}): RotationState =>
  ({
    resolve: null,
    resolved: {},
    leftOut: {},
    voided: null,
    lookedAgain: null,
    proofs: { sqlw01: ['a look'] },
    orders,
    ...over,
  }) as unknown as RotationState;

const asked = (choice: Asked['choice'], over: Partial<Asked> = {}): Asked =>
  ({ type: 'resolve-asked', id: 'prod-1', choice, by: ana, digest: 'd1', ...over }) as Asked;
const resolved = (
  choice: Resolved['choice'],
  hosts: readonly HostName[] = [],
  over: Partial<Resolved> = {},
): Resolved => ({ type: 'resolved', id: 'prod-1', choice, hosts, ...over }) as Resolved;

const question = {
  choice: 'leave-behind',
  by: tom,
  hosts: [W2],
  digest: 'd0',
  facts: 'f0',
  at: AT,
  look: null,
} as const;

describe('A decision that is asked for', () => {
  test('opens a question with its digest and facts, and ends an earlier one that was void', () => {
    expect(
      foldAsked(rotation({ voided: question as never }), asked('leave-behind', { hosts: [W1], facts: 'f1' }), AT),
    ).toEqual({
      resolve: { choice: 'leave-behind', by: ana, hosts: [W1], digest: 'd1', facts: 'f1', at: AT, look: null },
      voided: null,
    });
  });

  test('in an older journal has one digest for both, and concerns all machines in question', () => {
    expect(foldAsked(rotation(), asked('leave-out'), AT).resolve).toMatchObject({
      hosts: null,
      digest: 'd1',
      facts: 'd1',
    });
  });

  test('to put all back overtakes the orders that are out, and no other', () => {
    const { orders: after } = foldAsked(rotation(), asked('put-all-back'), AT);
    expect(after?.map(({ isOvertaken }) => isOvertaken === true)).toEqual([true, true, false, false, false]);
    expect(overtaken({ orders }).orders).toEqual(after);
    expect(foldAsked(rotation(), asked('leave-behind'), AT)).not.toHaveProperty('orders');
  });

  test('to look again keeps a decision that waits for votes, and remembers what was proved before', () => {
    const after = foldAsked(rotation({ resolve: question as never }), asked('look-again'), AT);
    expect(after).toEqual({
      resolve: { ...question, look: orders.length },
      lookedAgain: { by: ana, at: null },
      proofs: {},
      earlier: { sqlw01: ['a look'] },
    });
  });

  test('to look again is the question itself where no other waits for votes', () => {
    const nobody = { ...question, digest: null };
    for (const resolve of [null, nobody])
      expect(foldAsked(rotation({ resolve: resolve as never }), asked('look-again'), AT).resolve).toMatchObject({
        choice: 'look-again',
        by: ana,
        look: orders.length,
      });
  });
});

describe('A decision that is made', () => {
  test('is recorded for each machine that it concerns, beside earlier ones', () => {
    const before = rotation({ resolved: { sqlw02: { choice: 'put-all-back' } } as never });
    expect(settledBy(before, resolved('leave-behind', [W1]), AT)).toEqual({
      resolved: {
        sqlw02: { choice: 'put-all-back' },
        sqlw01: { choice: 'leave-behind', at: AT, orders: orders.length },
      },
      leftOut: {},
    });
  });

  test('to leave workers out names who asked for it, and settles nothing else', () => {
    const before = rotation({ resolve: question as never, leftOut: { sqlw02: ana } as never });
    expect(settledBy(before, resolved('leave-out', [W1]), AT)).toEqual({
      resolved: {},
      leftOut: { sqlw02: ana, sqlw01: tom },
    });
    expect(settledBy(rotation(), resolved('leave-out', [W1]), AT)).toEqual({ resolved: {}, leftOut: {} });
  });
});

describe('After another look', () => {
  test('orders to the machines that were looked at count as seen', () => {
    expect(seenOrders(rotation(), [W2]).map(({ seen }) => seen)).toEqual([false, false, true, true, true]);
  });

  test('that settled nothing, the decision goes on waiting for votes', () => {
    expect(afterLook(rotation({ resolve: { ...question, look: 5 } as never }), resolved('look-again'))).toEqual(
      question,
    );
  });

  test.each<[string, unknown, Resolved]>([
    ['settled something: the question has changed', question, resolved('look-again', [W1])],
    ['was no decision for anybody to vote on', { ...question, digest: null }, resolved('look-again')],
    ['was not asked', null, resolved('look-again')],
    ['is over, since the decision was made', question, resolved('leave-behind')],
  ])('no decision waits if it %s', (_, resolve, entry) => {
    expect(afterLook(rotation({ resolve: resolve as never }), entry)).toBeNull();
  });

  test('that settled nothing, people are told whose look it was', () => {
    const looked = rotation({ lookedAgain: { by: ana, at: null } as never });
    expect(lookedBy(looked, resolved('look-again'), AT)).toEqual({ by: ana, at: AT });
    expect(lookedBy(looked, resolved('look-again', [W1]), AT)).toBeNull();
    expect(lookedBy(looked, resolved('look-again', [], { void: true }), AT)).toBeNull();
    expect(lookedBy(looked, resolved('leave-behind'), AT)).toBeNull();
    expect(lookedBy(rotation(), resolved('look-again'), AT)).toBeNull();
  });
});

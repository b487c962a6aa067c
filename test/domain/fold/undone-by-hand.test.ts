import { isUndoneByHand } from '../../../src/domain/fold/undone-by-hand.ts';
import type { RunnerOutcome } from '../../../src/domain/journal/entries.ts';
import type { OrderState, RotationState } from '../../../src/domain/rotation/rotation.ts';

const order = (over: Partial<OrderState> = {}): OrderState =>
  ({ host: 'sqlw01', kind: 'apply', stage: 'workers', outcome: 'applied', ...over }) as OrderState;

/** One stage of two steps on sqlw01, of which `back` have gone back. */
const rotation = (over: { closed?: unknown; orders?: readonly OrderState[]; back?: readonly string[] } = {}) => {
  const { closed = { outcome: 'proved' }, orders = [order()], back = ['pin'] } = over;
  return {
    closed,
    orders,
    plan: { slices: [{ host: 'sqlw01', stages: { workers: { steps: [{ id: 'pin' }, { id: 'restart' }] } } }] },
    steps: { sqlw01: Object.fromEntries(back.map((id) => [id, { direction: 'back' }])) },
  } as unknown as RotationState;
};

test.each<[string, RotationState, OrderState | undefined, RunnerOutcome, boolean]>([
  ['what a person has put back after the end', rotation(), order(), 'put-back', true],
  ['what a person has begun to put back', rotation(), order(), 'unknown', true],
  [
    'what had not changed anything, and of which a step went back',
    rotation(),
    order({ outcome: 'unchanged' }),
    'put-back',
    true,
  ],
  [
    'what another machine put back in the rotation',
    rotation({ orders: [order({ host: 'sqlw02' as never, kind: 'undo', outcome: 'put-back' })] }),
    order(),
    'put-back',
    true,
  ],
  [
    'a stage, if another one was put back in the rotation',
    rotation({ orders: [order({ stage: 'trust', kind: 'undo', outcome: 'put-back' })] }),
    order(),
    'put-back',
    true,
  ],
  [
    'a stage that the rotation could not put back',
    rotation({ orders: [order({ kind: 'undo', outcome: 'unknown' })] }),
    order(),
    'put-back',
    true,
  ],
  ['nothing while the rotation runs', rotation({ closed: null }), order(), 'put-back', false],
  ['nothing by an order that is not known', rotation(), undefined, 'put-back', false],
  ['nothing by an order to look', rotation(), order({ kind: 'look' }), 'put-back', false],
  ['nothing by an order for no stage', rotation(), order({ stage: null }), 'put-back', false],
  ['nothing by an order that had failed', rotation(), order({ outcome: 'put-back' }), 'put-back', false],
  ['nothing by an order that stays as it is', rotation(), order(), 'applied', false],
  [
    'nothing that the rotation itself put back',
    rotation({ orders: [order({ kind: 'undo', outcome: 'put-back' })] }),
    order(),
    'put-back',
    false,
  ],
  ['nothing where no step went back', rotation({ back: [] }), order(), 'unknown', false],
  ['nothing on a machine that is not in the plan', rotation(), order({ host: 'sqlw09' as never }), 'put-back', false],
])('Undone by hand is %s', (_, state, undone, outcome, expected) => {
  expect(isUndoneByHand(state, undone, outcome)).toBe(expected);
});

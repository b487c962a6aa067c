import { formCard } from '../../cards/adaptive/form.ts';
import { renderAdaptiveCard } from '../../cards/adaptive-card.ts';
import { crowded } from './crowded.ts';
import { ASKS, VIEWS } from './views.ts';

const EN = { language: 'en', timeZone: 'UTC' } as const;
const CARDS: readonly (readonly [string, object])[] = [
  ...(['approver', 'requester', 'other'] as const).flatMap((reader) => [
    ...Object.entries(VIEWS).map(
      ([name, view]) => [`${name} for ${reader}`, renderAdaptiveCard(view, reader, 'en', 'UTC')] as const,
    ),
    ...crowded(100, '长'.repeat(60), 'because', 'bad').map(
      (view, at) =>
        [`${view.kind} ${at} of a crowd for ${reader}`, renderAdaptiveCard(view, reader, 'en', 'UTC')] as const,
    ),
  ]),
  [
    'a form',
    formCard({ request: 'rotate-master', what: 'rotate-master', farms: [], farm: null, fields: ASKS, reason: '' }, EN),
  ],
];

/** Only of elements: what a button carries has names of its own. */
function idsIn(node: unknown): readonly string[] {
  if (typeof node !== 'object' || node === null) return [];
  const { id, type } = node as { readonly id?: unknown; readonly type?: unknown };
  const own = typeof type === 'string' && (typeof id === 'string' || type.startsWith('Input.')) ? [String(id)] : [];
  return [...own, ...Object.entries(node).flatMap(([key, value]) => (key === 'data' ? [] : idsIn(value)))];
}

/** Phones show nothing at all of a card in which two elements, or two inputs, have the same id. */
test('no card uses an id twice or has an input without one', () => {
  for (const [name, card] of CARDS) {
    const ids = idsIn(card);
    expect([name, ids.filter((id, at) => ids.indexOf(id) !== at || id === 'undefined')]).toEqual([name, []]);
  }
});

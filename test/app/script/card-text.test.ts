import { literal } from '../../../cards/literal.ts';
import { cardPen } from '../../../cards/pen.ts';
import { cardButtons, cardLines, cardState, plainText } from '../../../src/app/script/card-text.ts';

const CARD = {
  type: 'AdaptiveCard',
  body: [
    { type: 'Container', items: [{ type: 'TextBlock', text: 'DONE · 18 S' }] },
    {
      type: 'ColumnSet',
      columns: [
        { items: [{ type: 'TextBlock', text: '**sqlw01**' }] },
        { items: [{ type: 'TextBlock', text: '8.4 s' }] },
      ],
    },
    { type: 'Container', isVisible: false, items: [{ type: 'TextBlock', text: 'hidden' }] },
    { type: 'TextBlock', text: 'Good until {{DATE(2027-11-24T14:31:00Z,SHORT)}}.' },
  ],
  actions: [
    { type: 'Action.Execute', verb: 'show', data: { v: 1 } },
    {
      type: 'Action.ShowCard',
      card: {
        body: [{ type: 'Input.Text', id: 'reason' }],
        actions: [{ type: 'Action.Execute', verb: 'deny', data: {} }],
      },
    },
  ],
};

test('a card is read from top to bottom, with columns side by side and without what is hidden', () => {
  expect(cardState(CARD)).toBe('DONE · 18 S');
  expect(cardLines(CARD)).toEqual(['DONE · 18 S', 'sqlw01  8.4 s', 'Good until 2027-11-24 14:31 UTC.']);
});

test('a date with its time is read as one moment, and a label before its value', () => {
  const at = '2026-12-08T21:03:00Z';
  const drawn = cardPen({ language: 'en', timeZone: 'UTC' }, 100).dateTime(at);
  const items = ['GOOD UNTIL', drawn].map((text) => ({ type: 'TextBlock', text }));
  expect(cardLines({ body: [{ type: 'ColumnSet', columns: [{ items }] }] })).toEqual([
    'GOOD UNTIL 2026-12-08 21:03 UTC',
  ]);
});

test('buttons behind a button are found, with the field that goes with them', () => {
  expect(cardButtons(CARD)).toEqual([
    { verb: 'show', data: { v: 1 }, field: null },
    { verb: 'deny', data: {}, field: 'reason' },
  ]);
});

test.each([null, 1, 'x', [], {}])('%j is read as a card without words or buttons', (value) => {
  expect([cardState(value), cardLines(value), cardButtons(value)]).toEqual(['', [], []]);
});

test.each(['mail ops@example.com', 'a & b | c ~ d', '{1} #2', '# one', '- one', '1) one', 'https://www.example.com'])(
  'what people typed is shown as they typed it: %s',
  (typed) => {
    expect(plainText(literal(typed))).toBe(typed);
  },
);

import { createTeller } from '../../../src/roots/script/teller.ts';

const told = () => {
  const lines: string[] = [];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colors, where the terminal has them.
  const teller = createTeller((text) => lines.push(text.replace(/\u001b\[\d+m/gu, '')));
  return { ...teller, lines };
};
const message = { id: 'm1', only: false, bot: true, from: 'certops' } as const;
const card = (state: string) => ({
  ...message,
  body: { type: 'card' as const, kind: 'running', card: { body: [{ type: 'TextBlock', text: state }] } },
});

test('two changes that come at once are printed once each, although everybody is told of both in turn', () => {
  const { hear, lines, lastCard } = told();
  for (const person of ['Mei Lin', 'Ana Ruiz', 'Tom Becker'])
    for (const state of ['STEP 11 OF 18', 'STEP 12 OF 18']) hear(card(state), person);
  expect(lines.map((line) => line.trim())).toEqual(['certops  STEP 11 OF 18', 'certops  STEP 12 OF 18']);
  expect(lastCard()).toEqual(['STEP 12 OF 18']);
});

test('what only one person sees is printed with the name of that person', () => {
  const { hear, lines } = told();
  hear({ ...message, id: 'm2', only: true, body: { type: 'text', text: 'yours' } }, 'Mei Lin');
  hear({ ...message, id: 'm3', only: true, body: { type: 'text', text: 'yours' } }, 'Ana Ruiz');
  expect(lines).toEqual(['certops to Mei Lin alone  yours', 'certops to Ana Ruiz alone  yours']);
});

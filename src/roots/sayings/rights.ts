/** What Redis does not let a runner do, by code, and what follows from it. */
const REFUSED: { readonly [code: string]: string } = {
  'orders-refused': 'Redis does not hand out its orders to this runner',
  'reports-refused':
    'Redis does not take the reports of this runner, so the bot hears nothing of it and calls it silent',
};

/** One sentence, and how the right is given; an event holds no quotation marks. Of another version's code: itself. */
export const rightLine = (code: string, host: string): string =>
  `${REFUSED[code] ?? code}: its Redis user lacks a right. Load the line into Redis that certops redis acl ${host} prints at the bot; it is noticed within half a minute.`;

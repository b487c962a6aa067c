/**
 * What the page says, in the language of whoever it listens as; in English, as the page was written, until it knows.
 */
let said = {};
let tag = 'en';

/** Takes the words over, and says the parts of the page that stand still: those with `data-word` and `data-label`. */
export function speak({ words, language }) {
  said = words;
  tag = language;
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll('[data-word]')) element.textContent = word(element.dataset.word);
  for (const element of document.querySelectorAll('[data-label]'))
    element.setAttribute('aria-label', word(element.dataset.label));
  for (const element of document.querySelectorAll('[data-title]')) element.title = word(element.dataset.title);
}

/** `word('cut-count', { count: 3 })`. A word that the bot does not know shows its name. */
export const word = (name, places = {}) => fill(said[`page.${name}`] ?? name, places);

/** One or many of something, counted. */
export const counted = (name, count) => word(`${name}-${count === 1 ? 'one' : 'many'}`, { count });

/** `prod, stage and test`. */
export const listed = (names) => new Intl.ListFormat(tag).format(names);

/** What a refusal means; `otherwise` where the bot that refused knows better. */
export const refusalOf = (code, otherwise) => said[`refused.${code}`] ?? otherwise;

/** For dates: `en-GB`, for days before months and 24 hours. */
export const locale = () => (tag === 'en' ? 'en-GB' : tag);

const fill = (text, places) =>
  text.replace(/\{([a-z]+)\}/gu, (whole, place) => (Object.hasOwn(places, place) ? String(places[place]) : whole));

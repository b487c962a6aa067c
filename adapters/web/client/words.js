/**
 * The page's words, in the language of the person it listens as; until the bot has sent them, the page keeps the
 * English of its HTML.
 */
let said = {};
let tag = 'en';
let clock;

/**
 * Takes the words over, and fills the static parts of the page: those with `data-word`, `data-label` and `data-title`.
 */
export function speak({ words, language, timeZone }) {
  said = words;
  tag = language;
  clock = timeZone;
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll('[data-word]')) element.textContent = word(element.dataset.word);
  for (const element of document.querySelectorAll('[data-label]'))
    element.setAttribute('aria-label', word(element.dataset.label));
  for (const element of document.querySelectorAll('[data-title]')) element.title = word(element.dataset.title);
}

/** `word('cut-count', { count: 3 })`. A word that the bot has not sent is shown as its name. */
export const word = (name, places = {}) => fill(said[`page.${name}`] ?? name, places);

/** A count in words, singular or plural. */
export const counted = (name, count) => word(`${name}-${count === 1 ? 'one' : 'many'}`, { count });

/** `prod, stage and test`. */
export const listed = (names) => new Intl.ListFormat(tag).format(names);

/** What a refusal means; `otherwise` is used if the page has no words for it. */
export const refusalOf = (code, otherwise) => said[`refused.${code}`] ?? otherwise;

/** For dates; English uses `en-GB`, which puts the day before the month and uses 24 hours. */
export const locale = (language = tag) => (language === 'en' ? 'en-GB' : language);

/** The time zone of the person the page listens as; until the bot has named it, the browser's. */
export const zone = () => clock;

const fill = (text, places) =>
  text.replace(/\{([a-z]+)\}/gu, (whole, place) => (Object.hasOwn(places, place) ? String(places[place]) : whole));

import { locale, word, zone } from './words.js';

export const shortThumbprint = (thumbprint) => `${thumbprint.slice(0, 6)}…${thumbprint.slice(-4)}`;

/** Short names of the machines: without the domain that all of them share. */
export function namesAmong(hosts) {
  const domainOf = (host) => /\..*$/u.exec(host)?.[0] ?? '';
  const [domain = '', other] = new Set(hosts.map(domainOf));
  return (host) => (other === undefined && domain !== '' ? host.slice(0, -domain.length) : host);
}

/** `8.4 s`; from one minute on `1 min 4 s`. */
export function seconds(ms) {
  if (ms < 59_950) return word('seconds', { seconds: (ms / 1000).toFixed(1) });
  const whole = Math.round(ms / 1000);
  return word('minutes', { minutes: Math.floor(whole / 60), seconds: whole % 60 });
}

/** `8.4 + 11.2 s`: forth and back, as on the card. */
export const sumOf = (lengths) =>
  lengths.every((ms) => ms < 59_950)
    ? word('seconds', { seconds: lengths.map((ms) => (ms / 1000).toFixed(1)).join(' + ') })
    : lengths.map(seconds).join(' + ');

/** A duration that still grows is shown in whole seconds: it is not known more exactly. */
export const secondsSoFar = (ms) => (ms < 60_000 ? word('seconds', { seconds: Math.round(ms / 1000) }) : seconds(ms));

/** Dates and times are those of the person's own zone, as in the bot's answers, whatever the browser's clock shows. */
const dateIn = (instant, options, language) =>
  new Date(instant).toLocaleDateString(locale(language), { ...options, timeZone: zone() });

export const day = (instant, language) =>
  dateIn(instant, { day: 'numeric', month: 'short', year: 'numeric' }, language);

/** `Tue, 24 Nov 2026`, as a card's renderer writes a date. */
const dayOfWeek = (instant, language) =>
  dateIn(instant, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }, language);

const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
const clockIn = (instant, options) => new Date(instant).toLocaleTimeString(locale(), { ...clock, ...options });

/** `14:05`; ` UTC+8` follows where the browser's clock shows another time. */
const time = (instant) => `${clockIn(instant, { timeZone: zone() })}${zoneOf(instant)}`;

function zoneOf(instant) {
  if (clockIn(instant, { timeZone: zone() }) === clockIn(instant)) return '';
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone(), timeZoneName: 'shortOffset' }).formatToParts(
    new Date(instant),
  );
  return ` ${parts.find(({ type }) => type === 'timeZoneName').value.replace('GMT', 'UTC')}`;
}

/** `14:05`; for another day `24 Nov 14:05`. */
export const timeOf = (at) =>
  day(at) === day(Date.now()) ? time(at) : `${dateIn(at, { day: 'numeric', month: 'short' })} ${time(at)}`;

export const timeToTheSecond = (instant) =>
  `${clockIn(instant, { second: '2-digit', timeZone: zone() })}${zoneOf(instant)}`;

/** Writes the dates and times in a card's text, which its renderer would write by the browser's clock. */
export const dated = (text, language) =>
  text
    .replace(/\{\{DATE\(([-\dT:Z]+),SHORT\)\}\}/gu, (_, at) => dayOfWeek(at, language))
    .replace(/\{\{TIME\(([-\dT:Z]+)\)\}\}/gu, (_, at) => time(at));

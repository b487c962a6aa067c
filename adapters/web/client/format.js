import { locale, word } from './words.js';

export const shortThumbprint = (thumbprint) => `${thumbprint.slice(0, 6)}…${thumbprint.slice(-4)}`;

/** Short names of the machines: without the domain that all of them share. */
export function namesAmong(hosts) {
  const domainOf = (host) => /\..*$/u.exec(host)?.[0] ?? '';
  const [domain = '', other] = new Set(hosts.map(domainOf));
  return (host) => (other === undefined && domain !== '' ? host.slice(0, -domain.length) : host);
}

/** `8.4 s`; from one minute on `1 min 4 s`. */
export function seconds(ms) {
  if (ms < 60_000) return word('seconds', { seconds: (ms / 1000).toFixed(1) });
  const whole = Math.round(ms / 1000);
  return word('minutes', { minutes: Math.floor(whole / 60), seconds: whole % 60 });
}

/** A duration that still grows is shown in whole seconds: it is not known more exactly. */
export const secondsSoFar = (ms) => (ms < 60_000 ? word('seconds', { seconds: Math.round(ms / 1000) }) : seconds(ms));

export const day = (instant) =>
  new Date(instant).toLocaleDateString(locale(), { day: 'numeric', month: 'short', year: 'numeric' });

const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };

/** `14:05`; for another day `24 Nov 14:05`. */
export function timeOf(at) {
  const date = new Date(at);
  const time = date.toLocaleTimeString(locale(), clock);
  if (date.toDateString() === new Date().toDateString()) return time;
  return `${date.toLocaleDateString(locale(), { day: 'numeric', month: 'short' })} ${time}`;
}

export const timeToTheSecond = (instant) =>
  new Date(instant).toLocaleTimeString(locale(), { ...clock, second: '2-digit' });

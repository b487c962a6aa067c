export const shortThumbprint = (thumbprint) => `${thumbprint.slice(0, 6)}…${thumbprint.slice(-4)}`;

/** `8.4 s`, from a minute on `1 min 4 s`. */
export function seconds(ms) {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const whole = Math.round(ms / 1000);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** What still grows is not shown more exactly than it is known. */
export const secondsSoFar = (ms) => (ms < 60_000 ? `${Math.round(ms / 1000)} s` : seconds(ms));

export const day = (instant) =>
  new Date(instant).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };

/** `14:05`, on another day `24 Nov 14:05`. */
export function timeOf(at) {
  const date = new Date(at);
  const time = date.toLocaleTimeString('en-GB', clock);
  if (date.toDateString() === new Date().toDateString()) return time;
  return `${date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })} ${time}`;
}

export const timeToTheSecond = (instant) =>
  new Date(instant).toLocaleTimeString('en-GB', { ...clock, second: '2-digit' });

export const count = (n, one, many) => `${n} ${n === 1 ? one : many}`;

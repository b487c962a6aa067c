import { patternFault, refusedTicket, TICKET_PLACE } from '../domain/farm/ticket.ts';
import { type CronTimes, isCronFault, neverComes, readCron, shortestBelow } from '../domain/when/cron.ts';
import { inWords, parseDuration } from './duration.ts';
import { type DataPath, type Report, shown } from './problem.ts';
import { type Rule, rule } from './rule.ts';

const CRON = 'minute, hour, day, month and weekday, such as 0 22 * * 6';

const windowsCome = rule(['windows'], ({ windows }, report) => {
  for (const [index, { cron, length }] of windows.entries()) {
    const read = readCron(cron);
    const at = ['windows', index, 'cron'];
    if (isCronFault(read)) report(at, 'CronNotUnderstood', `${shown(cron)} (${read.fault})`, CRON);
    else if (neverComes(read))
      report(at, 'WindowNeverComes', `${shown(cron)}, which never comes`, 'a day that some month has');
    else lengthFits(read, length, ['windows', index, 'length'], report);
  }
});

function lengthFits(times: CronTimes, length: string, at: DataPath, report: Report): void {
  const shortest = shortestBelow(times, parseDuration(length) ?? 0);
  if (shortest === null) return;
  const found = `${shown(length)}, and the next one opens ${inWords(shortest)} later`;
  report(at, 'WindowLongerThanInterval', found, `at most ${inWords(shortest)}`);
}

const windowsDiffer = rule(['windows', 'timeZone'], ({ windows, timeZone }, report) => {
  const seen = new Set<string>();
  windows.forEach(({ cron, timeZone: zone = timeZone }, index) => {
    const key = `${cron.split(/\s+/u).join(' ')} ${zone.toLowerCase()}`;
    if (seen.has(key)) report(['windows', index], 'WindowTwice', `${shown(cron)} a second time`, 'each window once');
    seen.add(key);
  });
});

const ticketFits = rule(['ticket'], ({ ticket }, report) => {
  if (ticket === undefined) return;
  const { pattern, example, link } = ticket;
  const fault = patternFault(pattern);
  if (fault !== null)
    report(
      ['ticket', 'pattern'],
      'PatternNotAllowed',
      `${shown(pattern)}, which ${fault}`,
      'a plain regular expression, such as CHG[0-9]{7}',
    );
  else if (refusedTicket({ pattern, example, required: false, link: null }, example) !== null)
    report(['ticket', 'example'], 'ExampleDoesNotMatch', shown(example), `what matches ${shown(pattern)}`);
  if (link !== undefined && !isLink(link))
    report(
      ['ticket', 'link'],
      'LinkNotAllowed',
      shown(link),
      `https://, with ${TICKET_PLACE} once, in its path or query`,
    );
});

/** A ticket must not become part of the host name: it is allowed only after the server's address. */
function isLink(link: string): boolean {
  const [before = '', after, ...more] = link.split(TICKET_PLACE);
  if (after === undefined || more.length > 0 || !/^https:\/\/[^\s/?#@]+[/?#]/u.test(before)) return false;
  return URL.canParse(link.replace(TICKET_PLACE, 'X')) && /^[\w.~:/?#@!$&+,;=%{}-]+$/u.test(link);
}

export const WHEN_RULES: readonly Rule[] = [windowsCome, windowsDiffer, ticketFits];

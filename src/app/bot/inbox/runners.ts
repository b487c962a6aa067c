import { isHeard } from '../../../domain/presence/presence.ts';
import type { HostName } from '../../../domain/values.ts';
import type { Answer } from '../../../ports/chat.ts';
import type { Desk } from '../desk.ts';
import { notice, say } from '../views/notices.ts';
import {
  botsLines,
  buildLines,
  elsewhereLines,
  folded,
  heardRunners,
  isOff,
  type Runner,
  unheardLines,
} from '../views/runner-lines.ts';

/**
 * `runners [FARM]`: those never heard and the silent first, then what deserves a look, then the rest. While no letter
 * gets through, none is silent: then each is shown as it was heard last.
 */
export function runners(desk: Desk, queueUp: boolean): Answer {
  const { now } = desk.moment();
  const names = desk.farm.hosts.map(({ name }) => name);
  const heard = heardRunners(desk);
  if (!queueUp)
    return notice([
      say('runners.last-heard', {
        farm: desk.farm.name,
        count: names.length,
        unheard: names.filter((host) => desk.presence[host] === undefined),
      }),
      say('status.queue', { refuses: desk.refusal() }),
      ...folded(desk, heard, 'runners.runner', 'runners.more-last-heard'),
      ...buildLines(desk),
    ]);
  const silent = heard.filter(({ hello }) => !isHeard(hello, now)).sort((a, b) => a.hello.at - b.hello.at);
  const answering = heard.filter((one) => !silent.includes(one)).sort((a, b) => care(b, desk) - care(a, desk));
  const versions = [...new Set(answering.map(({ hello }) => hello.version))].sort();
  return notice([
    say('runners.farm', { farm: desk.farm.name, answering: answering.length, count: names.length, versions }),
    ...botsLines(desk),
    ...unheardLines(desk),
    ...folded(desk, silent, 'runners.silent', 'runners.more-silent'),
    ...elsewhereLines(desk),
    ...folded(desk, answering, 'runners.runner', 'runners.more'),
    ...buildLines(desk),
  ]);
}

/** Machines whose runner answers, and because of which a request may be refused. */
export function unwellHosts({ farm, presence, moment }: Desk): readonly HostName[] {
  const { now } = moment();
  return farm.hosts.flatMap(({ name }) => {
    const hello = presence[name];
    return hello !== undefined && isHeard(hello, now) && (hello.notes.length > 0 || isOff(hello)) ? [name] : [];
  });
}

const care = ({ hello }: Runner, { version: bot }: Desk): number =>
  (hello.notes.length > 0 ? 4 : 0) + (isOff(hello) ? 2 : 0) + (hello.version === bot ? 0 : 1);

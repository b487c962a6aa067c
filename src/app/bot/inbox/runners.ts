import { PROTOCOL } from '../../../domain/letters/protocol.ts';
import type { HostPresence } from '../../../domain/presence/presence.ts';
import { isHeard } from '../../../domain/presence/presence.ts';
import type { Data, HostName, Message } from '../../../domain/values.ts';
import type { Answer } from '../../../ports/chat.ts';
import type { Desk } from '../desk.ts';
import { FIRST_HELLO_WITHIN_MS } from '../planning/request.ts';
import { notice, say } from '../views/notices.ts';

/** How many runners get a line of their own, among the silent and among those that answer. */
const MOST_LINES = 12;

interface Runner {
  readonly host: HostName;
  readonly hello: HostPresence;
}

/** Those of the farm's runners that this bot has heard since it was started, in the farm file's order. */
export const heardRunners = ({ farm, presence }: Desk): readonly Runner[] =>
  farm.hosts.flatMap(({ name: host }) => {
    const hello = presence[host];
    return hello === undefined ? [] : [{ host, hello }];
  });

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
      say('runners.before', {
        farm: desk.farm.name,
        count: names.length,
        unheard: names.filter((host) => desk.presence[host] === undefined),
      }),
      say('status.queue', { refuses: desk.refusal() }),
      ...folded(desk, heard, 'runners.runner', 'runners.more-before'),
      ...buildLines(desk),
    ]);
  const silent = heard.filter(({ hello }) => !isHeard(hello, now)).sort((a, b) => a.hello.at - b.hello.at);
  const answering = heard.filter((one) => !silent.includes(one)).sort((a, b) => care(b, desk) - care(a, desk));
  const versions = [...new Set(answering.map(({ hello }) => hello.version))].sort();
  return notice([
    say('runners.farm', { farm: desk.farm.name, answering: answering.length, count: names.length, versions }),
    ...unheardLines(desk),
    ...folded(desk, silent, 'runners.silent', 'runners.more-silent'),
    ...folded(desk, answering, 'runners.runner', 'runners.more'),
    ...buildLines(desk),
  ]);
}

/** Runners of another build than this bot, by their last hello, and what to do about it. */
export function buildLines({ farm, presence, version: bot }: Desk): readonly Message[] {
  const hosts = farm.hosts.flatMap(({ name }) => ((presence[name]?.version ?? bot) === bot ? [] : [name]));
  return hosts.length === 0 ? [] : [say('runners.builds', { bot, hosts })];
}

/** Machines that this bot has not heard: it may have just started, and hellos are not journaled. */
export function unheardLines(desk: Desk): readonly Message[] {
  const { now, since: at } = desk.moment();
  const { hosts: heads } = desk.state();
  const unheard = desk.farm.hosts.flatMap(({ name }) => (desk.presence[name] === undefined ? [name] : []));
  if (unheard.length === 0) return [];
  const since = new Date(at).toISOString();
  if (now - at <= FIRST_HELLO_WITHIN_MS) return [say('runners.early', { hosts: unheard, since })];
  // The journal has what these runners signed, so they were heard before.
  const known = unheard.filter((host) => (heads[host]?.seq ?? 0) > 0);
  const never = unheard.filter((host) => !known.includes(host));
  return [
    ...(never.length === 0 ? [] : [say('runners.never', { hosts: never })]),
    ...(known.length === 0 ? [] : [say('runners.not-since', { hosts: known, since })]),
  ];
}

function folded(desk: Desk, all: readonly Runner[], id: string, moreId: string): readonly Message[] {
  const kept = all.length <= MOST_LINES ? all : all.slice(0, MOST_LINES - 1);
  const left = all.slice(kept.length);
  return [...kept.map((one) => say(id, dataOf(one, desk))), ...(left.length === 0 ? [] : [say(moreId, sumOf(left))])];
}

const dataOf = ({ host, hello }: Runner, { version: bot }: Desk): Data => ({
  host,
  version: hello.version,
  isOther: hello.version !== bot,
  at: new Date(hello.at).toISOString(),
  skewMs: hello.skew.ms === null ? null : Math.round(hello.skew.ms),
  isOff: isOff(hello),
  lastN: hello.lastN,
  codes: [...new Set(hello.notes.map(({ code }) => code))],
});

const sumOf = (left: readonly Runner[]): Data => ({
  count: left.length,
  hosts: left.map(({ host }) => host),
  versions: [...new Set(left.map(({ hello }) => hello.version))].sort(),
  skewMs: Math.max(...left.map(({ hello }) => Math.abs(Math.round(hello.skew.ms ?? 0)))),
  at: new Date(Math.min(...left.map(({ hello }) => hello.at))).toISOString(),
});

/** A request is refused while a clock is off by this much. */
const isOff = ({ skew }: HostPresence): boolean => Math.abs(skew.ms ?? 0) > PROTOCOL.clockToleranceMs;

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

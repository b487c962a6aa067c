import { PROTOCOL } from '../../../domain/letters/protocol.ts';
import { FIRST_HELLO_WITHIN_MS, type HostPresence, isHeard, mayStillSpeak } from '../../../domain/presence/presence.ts';
import { instantOf } from '../../../domain/time.ts';
import type { Data, HostName, Json, Message } from '../../../domain/values.ts';
import type { Desk } from '../desk.ts';
import { say } from './notices.ts';

/** How many runners get a line of their own, among the silent and among those that answer. */
const MOST_LINES = 12;

export interface Runner {
  readonly host: HostName;
  readonly hello: HostPresence;
}

/** Those of the farm's runners that this bot has heard since it was started, in the farm file's order. */
export const heardRunners = ({ farm, presence }: Desk): readonly Runner[] =>
  farm.hosts.flatMap(({ name: host }): readonly Runner[] => {
    const hello = presence[host];
    return hello === undefined ? [] : [{ host, hello }];
  });

/**
 * What the console shows of runners: those not heard or silent, and those that say something of themselves. Not when
 * each of these was heard, which would be old a moment later.
 */
export function runnersToSee(desk: Desk): readonly Message[] {
  const moment = desk.moment();
  const heard = heardRunners(desk);
  const silent = heard.filter(({ host, hello }) => !isHeard(hello, moment.now) && !mayStillSpeak(moment, host));
  const noted = heard.filter((one) => !silent.includes(one) && (one.hello.notes.length > 0 || isOff(one.hello)));
  return [
    ...botsLines(desk),
    ...unheardLines(desk).filter(({ id }) => id !== 'runners.early'),
    ...folded(desk, silent, 'runners.silent', 'runners.more-silent'),
    ...elsewhereLines(desk),
    ...folded(desk, noted, 'runners.noted', 'runners.more'),
    ...buildLines(desk),
  ];
}

/** That more than one bot serves this farm: each hears a part, so that runners seem silent whom the other one hears. */
export function botsLines({ farm, state }: Desk): readonly Message[] {
  const bots = state().quiet.filter(({ what }) => what === 'bots');
  const [first] = bots;
  if (first === undefined) return [];
  const names = bots.map(({ subject }) => subject);
  return [say('told.bots-many', { farm: farm.name, names, since: first.since })];
}

/** Machines whose own runner reports for another farm now: here they are silent. `among`: no others are named. */
export function elsewhereLines({ farm, elsewhere, moment }: Desk, among?: readonly Json[]): readonly Message[] {
  const { now } = moment();
  const found = farm.hosts.flatMap(({ name: host }) => {
    const last = elsewhere[host];
    if (among?.includes(host) === false) return [];
    return last === undefined || now - last.at > PROTOCOL.silentAfterMs ? [] : [{ host, other: last.farm }];
  });
  return [...new Set(found.map(({ other }) => other))].slice(0, MOST_LINES).map((other) => {
    const hosts = found.filter((one) => one.other === other).map(({ host }) => host);
    return say('runners.elsewhere', { farm: farm.name, other, hosts });
  });
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
  const since = instantOf(at);
  if (now - at <= FIRST_HELLO_WITHIN_MS) return [say('runners.early', { hosts: unheard, since })];
  // The journal has what these runners signed, so they were heard before.
  const known = unheard.filter((host) => (heads[host]?.seq ?? 0) > 0);
  const never = unheard.filter((host) => !known.includes(host));
  return [
    ...(never.length === 0 ? [] : [say('runners.never', { hosts: never })]),
    ...(known.length === 0 ? [] : [say('runners.not-since', { hosts: known, since })]),
  ];
}

export function folded(desk: Desk, all: readonly Runner[], id: string, moreId: string): readonly Message[] {
  const kept = all.length <= MOST_LINES ? all : all.slice(0, MOST_LINES - 1);
  const left = all.slice(kept.length);
  return [...kept.map((one) => say(id, dataOf(one, desk))), ...(left.length === 0 ? [] : [say(moreId, sumOf(left))])];
}

const dataOf = ({ host, hello }: Runner, { version: bot }: Desk): Data => ({
  host,
  version: hello.version,
  isOther: hello.version !== bot,
  at: instantOf(hello.at),
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
  at: instantOf(Math.min(...left.map(({ hello }) => hello.at))),
});

/** A request is refused while a clock is off by this much. */
export const isOff = ({ skew }: HostPresence): boolean => Math.abs(skew.ms ?? 0) > PROTOCOL.clockToleranceMs;

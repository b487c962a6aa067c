import { CertopsError } from '../src/domain/errors.ts';
import { askOnce, reasonOf } from './connection.ts';
import { ordersOf, reportsOf } from './letters.ts';

interface Waiting {
  /** Seconds since one last asked. */
  readonly idle: number;
  /** The address, without its port, of each that asks now: two runners of one name each get a part of its orders. */
  readonly from: readonly string[];
  /** Redis holds one of them until a letter comes: nearly always, if its user may wait for one. */
  readonly isHeld: boolean;
}

export interface PresenceOptions {
  readonly redis: string;
  readonly hosts: readonly string[];
  readonly prefix: string;
}

/**
 * Who waits for the orders of each host, by the names of Redis's connections: a BullMQ worker names its blocking
 * connection after its queue, and polls at least every five seconds. Nothing is taken out of a queue, and no letter is
 * read. A host that is missing has no runner waiting. Throws CertopsError `RedisAway`, or `PresenceHidden` where CLIENT
 * LIST is not allowed or not known.
 */
export async function runnersWaiting({
  redis: url,
  hosts,
  prefix,
}: PresenceOptions): Promise<ReadonlyMap<string, Waiting>> {
  return waitingIn(await clientList(url), hosts, prefix);
}

/**
 * Whence bots take letters for this farm now: see `botsIn`. Throws CertopsError `RedisAway`, `PresenceHidden` like
 * `runnersWaiting`.
 */
export async function botsServing({
  redis: url,
  farm,
  prefix,
}: Omit<PresenceOptions, 'hosts'> & { readonly farm: string }): Promise<readonly string[]> {
  return botsIn(await clientList(url), farm, prefix);
}

const clientList = (url: string): Promise<string> =>
  askOnce(url, async (redis) => {
    const all = await redis.client('LIST').catch((error: unknown) => {
      throw new CertopsError('PresenceHidden', { reason: reasonOf(error), wanted: '+client|list' });
    });
    return inDatabase(String(all), redis.options.db ?? 0);
  });

/** The lines of CLIENT LIST without the connections to other databases, which share no queue with this one. */
export const inDatabase = (text: string, db: number): string =>
  text
    .split('\n')
    .filter((line) => Number(/ db=(\d+)/u.exec(line)?.[1] ?? db) === db)
    .join('\n');

/** Reads the text of CLIENT LIST. Pure, for the table of cases in the tests. */
export function waitingIn(text: string, hosts: readonly string[], prefix: string): ReadonlyMap<string, Waiting> {
  const all = connectionsIn(text);
  return new Map(
    hosts.flatMap((host) => {
      const own = named(all, nameOf(ordersOf(host), prefix));
      const isHeld = own.some((fields) => fields.get('flags')?.includes('b') === true);
      const idle = Math.min(...own.map(idleOf));
      return own.length === 0 ? [] : [[host, { idle, from: addressesOf(own), isHeld }] as const];
    }),
  );
}

/** A BullMQ worker asks at least every five: a connection that has not asked for longer was cut off. Seconds. */
export const QUIET_S = 20;

/**
 * The address, without its port, of each connection that takes letters out of a farm's own box: a bot of that farm has
 * one. Reads the text of CLIENT LIST, as `waitingIn` does.
 */
export function botsIn(text: string, farm: string, prefix: string): readonly string[] {
  const box = reportsOf(farm, prefix);
  return addressesOf(named(connectionsIn(text), nameOf(box.queue, box.prefix)));
}

type Fields = ReadonlyMap<string, string>;

const named = (connections: readonly Fields[], name: string): readonly Fields[] =>
  connections.filter((fields) => fields.get('name') === name);

const idleOf = (fields: Fields): number => Number(fields.get('idle'));

const addressesOf = (connections: readonly Fields[]): readonly string[] =>
  connections
    .filter((fields) => idleOf(fields) <= QUIET_S)
    .map((fields) => (fields.get('addr') ?? '').replace(/:\d+$/u, ''))
    .sort();

const nameOf = (queue: string, prefix: string): string => `${prefix}:${Buffer.from(queue).toString('base64')}`;

const connectionsIn = (text: string): readonly Fields[] =>
  text.split('\n').map((line) => {
    const fields = line.trim().split(' ');
    return new Map(fields.map((field) => field.split(/=(.*)/su, 2) as [string, string]));
  });

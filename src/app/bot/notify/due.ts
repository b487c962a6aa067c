import { toldKey } from '../../../domain/rotation/standing-word.ts';
import type { Message } from '../../../domain/values.ts';
import type { Desk } from '../desk.ts';
import { eventsNow, type NotifyEvent } from './events.ts';

/** The platform under which the journal records what the webhook was told. */
export const WEBHOOK = 'webhook';

/** A message in words, for receivers that only show a text. */
export type Word = (message: Message, timeZone: string) => string;

/** What the webhook still has to be sent: what holds and was not told, then what was told and is over. */
export function dueNow(desk: Desk, word: Word): readonly { readonly key: string; readonly body: object }[] {
  const told = toldOf(desk);
  /** An event may come again after it was over: then it is another episode. */
  const episode = (key: string): number => told.filter((one) => one.key === key && one.state === 'over').length + 1;
  const isTold = (key: string): boolean => desk.state().told.includes(toldKey(WEBHOOK, desk.farm.name, key));
  const events = eventsNow(desk);
  const opened = events
    .map((event) => ({ key: `${event.key} ${episode(event.key)} open`, body: openBody(desk, event, word) }))
    .filter(({ key }) => !isTold(key));
  const over = stillOpen(told).filter((key) => !events.some((event) => event.key === key));
  return [...opened, ...over.map((key) => ({ key: `${key} ${episode(key)} over`, body: overBody(desk, key, word) }))];
}

interface Told {
  readonly key: string;
  readonly state: string;
}

function toldOf({ state, farm }: Desk): readonly Told[] {
  const prefix = toldKey(WEBHOOK, farm.name, '');
  return state().told.flatMap((told) => {
    const found = told.startsWith(prefix) ? /^(.+) \d+ (open|over)$/u.exec(told.slice(prefix.length)) : null;
    return found === null ? [] : [{ key: found[1] ?? '', state: found[2] ?? '' }];
  });
}

/** Told as open, and not yet as over. */
function stillOpen(told: readonly Told[]): readonly string[] {
  const open = new Set<string>();
  for (const { key, state } of told) {
    if (state === 'open') open.add(key);
    else open.delete(key);
  }
  return [...open];
}

const openBody = (
  { farm }: Desk,
  { key, event, rotation, hosts, since, message }: NotifyEvent,
  word: Word,
): object => ({
  v: 1,
  key,
  event,
  state: 'open',
  farm: farm.name,
  rotation,
  hosts,
  since,
  text: word(message, farm.timeZone),
});

function overBody({ farm }: Desk, key: string, word: Word): object {
  const [event = '', rotation = '', hosts = ''] = key.split(' ');
  const named = hosts === '' ? [] : hosts.split(',');
  const message = { id: 'notify.over', data: { farm: farm.name, id: rotation, event, hosts: named } };
  return {
    v: 1,
    key,
    event,
    state: 'over',
    farm: farm.name,
    rotation: rotation === '-' ? null : rotation,
    hosts: named,
    since: null,
    text: word(message, farm.timeZone),
  };
}

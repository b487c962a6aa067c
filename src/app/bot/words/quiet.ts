import { type QuietWord, toldKey } from '../../../domain/rotation/standing-word.ts';
import { DAY_MS } from '../../../domain/time.ts';
import type { Message } from '../../../domain/values.ts';
import { type Place, placeKey } from '../chats/places.ts';
import type { Desk } from '../desk.ts';
import { say } from '../views/notices.ts';
import type { ToldWord } from './told-word.ts';

/** After this, nobody needs to hear of it unasked. */
const NEWS_MS = 3 * DAY_MS;

/** Says that something went quiet, or is well again: one word per channel. What is over is not told any more. */
export function quietWords(desk: Desk): readonly ToldWord[] {
  const { quiet, quietWords: words } = desk.state();
  const { now } = desk.moment();
  return words.flatMap((word, at) => {
    if (now - Date.parse(word.at) > NEWS_MS) return [];
    const isQuiet = (subject: string): boolean =>
      quiet.some((one) => one.what === word.what && one.subject === subject);
    // Subjects that came back meanwhile are not named; nor are those no longer in the farm, which nobody saw well. What
    // was said again since, for another reason, is left to that word.
    const isOld = (subject: string): boolean =>
      words.slice(at + 1).some((one) => one.what === word.what && one.subjects.includes(subject));
    const subjects = word.subjects.filter(
      (subject) => isQuiet(subject) === (word.type === 'quiet') && isOfFarm(desk, word, subject) && !isOld(subject),
    );
    if (subjects.length === 0) return [];
    const messages = [messageOf(desk, word, subjects)];
    const isFor = (place: Place): boolean => isNewsTo(desk, word, place);
    return [{ key: keyOf(word), at: word.at, isFor, view: { kind: 'notice' as const, messages, actions: [] } }];
  });
}

function isOfFarm({ farm: { hosts, channels, notify } }: Desk, { what }: QuietWord, subject: string): boolean {
  switch (what) {
    case 'runner':
    case 'scan':
      return hosts.some(({ name }) => name === subject);
    case 'channel':
      return channels.some((channel) => placeKey(channel) === subject);
    case 'chat':
    case 'deaf':
    case 'refused':
      return channels.some(({ platform }) => platform === subject);
    case 'address':
      return (subject === 'webhook' ? notify?.webhook : notify?.ping) != null;
    case 'credential':
    case 'queue':
    case 'bots':
      return true;
  }
}

const keyOf = ({ type, what, at }: QuietWord): string => `${type} ${what} ${at}`;

/**
 * Readers of a chat that is back see that it is; and that all is well is news only to those who were told otherwise.
 */
function isNewsTo(desk: Desk, word: QuietWord, { platform, id }: Place): boolean {
  if (word.what === 'channel' && word.subjects.includes(placeKey({ platform, id }))) return false;
  if ((word.what === 'chat' || word.what === 'refused') && word.subjects.includes(platform)) return false;
  if (word.type === 'quiet') return true;
  const { told, quietWords: words } = desk.state();
  const before = words.filter(
    (one) =>
      one.type === 'quiet' && one.what === word.what && one.subjects.some((name) => word.subjects.includes(name)),
  );
  return before.some((one) => told.includes(toldKey(platform, id, keyOf(one))));
}

function nameOf(desk: Desk, { what }: QuietWord, subject: string): string {
  if (what !== 'channel') return subject;
  return desk.farm.channels.find((one) => placeKey(one) === subject)?.name ?? subject;
}

function messageOf(desk: Desk, word: QuietWord, subjects: readonly string[]): Message {
  const data = { farm: desk.farm.name, names: subjects.map((subject) => nameOf(desk, word, subject)) };
  if (word.type === 'well') return say(WELL[word.what], data);
  const { since, refuses = null } = word;
  if (word.what === 'queue') return say(QUIET.queue, { ...data, since, refuses });
  const told = word.what === 'credential' ? { ...data, over: Date.parse(since) <= Date.parse(word.at) } : data;
  return say(QUIET[word.what], { ...told, since });
}

const QUIET = {
  runner: 'told.runner-quiet',
  scan: 'told.scan-quiet',
  chat: 'told.chat-quiet',
  channel: 'told.channel-quiet',
  deaf: 'told.chat-deaf',
  credential: 'told.credential-ends',
  refused: 'told.refused',
  queue: 'told.queue-quiet',
  address: 'told.address-quiet',
  bots: 'told.bots-many',
} as const;

const WELL = {
  runner: 'told.runner-well',
  scan: 'told.scan-well',
  chat: 'told.chat-well',
  channel: 'told.channel-well',
  deaf: 'told.chat-heard',
  credential: 'told.credential-well',
  refused: 'told.refused-well',
  queue: 'told.queue-well',
  address: 'told.address-well',
  bots: 'told.bots-one',
} as const;

import { inTable } from '../../../domain/in-table.ts';
import type { Refused } from '../../../domain/journal/host-head.ts';
import { keyIdOf } from '../../../domain/letters/envelope.ts';
import { SCAN } from '../../../domain/rotation/farm-state.ts';
import type { Desk } from '../desk.ts';
import { say } from '../views/notices.ts';
import { type ToldWord, WORD_IS_NEWS_MS } from './told-word.ts';

/**
 * How many codes of one host and hour get a word each. Somebody without a key of ours can cause no more than about
 * eight, so none of those can hide a refusal that takes a key; the rest share one word.
 */
const WORDS_AN_HOUR = 10;
const CODES_NAMED = 8;
const TAKEN = 'OrderNotRemembered';
const OTHERS = 'LetterOfOtherFarm';

/**
 * An order that we never sent, refused or taken by a runner: somebody else writes into the queue, or our own journal
 * has lost its last entries. One word per host, code and hour, up to a limit, since anybody who can write there could
 * fill the channel too.
 */
export function strangeWords(desk: Desk): readonly ToldWord[] {
  const { now } = desk.moment();
  const hours = new Map<string, Refused[]>();
  const { strange: said, untaken } = desk.state();
  const recent = [...untaken, ...said]
    .filter(({ at }) => now - Date.parse(at) <= WORD_IS_NEWS_MS)
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  for (const strange of recent) {
    if (strange.code === TAKEN || strange.code === OTHERS) continue;
    const key = `${sentenceOf(strange, desk)} ${strange.host} ${strange.at.slice(0, 13)}`;
    const known = hours.get(key) ?? [];
    if (!known.some(({ code }) => code === strange.code)) hours.set(key, [...known, strange]);
  }
  const refused = [...hours].flatMap(([key, all]) => {
    const more = all.slice(WORDS_AN_HOUR);
    return [
      // The first keeps the key that an earlier version used for the whole hour: nobody reads it twice after an update.
      ...all.slice(0, WORDS_AN_HOUR).map((one, at) => wordOf(desk, at === 0 ? key : `${key} ${one.code}`, [one])),
      ...(more.length === 0 ? [] : [wordOf(desk, `${key} more`, more)]),
    ];
  });
  return [
    ...refused,
    ...unremembered(recent.filter(({ code }) => code === TAKEN)),
    ...ofOtherFarms(
      desk.farm.name,
      recent.filter(({ code }) => code === OTHERS),
    ),
  ];
}

function wordOf(desk: Desk, key: string, all: readonly Refused[]): ToldWord {
  const [first] = all as readonly [Refused];
  const { host, at } = first;
  const codes = all.map((one) => one.code);
  const code = [...codes.slice(0, CODES_NAMED), ...(codes.length > CODES_NAMED ? ['…'] : [])].join(', ');
  const own = isOwnKey(first, desk.publicKey) ? { key: desk.publicKey } : {};
  const messages = [say(sentenceOf(first, desk), { host, code, at, ...own })];
  return { key, at, view: { kind: 'notice', messages, actions: [] } };
}

const SENTENCES: { readonly [code: string]: string } = {
  RunnerJournalLost: 'journal-lost',
  RunnerSaysMuch: 'much-said',
  RunnerSaysTooMuch: 'too-much-said',
  RunnerEntryTooLong: 'too-much-said',
  RunnerNumberTooHigh: 'number-too-high',
  TwoSpeakAsOne: 'two-speak',
  OrderNotSignedHere: 'not-signed-here',
  EntryNotUnderstood: 'not-understood',
  LineNotUnderstood: 'not-understood',
  ReportNotUnderstood: 'not-understood',
  OrderNotUnderstood: 'order-not-understood',
};

const sentenceOf = (refused: Refused, { publicKey }: Desk): string =>
  isOwnKey(refused, publicKey) ? 'bot-key-not-pinned' : sentenceOfCode(refused.code);

/**
 * A letter that names this bot's own key is unknown only to a runner that was not given that key; to any other runner,
 * a forged one has a bad signature.
 */
const isOwnKey = ({ code, data }: Refused, publicKey: string): boolean =>
  code === 'EnvelopeUnknownKey' && data.key === keyIdOf(publicKey);

const sentenceOfCode = (code: string): string => inTable(SENTENCES, code) ?? 'strange-order';

/** It goes on until somebody ends it: one word per day and machine, whatever farms are named. */
function ofOtherFarms(farm: string, all: readonly Refused[]): readonly ToldWord[] {
  const words = new Map(all.map((one) => [`${one.host} ${one.at.slice(0, 10)}`, one]).reverse() as [string, Refused][]);
  return [...words].map(([of, { host, data, at }]) => {
    const messages = [say('letters-of-other-farm', { host, farm, other: data.farm ?? '', key: data.key ?? '', at })];
    return { key: `letters-of-other-farm ${of}`, at, view: { kind: 'notice', messages, actions: [] } };
  });
}

/**
 * Orders that were taken, not refused. A journal that was cut short lacks them for all machines, so the first to say so
 * speaks for all that say the same within the hour: an order of the same rotation.
 */
function unremembered(all: readonly Refused[]): readonly ToldWord[] {
  const words = new Map<string, Refused>();
  for (const one of all) {
    const hour = one.at.slice(0, 13);
    const key = `${hour} ${one.data.rotation}`;
    const isFull = [...words.keys()].filter((known) => known.startsWith(hour)).length >= WORDS_AN_HOUR;
    if (!words.has(key) && !isFull) words.set(key, one);
  }
  return [...words].map(([of, { host, data, at }]) => {
    const id = data.rotation === SCAN ? null : (data.rotation ?? '');
    const messages = [say('order-not-remembered', { host, id, at })];
    return { key: `order-not-remembered ${of}`, at, view: { kind: 'notice', messages, actions: [] } };
  });
}

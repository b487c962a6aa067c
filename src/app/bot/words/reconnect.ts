import { isBack } from '../../../domain/inventory/cut-off.ts';
import { toldKey } from '../../../domain/rotation/standing-word.ts';
import type { Instant } from '../../../domain/values.ts';
import type { Place } from '../chats/places.ts';
import type { Desk } from '../desk.ts';
import { MOST_WORDS, saidOfMany, saidOfOne, standingNow, type Worker } from '../views/cut-off.ts';
import { asking, say } from '../views/notices.ts';
import type { ToldWord } from './told-word.ts';

/** How many machines a button names; the others take another request. */
const MOST_NAMED = 20;

/**
 * Workers that pin or trust another certificate than their master presents, and those in line with it that stay without
 * a connection: one word per channel, worker and state, with a button that asks for a reconnect; and another one when
 * it is over, where the first was told. Workers of which nobody can tell get none. Never while a rotation is open, as
 * it may be what brings them back.
 */
export function reconnectWords(desk: Desk): readonly ToldWord[] {
  const { farm } = desk;
  const state = desk.state();
  if (state.open !== null) return [];
  const { inLine, out, outSince, apart, apartSince, shutOut, shutOutSince } = standingNow(farm, state);
  return [
    ...inLine.map((one) => over(desk, OUT_OF_LINE, one)),
    ...wordsOf(desk, OUT_OF_LINE, out, outSince),
    ...inLine
      .filter(({ host }) => isBack(state, host))
      .map((one) => over(desk, APART, { ...one, since: state.latest[one.host]?.at ?? one.since })),
    ...wordsOf(desk, APART, apart, apartSince),
    ...wordsOf(desk, SHUT_OUT, shutOut, shutOutSince),
  ];
}

/** The names of the words, and the keys under which they are remembered as told. */
interface Trouble {
  readonly is: string;
  readonly areMany: string;
  readonly over: string;
  readonly one: string;
  readonly many: string;
  readonly end: string;
}

const OUT_OF_LINE: Trouble = {
  is: 'out-of-line',
  areMany: 'out-of-line-many',
  over: 'in-line',
  one: 'told.out-of-line',
  many: 'told.out-of-line-many',
  end: 'told.in-line',
};
const APART: Trouble = {
  is: 'apart',
  areMany: 'apart-many',
  over: 'connected',
  one: 'told.apart',
  many: 'told.apart-many',
  end: 'told.connected',
};
/** Each of them is told like any other without a connection; together they need something else than a restart. */
const SHUT_OUT: Trouble = { ...APART, areMany: 'contained-many', many: 'told.contained-many' };

const keyOf = (word: string, host: string): string => `${word} ${host} `;

/** `since`: since when all of them may be in this state; as long as it stays the same, it is one word. */
function wordsOf(
  desk: Desk,
  trouble: Trouble,
  workers: readonly Worker[],
  since: Instant | undefined,
): readonly ToldWord[] {
  const [first, ...others] = workers;
  if (first === undefined || since === undefined) return [];
  const manyKey = `${trouble.areMany} ${since}`;
  if (workers.length <= MOST_WORDS) return workers.map((one) => oneWord(desk, trouble, one, manyKey));
  const named = workers.slice(0, MOST_NAMED).map(({ host }) => host);
  const { labelOfMany, asked } = wayOn(first, named);
  return [
    {
      key: manyKey,
      at: since,
      view: {
        kind: 'notice',
        messages: [saidOfMany(trouble.many, desk.farm, [first, ...others], since)],
        actions: asking(labelOfMany, { farm: desk.farm.name, request: asked, reason: '' }, { count: named.length }),
      },
      ends: true,
    },
  ];
}

function oneWord(desk: Desk, { is, one: id }: Trouble, one: Worker, manyKey: string): ToldWord {
  const { host, since } = one;
  const { label, asked } = wayOn(one, [host]);
  return {
    key: `${keyOf(is, host)}${since}`,
    at: since,
    // Where one word named many, each of them has been told.
    isFor: ({ platform, id }) => !desk.state().told.includes(toldKey(platform, id, manyKey)),
    view: {
      kind: 'notice',
      messages: [saidOfOne(id, desk.farm, one)],
      actions: asking(label, { farm: desk.farm.name, request: asked, reason: '' }, { host }),
    },
    ends: true,
  };
}

/** A restart is no help to a worker that its master no longer trusts: it needs a new certificate. */
function wayOn({ isContained = false }: Worker, hosts: readonly string[]) {
  const names = hosts.join(' ');
  return isContained
    ? { label: 'rotate-worker', labelOfMany: 'rotate-worker-many', asked: `rotate-worker ${names} compromised` }
    : { label: 'reconnect', labelOfMany: 'reconnect-many', asked: `reconnect ${names}` };
}

function over(desk: Desk, trouble: Trouble, { host, master, presented, since }: Worker): ToldWord {
  return {
    key: `${keyOf(trouble.over, host)}${since}`,
    at: since,
    isFor: (place) => wasToldLast(desk, trouble, host, place),
    view: {
      kind: 'notice',
      messages: [say(trouble.end, { farm: desk.farm.name, host, master, presented })],
      actions: [],
    },
  };
}

/** Whether the last word about it in a channel said that the trouble is there. */
function wasToldLast(desk: Desk, { is, over }: Trouble, host: string, { platform, id }: Place): boolean {
  const [out, back] = [is, over].map((word) => toldKey(platform, id, keyOf(word, host)));
  return (
    desk
      .state()
      .told.findLast((key) => key.startsWith(out ?? '') || key.startsWith(back ?? ''))
      ?.startsWith(out ?? '') ?? false
  );
}

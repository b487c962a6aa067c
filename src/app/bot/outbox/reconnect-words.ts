import { cutOffs, isBack } from '../../../domain/inventory/cut-off.ts';
import { type Alignment, alignments } from '../../../domain/inventory/out-of-line.ts';
import { unseenSince } from '../../../domain/next/unseen-since.ts';
import { toldKey } from '../../../domain/rotation/standing-word.ts';
import type { Instant } from '../../../domain/values.ts';
import type { Place } from '../chats/places.ts';
import type { Desk } from '../desk.ts';
import { button, say } from '../views/notices.ts';
import type { ToldWord } from './told-word.ts';

/** More than so many at once are one word: a master that was changed by hand has left all of its workers behind. */
const MOST_WORDS = 3;
/** So many machines a button names; the others are asked for by another request. */
const MOST_NAMED = 20;

/**
 * Workers that pin or trust another certificate than their master presents, and those in line with it that stay without
 * a connection: one word a channel, worker and state, with a button that asks for a reconnect; and one that it is over,
 * where the first was told. Nothing of one of which nobody can tell. Never while a rotation is open, which may be what
 * brings them back.
 */
export function reconnectWords(desk: Desk): readonly ToldWord[] {
  const { farm } = desk;
  const state = desk.state();
  if (state.open !== null) return [];
  // What was seen before a rotation left its master because it was silent is no news.
  const old: readonly string[] = unseenSince(state);
  const seen = alignments(farm, state).filter(
    ({ isSeen, host, master }) => isSeen && !old.includes(host) && !old.includes(master),
  );
  const inLine = seen.filter((one) => one.inLine === true);
  const out = seen.filter((one) => one.inLine === false);
  const apart = cutOffs(farm, state);
  return [
    ...inLine.map((one) => over(desk, OUT_OF_LINE, one)),
    ...wordsOf(desk, OUT_OF_LINE, out, out[0]?.presentedSince),
    ...inLine
      .filter(({ host }) => isBack(state, host))
      .map((one) => over(desk, APART, { ...one, since: state.latest[one.host]?.at ?? one.since })),
    ...wordsOf(desk, APART, apart, apart.map(({ since }) => since).sort()[0]),
  ];
}

/** The names of the words, and how their being told is remembered. */
interface Trouble {
  readonly is: string;
  readonly over: string;
  readonly one: string;
  readonly many: string;
  readonly end: string;
}

const OUT_OF_LINE: Trouble = {
  is: 'out-of-line',
  over: 'in-line',
  one: 'told.out-of-line',
  many: 'told.out-of-line-many',
  end: 'told.in-line',
};
const APART: Trouble = {
  is: 'apart',
  over: 'connected',
  one: 'told.apart',
  many: 'told.apart-many',
  end: 'told.connected',
};

type Worker = Pick<Alignment, 'host' | 'master' | 'presented' | 'since'> & { readonly pinned?: string };

const keyOf = (word: string, host: string): string => `${word} ${host} `;

const request = ({ farm }: Desk, hosts: readonly string[]) => ({
  farm: farm.name,
  request: ['reconnect', ...hosts].join(' '),
  reason: '',
});

/** `since`: since when all of them may be so, which is one word for as long as it stays. */
function wordsOf(
  desk: Desk,
  trouble: Trouble,
  workers: readonly Worker[],
  since: Instant | undefined,
): readonly ToldWord[] {
  const [first] = workers;
  if (first === undefined || since === undefined) return [];
  const manyKey = `${trouble.is}-many ${since}`;
  if (workers.length <= MOST_WORDS) return workers.map((one) => oneWord(desk, trouble, one, manyKey));
  const { master, presented } = first;
  const hosts = workers.map(({ host }) => host);
  const named = hosts.slice(0, MOST_NAMED);
  return [
    {
      key: manyKey,
      at: since,
      view: {
        kind: 'notice',
        messages: [say(trouble.many, { farm: desk.farm.name, hosts, master, presented, since })],
        actions: [button('reconnect-many', 'ask', request(desk, named), { count: named.length })],
      },
      ends: true,
    },
  ];
}

function oneWord(desk: Desk, { is, one: id }: Trouble, one: Worker, manyKey: string): ToldWord {
  const { host, since } = one;
  return {
    key: `${keyOf(is, host)}${since}`,
    at: since,
    // Where many were told of in one word, each of them is known.
    isFor: ({ platform, id }) => !desk.state().told.includes(toldKey(platform, id, manyKey)),
    view: {
      kind: 'notice',
      messages: [say(id, { farm: desk.farm.name, ...wordData(one) })],
      actions: [button('reconnect', 'ask', request(desk, [host]), { host })],
    },
    ends: true,
  };
}

const wordData = ({ host, master, presented, since, pinned }: Worker) => ({
  host,
  master,
  presented,
  since,
  ...(pinned === undefined ? {} : { pinned }),
});

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

/** Whether the last word about it in a channel was that it is so. */
function wasToldLast(desk: Desk, { is, over }: Trouble, host: string, { platform, id }: Place): boolean {
  const [out, back] = [is, over].map((word) => toldKey(platform, id, keyOf(word, host)));
  return (
    desk
      .state()
      .told.findLast((key) => key.startsWith(out ?? '') || key.startsWith(back ?? ''))
      ?.startsWith(out ?? '') ?? false
  );
}

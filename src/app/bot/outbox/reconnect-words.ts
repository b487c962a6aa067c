import { type Alignment, alignments } from '../../../domain/out-of-line.ts';
import { toldKey } from '../../../domain/rotation.ts';
import type { Desk } from '../desk.ts';
import { button, say } from '../notices.ts';
import type { Place } from './places.ts';
import type { StrangeWord } from './strange.ts';

/** More than so many at once are one word: a master that was changed by hand has left all of its workers behind. */
const MOST_WORDS = 3;
/** So many machines a button names; the others are asked for by another request. */
const MOST_NAMED = 20;

/**
 * Workers that pin or trust another certificate than their master presents: one word a channel, worker and state, with
 * a button that asks for a reconnect; and one that it is over, where the first was told. Nothing of one of which nobody
 * can tell. Never while a rotation is open, which may be what brings them in line.
 */
export function reconnectWords(desk: Desk): readonly StrangeWord[] {
  const state = desk.state();
  if (state.open !== null) return [];
  const seen = alignments(desk.farm, state).filter(({ isSeen }) => isSeen);
  const out = seen.filter(({ inLine }) => inLine === false);
  const back = seen.filter(({ inLine }) => inLine === true).map((one) => backInLine(desk, one));
  const [first] = out;
  if (first !== undefined && out.length > MOST_WORDS) return [...back, manyCutOff(desk, first, out)];
  return [...back, ...out.map((one) => cutOff(desk, one))];
}

const outKey = (host: string): string => `out-of-line ${host} `;
const inKey = (host: string): string => `in-line ${host} `;
const manyKey = ({ presentedSince }: Alignment): string => `out-of-line-many ${presentedSince}`;

const request = ({ farm }: Desk, hosts: readonly string[]) => ({
  farm: farm.name,
  request: ['reconnect', ...hosts].join(' '),
  reason: '',
});

function manyCutOff(desk: Desk, first: Alignment, out: readonly Alignment[]): StrangeWord {
  const { master, presented, presentedSince: since } = first;
  const hosts = out.map(({ host }) => host);
  const named = hosts.slice(0, MOST_NAMED);
  return {
    key: manyKey(first),
    at: since,
    view: {
      kind: 'notice',
      messages: [say('told.out-of-line-many', { farm: desk.farm.name, hosts, master, presented, since })],
      actions: [button('reconnect-many', 'ask', request(desk, named), { count: named.length })],
    },
  };
}

function cutOff(desk: Desk, one: Alignment): StrangeWord {
  const { host, master, pinned, presented, since } = one;
  return {
    key: `${outKey(host)}${since}`,
    at: since,
    // Where many were told of in one word, each of them is known.
    isFor: ({ platform, id }) => !desk.state().told.includes(toldKey(platform, id, manyKey(one))),
    view: {
      kind: 'notice',
      messages: [say('told.out-of-line', { farm: desk.farm.name, host, master, pinned, presented, since })],
      actions: [button('reconnect', 'ask', request(desk, [host]), { host })],
    },
  };
}

function backInLine(desk: Desk, { host, master, presented, since }: Alignment): StrangeWord {
  return {
    key: `${inKey(host)}${since}`,
    at: since,
    isFor: (place) => wasToldLast(desk, host, place),
    view: {
      kind: 'notice',
      messages: [say('told.in-line', { farm: desk.farm.name, host, master, presented })],
      actions: [],
    },
  };
}

/** Whether the last word about it in a channel was that it is cut off. */
function wasToldLast(desk: Desk, host: string, { platform, id }: Place): boolean {
  const [out, back] = [toldKey(platform, id, outKey(host)), toldKey(platform, id, inKey(host))];
  return (
    desk
      .state()
      .told.findLast((key) => key.startsWith(out) || key.startsWith(back))
      ?.startsWith(out) ?? false
  );
}

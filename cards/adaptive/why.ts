import type { Message } from '../../src/domain/values.ts';
import type { NeedsPersonView } from '../../src/domain/views/view.ts';
import type { Draw } from './draw.ts';
import { SIGNS } from './draw.ts';
import { type Node, signed, text } from './elements.ts';

/** Reasons for which a person decides or has decided; nothing has failed. */
const DECIDED: readonly unknown[] = [
  'PackagesRun',
  'PackagesUnseen',
  'PutBackDecided',
  'LeftAsItIs',
  'LeftForPackages',
];

/** Neither a person's decision nor waiting is marked as a failure. */
export const hasFailed = ({ id, data }: Message): boolean =>
  id !== 'why.stop-asked' && id !== 'why.denied' && !DECIDED.includes(data.code);

/** What somebody can do on the machine before they decide; empty: the choices say everything. */
export const handsOn = ({ id, data }: Message, { maybe }: Pick<Draw, 'maybe'>): string =>
  id === 'why.host' ? (maybe('why.host.hand', data) ?? '') : '';

/** Why a person is asked: what went wrong, what to do about it on the machine, and what looks found. */
export function askedWhy({ why, against }: NeedsPersonView, draw: Draw): readonly Node[] {
  const { message, room } = draw;
  return [
    ...why.slice(0, room.rows).flatMap((one) => {
      const hand = handsOn(one, draw);
      return [...whyBlock(one, draw), ...(hand === '' ? [] : [text(hand, { spacing: 'Small' })])];
    }),
    ...against.slice(0, room.rows).map((one) => signed(SIGNS.bad, message(one))),
  ];
}

/** What went wrong: the sentence, then what was found. */
export function whyBlock(why: Message, { message, maybe }: Draw): readonly Node[] {
  const detail = maybe(`${why.id}.detail`, why.data);
  return [
    hasFailed(why)
      ? text(`✗ ${message(why)}`, { spacing: 'Medium', color: 'Attention' })
      : text(message(why), { spacing: 'Medium' }),
    ...(detail === null || detail === '' ? [] : [text(detail, { isSubtle: true, size: 'Default', spacing: 'None' })]),
  ];
}

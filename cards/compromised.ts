import type { Wish } from '../src/domain/plan/wish.ts';
import type { Draw } from './adaptive/draw.ts';
import { type Node, text } from './adaptive/elements.ts';

/**
 * What every card of a request about a key in the wrong hands says first; empty on all others. `old`: it is replaced.
 */
export const wrongHands = (
  { farm, wish }: { readonly farm: string; readonly wish: Wish },
  { tell }: Pick<Draw, 'tell'>,
  old = false,
): readonly string[] =>
  wish.compromised ? [tell('compromised.key', { farm, request: wish.kind, hosts: wish.workers, old })] : [];

/** The same of what is still to be decided: it waits for no change window. */
export const wrongHandsNow = (view: Parameters<typeof wrongHands>[0], draw: Pick<Draw, 'tell'>): readonly string[] =>
  view.wish.compromised && view.wish.when.by === 'now'
    ? [...wrongHands(view, draw), draw.tell('compromised.at-once', {})]
    : wrongHands(view, draw);

/** Whether workers are cut off first of all, and nobody goes back to what they had. */
export const isContained = ({ kind, compromised }: Pick<Wish, 'kind' | 'compromised'>): boolean =>
  compromised && kind === 'rotate-worker';

/** Red, below the header. */
export const alarm = (lines: readonly string[]): readonly Node[] =>
  lines.map((line, at) => text(line, { spacing: at === 0 ? 'Medium' : 'Small', weight: 'Bolder', color: 'Attention' }));

import type { Wish } from '../src/domain/plan/wish.ts';
import type { Draw } from './adaptive/draw.ts';
import { type Node, text } from './adaptive/elements.ts';

/**
 * What every card of a request about a compromised key says first; empty on all others. `old`: the certificate has been
 * replaced.
 */
export const wrongHands = (
  { farm, wish }: { readonly farm: string; readonly wish: Wish },
  { tell }: Pick<Draw, 'tell'>,
  old = false,
): readonly string[] =>
  wish.compromised ? [tell('compromised.key', { farm, request: wish.kind, hosts: wish.workers, old })] : [];

/** The same for a card that is still to be decided: it also says that no change window is waited for. */
export const wrongHandsNow = (view: Parameters<typeof wrongHands>[0], draw: Pick<Draw, 'tell'>): readonly string[] =>
  view.wish.compromised && view.wish.when.by === 'now'
    ? [...wrongHands(view, draw), draw.tell('compromised.at-once', {})]
    : wrongHands(view, draw);

/** Whether workers are cut off first, and nobody goes back to their old certificate. */
export const isContained = ({ kind, compromised }: Pick<Wish, 'kind' | 'compromised'>): boolean =>
  compromised && kind === 'rotate-worker';

/** Red, below the header. */
export const alarm = (lines: readonly string[]): readonly Node[] =>
  lines.map((line, at) => text(line, { spacing: at === 0 ? 'Medium' : 'Small', weight: 'Bolder', color: 'Attention' }));

import { cardLines, cardState, cardSummary, plainText } from '../../app/script/card-text.ts';
import type { SeenMessage } from '../../app/script/play.ts';
import { colors } from '../program/colors.ts';

/**
 * Prints what is said once, and a card again only when its first line has changed. Everybody sees a card, and is told
 * of two changes at once at their own pace: only what the first of them sees is printed.
 */
export function createTeller(print: (text: string) => void) {
  const told = new Map<string, { readonly by: string; readonly now: string }>();
  let last: readonly string[] = [];
  const hear = (message: SeenMessage & { readonly from: string }, seenBy: string): void => {
    const { body, from, id, only } = message;
    const before = told.get(id);
    if (before !== undefined && before.by !== seenBy) return;
    const to = only ? colors.dim(` to ${seenBy} alone`) : '';
    if (body.type === 'card') last = cardLines(body.card);
    const now = body.type === 'card' ? cardState(body.card) : 'said';
    if (before?.now === now) return;
    told.set(id, { by: seenBy, now });
    if (body.type === 'card') print(`${colors.bold(from)}${to}  ${colors.bold(now)}  ${cardSummary(body.card)}`);
    else print(`${colors.bold(from)}${to}  ${body.type === 'text' ? body.text : plainText(body.lines.join(' '))}`);
  };
  return { hear, lastCard: () => last };
}

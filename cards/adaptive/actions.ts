import type { Data } from '../../src/domain/values.ts';
import { LIMITS } from '../limits.ts';
import type { Node } from './elements.ts';

export type ActionData = Data;
type Style = 'positive' | 'destructive' | null;

/**
 * A button that sends data: Action.Execute, with the same as Action.Submit (verb inside the data) for older clients.
 */
export function execute(title: string, verb: string, data: ActionData, style: Style = null): Node {
  const look = style === null ? {} : { style };
  return {
    type: 'Action.Execute',
    verb,
    title,
    data,
    ...look,
    fallback: { type: 'Action.Submit', title, data: { ...data, verb }, ...look },
  };
}

/** The first of two steps: nothing is sent before the second button, which says what it does. */
export const showCard = (
  title: string,
  body: readonly Node[],
  actions: Node | readonly Node[],
  style: Style = null,
): Node => ({
  type: 'Action.ShowCard',
  title,
  ...(style === null ? {} : { style }),
  card: { type: 'AdaptiveCard', body, actions: [actions].flat() },
});

export const toggle = (title: string, target: string): Node => ({
  type: 'Action.ToggleVisibility',
  title,
  targetElements: [target],
});

/** An input for a required reason. Ids must be unique in a card: if it has two, `look` gives the second its own id. */
export const reasonInput = (words: { label: string; missing: string }, look: Node = {}): Node => ({
  type: 'Input.Text',
  id: 'reason',
  label: words.label,
  isRequired: true,
  errorMessage: words.missing,
  maxLength: LIMITS.adaptiveCard.inputLength,
  ...look,
});

import type { Json } from '../../src/domain/values.ts';
import { LIMITS } from '../limits.ts';
import type { Block } from './elements.ts';

const { slack } = LIMITS;

/** Whether Slack takes these blocks as a message, or in a modal. */
export function fits(blocks: readonly Block[], surface: 'message' | 'modal'): boolean {
  const modal = surface === 'modal';
  if (blocks.length > (modal ? slack.modalBlocks : slack.blocks)) return false;
  if (JSON.stringify(blocks).length > (modal ? slack.modalSum : slack.sum)) return false;
  return blocks.every(
    ({ text, fields, elements }) =>
      lengthOf(text) <= slack.text &&
      list(fields).every((one) => lengthOf(one) <= slack.field) &&
      list(elements).every((one) => fitsElement(one)),
  );
}

function fitsElement(element: Json): boolean {
  if (typeof element !== 'object' || element === null || !('type' in element)) return false;
  if (element.type === 'mrkdwn') return lengthOf(element) <= slack.text;
  const { value, confirm } = element as { value?: string; confirm?: { text: Json } };
  return (value ?? '').length <= slack.value && lengthOf(confirm?.text) <= slack.confirmText;
}

const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

function lengthOf(object: Json | undefined): number {
  if (typeof object !== 'object' || object === null || !('text' in object)) return 0;
  return typeof object.text === 'string' ? object.text.length : 0;
}

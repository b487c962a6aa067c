import { LIMITS } from '../../../cards/limits.ts';
import type { Block } from './state.ts';

const S = LIMITS.slack;

/** Slack's error code for blocks that it would refuse, and where; null if it accepts them. */
type Wrong = { readonly error: string; readonly where: string } | null;

type Json = { readonly [name: string]: unknown };

const KINDS = new Set(['header', 'section', 'context', 'divider', 'actions', 'input', 'image']);

/** Blocks of a message. */
export function judgeBlocks(blocks: unknown): Wrong {
  if (!Array.isArray(blocks)) return wrong('invalid_blocks_format', '');
  if (blocks.length > S.blocks) return wrong('invalid_blocks', `no more than ${S.blocks} blocks`);
  const broken = first(blocks.map((block, at) => judgeBlock(block, `/blocks/${at}`, false))) ?? idsOf(blocks);
  if (broken !== null) return broken;
  return JSON.stringify(blocks).length > S.sum ? wrong('msg_blocks_too_long', '') : null;
}

/** A modal. */
export function judgeView(view: unknown): Wrong {
  if (!isObject(view) || view.type !== 'modal') return wrong('invalid_arguments', '/view/type');
  const { blocks, title, submit, close, callback_id: callback = '', private_metadata: kept = '' } = view;
  if (!Array.isArray(blocks) || blocks.length === 0) return wrong('invalid_arguments', '/view/blocks');
  if (blocks.length > S.modalBlocks) return wrong('invalid_arguments', '/view/blocks');
  if (typeof callback !== 'string' || callback.length > S.actionId)
    return wrong('invalid_arguments', '/view/callback_id');
  if (typeof kept !== 'string' || kept.length > S.privateMetadata) {
    return wrong('invalid_arguments', '/view/private_metadata');
  }
  if (JSON.stringify(view).length > S.modalSum) return wrong('view_too_large', '/view');
  const inputs = blocks.some((block) => isObject(block) && block.type === 'input');
  if (inputs && submit === undefined) return wrong('invalid_arguments', '/view/submit');
  return (
    plain(title, S.modalTitle, '/view/title') ??
    (submit === undefined ? null : plain(submit, S.modalTitle, '/view/submit')) ??
    (close === undefined ? null : plain(close, S.modalTitle, '/view/close')) ??
    first(blocks.map((block, at) => judgeBlock(block, `/view/blocks/${at}`, true))) ??
    idsOf(blocks)
  );
}

function judgeBlock(block: unknown, where: string, modal: boolean): Wrong {
  if (!isObject(block) || typeof block.type !== 'string' || !KINDS.has(block.type))
    return wrong('invalid_blocks', where);
  const { block_id: id } = block;
  if (id !== undefined && (typeof id !== 'string' || id === '' || id.length > S.actionId)) {
    return wrong('invalid_blocks', `${where}/block_id`);
  }
  switch (block.type) {
    case 'header':
      return plain(block.text, S.header, `${where}/text`);
    case 'section':
      return judgeSection(block, where);
    case 'context':
      return list(block.elements, S.contextElements, `${where}/elements`, (one, at) => text(one, S.text, at));
    case 'actions':
      return list(block.elements, S.elements, `${where}/elements`, judgeElement);
    case 'input':
      if (!modal) return null;
      return plain(block.label, S.label, `${where}/label`) ?? judgeElement(block.element, `${where}/element`);
    default:
      return null;
  }
}

function judgeSection(block: Json, where: string): Wrong {
  if (block.text === undefined && block.fields === undefined) return wrong('invalid_blocks', where);
  return (
    (block.text === undefined ? null : text(block.text, S.text, `${where}/text`)) ??
    (block.fields === undefined
      ? null
      : list(block.fields, S.fields, `${where}/fields`, (one, at) => text(one, S.field, at))) ??
    (block.accessory === undefined ? null : judgeElement(block.accessory, `${where}/accessory`))
  );
}

function judgeElement(element: unknown, where: string): Wrong {
  if (!isObject(element) || typeof element.type !== 'string') return wrong('invalid_blocks', where);
  const { action_id: id = 'x' } = element;
  if (typeof id !== 'string' || id === '' || id.length > S.actionId)
    return wrong('invalid_blocks', `${where}/action_id`);
  switch (element.type) {
    case 'button':
      return (
        plain(element.text, S.buttonText, `${where}/text`) ??
        (typeof element.value === 'string' && element.value.length > S.value
          ? wrong('invalid_blocks', `${where}/value`)
          : null) ??
        (element.style === undefined || element.style === 'primary' || element.style === 'danger'
          ? null
          : wrong('invalid_blocks', `${where}/style`)) ??
        (element.confirm === undefined ? null : judgeConfirm(element.confirm, `${where}/confirm`))
      );
    case 'plain_text_input':
      return typeof element.initial_value === 'string' && element.initial_value.length > 3_000
        ? wrong('invalid_arguments', `${where}/initial_value`)
        : null;
    case 'static_select':
    case 'radio_buttons':
      return list(element.options, S.options, `${where}/options`, (option, at) =>
        isObject(option) && typeof option.value === 'string' && option.value.length <= S.optionValue
          ? text(option.text, S.optionText, `${at}/text`)
          : wrong('invalid_arguments', at),
      );
    default:
      return wrong('invalid_blocks', where);
  }
}

const judgeConfirm = (confirm: unknown, where: string): Wrong =>
  isObject(confirm)
    ? (plain(confirm.title, S.confirmTitle, `${where}/title`) ??
      text(confirm.text, S.confirmText, `${where}/text`) ??
      plain(confirm.confirm, S.confirmButton, `${where}/confirm`) ??
      plain(confirm.deny, S.confirmButton, `${where}/deny`))
    : wrong('invalid_blocks', where);

function text(object: unknown, limit: number, where: string): Wrong {
  if (!isObject(object) || (object.type !== 'mrkdwn' && object.type !== 'plain_text'))
    return wrong('invalid_blocks', where);
  const { text: words } = object;
  return typeof words === 'string' && words.length > 0 && words.length <= limit ? null : wrong('invalid_blocks', where);
}

const plain = (object: unknown, limit: number, where: string): Wrong =>
  isObject(object) && object.type === 'plain_text' ? text(object, limit, where) : wrong('invalid_blocks', where);

function list(all: unknown, most: number, where: string, judge: (one: unknown, where: string) => Wrong): Wrong {
  if (!Array.isArray(all) || all.length === 0 || all.length > most) return wrong('invalid_blocks', where);
  return first(all.map((one, at) => judge(one, `${where}/${at}`)));
}

/** Block ids are unique in a message, action ids in a block. */
function idsOf(blocks: readonly Block[]): Wrong {
  const ids = blocks.flatMap(({ block_id: id }) => (id === undefined ? [] : [id]));
  if (new Set(ids).size !== ids.length) return wrong('invalid_blocks', 'block_id twice');
  for (const { elements } of blocks) {
    if (!Array.isArray(elements)) continue;
    const actions = elements.flatMap(({ action_id: id }: Json) => (id === undefined ? [] : [id]));
    if (new Set(actions).size !== actions.length) return wrong('invalid_blocks', 'action_id twice');
  }
  return null;
}

const wrong = (error: string, where: string): Wrong => ({ error, where });
const first = (all: readonly Wrong[]): Wrong => all.find((one) => one !== null) ?? null;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

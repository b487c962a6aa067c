import type { Locale } from '../src/domain/farm/locale.ts';
import type { AskForm } from '../src/domain/views/ask-form.ts';
import type { ReconnectView } from '../src/domain/views/reconnect-view.ts';
import type { RetireView } from '../src/domain/views/retire-view.ts';
import type { PlanView, ReminderView, RunningView } from '../src/domain/views/view.ts';
import type { ActionData } from './adaptive/actions.ts';
import { saysAll } from './adaptive/form.ts';
import { snoozeChoices } from './adaptive/reminder.ts';
import { askInputs } from './blocks/ask-inputs.ts';
import { changesBlocks } from './blocks/changes.ts';
import { type SlackDraw, slackDraw } from './blocks/draw.ts';
import { type Block, carried, cutTo, plain, section } from './blocks/elements.ts';
import { fits } from './blocks/fits.ts';
import { stepsBlocks } from './blocks/running.ts';
import { LIMITS, type Room, squeeze } from './limits.ts';

const { slack } = LIMITS;
const ROOM: Room = { rows: 200, text: 600 };

/**
 * The form of a request. Sent as callback_id `request`; inputs are `farm.farm.selected_option.value` (left out if there
 * is only one farm: then `farm` of private_metadata counts), those of `askInputs`, and `reason.reason.value`, which may
 * be empty.
 */
export function askModal(form: AskForm, locale: Locale): Block {
  const draw = slackDraw('requester', locale, ROOM);
  const { label } = draw;
  const only = form.farms.length === 1 ? form.farms[0] : undefined;
  const farm = only?.name ?? form.farm ?? '';
  return modal(draw, 'request', { v: 1, request: form.request, farm }, label('card.ask-title', { what: form.what }), {
    submit: label('card.ask', {}),
    blocks: [
      ...(saysAll(form) ? [] : [section(draw.within(600).tell('form.what', { what: form.what }))]),
      ...(only === undefined ? farmInput(form, draw) : [section(draw.within(80).message(only.line))]),
      ...askInputs(form.fields, draw),
      reasonInput(label('card.reason', {}), { optional: true, initial: form.reason }),
    ],
  });
}

/** Sent as callback_id `deny`; the input is `reason.reason.value`, which Slack requires not to be empty. */
export function denyModal(
  { id, farm, digest }: { readonly id: string; readonly farm: string; readonly digest: string },
  locale: Locale,
): Block {
  const draw = slackDraw('approver', locale, ROOM);
  const { label } = draw;
  return modal(draw, 'deny', { v: 1, rotation: id, farm, digest }, label('plan.deny-title', { id }), {
    submit: label('plan.deny-do', {}),
    blocks: [reasonInput(label('plan.deny-why', {}), { optional: false, initial: '' })],
  });
}

/** Sent as callback_id `review`; the input is `reason.reason.value`, which Slack requires not to be empty. */
export function reviewModal({ id, farm }: { readonly id: string; readonly farm: string }, locale: Locale): Block {
  const draw = slackDraw('approver', locale, ROOM);
  const { label } = draw;
  return modal(draw, 'review', { v: 1, rotation: id, farm }, label('review.title', { id }), {
    submit: label('review.do', {}),
    blocks: [reasonInput(label('review.what', {}), { optional: false, initial: '' })],
  });
}

/** Sent as callback_id `snooze`; inputs are `days.days.selected_option.value` and `reason.reason.value`. */
export function snoozeModal(view: ReminderView, locale: Locale): Block {
  const draw = slackDraw('approver', locale, ROOM);
  const { label } = draw;
  const options = snoozeChoices(view).map((days) => ({
    text: plain(label('reminder.snooze-choice', { days }), slack.optionText),
    value: String(days),
  }));
  return modal(draw, 'snooze', { v: 1, farm: view.farm }, label('reminder.snooze-title', {}), {
    submit: label('reminder.snooze-do', {}),
    blocks: [
      {
        type: 'input',
        block_id: 'days',
        label: plain(label('reminder.snooze-days', {}), slack.label),
        element: { type: 'static_select', action_id: 'days', options, initial_option: options[0] ?? null },
      },
      reasonInput(label('reminder.snooze-why', {}), { optional: false, initial: '' }),
    ],
  });
}

/** *Every change*, for reading only. */
export const changesModal = (view: PlanView | RetireView | ReconnectView, locale: Locale): Block =>
  reading('open-changes', view, locale, (draw) => [draw.label('plan.every-button', {}), changesBlocks(view, draw)]);

/** *Every step*, for reading only, as it was when the modal was opened. */
export const stepsModal = (view: RunningView, locale: Locale): Block =>
  reading('open-steps', view, locale, (draw) => [draw.label('running.every-button', {}), stepsBlocks(view, draw)]);

function reading(
  callback: string,
  { id, digest }: { readonly id: string; readonly digest: string },
  locale: Locale,
  drawn: (draw: SlackDraw) => readonly [string, readonly Block[]],
): Block {
  return squeeze(
    (room) => {
      const draw = slackDraw('approver', locale, room);
      const [title, blocks] = drawn(draw);
      return modal(draw, callback, { v: 1, rotation: id, digest }, title, { blocks });
    },
    ({ blocks }) => fits(blocks as readonly Block[], 'modal'),
  );
}

function modal(
  { label }: SlackDraw,
  callback: string,
  data: ActionData,
  title: string,
  { blocks, submit }: { readonly blocks: readonly Block[]; readonly submit?: string },
): Block {
  return {
    type: 'modal',
    callback_id: callback,
    private_metadata: carried(data),
    title: plain(title, slack.modalTitle),
    ...(submit === undefined ? {} : { submit: plain(submit, slack.modalTitle) }),
    close: plain(submit === undefined ? label('card.close', {}) : label('card.cancel', {}), slack.modalTitle),
    blocks,
  };
}

function farmInput({ farms, farm }: AskForm, { label, labelMessage }: SlackDraw): readonly Block[] {
  // The named farm is offered even if there are more farms than Slack allows options.
  const meant = farms.filter(({ name }) => name === farm);
  const offered = [...meant, ...farms.filter(({ name }) => name !== farm)].slice(0, slack.options);
  const options = farms
    .filter((one) => offered.includes(one))
    .map(({ name, line }) => ({
      text: plain(name, slack.optionText),
      value: cutTo(name, slack.optionValue),
      description: plain(labelMessage(line), slack.optionText),
    }));
  if (options.length === 0) return [];
  const chosen = options.find(({ value }) => value === farm);
  return [
    {
      type: 'input',
      block_id: 'farm',
      label: plain(label('card.farm', {}), slack.label),
      element: {
        type: 'static_select',
        action_id: 'farm',
        options,
        ...(chosen === undefined ? {} : { initial_option: chosen }),
      },
    },
  ];
}

const reasonInput = (label: string, { optional, initial }: { optional: boolean; initial: string }): Block => ({
  type: 'input',
  block_id: 'reason',
  optional,
  label: plain(label, slack.label),
  element: {
    type: 'plain_text_input',
    action_id: 'reason',
    multiline: true,
    max_length: slack.inputLength,
    ...(optional ? {} : { min_length: 1 }),
    ...(initial === '' ? {} : { initial_value: cutTo(initial, slack.inputLength) }),
  },
});

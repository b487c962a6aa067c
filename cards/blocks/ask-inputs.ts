import type { AskFields } from '../../src/domain/views/ask-form.ts';
import { startWords, ticketHint } from '../adaptive/ask-inputs.ts';
import { LIMITS } from '../limits.ts';
import type { SlackDraw } from './draw.ts';
import { type Block, cutTo, plain } from './elements.ts';

const { slack } = LIMITS;

/** When, and the ticket: sent as `when.when.selected_option.value`, `at.at.value` and `ticket.ticket.value`. */
export function askInputs(fields: AskFields, draw: SlackDraw): readonly Block[] {
  const { label } = draw;
  const options = fields.starts.map((choice) => ({
    text: plain(startWords(choice, fields, draw), slack.optionText),
    value: choice,
  }));
  return [
    {
      type: 'input',
      block_id: 'when',
      label: plain(label('form.when', {}), slack.label),
      element: {
        type: 'static_select',
        action_id: 'when',
        options,
        initial_option: options.find(({ value }) => value === fields.start) ?? null,
      },
    },
    line('at', { label: label('form.at', {}), hint: label('form.at-hint', {}), said: fields.at, optional: true }),
    ...(fields.ticket === null
      ? []
      : [
          line('ticket', {
            label: label('form.ticket', { required: fields.ticket.required }),
            hint: ticketHint(fields.ticket, draw),
            said: fields.ticket.said,
            optional: !fields.ticket.required,
          }),
        ]),
  ];
}

const line = (
  id: string,
  words: { readonly label: string; readonly hint: string; readonly said: string; readonly optional: boolean },
): Block => ({
  type: 'input',
  block_id: id,
  optional: words.optional,
  label: plain(words.label, slack.label),
  ...(words.hint === '' ? {} : { hint: plain(words.hint, slack.label) }),
  element: {
    type: 'plain_text_input',
    action_id: id,
    max_length: slack.inputLength,
    ...(words.said === '' ? {} : { initial_value: cutTo(words.said, slack.inputLength) }),
  },
});

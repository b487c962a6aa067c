import { execute } from '../../cards/actions.ts';
import { askInputs } from '../../cards/ask-inputs.ts';
import { MENTION } from '../../cards/call.ts';
import { adaptivePens, createDraw } from '../../cards/draw.ts';
import { type Node, text } from '../../cards/elements.ts';
import { frame } from '../../cards/frame.ts';
import { LIMITS } from '../../cards/limits.ts';
import type { AskForm, Tongue } from '../../src/ports/chat.ts';

const MOST_FARMS = 50;

/** What a request lacks, as a card with inputs: which farm, when, and why. Sent back with the verb `request`. */
export function formCard(form: AskForm, spoken: Tongue): Node {
  const tongue = { ...spoken, call: MENTION };
  const room = { rows: MOST_FARMS, text: 300 };
  const { label, message } = createDraw('other', tongue, room, adaptivePens(tongue, room));
  const farms = form.farms.slice(0, MOST_FARMS);
  const chosen = form.farm ?? (farms.length === 1 ? (farms[0]?.name ?? null) : null);
  const title = label('card.ask-title', {});
  return frame(
    {
      body: [
        text(title, { size: 'Large', weight: 'Bolder', style: 'heading' }),
        ...farms.map(({ line }) => text(message(line), { spacing: 'Small' })),
        {
          type: 'Input.ChoiceSet',
          id: 'farm',
          label: label('card.farm', {}),
          isRequired: true,
          errorMessage: label('card.farm', {}),
          choices: farms.map(({ name }) => ({ title: name, value: name })),
          ...(chosen === null ? {} : { value: chosen }),
        },
        ...askInputs(form.fields, { label }),
        {
          type: 'Input.Text',
          id: 'reason',
          label: label('card.reason', {}),
          maxLength: LIMITS.adaptiveCard.inputLength,
          ...(form.reason === '' ? {} : { value: form.reason }),
        },
      ],
      actions: [execute(label('card.ask', {}), 'request', { v: 1, request: form.request }, 'positive')],
    },
    title,
    tongue.language,
  );
}

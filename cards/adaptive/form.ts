import type { Locale } from '../../src/domain/farm/locale.ts';
import type { AskForm } from '../../src/domain/views/ask-form.ts';
import type { NoticeAction } from '../../src/domain/views/view.ts';
import { LIMITS } from '../limits.ts';
import { execute, reasonInput } from './actions.ts';
import { askInputs } from './ask-inputs.ts';
import { adaptivePens, createDraw } from './draw.ts';
import { type Node, text } from './elements.ts';
import { frame } from './frame.ts';

const MOST_FARMS = 50;
const ROOM = { rows: MOST_FARMS, text: 300 };

/**
 * What is missing in a request, as a card with inputs: which farm, when, and why. Sent back with the verb `request`.
 */
export function formCard(form: AskForm, locale: Locale): Node {
  const { label, message, tell } = drawIn(locale);
  const farms = form.farms.slice(0, MOST_FARMS);
  const chosen = form.farm ?? (farms.length === 1 ? (farms[0]?.name ?? null) : null);
  const title = label('card.ask-title', { what: form.what });
  return frame(
    {
      body: [
        text(title, { size: 'Large', weight: 'Bolder', style: 'heading' }),
        ...(saysAll(form) ? [] : [text(tell('form.what', { what: form.what }), { spacing: 'Small' })]),
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
    locale.language,
  );
}

/** Whether the title already says everything that is requested. */
export const saysAll = ({ what }: AskForm): boolean => what === 'rotate-master';

/** The sentence that a button asks for, as a card with an input; null: it asks for none. Sent back as `reason`. */
export function sentenceCard({ verb, data, asks }: NoticeAction, locale: Locale): Node | null {
  if (asks === undefined) return null;
  const draw = drawIn(locale);
  const what = draw.labelMessage(asks.what);
  const sentence = reasonInput({ label: what, missing: draw.label('card.sentence-missing', {}) });
  const send = execute(draw.labelMessage(asks.send), verb, { v: 1, ...data }, 'positive');
  return frame({ body: [sentence], actions: [send] }, what, locale.language);
}

const drawIn = (locale: Locale) => createDraw('other', locale, ROOM, adaptivePens(locale, ROOM));

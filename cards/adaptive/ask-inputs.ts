import type { AskFields, StartChoice } from '../../src/domain/views/ask-form.ts';
import { LIMITS } from '../limits.ts';
import type { Draw } from './draw.ts';
import type { Node } from './elements.ts';

type Label = Pick<Draw, 'label'>;

/** The label of one start choice, which depends on the other choices offered. */
export const startWords = (choice: StartChoice, { starts }: AskFields, { label }: Label): string =>
  label('form.start', { choice, windows: starts.includes('window') || starts.includes('policy') });

export const ticketHint = (ticket: NonNullable<AskFields['ticket']>, { label }: Label): string =>
  ticket.policies.length === 0 ? '' : label('form.ticket-hint', { policies: ticket.policies });

/** When, and the ticket: sent as `when`, `at` and `ticket`. Ids must be unique in a card. */
export function askInputs(fields: AskFields, draw: Label): readonly Node[] {
  const { label } = draw;
  const length = { maxLength: LIMITS.adaptiveCard.inputLength };
  return [
    {
      type: 'Input.ChoiceSet',
      id: 'when',
      label: label('form.when', {}),
      isRequired: true,
      errorMessage: label('form.when', {}),
      choices: fields.starts.map((choice) => ({ title: startWords(choice, fields, draw), value: choice })),
      value: fields.start,
    },
    {
      type: 'Input.Text',
      id: 'at',
      label: label('form.at', {}),
      placeholder: label('form.at-hint', {}),
      ...length,
      ...(fields.at === '' ? {} : { value: fields.at }),
    },
    ...ticketInput(fields, draw).map((input) => ({ ...input, ...length })),
  ];
}

function ticketInput({ ticket }: AskFields, draw: Label): readonly Node[] {
  if (ticket === null) return [];
  const { said, required, policies } = ticket;
  const hint = ticketHint(ticket, draw);
  const label = draw.label('form.ticket', { required });
  const [only, another] = policies;
  const regex = only === undefined || another !== undefined ? null : clientPattern(only.pattern);
  return [
    {
      type: 'Input.Text',
      id: 'ticket',
      label,
      ...(hint === '' ? {} : { placeholder: hint }),
      ...(required ? { isRequired: true } : {}),
      // With several policies the placeholder already lists them: the error message need not.
      ...(required || regex !== null ? { errorMessage: another === undefined ? hint : label } : {}),
      ...(regex === null ? {} : { regex }),
      ...(said === '' ? {} : { value: said }),
    },
  ];
}

/**
 * A pattern for the client to check. Clients read some patterns differently than we do; null: the client might reject a
 * valid ticket, so only the bot checks it.
 */
const clientPattern = (pattern: string): string | null =>
  /^(?:[\w #/.,;:|?*+(){}[\]^$-]|\\[dwDW.\-/[\](){}+*?|^$])*$/u.test(pattern) ? `^\\s*(?:${pattern})\\s*$` : null;

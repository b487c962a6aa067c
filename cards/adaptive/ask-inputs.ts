import type { AskFields, StartChoice } from '../../src/domain/views/ask-form.ts';
import { LIMITS } from '../limits.ts';
import type { Draw } from './draw.ts';
import type { Node } from './elements.ts';

type Label = Pick<Draw, 'label'>;

/** What one way to begin is called, beside the others that can be chosen. */
export const startWords = (choice: StartChoice, { starts }: AskFields, { label }: Label): string =>
  label('form.start', { choice, windows: starts.includes('window') || starts.includes('policy') });

export const ticketHint = (ticket: NonNullable<AskFields['ticket']>, { label }: Label): string =>
  ticket.policies.length === 0 ? '' : label('form.ticket-hint', { policies: ticket.policies });

/** When, and the ticket: sent as `when`, `at` and `ticket`. Ids are unique in a whole card. */
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
      // What several farms take stands in the field, and once is enough.
      ...(required || regex !== null ? { errorMessage: another === undefined ? hint : label } : {}),
      ...(regex === null ? {} : { regex }),
      ...(said === '' ? {} : { value: said }),
    },
  ];
}

/**
 * A pattern as a client tries it, which reads some of them otherwise than we do; null: it may refuse what is right, so
 * it is tried here alone.
 */
const clientPattern = (pattern: string): string | null =>
  /^(?:[\w #/.,;:|?*+(){}[\]^$-]|\\[dwDW.\-/[\](){}+*?|^$])*$/u.test(pattern) ? `^\\s*(?:${pattern})\\s*$` : null;

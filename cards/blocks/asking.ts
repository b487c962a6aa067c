import type { AskingView } from '../../src/domain/views/retire-view.ts';
import { answerTo } from '../answer-to.ts';
import { approvalOf } from '../approval.ts';
import type { SlackDraw } from './draw.ts';
import { type Block, type Button, divider, lines, section } from './elements.ts';
import { bold } from './mrkdwn.ts';
import { confirmed, cutLines, signed, votes } from './shared.ts';

export const KNOW = { text: '!' };

export function warnings({ warnings }: AskingView, draw: SlackDraw): readonly Block[] {
  if (warnings.length === 0) return [];
  const shown = warnings.slice(0, draw.room.rows);
  return lines([
    `*${draw.tell('plan.know', {})}*`,
    ...shown.map((warning) => signed(KNOW, draw.message(warning))),
    ...cutLines(warnings.length - shown.length, draw),
  ]);
}

/**
 * The lower part of a request: its facts, who has decided, and for requesters that their own approval does not count.
 */
export function whoDecides(
  view: AskingView,
  facts: readonly { readonly title: string; readonly value: string }[],
  draw: SlackDraw,
): readonly Block[] {
  const own = draw.reader === 'requester' && !view.dry && view.when.waits === null;
  return [
    divider,
    ...lines(facts.map(({ title, value }) => `*${title}*  ${value}`)),
    ...(view.dry ? [] : votes(view, draw)),
    ...(own ? [section(bold(draw.tell('plan.own', {})))] : []),
  ];
}

/** The decisions, and a look at every change. `names`: the machines concerned. */
export const askingButtons = (view: AskingView, names: readonly string[], draw: SlackDraw): readonly Button[] => [
  ...decisions(view, names, draw),
  {
    label: draw.label('plan.every-button', {}),
    verb: 'open-changes',
    data: answerTo(view),
  },
];

function decisions(view: AskingView, names: readonly string[], draw: SlackDraw): readonly Button[] {
  if (view.dry) return [];
  const { reader, label } = draw;
  const data = answerTo(view);
  const deny: Button = { label: label('plan.deny', {}), verb: 'open-deny', data: { ...data, farm: view.farm } };
  if (reader === 'requester' || (reader === 'approver' && view.when.waits !== null)) {
    const yes = label('plan.withdraw-do', {});
    const confirm = confirmed(draw, { yes }, (short) => short.tell('plan.withdraw-what', { id: view.id }));
    const withdraw: Button = { label: label('plan.withdraw', {}), verb: 'withdraw', data, confirm };
    return reader === 'approver' ? [withdraw, deny] : [withdraw];
  }
  if (reader === 'other' || view.needed === 0) return [];
  const said = approvalOf(view, names, draw.locale);
  const yes = label(said.startsNow ? 'plan.approve-start' : 'plan.approve-do', {});
  const confirm = confirmed(draw, { yes }, (short) => short.tell('plan.approve-what', said));
  return [{ label: label('plan.approve', {}), verb: 'approve', data, style: 'primary', confirm }, deny];
}

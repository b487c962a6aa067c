import type { ReconnectView } from '../../src/domain/views/reconnect-view.ts';
import type { AskingView, RetireView } from '../../src/domain/views/retire-view.ts';
import type { PlanView } from '../../src/domain/views/view.ts';
import { answerTo } from '../answer-to.ts';
import { approvalOf } from '../approval.ts';
import { approvalsIn, votesOf } from '../votes.ts';
import { type ActionData, execute, reasonInput, showCard, toggle } from './actions.ts';
import { changesPanel } from './changes.ts';
import type { Draw } from './draw.ts';
import { container, facts, type Node, section, signed, text } from './elements.ts';

export const KNOW = { text: '!', color: 'Attention' } as const;

/** Amber asks for a decision; an approved plan that waits is shown as under way. */
export function colourOf(view: AskingView): 'emphasis' | 'warning' | 'accent' {
  if (view.dry) return 'emphasis';
  return view.when.waits === null ? 'warning' : 'accent';
}

export function stateOf(view: AskingView, tell: Draw['tell']): string {
  if (view.dry) return tell('plan.state-dry', {});
  if (view.when.waits !== null) return tell('plan.state-waits', {});
  const approved = approvalsIn(view.votes);
  return tell('plan.state', { approved, quorum: view.quorum });
}

/** What an approved plan waits for. */
export function waits({ when, farm }: AskingView, { tell, message }: Draw): readonly string[] {
  if (when.waits === null || when.from === null || when.until === null) return [];
  const { held, looks, looked, unseen, failed, obstacle } = when.waits;
  return [
    // A freeze that outlasts the requested time leaves no time to begin.
    when.liftBy != null
      ? tell('plan.too-late', { farm, liftBy: when.liftBy })
      : when.until <= when.from
        ? tell('plan.asked-then', { at: when.from })
        : tell('plan.waits', {
            from: when.from,
            until: when.until,
            looks,
            zone: when.zone,
            executions: when.executions,
          }),
    ...(held === null ? [] : [tell('plan.held', held)]),
    ...(obstacle === null
      ? []
      : [tell('plan.obstacle', { mark: obstacle.mark, until: when.until }), `✗ ${message(obstacle.why)}`]),
    ...(looked === null || unseen.length > 0 || obstacle !== null ? [] : [tell('plan.looked', { at: looked })]),
    ...(unseen.length === 0 ? [] : [tell('plan.unseen', { hosts: unseen, answered: failed.length > 0 })]),
    ...failed.map((why) => `✗ ${message(why)}`),
  ];
}

/** The facts of every kind of request: why, for which change, what it replaces, when it starts and lapses. */
export function askingRows(view: AskingView, { tell, link }: Draw): { title: string; value: string }[] {
  const { ticket, when } = view;
  return [
    {
      title: tell('plan.reason', {}),
      value:
        view.reason.trim() === '' ? tell('plan.no-reason', {}) : tell('plan.reason-given', { reason: view.reason }),
    },
    ...(ticket === null
      ? []
      : [{ title: tell('plan.ticket', {}), value: link(tell('plan.ticket-id', { id: ticket.id }), ticket) }]),
    ...(view.replaces === null
      ? []
      : [{ title: tell('plan.replaces', {}), value: tell('plan.replaces-what', { id: view.replaces }) }]),
    ...(when.waits !== null
      ? []
      : [
          {
            title: tell('plan.starts', {}),
            value:
              when.liftBy != null
                ? tell('plan.too-late', { farm: view.farm, liftBy: when.liftBy })
                : tell('plan.starts-when', { quorum: view.quorum, dry: view.dry, ...when }),
          },
        ]),
    ...(view.dry || when.waits !== null
      ? []
      : [{ title: tell('plan.open-until', {}), value: tell('plan.open-until-when', { at: view.openUntil }) }]),
  ];
}

/**
 * The lower part of a request: warnings, its facts, who has decided, every change, and for requesters that their own
 * approval does not count.
 */
export function whoDecides(
  view: PlanView | RetireView | ReconnectView,
  rows: Parameters<typeof facts>[0],
  draw: Draw,
): readonly Node[] {
  const own = draw.reader === 'requester' && !view.dry && view.when.waits === null;
  return [
    ...warnings(view, draw),
    facts(rows, { spacing: 'Medium', separator: true }),
    ...(view.dry ? [] : [container(votesOf(view, draw, true), { spacing: 'Medium' })]),
    changesPanel(view, draw),
    ...(own ? [text(draw.tell('plan.own', {}), { id: 'own', spacing: 'Medium', weight: 'Bolder' })] : []),
  ];
}

function warnings({ warnings }: AskingView, { tell, message, room }: Draw): readonly Node[] {
  if (warnings.length === 0) return [];
  const shown = warnings.slice(0, room.rows);
  return [
    container(
      [
        section(tell('plan.know', {}), { separator: false, spacing: 'None' }),
        ...shown.map((warning) => signed(KNOW, message(warning))),
        ...(shown.length < warnings.length
          ? [text(tell('closed.lines-cut', { left: warnings.length - shown.length }), { isSubtle: true })]
          : []),
      ],
      { spacing: 'Medium', separator: true },
    ),
  ];
}

/** The decisions, and a look at every change. `names`: the machines concerned. */
export const askingActions = (view: AskingView, names: readonly string[], draw: Draw): readonly Node[] => [
  ...decisions(view, names, draw),
  toggle(draw.label('plan.every-button', {}), 'every'),
];

/** *Approve*, *Deny*, or *Withdraw*: each in two steps. */
function decisions(view: AskingView, names: readonly string[], draw: Draw): readonly Node[] {
  const { reader, tell, label } = draw;
  if (view.dry) return [];
  const data = answerTo(view);
  const deny = denyButton(data, draw);
  if (reader === 'requester' || (reader === 'approver' && view.when.waits !== null)) {
    const withdraw = showCard(
      label('plan.withdraw', {}),
      [text(tell('plan.withdraw-what', { id: view.id }))],
      execute(label('plan.withdraw-do', {}), 'withdraw', data),
    );
    return reader === 'approver' ? [withdraw, deny] : [withdraw];
  }
  if (reader === 'other' || view.needed === 0) return [];
  const said = approvalOf(view, names, draw.locale);
  return [
    showCard(
      label('plan.approve', {}),
      [text(tell('plan.approve-what', said))],
      execute(label(said.startsNow ? 'plan.approve-start' : 'plan.approve-do', {}), 'approve', data, 'positive'),
      'positive',
    ),
    deny,
  ];
}

/** Denies in two steps: a reason is required. */
export const denyButton = (data: ActionData, { label }: Draw): Node =>
  showCard(
    label('plan.deny', {}),
    [
      reasonInput(
        { label: label('plan.deny-why', {}), missing: label('card.reason-missing', {}) },
        { isMultiline: true },
      ),
    ],
    execute(label('plan.deny-do', {}), 'deny', data, 'destructive'),
  );

import type { AskingView } from '../../src/domain/views/retire-view.ts';
import type { PlanView } from '../../src/domain/views/view.ts';
import { approvalOf } from '../approval.ts';
import { alarm, isContained, wrongHandsNow } from '../compromised.ts';
import { approvalsIn, votesOf } from '../votes.ts';
import { execute, reasonInput, showCard, toggle } from './actions.ts';
import { changesPanel } from './changes.ts';
import { type Draw, type Drawn, nameOf, SIGNS } from './draw.ts';
import { column, columns, container, facts, header, type Node, section, signed, text } from './elements.ts';
import { certificates, costs } from './plan-numbers.ts';

/** What is requested: what it costs, what happens, who decides. */
export function planCard(view: PlanView, draw: Draw): Drawn {
  const { tell } = draw;
  const own = draw.reader === 'requester' && !view.dry && view.when.waits === null;
  return {
    body: [
      header(colourOf(view), {
        state: stateOf(view, tell),
        title: tell('plan.title', aboutWhat(view)),
        about: tell('plan.about', aboutPlan(view)),
      }),
      ...alarm(wrongHandsNow(view, draw)),
      ...waits(view, draw).map((line) => text(line, { spacing: 'Medium' })),
      certificates(view, draw),
      costs(view, draw),
      phases(view, draw),
      ...existing(view, draw),
      ...warnings(view, draw),
      facts(factRows(view, draw), { spacing: 'Medium', separator: true }),
      ...(view.dry ? [] : [container(votesOf(view, draw, true), { spacing: 'Medium' })]),
      changesPanel(view, draw),
      ...(own ? [text(tell('plan.own', {}), { id: 'own', spacing: 'Medium', weight: 'Bolder' })] : []),
    ],
    actions: [...decisions(view, machinesOf(view), draw), toggle(draw.label('plan.every-button', {}), 'every')],
  };
}

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
  const { held, looked, unseen, obstacle } = when.waits;
  return [
    // A freeze that outlasts the requested time leaves no time to begin.
    when.liftBy != null
      ? tell('plan.too-late', { farm, liftBy: when.liftBy })
      : when.until <= when.from
        ? tell('plan.asked-then', { at: when.from })
        : tell('plan.waits', { from: when.from, until: when.until, zone: when.zone, executions: when.executions }),
    ...(held === null ? [] : [tell('plan.held', held)]),
    ...(obstacle === null
      ? []
      : [tell('plan.obstacle', { mark: obstacle.mark, until: when.until }), `✗ ${message(obstacle.why)}`]),
    ...(looked === null || unseen.length > 0 || obstacle !== null ? [] : [tell('plan.looked', { at: looked })]),
    ...(unseen.length === 0 ? [] : [tell('plan.unseen', { hosts: unseen })]),
  ];
}

function phases(view: PlanView, { tell }: Draw): Node {
  const phase = (number: string, title: string, what: string, look: Node): Node =>
    columns(
      [
        column('16px', [text(number, { weight: 'Bolder', color: 'Accent' })]),
        column('stretch', [text(title), text(what, { isSubtle: true, size: 'Default', spacing: 'None' })], {
          spacing: 'Small',
        }),
      ],
      look,
    );
  return container(
    [
      ...phasesOf(view, tell).map(({ title, what }, at) =>
        phase(`${at + 1}`, title, what, { spacing: at === 0 ? 'None' : 'Small' }),
      ),
    ],
    { spacing: 'Medium', separator: true },
  );
}

/** The findings about an existing certificate. */
function existing({ existing = [] }: PlanView, { tell, message }: Draw): readonly Node[] {
  if (existing.length === 0) return [];
  const lines = existing.map(({ state, what }) => signed(state === 'good' ? SIGNS.good : KNOW, message(what)));
  const title = section(tell('plan.existing', {}), { separator: false, spacing: 'None' });
  return [container([title, ...lines], { spacing: 'Medium', separator: true })];
}

const KNOW = { text: '!', color: 'Attention' } as const;

/** What happens, in order. */
export function phasesOf(
  view: PlanView,
  tell: Draw['tell'],
): readonly { readonly title: string; readonly what: string }[] {
  const { master, workers: hosts, wish, cutOffAlready = false, retireAfterMs } = view;
  const contained = isContained(wish);
  return [
    ...(contained
      ? [{ title: tell('plan.contain', { hosts }), what: tell('plan.contain-what', { master, hosts }) }]
      : []),
    {
      title: contained ? tell('plan.prepare-contained', { hosts }) : tell('plan.prepare', { cutOffAlready }),
      what: tell('plan.prepare-what', preparing(view)),
    },
    {
      title: tell('plan.cutover', { request: wish.kind, cutOffAlready }),
      what: tell('plan.cutover-what', switching(view)),
    },
    ...(retireAfterMs === undefined
      ? []
      : [
          {
            title: tell('plan.retire', { ms: retireAfterMs, request: wish.kind }),
            what: tell('plan.retire-what', { compromised: wish.compromised }),
          },
        ]),
  ];
}

export function warnings({ warnings }: AskingView, { tell, message, room }: Draw): readonly Node[] {
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

/** The header's line below the title. */
export const aboutPlan = (view: PlanView) => ({
  id: view.id,
  masters: mastersOf(view),
  workers: view.workers.length,
  both: view.workers.includes(view.master),
  by: nameOf(view.by),
  request: view.wish.kind,
  hosts: view.workers,
});

/** What the title names: the farm's master, or some of its workers. */
export const aboutWhat = ({ farm, wish, workers }: PlanView) => ({
  farm,
  request: wish.kind,
  hosts: workers,
  of: wish.of,
});

const preparing = (view: PlanView) => {
  const { wish, old, next, workers } = view;
  return {
    kept: old !== null && old.thumbprint === next.thumbprint,
    host: next.host,
    workers: workers.filter((host) => host !== next.host).length,
    request: wish.kind,
    masters: mastersOf(view),
    hosts: workers,
    taken: next.thumbprint !== undefined,
  };
};

const switching = ({ wish, master, port, canary, workers, atOnce }: PlanView) => ({
  atOnce: atOnce ?? null,
  master,
  port,
  canary,
  rest: workers.filter((host) => !canary.includes(host)),
  request: wish.kind,
});

/** Facts of a plan without a place of their own, by name. */
export function factRows(view: PlanView, draw: Draw): { title: string; value: string }[] {
  const { tell, message } = draw;
  return [
    ...askingRows(view, draw),
    ...(view.packages.why === null
      ? []
      : [{ title: tell('plan.packages-title', {}), value: message(view.packages.why) }]),
    ...(view.quiet === null ? [] : [{ title: tell('plan.quiet', {}), value: message(view.quiet) }]),
    view.aloneWithinMs === null
      ? { title: tell('plan.needs', {}), value: tell('plan.needs-what', {}) }
      : { title: tell('plan.alone', {}), value: alone(view, view.aloneWithinMs, draw) },
  ];
}

/** A master without a binding on its port has nothing to go back to. */
const alone = ({ cutOffAlready }: PlanView, ms: number, { tell }: Draw): string =>
  cutOffAlready === true ? tell('plan.alone-unbound', {}) : tell('plan.alone-what', { ms });

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
    ...(view.dry || when.waits !== null
      ? []
      : [
          {
            title: tell('plan.starts', {}),
            value:
              when.liftBy != null
                ? tell('plan.too-late', { farm: view.farm, liftBy: when.liftBy })
                : tell('plan.starts-when', { quorum: view.quorum, ...when }),
          },
          { title: tell('plan.open-until', {}), value: tell('plan.open-until-when', { at: view.openUntil }) },
        ]),
  ];
}

/** In a cluster every node is changed, because each has to trust the workers' certificates. */
const mastersOf = ({ master, changes }: PlanView): readonly string[] => [
  ...new Set([master, ...changes.flatMap(({ role, hosts }) => (role === 'master' ? hosts : []))]),
];

/** Every machine that is changed, the master first. */
export const machinesOf = (view: PlanView): readonly string[] => [...new Set([...mastersOf(view), ...view.workers])];

/** *Approve*, *Deny*, or *Withdraw*: each in two steps. `names`: the machines concerned. */
export function decisions(view: AskingView, names: readonly string[], draw: Draw): readonly Node[] {
  const { reader, tell, label } = draw;
  if (view.dry) return [];
  const data = { v: 1, rotation: view.id, digest: view.digest };
  const deny = showCard(
    label('plan.deny', {}),
    [
      reasonInput(
        { label: label('plan.deny-why', {}), missing: label('card.reason-missing', {}) },
        { isMultiline: true },
      ),
    ],
    execute(label('plan.deny-do', {}), 'deny', data, 'destructive'),
  );
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

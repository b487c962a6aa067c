import type { PlanView } from '../../src/domain/views/view.ts';
import { alarm, isContained, wrongHandsNow } from '../compromised.ts';
import { askingActions, askingRows, colourOf, KNOW, stateOf, waits, whoDecides } from './asking.ts';
import { type Draw, type Drawn, nameOf, SIGNS } from './draw.ts';
import { column, columns, container, header, type Node, section, signed, text } from './elements.ts';
import { certificates, costs } from './plan-numbers.ts';

/** What is requested: what it costs, what happens, who decides. */
export function planCard(view: PlanView, draw: Draw): Drawn {
  const { tell } = draw;
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
      ...whoDecides(view, factRows(view, draw), draw),
    ],
    actions: askingActions(view, machinesOf(view), draw),
  };
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
      title: tell('plan.cutover', { request: wish.kind, hosts, cutOffAlready }),
      what: tell('plan.cutover-what', switching(view)),
    },
    ...(retireAfterMs === undefined
      ? []
      : [
          {
            title: tell('plan.retire', {
              ms: retireAfterMs,
              several: wish.kind === 'rotate-worker' && hosts.length > 1,
            }),
            what: tell('plan.retire-what', { compromised: wish.compromised }),
          },
        ]),
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
    issued: view.existing?.some(({ what }) => what.id === 'existing.chain') === true,
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
      ? { title: tell('plan.needs', {}), value: tell('plan.needs-what', { workers: view.workers.length }) }
      : { title: tell('plan.alone', {}), value: alone(view, view.aloneWithinMs, draw) },
  ];
}

/** A master without a binding on its port has nothing to go back to. */
const alone = ({ cutOffAlready }: PlanView, ms: number, { tell }: Draw): string =>
  cutOffAlready === true ? tell('plan.alone-unbound', {}) : tell('plan.alone-what', { ms });

/** In a cluster every node is changed, because each has to trust the workers' certificates. */
const mastersOf = ({ master, changes }: PlanView): readonly string[] => [
  ...new Set([master, ...changes.flatMap(({ role, hosts }) => (role === 'master' ? hosts : []))]),
];

/** Every machine that is changed, the master first. */
export const machinesOf = (view: PlanView): readonly string[] => [...new Set([...mastersOf(view), ...view.workers])];

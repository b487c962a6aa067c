import type { RetireView } from '../../src/domain/views/retire-view.ts';
import { alarm, wrongHandsNow } from '../compromised.ts';
import { askingActions, askingRows, colourOf, stateOf, waits, whoDecides } from './asking.ts';
import { type Draw, type Drawn, nameOf } from './draw.ts';
import { container, header, type Node, section, small, text } from './elements.ts';

/** Asks whether old certificates may be removed for good: which, where, and that nothing brings them back. */
export function retireCard(view: RetireView, draw: Draw): Drawn {
  const { tell, room } = draw;
  const shown = view.certificates.slice(0, room.rows);
  const stay = view.stay.slice(0, room.rows);
  return {
    body: [
      header(colourOf(view), {
        state: stateOf(view, tell),
        title: tell('retire.title', { farm: view.farm }),
        about: tell('retire.about', { id: view.id, machines: machinesOf(view).length, by: nameOf(view.by) }),
      }),
      ...alarm(wrongHandsNow(view, draw)),
      ...waits(view, draw).map((line) => text(line, { spacing: 'Medium' })),
      text(tell('retire.for-good', {}), { spacing: 'Medium', weight: 'Bolder', color: 'Attention' }),
      container(
        [
          section(tell('retire.goes', {}), { separator: false, spacing: 'None' }),
          ...shown.flatMap((one) => [
            text(tell('retire.certificate', { ...one, ended: hasEnded(one, view) }), { weight: 'Bolder' }),
            text(whereOf(one, draw), { isSubtle: true, spacing: 'None' }),
          ]),
          ...cut(view.certificates.length - shown.length, draw),
        ],
        { spacing: 'Medium', separator: true },
      ),
      ...(stay.length === 0
        ? []
        : [
            section(tell('retire.stays', {})),
            ...stay.map((one) => text(tell('retire.stay', one), { spacing: 'Small' })),
            ...cut(view.stay.length - stay.length, draw),
          ]),
      ...whoDecides(view, askingRows(view, draw), draw),
    ],
    actions: askingActions(view, machinesOf(view), draw),
  };
}

/** Whether it had ended when the plan was made. */
export const hasEnded = ({ notAfter }: RetireView['certificates'][number], { at }: RetireView): boolean =>
  Date.parse(notAfter) <= Date.parse(at);

/** The line below a certificate: since when nothing uses it, and what is removed where. */
export const whereOf = (one: RetireView['certificates'][number], { tell }: Draw): string =>
  tell('retire.where', { ...one, names: one.hosts, keyOn: one.keyOn });

const cut = (left: number, { tell }: Draw): readonly Node[] =>
  left === 0 ? [] : [small(tell('closed.lines-cut', { left }))];

/** Every machine that something is removed from. */
export const machinesOf = (view: RetireView): readonly string[] => [
  ...new Set(view.certificates.flatMap(({ hosts }) => hosts)),
];

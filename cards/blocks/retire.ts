import type { RetireView } from '../../src/domain/views/retire-view.ts';
import { askingRows, colourOf, stateOf, waits } from '../adaptive/asking.ts';
import { nameOf } from '../adaptive/draw.ts';
import { hasEnded, machinesOf, whereOf } from '../adaptive/retire.ts';
import { wrongHandsNow } from '../compromised.ts';
import { alarm } from './alarm.ts';
import { askingButtons, warnings, whoDecides } from './asking.ts';
import type { SlackDraw } from './draw.ts';
import { lines, section } from './elements.ts';
import { bold } from './mrkdwn.ts';
import { cutLines, type Drawn, signed, top } from './shared.ts';

/** Asks whether old certificates may be removed for good: which, where, and that nothing brings them back. */
export function retireBlocks(view: RetireView, draw: SlackDraw): Drawn {
  const { tell, label, title, room } = draw;
  const shown = view.certificates.slice(0, room.rows);
  const stay = view.stay.slice(0, room.rows);
  return {
    about: view.id,
    body: [
      ...top(colourOf(view), {
        state: stateOf(view, title),
        title: label('retire.title', { farm: view.farm }),
        about: tell('retire.about', { id: view.id, machines: machinesOf(view).length, by: nameOf(view.by) }),
        id: view.id,
      }),
      ...alarm(wrongHandsNow(view, draw)),
      ...lines(waits(view, draw)),
      section(signed({ text: '!' }, bold(tell('retire.for-good', {})))),
      ...lines([
        `*${tell('retire.goes', {})}*`,
        ...shown.map(
          (one) => `${bold(tell('retire.certificate', { ...one, ended: hasEnded(one, view) }))}\n${whereOf(one, draw)}`,
        ),
        ...cutLines(view.certificates.length - shown.length, draw),
      ]),
      ...(stay.length === 0
        ? []
        : lines([
            `*${tell('retire.stays', {})}*`,
            ...stay.map((one) => tell('retire.stay', one)),
            ...cutLines(view.stay.length - stay.length, draw),
          ])),
      ...warnings(view, draw),
      ...whoDecides(view, askingRows(view, draw), draw),
    ],
    buttons: askingButtons(view, machinesOf(view), draw),
  };
}

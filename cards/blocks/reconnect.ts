import type { ReconnectView } from '../../src/domain/views/reconnect-view.ts';
import { askingRows, colourOf, stateOf, waits } from '../adaptive/asking.ts';
import { nameOf } from '../adaptive/draw.ts';
import { aboutWhom, authorityWords, whatHappens, workersOf, workerWords } from '../adaptive/reconnect.ts';
import { askingButtons, warnings, whoDecides } from './asking.ts';
import type { SlackDraw } from './draw.ts';
import { lines } from './elements.ts';
import { cutLines, type Drawn, top } from './shared.ts';

/** Asks whether workers may be brought in line with their master: their state, what happens, who decides. */
export function reconnectBlocks(view: ReconnectView, draw: SlackDraw): Drawn {
  const { tell, label, title, room } = draw;
  const shown = view.workers.slice(0, room.rows);
  return {
    about: view.id,
    body: [
      ...top(colourOf(view), {
        state: stateOf(view, title),
        title: label('reconnect.title', aboutWhom(view)),
        about: tell('reconnect.about', { ...aboutWhom(view), id: view.id, master: view.master, by: nameOf(view.by) }),
        id: view.id,
      }),
      ...lines(waits(view, draw)),
      ...lines([
        `*${tell('reconnect.now', {})}*`,
        tell('reconnect.presents', { ...view.present, master: view.master }),
        ...authorityWords(view, draw),
        ...shown.map((worker) => workerWords(worker, view, draw)),
        ...cutLines(view.workers.length - shown.length, draw),
      ]),
      ...lines([
        `*${tell('reconnect.does', {})}*`,
        tell('reconnect.does-what', whatHappens(view)),
        tell('reconnect.fails-what', { count: view.workers.length }),
      ]),
      ...warnings(view, draw),
      ...whoDecides(view, askingRows(view, draw), draw),
    ],
    buttons: askingButtons(view, workersOf(view), draw),
  };
}

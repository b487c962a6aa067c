import type { ReconnectView } from '../../src/domain/views/reconnect-view.ts';
import { askingActions, askingRows, colourOf, stateOf, waits, whoDecides } from './asking.ts';
import { type Draw, type Drawn, nameOf } from './draw.ts';
import { belowHeader, container, header, section, small, text } from './elements.ts';

/** Asks whether workers may be brought in line with their master: their state, what happens, who decides. */
export function reconnectCard(view: ReconnectView, draw: Draw): Drawn {
  const { tell, room } = draw;
  const shown = view.workers.slice(0, room.rows);
  const left = view.workers.length - shown.length;
  return {
    body: belowHeader([
      header(colourOf(view), {
        state: stateOf(view, tell),
        title: tell('reconnect.title', aboutWhom(view)),
        about: tell('reconnect.about', { ...aboutWhom(view), id: view.id, master: view.master, by: nameOf(view.by) }),
      }),
      ...waits(view, draw).map((line) => text(line, { spacing: 'Medium' })),
      container(
        [
          section(tell('reconnect.now', {}), { separator: false, spacing: 'None' }),
          text(tell('reconnect.presents', { ...view.present, master: view.master }), { spacing: 'Small' }),
          ...authorityWords(view, draw).map((line) => text(line, { spacing: 'Small' })),
          ...shown.map((worker) => text(workerWords(worker, view, draw), { spacing: 'Small' })),
          ...(left === 0 ? [] : [small(tell('closed.lines-cut', { left }))]),
        ],
        { spacing: 'Medium', separator: true },
      ),
      container(
        [
          section(tell('reconnect.does', {}), { separator: false, spacing: 'None' }),
          text(tell('reconnect.does-what', whatHappens(view)), { spacing: 'Small' }),
          text(tell('reconnect.fails-what', { count: view.workers.length }), { spacing: 'Small', isSubtle: true }),
        ],
        { spacing: 'Medium', separator: true },
      ),
      ...whoDecides(view, askingRows(view, draw), draw),
    ]),
    actions: askingActions(view, workersOf(view), draw),
  };
}

/** The state of one worker: what it pins compared with what is presented, and whether it trusts that. */
export const workerWords = (
  { host, pinned, trusted }: ReconnectView['workers'][number],
  { present }: ReconnectView,
  { tell }: Draw,
): string => tell('reconnect.worker', { host, pinned, trusted, presented: pinned === present.thumbprint });

/** A company CA gets a line of its own, because then a root certificate is trusted. */
export const authorityWords = ({ present: { authority } }: ReconnectView, { tell }: Draw): readonly string[] =>
  authority === null ? [] : [tell('reconnect.authority', authority)];

/** The workers concerned. */
export const workersOf = ({ workers }: ReconnectView): readonly string[] => workers.map(({ host }) => host);

export const aboutWhom = (view: ReconnectView) => ({ farm: view.farm, hosts: workersOf(view) });

export const whatHappens = (view: ReconnectView) => ({
  thumbprint: view.present.thumbprint,
  root: view.present.authority?.thumbprint ?? null,
  hosts: workersOf(view),
  restart: view.workers.filter(({ restarts }) => restarts).map(({ host }) => host),
  stay: view.workers.filter(({ restarts }) => !restarts).map(({ host }) => host),
});

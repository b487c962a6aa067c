import type { RunningView, StepRow } from '../../src/domain/views/view.ts';
import { answerTo } from '../answer-to.ts';
import { alarm, isContained, wrongHands } from '../compromised.ts';
import { execute, showCard, toggle } from './actions.ts';
import { type Draw, type Drawn, nameOf, namesOf, SIGNS } from './draw.ts';
import { column, columns, container, header, type Node, signed, small, text } from './elements.ts';
import { hostRows } from './host-rows.ts';
import { whyBlock } from './why.ts';

/** While machines are at work: how far it is, who is cut off, and how to stop it. */
export function runningCard(view: RunningView, draw: Draw): Drawn {
  const { tell, label, message } = draw;
  const back = view.direction === 'back';
  return {
    body: [
      header(back ? 'attention' : 'accent', {
        state: back ? tell('running.state-back', {}) : tell('running.state', { step: view.step, steps: view.steps }),
        title: titleOf(view, tell),
        about: tell('running.about', aboutRunning(view)),
      }),
      ...alarm(wrongHands(view, draw)),
      ...(view.why === null ? [] : whyBlock(view.why, draw)),
      ...(back ? [] : phases(view, draw)),
      ...(view.waiting === null
        ? []
        : [signed({ text: '!', color: 'Attention' }, message(view.waiting), { spacing: 'Medium' })]),
      ...(view.stopAsked === null || view.why !== null
        ? []
        : [
            text(tell(stopAskedOf(view), { by: nameOf(view.stopAsked) }), {
              spacing: 'Medium',
            }),
          ]),
      ...(countsCutOff(view) ? [text(cutOff(view, draw), { spacing: 'Medium' })] : []),
      hostRows(view.rows, draw),
      everyStep(view, draw),
    ],
    actions: [
      ...(view.stop === null || view.stopAsked !== null || draw.reader === 'other'
        ? []
        : [
            showCard(
              label(keepsWhatIsDone(view) ? 'retire.stop' : 'running.stop', {}),
              [text(message(view.stop))],
              execute(
                label(keepsWhatIsDone(view) ? 'retire.stop-do' : 'running.stop-do', {}),
                'stop',
                answerTo(view),
                'destructive',
              ),
            ),
          ]),
      toggle(label('running.every-button', {}), 'every'),
    ],
  };
}

/** Whether a stop puts nothing back: what is removed or contained stays so. */
export const keepsWhatIsDone = ({ wish }: RunningView): boolean => wish.kind === 'retire' || isContained(wish);

export function stopAskedOf({
  wish,
}: RunningView): 'retire.stop-asked' | 'running.stop-contained' | 'running.stop-asked' {
  if (wish.kind === 'retire') return 'retire.stop-asked';
  return isContained(wish) ? 'running.stop-contained' : 'running.stop-asked';
}

/** Four side by side would break their names on a phone, so they go two by two. */
function phases(view: RunningView, draw: Draw): readonly Node[] {
  const { tell } = draw;
  const styles = { good: 'good', running: 'accent', waiting: 'emphasis', bad: 'attention', unknown: 'attention' };
  const boxes = view.phases.map((phase) => {
    const { name, state } = phase;
    const title = text(tell('running.phase', { sign: SIGNS[state].text, phase: name }), { weight: 'Bolder' });
    const below = text(phaseBelow(view, phase, draw), { isSubtle: true, size: 'Small', spacing: 'None' });
    return { items: [title, below], style: styles[state] };
  });
  const inRow = boxes.length > 3 ? 2 : 3;
  return boxes
    .flatMap((_, at) => (at % inRow === 0 ? [boxes.slice(at, at + inRow)] : []))
    .map((row, nth) =>
      columns(
        row.map(({ items, style }, at) =>
          column('stretch', items, { style, ...(at === 0 ? {} : { spacing: 'Small' }) }),
        ),
        { spacing: nth === 0 ? 'Medium' : 'Small' },
      ),
    );
}

/** The line below a phase's name: how long it took, or how far it is. */
export function phaseBelow(view: RunningView, phase: RunningView['phases'][number], { tell }: Draw): string {
  const { state, ms, from, to } = phase;
  if (state === 'good')
    return ms === null ? tell('running.phase-done-unmeasured', {}) : tell('running.phase-done', { ms });
  return state === 'running' && from !== to
    ? tell('running.phase-now', { step: Math.min(Math.max(view.step, from), to), to })
    : tell('running.phase-later', { from, to });
}

/** The header: the title, and the line below it. */
export const titleOf = (view: RunningView, tell: Draw['tell']): string =>
  view.wish.kind === 'retire'
    ? tell('retire.running', { farm: view.farm })
    : tell(view.direction === 'back' ? 'running.title-back' : 'running.title', {
        farm: view.farm,
        request: view.wish.kind,
        hosts: workersOf(view),
        of: view.wish.of,
        unbound: view.cutBefore !== undefined,
      });

export const aboutRunning = (view: RunningView) => ({
  id: view.id,
  ticket: view.wish.ticket,
  names: namesOf(view.approvedBy),
  at: view.startedAt,
});

/** The workers concerned. */
const workersOf = ({ rows }: RunningView): readonly string[] =>
  rows.filter(({ role }) => role === 'worker').map(({ host }) => host);

/** A removal cuts nobody off, and for a reconnect workers are cut off already. */
export const countsCutOff = ({ wish }: RunningView): boolean => wish.kind !== 'retire' && wish.kind !== 'reconnect';

/** How many workers are cut off now, and for how long; and of which nobody knows. */
export function cutOff(view: RunningView, draw: Draw): string {
  const { unsure = [], unheard } = view;
  const isCut = view.rows.some((row) => row.cutOff);
  // Without a connection nothing is known of the others either.
  if (unsure.length === 0 || (unheard !== undefined && !isCut)) return counted(view, draw);
  const unknown = draw.tell('running.unsure', { hosts: unsure });
  return isCut ? `${counted(view, draw)} ${unknown}` : unknown;
}

function counted(view: RunningView, { tell }: Draw): string {
  const { cutBefore = 0, refusedBefore = 0, leaveBehind } = view;
  const before = cutBefore + refusedBefore;
  const about = { count: before, all: before === workersOf(view).length };
  // Without a binding nobody can have connected meanwhile; whom a master refused, somebody may have put right.
  const still = before === 0 ? null : tell(cutBefore > 0 ? 'running.cut-before' : 'running.refused-before', about);
  if (still !== null && cutBefore > 0) return still;
  const cut = view.rows.filter((row) => row.cutOff);
  const { unheard } = view;
  if (unheard !== undefined && (unheard.all || cut.length === 0))
    return tell('running.unheard', { count: cut.length, master: unheard.master, limitMs: view.gapLimitMs });
  if (cut.length === 0) {
    if (still !== null) return still;
    const had = view.rows.some(({ role, ms }) => role === 'worker' && (view.cutBefore !== undefined || ms.length > 0));
    if (!had) return tell('running.nobody-yet', {});
    // A machine that still goes back may cut its workers off at any moment, which is heard only after it has.
    const goesBack =
      view.direction === 'back' && view.rows.some(({ state }) => state === 'running' || state === 'waiting');
    return goesBack ? tell('running.nobody-heard', {}) : tell('running.nobody-now', {});
  }
  const lengths = cut.flatMap(({ ms }) => ms);
  const limitMs = view.direction === 'back' ? null : view.gapLimitMs;
  const now =
    lengths.length === 0
      ? tell('running.cut-off-unmeasured', { count: cut.length })
      : tell('running.cut-off', { count: cut.length, ms: Math.max(...lengths), limitMs, leaveBehind });
  return still === null ? now : `${now} ${still}`;
}

function everyStep(view: RunningView, draw: Draw): Node {
  const { tell, room } = draw;
  const shown = view.stepRows.slice(0, room.rows);
  return container(
    [
      text(tell('running.steps', {}), { weight: 'Bolder', spacing: 'None' }),
      ...shown.map((row) => stepLine(row, draw)),
      ...(shown.length < view.stepRows.length
        ? [small(tell('running.steps-cut', { left: view.stepRows.length - shown.length }))]
        : []),
      ...(view.made === null
        ? []
        : [small(tell('running.new-thumbprint', { thumbprint: view.made }), { spacing: 'Medium' })]),
      ...(view.old === null
        ? []
        : [
            small(tell('plan.old-thumbprint', { thumbprint: view.old }), {
              spacing: view.made === null ? 'Medium' : 'None',
            }),
          ]),
    ],
    { id: 'every', isVisible: false, style: 'emphasis', spacing: 'Medium' },
  );
}

function stepLine(row: StepRow, { tell, message }: Draw): Node {
  const sign = row.state === 'waiting' ? { text: '·', color: 'Default' } : SIGNS[row.state];
  const words = tell('running.step', { number: row.number, names: row.hosts });
  return columns(
    [
      column('20px', [text(sign.text, { color: sign.color, weight: 'Bolder' })]),
      column('stretch', [text(`${words}${message(row.what)}`)]),
      column(
        'auto',
        row.atMs === null ? [] : [text(tell('running.step-at', { ms: row.atMs }), { wrap: false, isSubtle: true })],
      ),
    ],
    { spacing: 'Small' },
  );
}

import { askedAgain } from '../../src/domain/request/ask-fields.ts';
import { requestWords } from '../../src/domain/request/request-line.ts';
import type { Message } from '../../src/domain/values.ts';
import type { ClosedView } from '../../src/domain/views/view.ts';
import { alarm, wrongHands } from '../compromised.ts';
import { LIMITS } from '../limits.ts';
import { wentForth } from '../went-forth.ts';
import { execute, reasonInput, showCard } from './actions.ts';
import { askInputs } from './ask-inputs.ts';
import { type Draw, type Drawn, nameOf, namesOf, SIGNS } from './draw.ts';
import { belowHeader, column, columns, header, type Node, section, signed, small, text } from './elements.ts';
import { gapBars } from './gap-bars.ts';
import { whyBlock } from './why.ts';

/** Each colour has one meaning, in both renderings. */
const STYLES = {
  proved: 'good',
  'put-back': 'attention',
  stopped: 'attention',
  'left-behind': 'attention',
  partly: 'attention',
  contained: 'attention',
  withdrawn: 'emphasis',
  denied: 'emphasis',
  lapsed: 'emphasis',
  refused: 'emphasis',
} as const;

/** `attention` where the state of machines is not known, or is no longer what the card says: somebody has to look. */
export const styleOf = (view: ClosedView) =>
  view.untold || undone(view).length > 0 ? 'attention' : view.everywhere ? 'good' : STYLES[view.outcome];

/** Machines that people have put back by hand since: the title is no longer true there, so this comes first. */
const undone = ({ next }: ClosedView): readonly Message[] => next.filter(isUndone);

const isUndone = ({ id }: Message): boolean => id === 'next.undone-by-hand';

export const stateOf = (view: ClosedView) => ({
  outcome: view.outcome,
  tookMs: view.tookMs,
  final: isRetire(view),
  untold: view.untold ?? false,
  unproved: view.unproved ?? null,
  everywhere: view.everywhere ?? false,
});

/** The result or the reason first, then how we know, then what is next. */
export function closedCard(view: ClosedView, draw: Draw): Drawn {
  const { tell } = draw;
  const forth = wentForth(view.outcome);
  const ran = view.tookMs !== null;
  return {
    body: belowHeader([
      header(styleOf(view), {
        state: tell('closed.state', stateOf(view)),
        title: titleIn(view, tell),
        about: tell('closed.about', aboutClosed(view)),
      }),
      ...alarm(closedAlarm(view, draw)),
      ...(view.why === null ? [] : whyBlock(view.why, draw)),
      ...(view.outcome === 'lapsed' ? [text(tell('closed.lapsed', {}), { spacing: 'Medium' })] : []),
      ...(ran ? [] : [text(tell(nothingRan(view), {}), { spacing: 'Medium' })]),
      ...(forth && !isRetire(view) ? [...presented(view, draw), ...gapBars(view, draw)] : []),
      ...evidence(view, draw),
      ...(forth ? [] : gapBars(view, draw)),
      ...next(view, draw),
    ]),
    actions: [...(view.askAgain ? [askAgain(view, draw)] : []), ...rollBack(view, draw)],
  };
}

/** What is said about the machines if no work on them is recorded. */
export const nothingRan = ({ untold }: ClosedView) => (untold ? 'closed.untold' : 'closed.nothing-changed');

/** What has been put back since; that a key is compromised, and where its certificate still is. */
export const closedAlarm = (view: ClosedView, draw: Draw): readonly string[] => [
  ...undone(view).map(draw.message),
  ...wrongHands(view, draw, wentForth(view.outcome)),
  ...(view.stillThere ?? []).map(draw.message),
];

function presented({ presented, goodUntil }: ClosedView, { tell }: Draw): readonly Node[] {
  const box = (title: string, line: Node, look: Node = {}): Node =>
    column('stretch', [text(title, { size: 'Small', weight: 'Bolder', isSubtle: true }), line], {
      style: 'emphasis',
      ...look,
    });
  const boxes = [
    ...(presented === null
      ? []
      : [
          box(
            tell('closed.presented', { target: presented.target }),
            text(tell('plan.thumbprint', { thumbprint: presented.thumbprint }), {
              fontType: 'Monospace',
              spacing: 'Small',
              weight: 'Bolder',
            }),
          ),
        ]),
    ...(goodUntil === null
      ? []
      : [
          box(
            tell('closed.good-until', {}),
            text(tell('closed.date', { at: goodUntil }), { spacing: 'Small', weight: 'Bolder' }),
            presented === null ? {} : { spacing: 'Small' },
          ),
        ]),
  ];
  return boxes.length === 0 ? [] : [columns(boxes, { spacing: 'Medium' })];
}

/** Whether it removed old certificates: nothing is put back, and the master presents what it did before. */
export const isRetire = ({ wish }: ClosedView): boolean => wish.kind === 'retire';

/** The title above the evidence: what it proves, or proved when it ended, in whose words the lines below stay. */
export function evidenceTitle(view: ClosedView, { tell }: Draw): string {
  if (isRetire(view)) return tell('retire.gone', {});
  const past = view.undone ?? false;
  if (wentForth(view.outcome) || view.outcome === 'contained') return tell('closed.how-we-know', { past });
  return view.evidence.every(({ state }) => state === 'good')
    ? tell('closed.all-back', { past })
    : tell('closed.back', {});
}

function evidence(view: ClosedView, draw: Draw): readonly Node[] {
  const { evidence } = view;
  if (evidence.length === 0) return [];
  const { tell, message, room } = draw;
  const shown = evidence.slice(0, room.rows);
  return [
    // Where nothing was changed, they belong to the line before, which says so.
    ...(view.tookMs === null ? [] : [section(evidenceTitle(view, draw))]),
    ...shown.map(({ state, what }) => signed(SIGNS[state], message(what))),
    ...(shown.length < evidence.length
      ? [small(tell('closed.lines-cut', { left: evidence.length - shown.length }))]
      : []),
  ];
}

/** The header's line below the title. */
export const aboutClosed = (view: ClosedView) => ({
  id: view.id,
  ticket: view.wish.ticket,
  by: nameOf(view.by),
  names: namesOf(view.approvedBy),
  endedBy: view.endedBy === null ? null : nameOf(view.endedBy),
  outcome: view.outcome,
});

export function titleIn(view: ClosedView, tell: Draw['tell']): string {
  const { untold, outcome, farm, tookMs, undone } = view;
  if (untold) return tell('closed.untold-title', { farm });
  return isRetire(view)
    ? tell('retire.closed', { outcome, farm, ran: tookMs !== null, past: undone ?? false })
    : tell('closed.title', titleOf(view));
}

export const titleOf = ({ outcome, farm, tookMs, wish, hosts, unbound, unproved, everywhere, undone }: ClosedView) => ({
  outcome: everywhere ? ('proved' as const) : outcome,
  farm,
  ran: tookMs !== null,
  request: wish.kind,
  hosts,
  of: wish.of,
  unbound: unbound ?? null,
  unproved: unproved ?? null,
  past: undone ?? false,
});

/** Workers have a certificate each. */
const isOfSeveral = ({ wish, hosts }: ClosedView): boolean => wish.kind === 'rotate-worker' && hosts.length > 1;

/** When the old certificate ends; then the one remedy for what went wrong, and the bot's own messages. */
export function whatIsNext(view: ClosedView, draw: Draw): readonly string[] {
  const { next, why, goodUntil, daysLeft } = view;
  const { tell, message, maybe, room } = draw;
  const forth = wentForth(view.outcome);
  // Nobody is told to ask for what the bot asks again by itself; but why an address is silent, people must find out.
  const isAsked = next.some(({ id }) => id === 'next.asked-anew') && why?.data.code !== 'AddressSilent';
  // After `partly`, whatever kept the other machines back still has to be fixed.
  const isMended = (forth && view.outcome !== 'partly') || isAsked;
  const wayOn = why === null || isMended ? null : maybe(`${why.id}.todo`, why.data);
  return [
    ...(forth || goodUntil === null || daysLeft === null
      ? []
      : [tell('closed.still-ends', { at: goodUntil, days: daysLeft, several: isOfSeveral(view) })]),
    ...(wayOn ? [wayOn] : []),
    ...next
      .filter((one) => !isUndone(one) && (!wayOn || one.id !== 'next.ask-again'))
      .slice(0, room.rows)
      .map(message),
  ];
}

function next(view: ClosedView, draw: Draw): readonly Node[] {
  const { tell } = draw;
  const lines = whatIsNext(view, draw);
  return lines.length === 0
    ? []
    : [section(tell('closed.next', {})), text(lines.join(draw.between.sentences), { spacing: 'Small' })];
}

/** Requests the same again; the reason is filled in and can be changed. */
const askAgain = (view: ClosedView, { label }: Draw): Node =>
  showCard(
    label('closed.ask-again', {}),
    [
      ...fields(view, { label }),
      reasonInput(
        { label: label('card.reason', {}), missing: label('card.reason-missing', {}) },
        { value: view.reason.slice(0, LIMITS.adaptiveCard.inputLength) },
      ),
    ],
    execute(
      label('card.ask', {}),
      'request',
      { v: 1, farm: view.farm, request: requestWords(askedAgain(view.wish)) },
      'positive',
    ),
  );

/** The reason is not filled in: why to roll back differs from why the rotation was requested. */
function rollBack(view: ClosedView, { label }: Draw): readonly Node[] {
  const { farm, rollBack: request } = view;
  if (request === undefined) return [];
  const reason = reasonInput({ label: label('card.reason', {}), missing: label('card.reason-missing', {}) });
  const ask = execute(label('card.ask', {}), 'request', { v: 1, farm, request }, 'positive');
  return [showCard(label('closed.roll-back', {}), [...fields(view, { label }), reason], ask)];
}

const fields = ({ asks }: ClosedView, draw: Pick<Draw, 'label'>): readonly Node[] =>
  asks === undefined ? [] : askInputs(asks, draw);

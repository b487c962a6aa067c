import { askedAgain } from '../../src/domain/request/ask-fields.ts';
import { requestWords } from '../../src/domain/request/request-line.ts';
import type { ClosedView } from '../../src/domain/views/view.ts';
import {
  aboutClosed,
  closedAlarm,
  evidenceTitle,
  isRetire,
  nothingRan,
  stateOf,
  styleOf,
  titleIn,
  whatIsNext,
} from '../adaptive/closed.ts';
import { SIGNS } from '../adaptive/draw.ts';
import { gapRank, gapsCut, hasBars, unmeasuredIn } from '../adaptive/gap-bars.ts';
import { isContained } from '../compromised.ts';
import { keepWorst } from '../limits.ts';
import { bar, total } from '../measure.ts';
import { wentForth } from '../went-forth.ts';
import { alarm } from './alarm.ts';
import { table } from './columns.ts';
import type { SlackDraw } from './draw.ts';
import { type Block, type Button, context, cutTo, fields, lines, REASON_IN_BUTTON } from './elements.ts';
import { cutLines, type Drawn, signed, top, why } from './shared.ts';

const BLOCKS = 16;

/** The result or the reason first, then how we know, then what is next. */
export function closedBlocks(view: ClosedView, draw: SlackDraw): Drawn {
  const { tell, label, title } = draw;
  const forth = wentForth(view.outcome);
  const ran = view.tookMs !== null;
  return {
    about: view.id,
    body: [
      ...top(styleOf(view), {
        state: title('closed.state', stateOf(view)),
        title: titleIn(view, label),
        about: tell('closed.about', aboutClosed(view)),
        id: view.id,
      }),
      ...alarm(closedAlarm(view, draw)),
      ...(view.why === null ? [] : why(view.why, draw)),
      ...lines([view.outcome === 'lapsed' ? tell('closed.lapsed', {}) : '', ran ? '' : tell(nothingRan(view), {})]),
      ...(forth && !isRetire(view) ? [...fields(presented(view, draw)), ...gaps(view, draw)] : []),
      ...evidence(view, draw),
      ...(forth ? [] : gaps(view, draw)),
      ...next(view, draw),
    ],
    buttons: [...(view.askAgain ? [askAgain(view, draw)] : []), ...rollBack(view, draw)],
  };
}

function presented({ presented, goodUntil }: ClosedView, { tell, title }: SlackDraw): readonly string[] {
  return [
    ...(presented === null
      ? []
      : [
          `*${title('closed.presented', { target: presented.target })}*\n${tell('plan.thumbprint', { thumbprint: presented.thumbprint })}`,
        ]),
    ...(goodUntil === null ? [] : [`*${title('closed.good-until', {})}*\n${tell('closed.date', { at: goodUntil })}`]),
  ];
}

/** How long each worker was cut off, as measured; if there is no room for all, the longest are kept. */
function gaps(view: ClosedView, draw: SlackDraw): readonly Block[] {
  const { gaps, gapLimitMs } = view;
  if (gaps.length === 0) return [];
  const { tell, code, room } = draw;
  const { kept, left } = keepWorst(gaps, room.rows, gapRank);
  const failures = kept.some(({ failed }) => failed);
  const rows = kept.map(({ host, ms, failed, still }) => [
    ...(failures ? [failed ? SIGNS.bad.text : ''] : []),
    code('word.host', { host }),
    ms.length === 0 ? '' : track(ms, gapLimitMs),
    still
      ? code('closed.gap-still', {})
      : ms.length === 0
        ? code('closed.gap-unmeasured', {})
        : code('closed.gap', { ms }),
  ]);
  const twice = gaps.some(({ ms }) => ms.length > 1);
  return [
    ...table(`*${tell('closed.gaps', {})}*`, rows),
    ...lines(
      [
        left.length === 0 ? '' : tell('closed.gaps-cut', gapsCut(left)),
        ...unmeasuredIn(gaps).map(({ id, hosts }) => tell(id, { hosts, request: view.wish.kind })),
        !hasBars(gaps)
          ? ''
          : wentForth(view.outcome)
            ? isContained(view.wish)
              ? tell('closed.gaps-note-contained', { limitMs: gapLimitMs })
              : tell('closed.gaps-note', { limitMs: gapLimitMs, request: view.wish.kind })
            : tell('closed.gaps-note-back', { limitMs: gapLimitMs, twice }),
      ],
      context,
    ),
  ];
}

function track(ms: readonly number[], limitMs: number): string {
  const { filled, rest } = bar(total(ms), limitMs, BLOCKS);
  return `${filled}${rest}`;
}

function evidence(view: ClosedView, draw: SlackDraw): readonly Block[] {
  if (view.evidence.length === 0) return [];
  const shown = view.evidence.slice(0, draw.room.rows);
  return lines([
    view.tookMs === null ? '' : `*${evidenceTitle(view, draw)}*`,
    ...shown.map(({ state, what }) => signed(SIGNS[state], draw.message(what))),
    ...cutLines(view.evidence.length - shown.length, draw),
  ]);
}

function next(view: ClosedView, draw: SlackDraw): readonly Block[] {
  const words = whatIsNext(view, draw);
  return words.length === 0 ? [] : lines([`*${draw.tell('closed.next', {})}*`, ...words]);
}

/** Requests the same again; the form has the reason already. */
const askAgain = (view: ClosedView, { label }: SlackDraw): Button => ({
  label: label('closed.ask-again', {}),
  verb: 'ask',
  data: {
    v: 1,
    farm: view.farm,
    request: requestWords(askedAgain(view.wish)),
    reason: cutTo(view.reason, REASON_IN_BUTTON),
  },
});

/** The reason is not filled in: why to roll back differs from why the rotation was requested. */
const rollBack = ({ farm, rollBack: request }: ClosedView, { label }: SlackDraw): readonly Button[] =>
  request === undefined ? [] : [{ label: label('closed.roll-back', {}), verb: 'ask', data: { v: 1, farm, request } }];

import type { NeedsPersonView } from '../../src/domain/views/view.ts';
import { SIGNS } from '../adaptive/draw.ts';
import {
  aboutOf,
  approvalOf,
  choicesOf,
  endedOf,
  leavingOut,
  mayGoBack,
  mayLook,
  unwatched,
  voidOf,
  waitOf,
} from '../adaptive/needs-person.ts';
import { agreedLine, agreeing, askedLine, despite, leavesAll, returnsOf } from '../adaptive/person-asked.ts';
import { handsOn } from '../adaptive/why.ts';
import { answerTo } from '../answer-to.ts';
import { wrongHands } from '../compromised.ts';
import { leaveVerb, leavingSome, leftAlone, leftIn, oneAlone } from '../leave-one.ts';
import { backWhat, doneOn, restProved } from '../person-others.ts';
import { alarm } from './alarm.ts';
import type { SlackDraw } from './draw.ts';
import { type Block, type Button, context, divider, lines, section } from './elements.ts';
import { bold } from './mrkdwn.ts';
import { confirmed, cutLines, type Drawn, hostLines, signed, top, votes, why } from './shared.ts';

/** A machine's state is unknown: nothing is guessed, a person decides. */
export function needsPersonBlocks(view: NeedsPersonView, draw: SlackDraw): Drawn {
  const { tell, label, title, message, room } = draw;
  const shown = view.why.slice(0, room.rows);
  return {
    about: view.id,
    body: [
      ...top('attention', {
        state: title('person.state', {}),
        title:
          view.packages === null
            ? label('person.title', {
                unknown: view.unknown,
                farm: view.farm,
                rest: restProved(view) ? view.provedOn : 'mixed',
                paused: view.paused,
              })
            : label('person.title-packages', { farm: view.farm, unseen: view.packages.unseen }),
        about: aboutOf(view, tell),
        id: view.id,
      }),
      ...alarm(wrongHands(view, draw)),
      ...shown.flatMap((one) => [...why(one, draw), ...lines([handsOn(one, draw)])]),
      ...lines(cutLines(view.why.length - shown.length, draw), context),
      ...endedOf(view).map((ended) => section(tell('person.ended', ended))),
      ...lines(view.against.slice(0, room.rows).map((one) => signed(SIGNS.bad, message(one)))),
      ...(view.wentBack === undefined
        ? []
        : [section(bold(tell('person.went-back', {}))), ...why(view.wentBack, draw)]),
      divider,
      ...hostLines(view.rows, draw, true),
      ...voided(view, draw),
      ...unwatched(view).map((why) => section(tell('person.unwatched', why))),
      ...(view.asked === null ? choices(view, draw) : asked(view, view.asked, draw)),
    ],
    buttons: draw.reader === 'other' ? [] : buttons(view, draw),
  };
}

const voided = ({ voided: asked }: NeedsPersonView, { tell }: SlackDraw): readonly Block[] =>
  asked === null ? [] : [section(tell('person.voided', voidOf(asked)))];

const choices = (view: NeedsPersonView, { tell }: SlackDraw): readonly Block[] => [
  ...lines([
    `*${tell('person.what', {})}*`,
    view.packages === null
      ? tell('person.choices', choicesOf(view))
      : tell('person.choices-packages', waitOf(view.packages, view)),
  ]),
  context(
    view.packages === null
      ? tell('person.approval', {
          quorum: view.quorum,
          leave: view.leave !== null,
          back: mayGoBack(view),
          paused: view.paused,
        })
      : tell('person.approval-packages', approvalOf(view, view.packages)),
  ),
  ...alsoAlone(view, tell),
];

function alsoAlone(view: NeedsPersonView, tell: SlackDraw['tell']): readonly Block[] {
  const one = oneAlone(view);
  return one === null ? [] : [context(tell('person.leave-one-choice', one))];
}

const asked = (
  view: NeedsPersonView,
  asking: NonNullable<NeedsPersonView['asked']>,
  draw: SlackDraw,
): readonly Block[] => [
  divider,
  section(askedLine(view, asking, draw.tell)),
  ...votes(view, draw),
  ...(draw.reader === 'requester' ? [section(bold(draw.tell('plan.own', {})))] : []),
];

function leaveOut(view: NeedsPersonView, draw: SlackDraw): readonly Button[] {
  const out = view.packages?.leaveOut;
  if (out === undefined) return [];
  const leaving = { unknown: leftIn(view), all: false };
  return [
    {
      label: draw.label('person.leave', leaving),
      verb: 'leave-out',
      data: answerTo(view),
      confirm: confirmed(draw, { yes: draw.label('person.leave-do', leaving) }, ({ tell }) =>
        tell('person.leave-out-what', leavingOut(view, out)),
      ),
    },
  ];
}

const alone = (view: NeedsPersonView, draw: SlackDraw): readonly Button[] =>
  leftAlone(view).map((host) => ({
    label: draw.label('person.leave-one', { host }),
    verb: leaveVerb(view),
    data: { ...answerTo(view), hosts: host },
    confirm: confirmed(draw, { yes: draw.label('person.leave-do', { unknown: [host], all: false }) }, ({ tell }) =>
      tell('person.leave-one-what', leavingSome(view, [host])),
    ),
  }));

function buttons(view: NeedsPersonView, draw: SlackDraw): readonly Button[] {
  if (view.asked === null)
    return [
      ...look(view, draw).map((one) => ({ ...one, style: 'primary' as const })),
      ...goOn(view, draw),
      ...leaveOut(view, draw),
      ...leaveAll(view, draw),
      ...alone(view, draw),
      ...putBack(view, draw),
    ];
  const { asked } = view;
  if (draw.reader === 'requester' || view.needed === 0) return look(view, draw);
  const yes = draw.label('person.approve-do', agreeing(view, asked));
  return [
    {
      label: draw.label('plan.approve', {}),
      verb: 'approve',
      data: answerTo(view),
      style: 'primary',
      confirm: confirmed(draw, { yes }, ({ tell }) => agreedLine(view, asked, tell)),
    },
    { label: draw.label('plan.deny', {}), verb: 'open-deny', data: { ...answerTo(view), farm: view.farm } },
    ...look(view, draw),
  ];
}

function look(view: NeedsPersonView, { label }: SlackDraw): readonly Button[] {
  const again = label(view.packages === null ? 'person.look' : 'person.wait', {});
  return mayLook(view) ? [{ label: again, verb: 'look', data: answerTo(view) }] : [];
}

function goOn(view: NeedsPersonView, draw: SlackDraw): readonly Button[] {
  const { id, packages } = view;
  if (packages === null) return [];
  return [
    {
      label: draw.label('person.go-on', {}),
      verb: 'go-on',
      data: answerTo(view),
      confirm: confirmed(draw, { yes: draw.label('person.go-on-do', {}) }, ({ tell }) =>
        tell('person.go-on-what', { id, heldUp: packages.workers, ...despite(view) }),
      ),
    },
  ];
}

function leaveAll(view: NeedsPersonView, draw: SlackDraw): readonly Button[] {
  const { id, unknown, packages, leave } = view;
  if (packages !== null || leave === null) return [];
  const leaving = { unknown, all: leavesAll(view), returns: returnsOf(view) };
  return [
    {
      label: draw.label('person.leave', leaving),
      verb: 'leave',
      data: answerTo(view),
      confirm: confirmed(draw, { yes: draw.label('person.leave-do', leaving) }, ({ tell }) =>
        tell('person.leave-what', { id, ...doneOn(view), ...leaving }),
      ),
    },
  ];
}

function putBack(view: NeedsPersonView, draw: SlackDraw): readonly Button[] {
  if (!mayGoBack(view)) return [];
  const { packages, back } = view;
  const { of } = view.wish;
  return [
    {
      label: draw.label('person.back', {}),
      verb: 'put-back',
      data: answerTo(view),
      style: 'danger',
      confirm: confirmed(draw, { yes: draw.label('person.back-do', {}) }, ({ tell }) =>
        packages === null
          ? tell('person.back-what', backWhat(view))
          : tell('person.back-packages', { heldUp: packages.workers, back, of }),
      ),
    },
  ];
}

import type { NeedsPersonView } from '../../src/domain/views/view.ts';
import { answerTo } from '../answer-to.ts';
import { alarm, isContained, wrongHands } from '../compromised.ts';
import { leaveVerb, leavingSome, leftAlone, leftIn, oneAlone } from '../leave-one.ts';
import { backWhat, doneOn, restProved } from '../person-others.ts';
import { votesOf } from '../votes.ts';
import { execute, showCard } from './actions.ts';
import { denyButton } from './asking.ts';
import { type Draw, type Drawn, nameOf } from './draw.ts';
import { container, header, type Node, section, small, text } from './elements.ts';
import { hostRows } from './host-rows.ts';
import { type Asked, agreedLine, agreeing, askedLine, despite, leavesAll, returnsOf } from './person-asked.ts';
import { askedWhy, whyBlock } from './why.ts';

/** A machine's state is unknown: nothing is guessed, a person decides. */
export function needsPersonCard(view: NeedsPersonView, draw: Draw): Drawn {
  const { tell } = draw;
  return {
    body: [
      header('attention', {
        state: tell('person.state', {}),
        title:
          view.packages === null
            ? tell('person.title', {
                unknown: view.unknown,
                farm: view.farm,
                rest: restProved(view) ? view.provedOn : 'mixed',
                paused: view.paused,
              })
            : tell('person.title-packages', { farm: view.farm, unseen: view.packages.unseen }),
        about: aboutOf(view, tell),
      }),
      ...alarm(wrongHands(view, draw)),
      ...askedWhy(view, draw),
      ...wentBack(view, draw),
      ...endedOf(view).map((ended) => text(tell('person.ended', ended), { spacing: 'Medium' })),
      hostRows(view.rows, draw, true),
      ...voided(view, draw),
      ...unwatched(view).map((why) => text(tell('person.unwatched', why), { spacing: 'Medium' })),
      ...(view.asked === null ? choices(view, draw) : asked(view, view.asked, draw)),
    ],
    actions: draw.reader === 'other' ? [] : buttons(view, draw),
  };
}

export function aboutOf(view: NeedsPersonView, tell: Draw['tell']): string {
  const { id, packages, cutOffAlready = false } = view;
  if (packages === null) return tell('person.about', { id });
  return tell('person.about-packages', { id, cutOffAlready, goesOn: goesOn(view) });
}

/** What nothing on this card can mend: the master's certificate has ended. */
export const endedOf = ({ ended, farm, leave, unknown }: NeedsPersonView) =>
  ended === undefined ? [] : [{ ...ended, farm, unknown, leaves: leave !== null && leave !== 'all-as-it-is' }];

/** What currently keeps the rotation from going on by itself. */
export function unwatched(view: NeedsPersonView): readonly NonNullable<Packages['unwatched']>[] {
  const why = view.packages?.unwatched;
  return why === undefined || !goesOn(view) ? [] : [why];
}

/** Whether the rotation goes on by itself once no package is seen running. */
const goesOn = (view: NeedsPersonView): boolean => mayLook(view) && view.asked?.choice !== 'put-all-back';

/** What the choices do. */
export const choicesOf = (view: NeedsPersonView) => ({
  farm: view.farm,
  unknown: view.unknown,
  silent: view.silent,
  leave: view.leave,
  leaveFrom: view.leaveFrom ?? null,
  returns: returnsOf(view),
  back: mayGoBack(view) ? view.back : null,
  tried: view.tried === true,
  nothingLeft: view.nothingLeft === true,
  paused: view.paused,
  of: view.wish.of,
});

/**
 * Contained workers never go back: no master may trust their old certificate again. If a machine is paused on its way
 * back, the others are going back already, except those that a stopped wave keeps on the new certificate.
 */
export const mayGoBack = ({ wish, paused, provedOn, tried = false, nothingLeft = false }: NeedsPersonView): boolean =>
  (!paused || provedOn === 'new') && !isContained(wish) && !tried && !nothingLeft;

type Packages = NonNullable<NeedsPersonView['packages']>;

/** What can be done about packages that are still running. */
export const waitOf = (
  { waitMs, unseen, workers, frozen, windowClosed, windowCloses, leaveOut, unwatched: why }: Packages,
  { cutOffAlready = false, wish: { of } }: NeedsPersonView,
) => ({
  cutOffAlready,
  unseen,
  of,
  looks: why === undefined,
  ms: waitMs,
  frozen,
  heldUp: workers,
  toGo: leaveOut?.toGo ?? null,
  closedAt: windowClosed,
  closesAt: windowCloses,
});

/** Data for the words about leaving out workers on which packages run. */
export const leavingOut = (view: NeedsPersonView, { toGo }: NonNullable<Packages['leaveOut']>) => ({
  unknown: leftIn(view),
  toGo,
  ...despite(view),
});

/** Which of the choices need votes. */
export const approvalOf = (view: NeedsPersonView, { leaveOut }: Packages) => ({
  quorum: view.quorum,
  waits: mayLook(view),
  leaves: leaveOut !== undefined,
});

/**
 * Whether *Look again* or *Wait* is offered. A look at a paused machine would change nothing; and nobody waits for
 * packages in a freeze, or if the change window has closed or may close meanwhile.
 */
export const mayLook = ({ packages, paused }: NeedsPersonView): boolean =>
  packages === null
    ? !paused
    : packages.frozen === null && packages.windowClosed === null && packages.windowCloses === null;

export const voidOf = ({ by, choice, hosts = [], waits }: NonNullable<NeedsPersonView['voided']>) => ({
  ...{ by: nameOf(by), choice, hosts },
  ...(waits === undefined ? {} : { waits: nameOf(waits) }),
});

const wentBack = ({ wentBack: why }: NeedsPersonView, draw: Draw): readonly Node[] =>
  why === undefined ? [] : [section(draw.tell('person.went-back', {})), ...whyBlock(why, draw)];

const voided = ({ voided: asked }: NeedsPersonView, { tell }: Draw): readonly Node[] =>
  asked === null ? [] : [text(tell('person.voided', voidOf(asked)), { spacing: 'Medium' })];

function choices(view: NeedsPersonView, { tell }: Draw): readonly Node[] {
  if (view.packages !== null)
    return [
      section(tell('person.what', {})),
      ...eachAlone(tell('person.choices-packages', waitOf(view.packages, view))),
      small(tell('person.approval-packages', approvalOf(view, view.packages))),
      ...alsoAlone(view, tell),
    ];
  return [
    section(tell('person.what', {})),
    ...eachAlone(tell('person.choices', choicesOf(view))),
    small(
      tell('person.approval', {
        quorum: view.quorum,
        leave: view.leave !== null,
        back: mayGoBack(view),
        paused: view.paused,
      }),
    ),
    ...alsoAlone(view, tell),
  ];
}

/** One text block per choice: some clients lose a line end within a block. */
const eachAlone = (choices: string): readonly Node[] =>
  choices.split('\n').map((line) => text(line, { spacing: 'Small' }));

/** Comes after the choices and the sentence on how many of them need approvals: it is not counted among them. */
function alsoAlone(view: NeedsPersonView, tell: Draw['tell']): readonly Node[] {
  const one = oneAlone(view);
  return one === null ? [] : [small(tell('person.leave-one-choice', one))];
}

function asked(view: NeedsPersonView, asking: Asked, draw: Draw): Node[] {
  const { tell } = draw;
  const own = draw.reader === 'requester';
  return [
    container([text(askedLine(view, asking, tell)), ...votesOf(view, draw)], {
      spacing: 'Medium',
      separator: true,
    }),
    ...(own ? [text(tell('plan.own', {}), { spacing: 'Medium', weight: 'Bolder' })] : []),
  ];
}

function alone(view: NeedsPersonView, { tell, label }: Draw): readonly Node[] {
  const hosts = leftAlone(view);
  if (hosts.length === 0) return [];
  return [
    showCard(
      label('person.leave-some', {}),
      hosts.map((host) => text(tell('person.leave-one-what', leavingSome(view, [host])))),
      hosts.map((host) =>
        execute(label('person.leave-do', { unknown: [host], all: false }), leaveVerb(view), {
          ...answerTo(view),
          hosts: host,
        }),
      ),
    ),
  ];
}

function buttons(view: NeedsPersonView, draw: Draw): readonly Node[] {
  if (view.asked === null)
    return [
      ...look(view, draw, 'positive'),
      ...goOn(view, draw),
      ...leaveOut(view, draw),
      ...leaveAll(view, draw),
      ...alone(view, draw),
      ...putBack(view, draw),
    ];
  if (draw.reader === 'requester' || view.needed === 0) return look(view, draw, 'positive');
  return [approve(view, view.asked, draw), denyButton(answerTo(view), draw), ...look(view, draw)];
}

function look(view: NeedsPersonView, { label }: Draw, style?: 'positive'): readonly Node[] {
  const again = label(view.packages === null ? 'person.look' : 'person.wait', {});
  return mayLook(view) ? [execute(again, 'look', answerTo(view), style)] : [];
}

function goOn(view: NeedsPersonView, { tell, label }: Draw): readonly Node[] {
  if (view.packages === null) return [];
  const what = tell('person.go-on-what', { heldUp: view.packages.workers, id: view.id, ...despite(view) });
  return [
    showCard(label('person.go-on', {}), [text(what)], execute(label('person.go-on-do', {}), 'go-on', answerTo(view))),
  ];
}

function leaveOut(view: NeedsPersonView, { tell, label }: Draw): readonly Node[] {
  const out = view.packages?.leaveOut;
  if (out === undefined) return [];
  const left = { unknown: leftIn(view), all: false };
  return [
    showCard(
      label('person.leave', left),
      [text(tell('person.leave-out-what', leavingOut(view, out)))],
      execute(label('person.leave-do', left), 'leave-out', answerTo(view)),
    ),
  ];
}

function leaveAll(view: NeedsPersonView, { tell, label }: Draw): readonly Node[] {
  if (view.packages !== null || view.leave === null) return [];
  const leaving = { unknown: view.unknown, all: leavesAll(view), returns: returnsOf(view) };
  return [
    showCard(
      label('person.leave', leaving),
      [text(tell('person.leave-what', { id: view.id, ...doneOn(view), ...leaving }))],
      execute(label('person.leave-do', leaving), 'leave', answerTo(view)),
    ),
  ];
}

function putBack(view: NeedsPersonView, { tell, label }: Draw): readonly Node[] {
  if (!mayGoBack(view)) return [];
  const { packages, back } = view;
  const { of } = view.wish;
  const what =
    packages === null
      ? tell('person.back-what', backWhat(view))
      : tell('person.back-packages', { heldUp: packages.workers, back, of });
  return [
    showCard(
      label('person.back', {}),
      [text(what)],
      execute(label('person.back-do', {}), 'put-back', answerTo(view), 'destructive'),
    ),
  ];
}

const approve = (view: NeedsPersonView, asked: NonNullable<NeedsPersonView['asked']>, { tell, label }: Draw): Node =>
  showCard(
    label('plan.approve', {}),
    [text(agreedLine(view, asked, tell))],
    execute(label('person.approve-do', agreeing(view, asked)), 'approve', answerTo(view), 'positive'),
    'positive',
  );

import type { RunningView, StepRow } from '../../src/domain/views/view.ts';
import { nameOf, SIGNS } from '../adaptive/draw.ts';
import {
  aboutRunning,
  countsCutOff,
  cutOff,
  keepsWhatIsDone,
  phaseBelow,
  stopAskedOf,
  titleOf,
} from '../adaptive/running.ts';
import { answerTo } from '../answer-to.ts';
import { wrongHands } from '../compromised.ts';
import { alarm } from './alarm.ts';
import type { SlackDraw } from './draw.ts';
import { type Block, type Button, context, divider, lines, section } from './elements.ts';
import { confirmed, type Drawn, hostLines, signed, top, why } from './shared.ts';

/** While machines are at work: how far it is, who is cut off, and how to stop it. */
export function runningBlocks(view: RunningView, draw: SlackDraw): Drawn {
  const { tell, label, title, message } = draw;
  const back = view.direction === 'back';
  const data = answerTo(view);
  return {
    about: view.id,
    body: [
      ...top(back ? 'attention' : 'accent', {
        state: back ? title('running.state-back', {}) : title('running.state', { step: view.step, steps: view.steps }),
        title: titleOf(view, label),
        about: tell('running.about', aboutRunning(view)),
        id: view.id,
      }),
      ...alarm(wrongHands(view, draw)),
      ...(view.why === null ? [] : why(view.why, draw)),
      ...lines([
        back ? '' : phases(view, draw),
        view.waiting === null ? '' : signed({ text: '!' }, message(view.waiting)),
        view.stopAsked === null || view.why !== null ? '' : tell(stopAskedOf(view), { by: nameOf(view.stopAsked) }),
        countsCutOff(view) ? cutOff(view, draw) : '',
      ]),
      divider,
      ...hostLines(view.rows, draw),
    ],
    buttons: [...stop(view, draw), { label: label('running.every-button', {}), verb: 'open-steps', data }],
  };
}

function phases(view: RunningView, draw: SlackDraw): string {
  return view.phases
    .map((phase) => {
      const name = draw.tell('running.phase', { sign: SIGNS[phase.state].text, phase: phase.name });
      return `${phase.state === 'running' ? `*${name}*` : name} ${phaseBelow(view, phase, draw)}`;
    })
    .join('   →   ');
}

function stop(view: RunningView, draw: SlackDraw): readonly Button[] {
  const { stop } = view;
  if (stop === null || view.stopAsked !== null || draw.reader === 'other') return [];
  const { label } = draw;
  const keeps = keepsWhatIsDone(view);
  const words = { yes: label(keeps ? 'retire.stop-do' : 'running.stop-do', {}), no: label('running.let-run', {}) };
  return [
    {
      label: label(keeps ? 'retire.stop' : 'running.stop', {}),
      verb: 'stop',
      data: answerTo(view),
      style: 'danger',
      confirm: confirmed(draw, words, (short) => short.message(stop)),
    },
  ];
}

/** *Every step*, and both thumbprints in full. */
export function stepsBlocks(view: RunningView, draw: SlackDraw): readonly Block[] {
  const { tell, room } = draw;
  const shown = view.stepRows.slice(0, room.rows);
  return [
    section(`*${tell('running.steps', {})}*`),
    ...lines([
      ...shown.map((row) => stepLine(row, draw)),
      ...(shown.length < view.stepRows.length
        ? [tell('running.steps-cut', { left: view.stepRows.length - shown.length })]
        : []),
    ]),
    ...lines(
      [
        view.made === null ? '' : tell('running.new-thumbprint', { thumbprint: view.made }),
        view.old === null ? '' : tell('plan.old-thumbprint', { thumbprint: view.old }),
      ],
      context,
    ),
  ];
}

function stepLine(row: StepRow, { tell, message }: SlackDraw): string {
  const sign = row.state === 'waiting' ? { text: '·' } : SIGNS[row.state];
  const words = `${tell('running.step', { number: row.number, names: row.hosts })}${message(row.what)}`;
  return signed(sign, row.atMs === null ? words : `${words}  _${tell('running.step-at', { ms: row.atMs })}_`);
}

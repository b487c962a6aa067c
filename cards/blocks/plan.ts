import type { PlanView } from '../../src/domain/views/view.ts';
import { colourOf, stateOf, waits } from '../adaptive/asking.ts';
import { SIGNS } from '../adaptive/draw.ts';
import { aboutPlan, aboutWhat, factRows, machinesOf, phasesOf } from '../adaptive/plan.ts';
import { afterWords, daysWords, gapWords, isUrgent, nowWords, ofWorkers, wayBack } from '../adaptive/plan-numbers.ts';
import { isContained, wrongHandsNow } from '../compromised.ts';
import { alarm } from './alarm.ts';
import { askingButtons, KNOW, warnings, whoDecides } from './asking.ts';
import type { SlackDraw } from './draw.ts';
import { type Block, divider, fields, lines } from './elements.ts';
import { bold } from './mrkdwn.ts';
import { type Drawn, signed, top } from './shared.ts';

/** What is requested: what it costs, what happens, who decides. */
export function planBlocks(view: PlanView, draw: SlackDraw): Drawn {
  const { tell, label, title } = draw;
  const facts = factRows(view, draw);
  const needs = facts.at(-1);
  return {
    about: view.id,
    body: [
      ...top(colourOf(view), {
        state: stateOf(view, title),
        title: label('plan.title', aboutWhat(view)),
        about: tell('plan.about', aboutPlan(view)),
        id: view.id,
      }),
      ...alarm(wrongHandsNow(view, draw)),
      ...lines(waits(view, draw)),
      ...fields(certificates(view, draw)),
      ...fields([...costs(view, draw), ...(needs === undefined ? [] : [`*${needs.title}* ${needs.value}`])]),
      divider,
      ...phases(view, draw),
      ...existing(view, draw),
      ...warnings(view, draw),
      ...whoDecides(
        view,
        facts.filter((one) => one !== needs),
        draw,
      ),
    ],
    buttons: askingButtons(view, machinesOf(view), draw),
  };
}

function certificates(view: PlanView, draw: SlackDraw): readonly string[] {
  const { next } = view;
  const { tell, title } = draw;
  const { ended, left } = daysWords(view, draw);
  const { which, ends } = nowWords(view, draw);
  return [
    [
      `*${title('plan.now', {})}*`,
      which,
      ...(ends === null ? [] : [ends]),
      isUrgent(view, ended) ? bold(left) : left,
    ].join('\n'),
    [
      `*${title('plan.after', {})}*`,
      ...afterWords(view, draw).map(({ words, isUrgent }) => (isUrgent === true ? bold(words) : words)),
      tell('plan.profile', { keyBits: next.keyBits, hash: next.hash, exportable: next.exportable }),
    ].join('\n'),
  ];
}

/** Numbers, each measured or marked as not measured. */
function costs(view: PlanView, draw: SlackDraw): readonly string[] {
  const { gapLimitMs, workers, packages } = view;
  const { tell, message } = draw;
  const gap = gapWords(view, draw);
  const cut = { workers: workers.length, request: view.wish.kind, contained: isContained(view.wish) };
  return [
    `*${gap.figure}* ${gap.why}`,
    `*${message(packages.figure)}* ${message(packages.below)}`,
    isContained(view.wish)
      ? `*${tell('plan.no-way-back', {})}* ${tell('plan.no-way-back-why', {})}`
      : ofWorkers(view)
        ? `*${tell('plan.stops', cut)}* ${tell('plan.stops-why', cut)}`
        : `*${tell('plan.limit', { ms: gapLimitMs })}* ${tell('plan.limit-why', wayBack(view))}`,
  ];
}

function phases(view: PlanView, { tell }: SlackDraw): readonly Block[] {
  return lines(phasesOf(view, tell).flatMap(({ title, what }, at) => [`*${at + 1}*  ${title}`, what]));
}

function existing({ existing = [] }: PlanView, { tell, message }: SlackDraw): readonly Block[] {
  if (existing.length === 0) return [];
  const told = existing.map(({ state, what }) => signed(state === 'good' ? SIGNS.good : KNOW, message(what)));
  return lines([`*${tell('plan.existing', {})}*`, ...told]);
}

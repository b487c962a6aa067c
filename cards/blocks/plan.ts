import type { AskingView } from '../../src/domain/retire-view.ts';
import type { PlanView } from '../../src/domain/view.ts';
import { isContained, wrongHandsNow } from '../compromised.ts';
import { nameOf, SIGNS } from '../draw.ts';
import { aboutWhat, colourOf, factRows, machinesOf, phasesOf, stateOf, waits } from '../plan-card.ts';
import { afterWords, daysLeft, isUrgent, nowWords, ofWorkers, whyPackages } from '../plan-numbers.ts';
import { alarm } from './alarm.ts';
import type { SlackDraw } from './draw.ts';
import { type Block, type Button, divider, fields, lines, section } from './elements.ts';
import { bold } from './mrkdwn.ts';
import { confirmed, cutLines, type Drawn, signed, top, votes } from './shared.ts';

const KNOW = { text: '!' };

/** What is asked: what it costs, what happens, who decides. */
export function planBlocks(view: PlanView, draw: SlackDraw): Drawn {
  const { tell, label, title } = draw;
  const own = draw.reader === 'requester' && !view.dry && view.when.waits === null;
  const data = { v: 1, rotation: view.id, digest: view.digest };
  const facts = factRows(view, draw);
  const needs = facts.at(-1);
  return {
    about: view.id,
    body: [
      ...top(colourOf(view), {
        state: stateOf(view, title),
        title: label('plan.title', aboutWhat(view)),
        about: tell('plan.about', {
          id: view.id,
          master: view.master,
          workers: view.workers.length,
          both: view.workers.includes(view.master),
          by: nameOf(view.by),
          request: view.wish.kind,
          hosts: view.workers,
        }),
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
      divider,
      ...lines(facts.filter((one) => one !== needs).map(({ title, value }) => `*${title}*  ${value}`)),
      ...(view.dry ? [] : votes(view, draw)),
      ...(own ? [section(bold(tell('plan.own', {})))] : []),
    ],
    buttons: [
      ...decisions(view, machinesOf(view), draw),
      { label: label('plan.every-button', {}), verb: 'open-changes', data },
    ],
  };
}

function certificates(view: PlanView, draw: SlackDraw): readonly string[] {
  const { next } = view;
  const { tell, title } = draw;
  const { ended, left } = daysLeft(view, draw);
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
      ...afterWords(view, draw).map(({ words }) => words),
      tell('plan.profile', { keyBits: next.keyBits, hash: next.hash, exportable: next.exportable }),
    ].join('\n'),
  ];
}

/** Numbers, measured or said not to be. */
function costs(view: PlanView, draw: SlackDraw): readonly string[] {
  const { gap, gapLimitMs, leaveBehind, workers, packages } = view;
  const { tell, message } = draw;
  const cut = { workers: workers.length, request: view.wish.kind, contained: isContained(view.wish) };
  return [
    gap === null
      ? `*${tell('plan.gap-unknown', {})}* ${tell('plan.gap-unmeasured', cut)}`
      : `*${tell('plan.gap', gap)}* ${tell('plan.gap-measured', cut)}`,
    `*${message(packages.figure)}* ${whyPackages(packages, draw)}`,
    isContained(view.wish)
      ? `*${tell('plan.no-way-back', {})}* ${tell('plan.no-way-back-why', {})}`
      : ofWorkers(view)
        ? `*${tell('plan.stops', {})}* ${tell('plan.stops-why', cut)}`
        : `*${tell('plan.limit', { ms: gapLimitMs })}* ${tell('plan.limit-why', { leaveBehind })}`,
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

export function warnings({ warnings }: AskingView, draw: SlackDraw): readonly Block[] {
  if (warnings.length === 0) return [];
  const shown = warnings.slice(0, draw.room.rows);
  return lines([
    `*${draw.tell('plan.know', {})}*`,
    ...shown.map((warning) => signed(KNOW, draw.message(warning))),
    ...cutLines(warnings.length - shown.length, draw),
  ]);
}

/** `names`: the machines that it is about. */
export function decisions(view: AskingView, names: readonly string[], draw: SlackDraw): readonly Button[] {
  if (view.dry) return [];
  const approved = view.votes.filter(({ vote }) => vote === 'approve').length;
  const { reader, label } = draw;
  const data = { v: 1, rotation: view.id, digest: view.digest };
  if (reader === 'requester' || (reader === 'approver' && view.when.waits !== null)) {
    const yes = label('plan.withdraw-do', {});
    const confirm = confirmed(draw, { yes }, (short) => short.tell('plan.withdraw-what', { id: view.id }));
    return [{ label: label('plan.withdraw', {}), verb: 'withdraw', data, confirm }];
  }
  if (reader === 'other' || view.needed === 0) return [];
  const starts = view.needed === 1;
  const { from } = view.when;
  const yes = label(starts && from === null ? 'plan.approve-start' : 'plan.approve-do', {});
  const confirm = confirmed(draw, { yes }, (short) =>
    short.tell('plan.approve-what', { names, nth: approved + 1, quorum: view.quorum, starts, from }),
  );
  return [
    { label: label('plan.approve', {}), verb: 'approve', data, style: 'primary', confirm },
    { label: label('plan.deny', {}), verb: 'open-deny', data: { ...data, farm: view.farm } },
  ];
}

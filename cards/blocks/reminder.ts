import { requestFor } from '../../src/domain/follow-up/reminders.ts';
import type { ReminderView } from '../../src/domain/views/view.ts';
import { nameOf } from '../adaptive/draw.ts';
import {
  aboutOf,
  colourOf,
  factRows,
  hasEnded,
  isByHand,
  monthsBar,
  stateOf,
  stepsLine,
} from '../adaptive/reminder.ts';
import { table } from './columns.ts';
import type { SlackDraw } from './draw.ts';
import { type Button, context, fields, lines, section } from './elements.ts';
import { bold } from './mrkdwn.ts';
import { type Drawn, top } from './shared.ts';

/** A certificate ends: which, when, what it costs, and the button that requests its replacement. */
export function reminderBlocks(view: ReminderView, draw: SlackDraw): Drawn {
  const { tell, label, title, code, room } = draw;
  const about = `${view.farm}/reminder`;
  const worst = view.certificates[0];
  if (worst === undefined)
    return { about, body: [section(tell('reminder.nothing', { farm: view.farm }))], buttons: [] };
  const ended = hasEnded(worst);
  const { host, role } = worst;
  const shown = view.certificates.slice(0, room.rows);
  const left = view.certificates.length - shown.length;
  return {
    about,
    body: [
      ...top(colourOf(view, ended), {
        state: stateOf(view, worst, title),
        title: label('reminder.title', { farm: view.farm, host, role, at: worst.notAfter, ended }),
        about: tell('reminder.about', aboutOf(view)),
      }),
      ...lines([
        view.sample === null ? '' : tell('reminder.sample', { by: nameOf(view.sample) }),
        bold(
          role === 'master'
            ? tell('reminder.cost-master', { master: view.master, ended })
            : tell('reminder.cost-worker', { master: view.master, host, ended }),
        ),
      ]),
      ...table(
        '',
        shown.map((one) => [
          code('word.host', { host: one.host }),
          code('reminder.role', { role: one.role }),
          monthsBar(one.days),
          code('reminder.days', { days: one.days }),
        ]),
      ),
      ...lines(
        [
          left === 0 ? '' : tell('reminder.rows-cut', { left, least: view.certificates[shown.length]?.days ?? 0 }),
          tell('reminder.bars', {}),
        ],
        context,
      ),
      ...fields(factRows(view, worst, draw).map(({ title, value }) => `*${title}*\n${value}`)),
    ],
    buttons: view.sample === null ? [...rotate(view, draw), ...more(view, draw)] : [],
  };
}

function more({ farm, snooze }: ReminderView, { label }: SlackDraw): readonly Button[] {
  const data = { v: 1, farm };
  return [
    ...(snooze.mostDays > 0 ? [{ label: label('reminder.snooze', {}), verb: 'open-snooze', data }] : []),
    { label: label('reminder.details', {}), verb: 'type', data: { v: 1, text: `/ssis certs ${farm}` } },
  ];
}

function rotate(view: ReminderView, { label }: SlackDraw): readonly Button[] {
  const [worst] = view.certificates;
  if (worst === undefined) return [];
  if (isByHand(view))
    return [{ label: label('reminder.by-hand', {}), verb: 'type', data: { v: 1, text: stepsLine(view) } }];
  const reason = label('reminder.reason', { at: worst.notAfter, ended: hasEnded(worst) });
  const data = { v: 1, farm: view.farm, request: requestFor(view.certificates), reason };
  return [{ label: label('reminder.rotate', {}), verb: 'ask', data, style: 'primary' }];
}

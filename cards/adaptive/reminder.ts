import { requestFor } from '../../src/domain/follow-up/reminders.ts';
import type { ReminderView } from '../../src/domain/views/view.ts';
import { execute, reasonInput, showCard } from './actions.ts';
import { askInputs } from './ask-inputs.ts';
import { type Draw, type Drawn, nameOf, namesOf } from './draw.ts';
import { column, columns, container, facts, header, type Node, small, text } from './elements.ts';
import { areLong, nameWidth } from './host-rows.ts';

type Certificate = ReminderView['certificates'][number];

const MONTH_DAYS = 30;
const MOST_BLOCKS = 6;
/** A column of fixed width: on a phone the bar is cut, not the number. */
const END = '72px';
/** Wide enough for the largest number of blocks. */
const BAR = '64px';
const CENTER: Node = { verticalContentAlignment: 'Center' };

/** A day that has begun counts: with no days left the certificate has ended, even if only an hour ago. */
export const hasEnded = ({ days }: Certificate): boolean => days <= 0;

/** A certificate ends: which, when, what it costs, and the button that requests its replacement. */
export function reminderCard(view: ReminderView, draw: Draw): Drawn {
  const { tell, room } = draw;
  const worst = view.certificates[0];
  if (worst === undefined) return { body: [text(tell('reminder.nothing', { farm: view.farm }))], actions: [] };
  const ended = hasEnded(worst);
  const { host, role } = worst;
  const shown = view.certificates.slice(0, room.rows);
  const least = view.certificates[shown.length]?.days ?? 0;
  return {
    body: [
      header(colourOf(view, ended), {
        state: stateOf(view, worst, tell),
        title: tell('reminder.title', { farm: view.farm, host, role, at: worst.notAfter, ended }),
        about: tell('reminder.about', aboutOf(view)),
      }),
      ...(view.sample === null ? [] : [text(tell('reminder.sample', { by: nameOf(view.sample) }), MEDIUM)]),
      text(
        role === 'master'
          ? tell('reminder.cost-master', { master: view.master, ended })
          : tell('reminder.cost-worker', { master: view.master, host, ended }),
        { spacing: 'Medium', weight: 'Bolder' },
      ),
      container(
        [
          ...shown.map((one) =>
            row(
              one,
              shown.map((each) => each.host),
              draw,
            ),
          ),
          ...(shown.length < view.certificates.length
            ? [
                text(tell('reminder.rows-cut', { left: view.certificates.length - shown.length, least }), {
                  isSubtle: true,
                  spacing: 'Small',
                }),
              ]
            : []),
          small(tell('reminder.bars', {})),
        ],
        { spacing: 'Medium' },
      ),
      facts(factRows(view, worst, draw), { spacing: 'Medium', separator: true }),
    ],
    actions: view.sample === null ? [...rotate(view, draw), ...snooze(view, draw), details(view, draw)] : [],
  };
}

const MEDIUM: Node = { spacing: 'Medium' };

/** A sample has a neutral colour: there is nothing to decide. */
export const colourOf = ({ sample }: ReminderView, ended: boolean): 'emphasis' | 'attention' | 'warning' =>
  sample !== null ? 'emphasis' : ended ? 'attention' : 'warning';

export const stateOf = (view: ReminderView, worst: Certificate, tell: Draw['tell']): string =>
  view.sample === null
    ? tell('reminder.state', { days: worst.days, ended: hasEnded(worst) })
    : tell('reminder.sample-state', {});

export const aboutOf = ({ farm, owner, escalatedTo }: ReminderView) => ({
  farm,
  owner: owner === null ? null : nameOf(owner),
  others: namesOf(escalatedTo),
});

/** One block per month. */
export const monthsBar = (days: number): string =>
  '█'.repeat(Math.min(MOST_BLOCKS, Math.max(1, Math.ceil(days / MONTH_DAYS))));

function row({ host, role, days }: Certificate, names: readonly string[], { tell }: Draw): Node {
  const soon = days <= MONTH_DAYS;
  const small: Node = { spacing: 'Small', ...CENTER };
  const stacked = areLong(names);
  const name = text(tell('word.host', { host }), { wrap: stacked, weight: 'Bolder' });
  const part = text(tell('reminder.role', { role }), { wrap: false, isSubtle: true });
  return columns(
    [
      ...(stacked
        ? [column('stretch', [name, { ...part, spacing: 'None' }], CENTER)]
        : [column(nameWidth(names, 60), [name], CENTER), column('54px', [part], small)]),
      column(
        stacked ? BAR : 'stretch',
        [text(monthsBar(days), { wrap: false, color: soon ? 'Attention' : 'Good', size: 'Small' })],
        small,
      ),
      column(
        END,
        [
          text(tell('reminder.days', { days }), {
            wrap: false,
            weight: 'Bolder',
            horizontalAlignment: 'Right',
            ...(soon ? { color: 'Attention' } : {}),
          }),
        ],
        small,
      ),
    ],
    { spacing: 'Small' },
  );
}

/** Facts of a reminder without a place of their own, by name. */
export function factRows(view: ReminderView, worst: Certificate, { tell }: Draw): { title: string; value: string }[] {
  return [
    {
      title: tell('reminder.ends', {}),
      value: tell('reminder.ends-when', { at: worst.notAfter, thumbprint: worst.thumbprint }),
    },
    ...(view.unseen === undefined
      ? []
      : [{ title: tell('reminder.unseen', {}), value: tell('reminder.unseen-since', view.unseen) }]),
    ...(worst.role === 'worker' || masterOf(view) === undefined || view.clustered === true
      ? []
      : [
          {
            title: tell('reminder.rotating', {}),
            value: tell('reminder.rotating-cost', {
              minMs: view.gap?.minMs ?? null,
              maxMs: view.gap?.maxMs ?? null,
            }),
          },
        ]),
    ...(view.open === undefined
      ? []
      : [
          {
            title: tell('reminder.open', {}),
            value: tell('reminder.open-by', { ...view.open, by: nameOf(view.open.by) }),
          },
        ]),
    ...(view.lastWindows === null
      ? []
      : [{ title: tell('reminder.windows', {}), value: tell('reminder.windows-when', { opens: view.lastWindows }) }]),
    ...(view.snooze.now === null
      ? []
      : [
          {
            title: tell('reminder.put-off', {}),
            value: tell('reminder.put-off-by', {
              by: nameOf(view.snooze.now.by),
              day: view.snooze.now.untilDay,
              reason: view.snooze.now.reason,
            }),
          },
        ]),
    ...(view.nextWord === null
      ? []
      : [
          {
            title: tell('reminder.next', {}),
            value: tell('reminder.next-when', {
              day: view.nextWord,
              year: nextYear(view),
              approvers: view.nextToApprovers,
            }),
          },
        ]),
  ];
}

/** The year of the next reminder, if it is not the one in which this is read; null: it is. */
export function nextYear({ nextWord, day }: ReminderView): number | null {
  const [year, today] = [nextWord ?? day, day].map((one) => Number(one.slice(0, 4)));
  return year === undefined || year === today ? null : year;
}

const masterOf = (view: ReminderView): Certificate | undefined =>
  view.certificates.find((one) => one.role === 'master');

/** Whether the certificate that ends first must be changed by hand: its rotation is refused. */
export const isByHand = ({ clustered, certificates }: ReminderView): boolean =>
  clustered === true && certificates[0]?.role === 'master';

/** A dry run: its refusal lists every step to do by hand. */
export const stepsLine = ({ farm }: ReminderView): string => ['/ssis', 'plan', 'rotate-master', farm].join(' ');

function rotate(view: ReminderView, { label }: Draw): readonly Node[] {
  const [worst] = view.certificates;
  if (worst === undefined) return [];
  if (isByHand(view)) return [execute(label('reminder.by-hand', {}), 'type', { v: 1, text: stepsLine(view) })];
  const value = label('reminder.reason', { at: worst.notAfter, ended: hasEnded(worst) });
  const data = { v: 1, farm: view.farm, request: requestFor(view.certificates) };
  return [
    showCard(
      label('reminder.rotate', {}),
      [
        ...(view.asks === undefined ? [] : askInputs(view.asks, { label })),
        reasonInput({ label: label('card.reason', {}), missing: label('card.reason-missing', {}) }, { value }),
      ],
      execute(label('card.ask', {}), 'request', data, 'positive'),
      'positive',
    ),
  ];
}

/** For how many days reminders can be snoozed, shortest first. */
export const snoozeChoices = ({ snooze: { mostDays } }: ReminderView): readonly number[] =>
  [...new Set([1, 2, 3, 5, 7, 14, mostDays])].filter((days) => days >= 1 && days <= mostDays).sort((a, b) => a - b);

function snooze(view: ReminderView, { label }: Draw): readonly Node[] {
  const choices = snoozeChoices(view);
  if (choices.length === 0) return [];
  const pick: Node = {
    type: 'Input.ChoiceSet',
    id: 'days',
    label: label('reminder.snooze-days', {}),
    isRequired: true,
    errorMessage: label('reminder.snooze-days', {}),
    choices: choices.map((days) => ({ title: label('reminder.snooze-choice', { days }), value: String(days) })),
    value: String(choices[0]),
  };
  const why = { label: label('reminder.snooze-why', {}), missing: label('card.reason-missing', {}) };
  const send = execute(label('reminder.snooze-do', {}), 'snooze', { v: 1, farm: view.farm });
  return [showCard(label('reminder.snooze', {}), [pick, reasonInput(why, { id: 'why' })], send)];
}

/** Shows every certificate with its key, hash, names and places, to this person alone. */
const details = (view: ReminderView, { label }: Draw): Node =>
  execute(label('reminder.details', {}), 'type', { v: 1, text: `/ssis certs ${view.farm}` });

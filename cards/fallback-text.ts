import type { Language, Locale } from '../src/domain/farm/locale.ts';
import type { Message } from '../src/domain/values.ts';
import type { ReconnectView } from '../src/domain/views/reconnect-view.ts';
import type { AskingView, RetireView } from '../src/domain/views/retire-view.ts';
import type {
  CardView,
  ClosedView,
  NeedsPersonView,
  PlanView,
  ReminderView,
  RunningView,
} from '../src/domain/views/view.ts';
import { isRetire, titleOf } from './adaptive/closed.ts';
import { adaptivePens, createDraw, nameOf, namesOf } from './adaptive/draw.ts';
import { askedLine } from './adaptive/person-asked.ts';
import { aboutWhom } from './adaptive/reconnect.ts';
import { hasEnded, nextYear } from './adaptive/reminder.ts';
import { SLASH } from './call.ts';
import { clip, clipMiddle } from './literal.ts';
import { plainPen } from './pen.ts';
import { provedOf } from './person-others.ts';
import { approvalsIn } from './votes.ts';
import { BETWEEN, sayWith } from './wording/index.ts';

/** Beyond this a lock screen shows nothing, and Teams refuses summaries that are much longer. */
const LONGEST = 400;
/** Keeps the decision within the first 60 characters, whatever the farm is called. */
const LONGEST_ID = 22;

const ROOM = { rows: 6, text: 160 };

/** What lock screens, notifications and screen readers get: plain text, the decision first. */
export function fallbackText(view: CardView, language: Language, timeZone: string, call = SLASH): string {
  const locale = { language, timeZone, call };
  const { label } = createDraw('other', locale, ROOM, adaptivePens(locale, ROOM, ROOM.text));
  const alarm = 'wish' in view && view.wish.compromised ? label('compromised.spoken', {}) : '';
  // What was cut short ends in its ellipsis alone.
  return clip(`${alarm}${spoken(view, label, locale)}`.replace(/…[.。]/gu, '…'), LONGEST);
}

function spoken(view: CardView, label: Label, locale: Locale): string {
  switch (view.kind) {
    case 'plan':
      return ofPlan(view, label);
    case 'retire':
      return ofRetire(view, label);
    case 'reconnect':
      return ofReconnect(view, label);
    case 'running':
      return ofRunning(view, label, locale);
    case 'closed':
      return ofClosed(view, label, locale);
    case 'needs-person':
      return ofPerson(view, label, locale);
    case 'reminder':
      return ofReminder(view, label);
    case 'notice':
      return view.messages.map((one) => plain(one, locale)).join(BETWEEN[locale.language].sentences);
  }
}

const plain = (message: Message, locale: Locale): string => sayWith(message, locale.language, plainPen(locale));

type Label = ReturnType<typeof createDraw>['label'];
const idOf = ({ id }: { readonly id: string }): string => clipMiddle(id, LONGEST_ID);

/** How many approvals there are and are needed, and who may give them. */
const approvalsOf = ({
  votes,
  quorum,
  needed,
  mayApprove,
}: Pick<AskingView, 'votes' | 'quorum' | 'needed' | 'mayApprove'>) => ({
  approved: approvalsIn(votes),
  quorum,
  needed,
  names: namesOf(mayApprove),
});

function ofPlan(view: PlanView, label: Label): string {
  const shared = {
    id: idOf(view),
    farm: view.farm,
    // Of a rollback, the days of what it goes back to decide.
    days: (view.wish.of === null ? view.old?.daysLeft : view.next.daysLeft) ?? null,
    request: view.wish.kind,
    hosts: view.workers,
    of: view.wish.of,
  };
  if (view.dry) return label('plan.fallback-dry', shared);
  if (view.when.waits !== null && view.when.from !== null)
    return label('plan.fallback-waits', { ...shared, from: view.when.from, liftBy: view.when.liftBy ?? null });
  return label('plan.fallback', { ...shared, ...approvalsOf(view) });
}

function ofRetire(view: RetireView, label: Label): string {
  const shared = { id: idOf(view), farm: view.farm, count: view.certificates.length };
  if (view.dry) return label('retire.fallback-dry', shared);
  return label('retire.fallback', { ...shared, ...approvalsOf(view) });
}

function ofReconnect(view: ReconnectView, label: Label): string {
  const shared = { ...aboutWhom(view), id: idOf(view) };
  if (view.dry) return label('reconnect.fallback-dry', shared);
  if (view.when.waits !== null && view.when.from !== null)
    return label('reconnect.fallback-waits', { ...shared, from: view.when.from });
  return label('reconnect.fallback', { ...shared, ...approvalsOf(view) });
}

function ofRunning(view: RunningView, label: Label, locale: Locale): string {
  if (view.direction === 'back')
    return label('running.fallback-back', {
      id: idOf(view),
      why: view.why === null ? null : plain(view.why, locale),
    });
  const workers = view.rows.filter((row) => row.role === 'worker');
  const cut = workers.filter((row) => row.cutOff);
  const lengths = cut.flatMap(({ ms }) => ms);
  return label('running.fallback', {
    id: idOf(view),
    step: view.step,
    steps: view.steps,
    back: workers.filter((row) => row.state === 'good' && row.ms.length > 0 && !row.cutOff).map(({ host }) => host),
    cut: cut.map(({ host }) => host),
    ms: lengths.length === 0 ? null : Math.max(...lengths),
    unheard: view.unheard?.all === true,
  });
}

function ofClosed(view: ClosedView, label: Label, locale: Locale): string {
  const why = ['put-back', 'partly', 'contained', 'refused'].includes(view.outcome) ? view.why : null;
  if (view.untold)
    return label('closed.untold-fallback', {
      id: idOf(view),
      farm: view.farm,
      why: why === null ? null : clip(plain(why, locale), 160),
    });
  if (isRetire(view))
    return label('retire.closed-fallback', {
      id: idOf(view),
      farm: view.farm,
      outcome: view.outcome,
      ran: view.tookMs !== null,
      past: view.undone ?? false,
      why: why === null ? null : clip(plain(why, locale), 160),
    });
  return label('closed.fallback', {
    ...titleOf(view),
    id: idOf(view),
    gaps: view.gaps.flatMap(({ ms }) => (ms.length === 0 ? [] : [ms.reduce((all, one) => all + one, 0)])),
    workers: view.gaps.length,
    unmeasured: view.gaps.filter(({ ms, failed }) => ms.length === 0 && !failed).length,
    until: view.goodUntil,
    days: view.daysLeft,
    why: why === null ? null : clip(plain(why, locale), 160),
    endedBy: view.endedBy === null ? null : nameOf(view.endedBy),
  });
}

function ofPerson(view: NeedsPersonView, label: Label, locale: Locale): string {
  if (view.asked !== null)
    return label('person.fallback-asked', {
      id: idOf(view),
      asked: clip(askedLine(view, view.asked, label), 160),
      ...approvalsOf(view),
    });
  const why = view.why[0];
  return label('person.fallback', {
    id: idOf(view),
    unknown: view.unknown,
    others: provedOf(view),
    why: why === undefined ? null : clip(plain(why, locale), 160),
    provedOn: view.provedOn,
    of: view.wish.of,
  });
}

function ofReminder(view: ReminderView, label: Label): string {
  const worst = view.certificates[0];
  if (worst === undefined) return label('reminder.nothing', { farm: view.farm });
  return label(view.sample === null ? 'reminder.fallback' : 'reminder.fallback-sample', {
    farm: clipMiddle(view.farm, LONGEST_ID),
    host: clipMiddle(worst.host, LONGEST_ID),
    role: worst.role,
    at: worst.notAfter,
    days: worst.days,
    ended: hasEnded(worst),
    owner: view.owner === null ? null : nameOf(view.owner),
    next: view.nextWord,
    year: nextYear(view),
  });
}

import { openGate, stillNeeded, votesAt } from '../../../domain/approval/approval.ts';
import { frozenNow } from '../../../domain/approval/freeze.ts';
import { mayApprove } from '../../../domain/approval/people.ts';
import { sameJson } from '../../../domain/equal.ts';
import type { Person } from '../../../domain/farm/farm.ts';
import { refusedTicket } from '../../../domain/farm/ticket.ts';
import { MUCH_A_DAY, saidToday } from '../../../domain/fold/entry-limits.ts';
import { requestFor } from '../../../domain/follow-up/reminders.ts';
import { rollbackWish } from '../../../domain/follow-up/rollback.ts';
import { next } from '../../../domain/next/index.ts';
import { notWritable } from '../../../domain/next/unwritten-ends.ts';
import { refuseScope } from '../../../domain/plan/scope.ts';
import type { Wish } from '../../../domain/plan/wish.ts';
import { isHeard } from '../../../domain/presence/presence.ts';
import { askFields, typedAt } from '../../../domain/request/ask-fields.ts';
import { isForCompromised } from '../../../domain/request/compromised-word.ts';
import { CARD_WORDS, WORDS } from '../../../domain/request/grammar.ts';
import { REQUEST_WORDS, requestWords } from '../../../domain/request/request-line.ts';
import type { RequestLine } from '../../../domain/request/taken.ts';
import type { RotationState } from '../../../domain/rotation/rotation.ts';
import { instantOf } from '../../../domain/time.ts';
import { isRefusal, type Json, type Message, type Refusal, shortThumbprint } from '../../../domain/values.ts';
import type { NoticeAction, Reader } from '../../../domain/views/view.ts';
import type { Answer } from '../../../ports/chat.ts';
import { drawnCard } from '../chats/drawn-card.ts';
import type { Desk, Member } from '../desk.ts';
import { refusedWhen } from '../planning/refused-when.ts';
import { farmExpiry } from '../reminders/expiry.ts';
import { snoozedLines } from '../reminders/snoozed.ts';
import { needsPersonLine } from '../views/attention.ts';
import { compromisedLines } from '../views/compromised.ts';
import { lineOf } from '../views/how-far.ts';
import { asking, button, notice, refusal, say } from '../views/notices.ts';
import { botsLines, buildLines, elsewhereLines, heardRunners, unheardLines } from '../views/runner-lines.ts';
import { frozenLines } from './freeze.ts';
import { reviewLines, reviewsFor } from './review.ts';
import { unwellHosts } from './runners.ts';
import { linesOfBehind } from './workers-behind.ts';

/** Who is looking: decides the buttons of a card, never its facts. */
function readerOf(desk: Desk, rotation: RotationState, person: Person): Reader {
  if (rotation.by.id === person.id) return 'requester';
  return mayApprove(desk.farm, person.id, rotation.wish) ? 'approver' : 'other';
}

/** The card of one rotation, for this person alone. */
export function showRotation(desk: Desk, rotation: RotationState, person: Person, queueUp: boolean): Answer {
  const view = drawnCard(desk, rotation, queueUp);
  if (view === null) return notice([say('looking', { id: rotation.id, queueUp })]);
  return { type: 'card', view, reader: readerOf(desk, rotation, person) };
}

/** `/ssis` alone: what waits for the person, what runs, and a line for each farm that knows them. */
export function summary(members: readonly Member[]): Answer {
  const messages: Message[] = [];
  const actions: NoticeAction[] = [];
  for (const { desk, person } of members) {
    for (const id of desk.state().unclosed) {
      const rotation = desk.state().rotations[id];
      if (rotation === undefined || rotation.dry) continue;
      const gate = openGate(desk.farm, rotation);
      const mine = gate !== null && stillNeeded(desk.farm, rotation, gate).some((one) => one.id === person.id);
      const needs = needsPersonLines(desk, rotation);
      if (mine) messages.push(say('summary.waits-for-you', { id, by: rotation.by.name }));
      else if (needs.length === 0) messages.push(lineOf(rotation, gate === null, desk.moment().now));
      messages.push(...needs);
      actions.push(button('show', 'show', { rotation: id }, { id }));
    }
    const reviews = reviewsFor(desk, person);
    messages.push(...reviews.lines);
    actions.push(...reviews.actions);
  }
  if (messages.length === 0) messages.push(say('summary.nothing-waits', {}));
  for (const { desk } of members) messages.push(farmLine(desk), ...frozenLines(desk));
  for (const { desk } of members)
    if (desk.state().open === null && frozenNow(desk.state(), desk.moment().now) === null)
      actions.push(...rotating(desk));
  return notice(messages, actions);
}

/** Asks for the certificates that the line of the farm names: the master's, or the workers' own. */
function rotating(desk: Desk): readonly NoticeAction[] {
  const farm = desk.farm.name;
  return asking('rotate', { farm, request: requestFor(farmExpiry(desk)), reason: '' }, { farm });
}

/** Says that it stands still until a person decides, and over what; empty while it goes on by itself. */
function needsPersonLines(desk: Desk, rotation: RotationState): readonly Message[] {
  const assessment = next(rotation, desk.moment());
  return assessment.attention.length === 0 ? [] : [needsPersonLine(rotation, assessment)];
}

/** Refuses a start that is not possible now, as in a freeze, and a typed ticket that does not match. */
export function refusedNow(desk: Desk, wish: Wish): Refusal | null {
  const { now } = desk.moment();
  const named = wish.ticket === null ? null : refusedTicket(desk.farm.ticket, wish.ticket);
  return refusedWhen(desk, wish, frozenNow(desk.state(), now), now) ?? named;
}

/**
 * The form for what a request lacks: every farm that knows the person, each with its line of the summary. `at`: a time
 * that is still to be read.
 */
export function askForm(
  members: readonly Member[],
  farm: string | null,
  { wish, at: said, reason }: Pick<RequestLine, 'wish' | 'at'> & { readonly reason: string },
): Answer {
  const meant = members.find(({ desk }) => desk.farm.name === farm);
  const refused = meant === undefined ? null : (refusedNow(meant.desk, wish) ?? refusedAtOnce(meant.desk, wish));
  if (refused !== null) return refusal(refused);
  const farms = members.map(({ desk }) => ({ name: desk.farm.name, line: farmLine(desk) }));
  const [clock] = meant === undefined ? members : [meant];
  const at = said ?? (clock === undefined ? '' : typedAt(wish, clock.person.timeZone, clock.desk.moment().now));
  const fields = askFields(
    members.map(({ desk }) => desk.farm),
    wish,
    at,
  );
  const what = requestWords({ ...wish, when: { by: 'policy' }, ticket: null });
  const request = said === undefined ? requestWords(wish) : `${requestWords(wish)} at ${said}`;
  return { type: 'form', form: { request, what, farms, farm, fields, reason } };
}

/** What no field of a form can fix: workers that this farm does not have, a rotation that cannot be rolled back. */
function refusedAtOnce({ farm, state }: Desk, wish: Wish): Refusal | null {
  const back = wish.kind === 'rollback' ? rollbackWish(state(), wish, farm) : wish;
  // Which rotation is the last may have changed by the time this is sent, so it is judged then.
  if (isRefusal(back)) return back.code === 'rollback-not-last' ? null : back;
  return refuseScope(farm, back);
}

/** `status [FARM]`: the line of the summary, and the runners while the queue is up. */
export function status(desk: Desk, queueUp: boolean): Answer {
  return notice([
    farmLine(desk),
    ...unwritableLines(desk),
    ...frozenLines(desk),
    ...snoozedLines(desk),
    ...compromisedLines(desk),
    ...reviewLines(desk),
    ...openLines(desk),
    ...linesOfBehind(desk),
    ...boxLines(desk),
    ...(queueUp ? runnerLines(desk) : [say('status.queue', { refuses: desk.refusal() })]),
  ]);
}

function unwritableLines(desk: Desk): readonly Message[] {
  const known = desk.unwritable();
  if (known?.isWritten !== false) return [];
  return [say('status.unwritable', { farm: desk.farm.name, since: known.since, failed: known.failed })];
}

function boxLines(desk: Desk): readonly Message[] {
  const refuses = desk.refusalOfBox();
  return refuses === null ? [] : [say('status.box-refused', { farm: desk.farm.name, refuses })];
}

function runnerLines(desk: Desk): readonly Message[] {
  const { now } = desk.moment();
  const { hosts } = desk.farm;
  const heard = heardRunners(desk);
  const answers = heard.flatMap(({ hello }) => (isHeard(hello, now) ? [hello] : []));
  const versions = [...new Set(answers.map((hello) => hello.version))].sort();
  const silent = heard.filter(({ hello }) => !answers.includes(hello));
  return [
    say('status.runners', { answering: answers.length, count: hosts.length, versions }),
    ...botsLines(desk),
    ...buildLines(desk),
    ...unheardLines(desk),
    ...unwellLines(desk),
    ...muchSaidLines(desk),
    ...silent.map(({ host, hello }) => say('status.silent', { host, at: instantOf(hello.at) })),
  ];
}

/** What a machine that cannot write its journal says of that is told at once: what is under way there fails. */
function unwellLines(desk: Desk): readonly Message[] {
  const moment = desk.moment();
  const full = desk.farm.hosts.flatMap(({ name: host }) => {
    const why = notWritable(moment, host);
    return why === null ? [] : [{ host, reason: why.data.reason ?? '' }];
  });
  const hosts = unwellHosts(desk).filter((host) => !full.some((one) => one.host === host));
  return [
    ...full.map((one) => say('status.journal-full', one)),
    ...elsewhereLines(desk),
    ...(hosts.length === 0 ? [] : [say('status.unwell', { hosts })]),
  ];
}

/** Runners whose reports fill the journal today; said only while that lasts. */
function muchSaidLines({ farm, state, moment }: Desk): readonly Message[] {
  const { hosts } = state();
  const at = instantOf(moment().now);
  const loud = farm.hosts.flatMap(({ name }) => {
    const head = hosts[name];
    return head !== undefined && saidToday(head, at) > MUCH_A_DAY ? [name] : [];
  });
  return loud.length === 0 ? [] : [say('status.much-said', { hosts: loud, code: 'RunnerSaysMuch' })];
}

function openLines(desk: Desk): readonly Message[] {
  const id = desk.state().open;
  const rotation = id === null ? undefined : desk.state().rotations[id];
  if (rotation === undefined) return [];
  const gate = openGate(desk.farm, rotation);
  const approved = gate === null ? 0 : votesAt(rotation, gate).filter((one) => one.vote === 'approve').length;
  const needs = needsPersonLines(desk, rotation);
  if (gate === null) return needs.length > 0 ? needs : [lineOf(rotation, true, desk.moment().now)];
  return [...needs, say('status.waits', { id: rotation.id, approved, quorum: gate.quorum })];
}

function farmLine(desk: Desk): Message {
  const worst = farmExpiry(desk)[0];
  if (worst === undefined) return say('summary.farm-not-looked', { farm: desk.farm.name });
  return say('summary.farm', {
    farm: desk.farm.name,
    host: worst.host,
    role: worst.role,
    thumbprint: shortThumbprint(worst.thumbprint),
    notAfter: worst.notAfter,
    days: worst.days,
    asOf: worst.asOf,
  });
}

/** Who somebody is in each of their farms, and whether they may approve there. */
export function whoami(members: readonly Member[]): Answer {
  const lines = members.flatMap(({ desk, person }) => {
    const { name, id, groups, timeZone } = person;
    return [
      say('whoami.you', { name, id, groups: [...groups], timeZone }),
      say(mayApprove(desk.farm, id) ? 'whoami.approves' : 'whoami.asks', { farm: desk.farm.name }),
    ];
  });
  // Most lines are the same in every farm.
  return notice(lines.filter((line, at) => lines.findIndex((one) => sameJson(jsonOf(one), jsonOf(line))) === at));
}

const jsonOf = ({ id, data }: Message): Json => ({ id, data });

/** About one word of the grammar; without one, or with an unknown one, an overview. */
export function help(about: string | null): Answer {
  const words: readonly string[] = WORDS;
  if (about !== null && CARD_WORDS.includes(about)) return notice([say('help.by-button', { word: about })]);
  if (about !== null && words.includes(about)) {
    const asks = (REQUEST_WORDS as readonly string[]).includes(about);
    const times = asks || about === 'freeze';
    return notice([
      say(`help.${about}`, {}),
      ...(asks ? [say('help.when', {})] : []),
      ...(isForCompromised(about) ? [say('help.compromised', { workers: about === 'rotate-worker' })] : []),
      ...(times ? [say('help.times', {})] : []),
    ]);
  }
  return notice([
    say('help.intro', {}),
    say('help.asking', {}),
    say('help.looking', {}),
    say('help.one', {}),
    say('help.words', { words }),
  ]);
}

import { resolvePerson } from '../../../domain/approval/people.ts';
import type { Person } from '../../../domain/farm/farm.ts';
import { LACKS_TICKET } from '../../../domain/farm/ticket.ts';
import { rollbackWish } from '../../../domain/follow-up/rollback.ts';
import { inTable } from '../../../domain/in-table.ts';
import { hostsIn } from '../../../domain/plan/scope.ts';
import type { RotationKind, Wish } from '../../../domain/plan/wish.ts';
import { requestWords } from '../../../domain/request/request-line.ts';
import type { RequestLine } from '../../../domain/request/taken.ts';
import { wordMeant } from '../../../domain/request/word-meant.ts';
import type { Wrong } from '../../../domain/request/wrong-words.ts';
import type { RotationState } from '../../../domain/rotation/rotation.ts';
import { instantOf } from '../../../domain/time.ts';
import {
  type HostName,
  isRefusal,
  type Message,
  type Refusal,
  type RotationId,
  refuse,
} from '../../../domain/values.ts';
import type { NoticeAction } from '../../../domain/views/view.ts';
import { parseWhen } from '../../../domain/when/when.ts';
import type { Answer, ChatIntent } from '../../../ports/chat.ts';
import type { Desk, Member } from '../desk.ts';
import { type Request, refusedByOpen, request } from '../planning/request.ts';
import { asking, button, notice, refusal, say, typed } from '../views/notices.ts';
import { elsewhereLines } from '../views/runner-lines.ts';
import type { LookAsker } from '../watch/fresh-looks.ts';
import { askForm, showRotation } from './answers.ts';
import { endsAlready } from './decide.ts';

export interface Inbox {
  readonly desks: readonly Desk[];
  readonly queueUp: () => boolean;
  readonly looks: LookAsker;
}

/** How far ahead a rotation may be asked for. */
const LONGEST_AHEAD_DAYS = 90;

/** The wish with the typed time, read in the time zone of the person who typed it. */
export function timed(
  desk: Desk,
  person: Person,
  { wish, at: said }: Pick<RequestLine, 'wish' | 'at'>,
): Wish | Refusal {
  if (said === undefined) return wish;
  const { now } = desk.moment();
  const at = parseWhen(said, { word: 'at', zone: person.timeZone, now, limitDays: LONGEST_AHEAD_DAYS });
  return isRefusal(at) ? at : { ...wish, when: { by: 'time', at: instantOf(at) } };
}

/** Records a request and answers at once; the card follows when the machines have answered. */
export async function ask(
  inbox: Inbox,
  { desk, person }: Member,
  intent: ChatIntent,
  { reason, dry, ...line }: Pick<Request, 'reason' | 'dry'> & Pick<RequestLine, 'wish' | 'at'>,
): Promise<Answer> {
  const origin = { platform: intent.person.platform, channel: intent.channel };
  const asked = timed(desk, person, line);
  const back = isRefusal(asked) || asked.kind !== 'rollback' ? asked : rollbackWish(desk.state(), asked, desk.farm);
  // The open rotation is the reason to give: once it has ended, the last rotation may be a different one.
  const isLater = !dry && isRefusal(back) && back.code === 'rollback-not-last';
  const wish = (isLater ? refusedByOpen(desk.state()) : null) ?? back;
  if (isRefusal(wish)) return refused(desk, wish);
  const requested = await request(desk, { person, wish, reason, dry, origin });
  if (isRefusal(requested))
    return refused(
      desk,
      withMeant(inbox, requested, wish.kind),
      [...theOthers(requested, desk, { wish, dry, reason }), ...withTicket(requested, desk, { wish, reason })],
      requested.code === 'no-runner' ? elsewhereLines(desk, [requested.data.hosts ?? []].flat()) : [],
    );
  const rotation = desk.state().rotations[requested.id];
  if (requested.again && rotation !== undefined) return showRotation(desk, rotation, person, inbox.queueUp());
  const data = {
    id: requested.id,
    hosts: hostsIn(desk.farm, wish).length,
    queueUp: await isTaken(inbox, desk, requested.id),
    channels: dry ? [] : elsewhere(desk, origin),
    alone: dry && intent.type === 'command' && intent.alone === true,
  };
  return notice([say(dry ? 'looking-dry' : 'looking', data)]);
}

/** A Redis that has just begun to refuse everything is found out by the orders themselves. */
export const isTaken = async (inbox: Inbox, desk: Desk, id: RotationId): Promise<boolean> =>
  (await desk.taken(id)) && inbox.queueUp();

/**
 * Puts a rotation that is already open one press away, and names how it can still be ended. `known`: what else explains
 * the refusal.
 */
function refused(desk: Desk, why: Refusal, ways: readonly NoticeAction[] = [], known: readonly Message[] = []): Answer {
  const { id } = why.data;
  const open = why.code === 'open-rotation' && typeof id === 'string' ? desk.state().rotations[id] : undefined;
  if (open === undefined) return refusal(why, ways, known);
  const ending = endsAlready(desk, open)?.code ?? 'stop';
  const ends = ending === 'stop' || ending === 'waits-for-person' ? ending : 'itself';
  return refusal(
    { ...why, data: { ...why.data, ends } },
    [button('show', 'show', { rotation: open.id }, { id: open.id })],
    known,
  );
}

/** What a request has in place of a name may be a keyword, misspelt or in other words. */
export function withMeant(inbox: Inbox, why: Refusal, kind: RotationKind): Refusal {
  const { said } = why.data;
  const near = typeof said !== 'string' || isFarm(inbox, said) ? '' : wordMeant(said, kind);
  return near === '' ? why : { ...why, data: { ...why.data, near } };
}

/** A farm's own name is never taken for a misspelt keyword, whatever it looks like. */
export function withoutFarms(inbox: Inbox, { near, judged, ...data }: Wrong['data']): Wrong['data'] {
  return near === undefined || isFarm(inbox, String(judged)) ? data : { ...data, near };
}

const isFarm = (inbox: Inbox, name: string): boolean =>
  inbox.desks.some(({ farm }) => farm.name === name.toLowerCase());

/** The same request without the workers whose runners are silent. */
function theOthers(
  { data }: Refusal,
  { farm }: Desk,
  { wish, dry, reason }: Pick<Request, 'wish' | 'reason' | 'dry'>,
): readonly NoticeAction[] {
  const others = [data.others ?? []].flat().map((name) => String(name) as HostName);
  if (others.length === 0) return [];
  const words = `${dry ? 'plan ' : ''}${requestWords({ ...wish, workers: others })} in ${farm.name}`;
  return typed(reason === '' ? words : `${words} because ${reason}`);
}

/** The form for the same request with a ticket: no remedy that a card names in passing knows which one. */
function withTicket(
  { code }: Refusal,
  { farm }: Desk,
  { wish, reason }: Pick<Request, 'wish' | 'reason'>,
): readonly NoticeAction[] {
  if (!LACKS_TICKET.includes(code)) return [];
  return asking('with-ticket', { farm: farm.name, request: requestWords({ ...wish, ticket: null }), reason });
}

/**
 * The form for what a request lacks. Where the farm is to be chosen and the person's zone depends on it, a typed time
 * stays in words: it is read once the farm is known.
 */
export function form(
  inbox: Inbox,
  intent: ChatIntent,
  meant: Member | Refusal,
  { reason, ...line }: Pick<Request, 'reason'> & Pick<RequestLine, 'wish' | 'at'>,
): Answer {
  const members = membersOf(inbox, intent);
  const farm = isRefusal(meant) ? null : meant.desk.farm.name;
  const read = (isRefusal(meant) ? members : [meant]).map(({ desk, person }) => timed(desk, person, line));
  const wish = read.find((one) => !isRefusal(one)) ?? read[0] ?? line.wish;
  if (isRefusal(wish)) return refusal(wish);
  const zones = new Set(members.map(({ person }) => person.timeZone));
  return askForm(members, farm, farm === null && zones.size > 1 ? { ...line, reason } : { wish, reason });
}

/**
 * Names of the channels where the card will appear, if that is not where it was asked for: this platform's, if it has
 * any.
 */
function elsewhere(desk: Desk, origin: { readonly platform: string; readonly channel: string }): readonly string[] {
  const { channels } = desk.farm;
  if (channels.some(({ platform, id }) => platform === origin.platform && id === origin.channel)) return [];
  const near = channels.filter(({ platform }) => platform === origin.platform);
  return (near.length > 0 ? near : channels).map(({ name }) => name);
}

/** A rotation by its id, if its farm knows the person. */
export function find(
  inbox: Inbox,
  intent: ChatIntent,
  id: string,
): (Member & { readonly rotation: RotationState }) | Refusal {
  for (const desk of inbox.desks) {
    const { rotations } = desk.state();
    const rotation = inTable(rotations, id);
    if (rotation === undefined) continue;
    const member = memberOf(inbox, desk, intent);
    return isRefusal(member) ? member : { ...member, rotation };
  }
  return refuse('unknown-id', { id: id.slice(0, 80) });
}

/**
 * The farm named; else the channel's; else the only one; else a question, never a guess. Only farms that know the
 * person count.
 */
export function deskFor(inbox: Inbox, intent: ChatIntent, name: string | null): Member | Refusal {
  const members = membersOf(inbox, intent);
  const farmsOf = (some: readonly Member[]): string[] => some.map(({ desk }) => desk.farm.name);
  if (name !== null) {
    const named = inbox.desks.find((desk) => desk.farm.name === name.toLowerCase());
    if (named !== undefined) return memberOf(inbox, named, intent);
    return refuse('unknown-farm', { said: name.slice(0, 80), farms: farmsOf(members) });
  }
  const here = inbox.desks.filter((desk) =>
    desk.farm.channels.some((channel) => channel.platform === intent.person.platform && channel.id === intent.channel),
  );
  const meant = here.length > 0 ? members.filter(({ desk }) => here.includes(desk)) : members;
  const [first, ...others] = meant;
  if (first !== undefined) return others.length === 0 ? first : refuse('which-farm', { farms: farmsOf(meant) });
  const stranger = here[0] ?? inbox.desks[0];
  return stranger === undefined ? refuse('which-farm', { farms: [] }) : memberOf(inbox, stranger, intent);
}

/** The account as each farm knows it, where it does: a person of one farm is nobody in another. */
export const membersOf = (inbox: Inbox, intent: ChatIntent): readonly Member[] =>
  inbox.desks.flatMap((desk) => {
    const member = memberOf(inbox, desk, intent);
    return isRefusal(member) ? [] : [member];
  });

function memberOf(inbox: Inbox, desk: Desk, { person: { platform, account } }: ChatIntent): Member | Refusal {
  const person = resolvePerson(desk.farm, platform, account);
  if (!isRefusal(person)) return { desk, person };
  // Somebody from another farm's file is told which farm does not know them.
  return inbox.desks.length === 1 ? person : refuse(person.code, { ...person.data, farm: desk.farm.name });
}

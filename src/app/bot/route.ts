import type { Person } from '../../domain/farm.ts';
import { resolvePerson } from '../../domain/people.ts';
import type { RequestLine } from '../../domain/request-line.ts';
import { rollbackWish } from '../../domain/rollback.ts';
import type { RotationState } from '../../domain/rotation.ts';
import { hostsIn } from '../../domain/scope.ts';
import { isRefusal, type Refusal, refuse } from '../../domain/values.ts';
import { parseWhen } from '../../domain/when.ts';
import type { Wish } from '../../domain/wish.ts';
import type { Answer, ChatIntent } from '../../ports/chat.ts';
import { askForm, showRotation } from './answers.ts';
import type { Desk } from './desk.ts';
import type { LookAsker } from './fresh-looks.ts';
import { button, notice, refusal, say } from './notices.ts';
import { type Request, request } from './request.ts';

export interface Inbox {
  readonly desks: readonly Desk[];
  readonly queueUp: () => boolean;
  readonly looks: LookAsker;
}

/** How far ahead a rotation may be asked for. */
const LONGEST_AHEAD_DAYS = 90;

/** The wish with the time that was typed, read by the clock of whoever typed it. */
export function timed(
  desk: Desk,
  person: Person,
  { wish, at: said }: Pick<RequestLine, 'wish' | 'at'>,
): Wish | Refusal {
  if (said === undefined) return wish;
  const { now } = desk.moment();
  const at = parseWhen(said, { word: 'at', zone: person.timeZone, now, limitDays: LONGEST_AHEAD_DAYS });
  return isRefusal(at) ? at : { ...wish, when: { by: 'time', at: new Date(at).toISOString() } };
}

/** Records a request and answers at once; the card follows when the machines have answered. */
export async function ask(
  inbox: Inbox,
  desk: Desk,
  person: Person,
  intent: ChatIntent,
  { reason, dry, ...line }: Pick<Request, 'reason' | 'dry'> & Pick<RequestLine, 'wish' | 'at'>,
): Promise<Answer> {
  const origin = { platform: intent.person.platform, channel: intent.channel };
  const mine = resolvePerson(desk.farm, intent.person.platform, intent.person.account);
  if (isRefusal(mine)) return refusal(mine);
  const asked = timed(desk, mine, line);
  const wish = isRefusal(asked) || asked.kind !== 'rollback' ? asked : rollbackWish(desk.state(), asked);
  if (isRefusal(wish)) return refusal(wish);
  const requested = await request(desk, { person: mine, wish, reason, dry, origin });
  if (isRefusal(requested)) {
    const id = requested.data.id;
    return refusal(requested, typeof id === 'string' ? [button('show', 'show', { rotation: id }, { id })] : []);
  }
  const found = find(inbox, requested.id);
  if (requested.again && found !== null) return showRotation(desk, found.rotation, person, inbox.queueUp());
  const data = {
    id: requested.id,
    hosts: hostsIn(desk.farm, wish).length,
    queueUp: inbox.queueUp(),
    channels: dry ? [] : elsewhere(desk, origin),
    alone: dry && intent.type === 'command' && intent.alone === true,
  };
  return notice([say(dry ? 'looking-dry' : 'looking', data)]);
}

/** The form for what a request lacks. Where nobody knows which farm is meant, all farms' bot is on one clock. */
export function form(
  inbox: Inbox,
  meant: Desk | Refusal,
  person: Person,
  { reason, ...line }: Pick<Request, 'reason'> & Pick<RequestLine, 'wish' | 'at'>,
): Answer {
  const desk = isRefusal(meant) ? null : meant;
  const clock = desk ?? inbox.desks[0];
  const wish = clock === undefined ? line.wish : timed(clock, person, line);
  if (isRefusal(wish)) return refusal(wish);
  return askForm(inbox.desks, desk?.farm.name ?? null, { wish, reason });
}

/** Where the card will stand, when that is not where it was asked for: names of channels, those of this platform first. */
function elsewhere(desk: Desk, origin: { readonly platform: string; readonly channel: string }): readonly string[] {
  const { channels } = desk.farm;
  if (channels.some(({ platform, id }) => platform === origin.platform && id === origin.channel)) return [];
  const near = channels.filter(({ platform }) => platform === origin.platform);
  return (near.length > 0 ? near : channels).map(({ name }) => name);
}

export function find(inbox: Inbox, id: string): { desk: Desk; rotation: RotationState } | null {
  for (const desk of inbox.desks) {
    const { rotations } = desk.state();
    const rotation = Object.hasOwn(rotations, id) ? rotations[id] : undefined;
    if (rotation !== undefined) return { desk, rotation };
  }
  return null;
}

/** The farm named; else the channel's; else the only one; else a question, never a guess. */
export function deskFor(inbox: Inbox, intent: ChatIntent, name: string | null): Desk | Refusal {
  const farms = inbox.desks.map((desk) => desk.farm.name);
  if (name !== null)
    return (
      inbox.desks.find((desk) => desk.farm.name === name.toLowerCase()) ??
      refuse('unknown-farm', { said: name.slice(0, 80), farms })
    );
  const here = inbox.desks.filter((desk) =>
    desk.farm.channels.some((channel) => channel.platform === intent.person.platform && channel.id === intent.channel),
  );
  if (here.length === 1 && here[0] !== undefined) return here[0];
  if (inbox.desks.length === 1 && inbox.desks[0] !== undefined) return inbox.desks[0];
  return refuse('which-farm', { farms });
}

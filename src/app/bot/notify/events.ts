import { hostsWith } from '../../../domain/farm/farm.ts';
import { next } from '../../../domain/next/index.ts';
import { isOverdue } from '../../../domain/next/stages.ts';
import type { RotationState } from '../../../domain/rotation/rotation.ts';
import type { Instant, Message, RotationId } from '../../../domain/values.ts';
import type { Desk } from '../desk.ts';
import { hostsIn, needsPersonLine } from '../views/attention.ts';
import { say } from '../views/notices.ts';

/** Something that somebody must hear of even if nobody reads the chats. */
export interface NotifyEvent {
  /** The same for as long as it lasts, so that a receiver who gets it twice can tell. */
  readonly key: string;
  readonly event: 'needs-person' | 'master-silent' | 'chat-refused' | 'chat-deaf' | 'queue-away' | 'journal-unwritable';
  readonly rotation: RotationId | null;
  /** Machines; for a chat, its platform. */
  readonly hosts: readonly string[];
  readonly since: Instant | null;
  readonly message: Message;
}

/** The events that hold right now. */
export function eventsNow(desk: Desk): readonly NotifyEvent[] {
  const masters = hostsWith(desk.farm, 'master').map(({ name }) => name);
  const rotations = desk.state().unclosed.flatMap((id) => desk.state().rotations[id] ?? []);
  const open = rotations.filter(({ dry }) => !dry);
  return [
    ...open.flatMap((rotation) => needsPerson(desk, rotation)),
    ...masters.flatMap((host) => masterSilent(desk, open, host)),
    ...chatsQuiet(desk, 'refused'),
    ...chatsQuiet(desk, 'deaf'),
    ...queueAway(desk),
    ...journalUnwritable(desk),
  ];
}

/**
 * Refused: people who read only there hear nothing any more. Deaf: people who decide only there cannot, and cannot stop
 * what runs.
 */
function chatsQuiet(desk: Desk, what: 'refused' | 'deaf'): readonly NotifyEvent[] {
  const event = what === 'refused' ? 'chat-refused' : 'chat-deaf';
  const found = desk.state().quiet.filter((one) => one.what === what);
  return found.map(({ subject, since }) => ({
    key: `${event} - ${subject}`,
    event,
    rotation: null,
    hosts: [subject],
    since,
    message: say(`notify.${event}`, { farm: desk.farm.name, platform: subject, since }),
  }));
}

/** Meanwhile no machine is looked at or rotated, and nobody is reminded. */
function queueAway(desk: Desk): readonly NotifyEvent[] {
  const away = desk.state().quiet.filter(({ what }) => what === 'queue');
  return away.map(({ since }) => ({
    key: 'queue-away - -',
    event: 'queue-away',
    rotation: null,
    hosts: [],
    since,
    message: say('notify.queue-away', { farm: desk.farm.name, since, refuses: desk.refusal() }),
  }));
}

/** Meanwhile nobody can ask, approve or stop, and nothing goes on but what machines do by themselves. */
function journalUnwritable(desk: Desk): readonly NotifyEvent[] {
  const known = desk.unwritable();
  if (known === null || known.isOver) return [];
  const event = 'journal-unwritable';
  const { since } = known;
  const message = say('told.unwritable', { farm: desk.farm.name, since });
  return [{ key: `${event} - -`, event, rotation: null, hosts: [], since, message }];
}

function needsPerson(desk: Desk, rotation: RotationState): readonly NotifyEvent[] {
  const { id } = rotation;
  const assessment = next(rotation, desk.moment());
  if (assessment.attention.length === 0) return [];
  const hosts = [...hostsIn(assessment.attention)].sort();
  const message = needsPersonLine(rotation, assessment);
  return [
    { key: `needs-person ${id} ${hosts.join(',')}`, event: 'needs-person', rotation: id, hosts, since: null, message },
  ];
}

/**
 * In a rotation after seconds, because workers depend on it; else once the channels are told that its runner is quiet.
 */
function masterSilent(desk: Desk, open: readonly RotationState[], host: string): readonly NotifyEvent[] {
  const silent = open.flatMap(({ id, orders }) =>
    orders.flatMap((order) =>
      order.host === host && order.silentSince !== null && order.unwritten == null && !isOverdue(order)
        ? [{ rotation: id, since: order.silentSince }]
        : [],
    ),
  )[0];
  const quiet = desk.state().quiet.find((one) => one.what === 'runner' && one.subject === host);
  const found = silent ?? (quiet === undefined ? undefined : { rotation: null, since: quiet.since });
  if (found === undefined) return [];
  const { rotation, since } = found;
  const message = say('notify.master-silent', { farm: desk.farm.name, host, since });
  return [
    {
      key: `master-silent ${rotation ?? '-'} ${host}`,
      event: 'master-silent',
      rotation,
      hosts: [host],
      since,
      message,
    },
  ];
}

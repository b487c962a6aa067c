import { DateTime } from 'luxon';
import { noteLine, seen } from '../config/problem.ts';
import type { Farm } from '../domain/farm/farm.ts';
import { DAY_MS } from '../domain/time.ts';
import { windowsBetween } from '../domain/when/windows.ts';
import { count } from './program/count.ts';
import { readFarm } from './program/files.ts';

/** `certops farm check FILE`: prints every problem with its place, or a summary of the file and notes worth knowing. */
export async function farmCheck(file: string): Promise<void> {
  const { farm, notes } = await readFarm(file);
  const rows = summary(farm);
  const width = Math.max(...rows.map(([name]) => name.length));
  for (const [name, text] of rows) process.stdout.write(`${name.padEnd(width)}  ${seen(text)}\n`);
  for (const note of notes) process.stdout.write(`${noteLine(note)}\n`);
  process.stdout.write(notes.length === 0 ? 'All is well.\n' : 'It can be used as it is.\n');
}

function summary(farm: Farm): readonly (readonly [string, string])[] {
  const { approval, gap, certificate, reminders } = farm;
  const { compromised } = approval;
  const named = (ids: readonly string[]) =>
    ids.map((id) => farm.people.find((person) => person.id === id)?.name ?? id).join(', ');
  return [
    ['farm', `${farm.name}${farm.rehearsal ? ', a rehearsal' : ''}`],
    ['endpoint', `${farm.endpoint.host}:${farm.endpoint.port}`],
    ...farm.hosts.map(
      (host) => ['host', `${host.name}, ${host.roles.join(' and ')}, ${keys(host.keys.length)}`] as const,
    ),
    ['people', farm.people.map((person) => person.name).join(', ')],
    [
      'approval',
      `${approval.quorum} of ${approval.approvers.length}: ${named(approval.approvers)}; lapses after ${length(approval.lapsesAfterMs)}`,
    ],
    ...(compromised === undefined
      ? []
      : [
          [
            'compromised',
            `${compromised.quorum} of ${compromised.approvers.length}: ${named(compromised.approvers)}`,
          ] as const,
        ]),
    ...(approval.reviewDays === undefined
      ? []
      : [['review', `${count(approval.reviewDays, 'day')} after a rotation for a compromised key`] as const]),
    ...farm.groups.flatMap(({ id, slack }) =>
      slack === null ? [] : [['group', `${id}, and whoever is in the Slack user group ${slack}`] as const],
    ),
    ['gap', `at most ${gap.limitMs / 1000} s; ${turns(farm)}; ${gap.leaveBehind} may be left behind`],
    [
      'certificate',
      `RSA ${certificate.keyBits}, ${count(certificate.lifetimeDays, 'day')}, key ${certificate.exportable ? 'exportable' : 'not exportable'}`,
    ],
    ['reminders', `${reminders.days.join(', ')} days before the end, at ${reminders.at} ${farm.timeZone}`],
    ...when(farm),
    ...notified(farm),
    ...chats(farm),
    ['channels', farm.channels.map(({ platform, name }) => `${name} (${platform})`).join(', ')],
  ];
}

/** By now, `concurrency: all` has become the number of machines. */
function turns({ hosts, gap: { canary, concurrency } }: Farm): string {
  const others = hosts.filter(({ roles }) => roles.includes('worker')).length - canary;
  const isAll = concurrency >= others;
  if (canary === 0 || others <= 0) return `${isAll ? 'all' : concurrency} at once`;
  return `${canary} first, then ${isAll ? 'all others' : concurrency} at once`;
}

const TEN_YEARS_MS = 3653 * DAY_MS;

/** A cron expression is easily misread: when it opens next shows what it means. */
function when({ windows, ticket }: Farm): readonly (readonly [string, string])[] {
  return [
    ...windows.map((window) => {
      const now = Date.now();
      const opens = windowsBetween([window], now, now + TEN_YEARS_MS, 3).map(({ from }) =>
        DateTime.fromMillis(from, { zone: window.zone }).setLocale('en').toFormat('ccc d LLL yyyy HH:mm'),
      );
      const what = `${window.cron}, ${length(window.lengthMs)}, ${window.zone}`;
      return ['window', `${what}: ${opens.join(', ')} ...`] as const;
    }),
    ...(ticket === null
      ? []
      : [['ticket', `${ticket.required ? 'required' : 'may be named'}, such as ${ticket.example}`] as const]),
  ];
}

function chats({ chat: { slack, teams } }: Farm): readonly (readonly [string, string])[] {
  return [
    ...(slack === null
      ? []
      : [['slack', `app ${slack.app} in ${[...slack.workspaces, ...slack.enterprises].join(', ')}`] as const]),
    ...(teams === null ? [] : [['teams', `app ${teams.app} in tenant ${teams.tenant}`] as const]),
  ];
}

/** The rest of an address may be a secret. */
function notified({ notify }: Farm): readonly (readonly [string, string])[] {
  const { webhook = null, ping = null } = notify ?? {};
  return [
    ...(webhook === null ? [] : [['notify', `webhook at ${new URL(webhook).host}`] as const]),
    ...(ping === null ? [] : [['notify', `ping of ${new URL(ping).host}, once a minute`] as const]),
  ];
}

const keys = (count: number): string => (count === 1 ? '1 key' : `${count} keys`);
/** In whole hours, else minutes, else seconds: so that no length in the file is shown as 0. */
function length(ms: number): string {
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  return ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1000} s`;
}

import type { Farm } from '../domain/farm/farm.ts';
import { DAY_MS } from '../domain/time.ts';
import type { HostName } from '../domain/values.ts';
import { parseDuration } from './duration.ts';
import { parseFarmEndpoint } from './endpoint.ts';
import type { FarmFile } from './farm-schema.ts';
import { groupsOf, membersOf } from './groups-of.ts';

/** The farm that a valid file describes. */
export function resolveFarm(file: FarmFile): Farm {
  const groups = groupsOf(file);
  const { approval, gap, drain, certificate, notify, reminders, retire, ticket, slack = null, teams = null } = file;
  const { compromised } = approval;
  const deciders = (names: readonly string[]) => ({
    approvers: membersOf(file, names),
    groups: names.filter((name) => groups.some((group) => group.id === name)),
  });
  const machines = Math.max(1, Object.keys(file.hosts).length);
  return {
    name: file.farm,
    rehearsal: file.rehearsal,
    timeZone: file.timeZone,
    endpoint: parseFarmEndpoint(file.endpoint) ?? { host: '', port: 0 },
    hosts: Object.entries(file.hosts).map(([name, { roles, keys, address = null, systemRoot }]) => ({
      name: name as HostName,
      roles,
      keys,
      address,
      systemRoot,
    })),
    people: Object.entries(file.people).map(([id, { timeZone = file.timeZone, ...person }]) => ({
      id,
      ...person,
      timeZone,
    })),
    groups,
    approval: {
      quorum: approval.quorum,
      ...deciders(approval.approvers),
      lapsesAfterMs: ms(approval.lapse),
      reviewDays: Math.floor(ms(approval.review) / DAY_MS),
      ...(compromised === undefined
        ? {}
        : {
            compromised: {
              quorum: compromised.quorum ?? approval.quorum,
              ...deciders(compromised.approvers ?? approval.approvers),
            },
          }),
    },
    gap: {
      limitMs: ms(gap.limit),
      leaveBehind: gap.leaveBehind,
      canary: gap.canary,
      concurrency: gap.concurrency === 'all' ? machines : gap.concurrency,
    },
    drain: { limitMs: ms(drain.limit) },
    certificate: {
      keyBits: certificate.keyBits,
      lifetimeDays: Math.floor(ms(certificate.lifetime) / DAY_MS),
      exportable: certificate.exportable,
      extraNames: certificate.extraNames,
    },
    reminders: {
      days: [...new Set(reminders.days)].sort((a, b) => b - a),
      at: reminders.at,
      owner: reminders.owner ?? null,
      escalateDays: Math.floor(ms(reminders.escalate) / DAY_MS),
      snoozeDays: Math.floor(ms(reminders.snooze) / DAY_MS),
    },
    retire: { graceMs: ms(retire.grace) },
    windows: file.windows.map(({ cron, length, timeZone: zone = file.timeZone }) => ({
      cron,
      lengthMs: ms(length),
      zone,
    })),
    ticket: ticket === undefined ? null : { ...ticket, link: ticket.link ?? null },
    notify: { webhook: notify.webhook ?? null, ping: notify.ping ?? null },
    chat: {
      slack,
      teams: teams === null ? null : { app: teams.app.toLowerCase(), tenant: teams.tenant.toLowerCase() },
    },
    channels: file.channels.map(({ platform, id, name = id, language }) => ({ platform, id, name, language })),
  };
}

const ms = (text: string): number => parseDuration(text) ?? Number.NaN;

import pc from 'picocolors';
import type { Farm } from '../../domain/farm.ts';
import { hostsWith } from '../../domain/farm.ts';

export interface BannerFacts {
  readonly version: string;
  readonly farm: Farm;
  readonly redis: string;
  readonly url: string;
  readonly state: string;
  readonly ms: number;
  /** A script types and clicks: nobody needs to be told what to do next. */
  readonly scripted: boolean;
}

/** What stands on the screen when all is up: what there is, where to look, what to do next. */
export function banner({ version, farm, redis, url, state, ms, scripted }: BannerFacts): string {
  const rows = [
    ['redis', redis],
    ['farm', `${farm.name}: ${machines(farm)}; made up by the lab, kept in ${state}`],
    ['runners', `${farm.hosts.length} of ${farm.hosts.length} running, one for each machine`],
    ['people', people(farm)],
    ['open', pc.bold(pc.cyan(url))],
  ];
  return [
    '',
    `${pc.bold('ssis-certops')} ${version}, a rehearsal: real processes, files, certificates and TLS; no Windows.`,
    '',
    ...rows.map(([name = '', text]) => `  ${pc.dim(name.padEnd(8))} ${text}`),
    '',
    ...(scripted ? [] : next(farm)),
    `${pc.green('ready')} in ${(ms / 1000).toFixed(1)} s`,
    '',
  ].join('\n');
}

const next = (farm: Farm): readonly string[] => [
  `  ${pc.dim('next')}     Open the address. As ${nameOf(farm, asker(farm))}, ask: ${pc.bold('/ssis rotate-master because Yearly renewal')}`,
  `           Then approve as ${approvers(farm).slice(0, farm.approval.quorum).join(' and as ')}, and watch.`,
  '           Ctrl-C ends all of it; npm start goes on where it was.',
  '',
];

function machines(farm: Farm): string {
  const names = farm.hosts.map(({ name, roles }) =>
    roles.includes('master') ? `${name} (${roles.join(', ')})` : name,
  );
  if (names.length <= 6) return names.join(', ');
  return `${names[0]} and ${hostsWith(farm, 'worker').length} workers`;
}

function people(farm: Farm): string {
  const asks = farm.people.filter(({ id }) => !farm.approval.approvers.includes(id)).map(({ name }) => name);
  const { quorum } = farm.approval;
  return `${asks.join(', ')} may ask; ${approvers(farm).join(', ')} approve, ${quorum} must agree; Sam Okoro is a stranger`;
}

const approvers = (farm: Farm): readonly string[] => farm.approval.approvers.map((id) => nameOf(farm, id));

const nameOf = (farm: Farm, id: string): string => farm.people.find((person) => person.id === id)?.name ?? id;

const asker = (farm: Farm): string =>
  farm.people.find(({ id }) => !farm.approval.approvers.includes(id))?.id ?? farm.people[0]?.id ?? '';

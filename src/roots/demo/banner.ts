import type { Farm } from '../../domain/farm/farm.ts';
import { hostsWith } from '../../domain/farm/farm.ts';
import { colors } from '../program/colors.ts';
import type { GoesOn } from './goes-on.ts';

interface BannerFacts {
  readonly version: string;
  readonly farm: Farm;
  readonly redis: string;
  readonly url: string;
  /** Rotations that were begun earlier and go on. */
  readonly open: readonly GoesOn[];
  readonly state: string;
  readonly ms: number;
  /** A script types and clicks, so nobody needs to be told what to do next. */
  readonly scripted: boolean;
}

/** What is printed when everything is up: what there is, where to look, what goes on, what to do next. */
export function banner({ version, farm, redis, url, open, state, ms, scripted }: BannerFacts): string {
  const rows = [
    ['redis', redis],
    ['farm', `${farm.name}: ${machines(farm)}; made up by the lab, kept in ${state}`],
    ['runners', `${farm.hosts.length} of ${farm.hosts.length} running, one for each machine`],
    ['people', people(farm)],
    ['open', colors.bold(colors.cyan(url))],
    ...open.map(({ words }, at) => [at === 0 ? 'goes on' : '', colors.bold(words)]),
  ];
  return [
    '',
    `${colors.bold('ssis-certops')} ${version}, a rehearsal: real processes, files, certificates and TLS; no Windows.`,
    '',
    ...rows.map(([name = '', text]) => `  ${colors.dim(name.padEnd(8))} ${text}`),
    '',
    ...(scripted ? [] : next(farm, open)),
    `${colors.green('ready')} in ${(ms / 1000).toFixed(1)} s`,
    '',
  ].join('\n');
}

function next(farm: Farm, [first]: readonly GoesOn[]): readonly string[] {
  const [line = '', ...more] = first === undefined ? anew(farm) : onwards(first);
  const rest = [...more, 'Ctrl-C ends everything; started again, it continues where it was.'];
  return [`  ${colors.dim('next')}     ${line}`, ...rest.map((one) => `           ${one}`), ''];
}

const anew = (farm: Farm): readonly string[] => [
  `Open the address. As ${nameOf(farm, asker(farm))}, ask: ${colors.bold('/ssis rotate-master because Yearly renewal')}`,
  `Then approve as ${approvers(farm).slice(0, farm.approval.quorum).join(' and as ')}, and watch.`,
];

/** What a person can do about a rotation that is already going on. */
function onwards({ id, state, missing, mayApprove }: GoesOn): readonly string[] {
  switch (state) {
    case 'looks':
      return [`Open the address. The plan of ${id} comes as a card, to be approved.`];
    case 'asks':
      return [`Open the address. Approve ${id} on its card${asWhom(mayApprove, missing)}, and watch.`];
    case 'waits':
      return [`Open the address. ${id} starts by itself; until then, Withdraw on its card takes it back.`];
    case 'runs':
      return [`Open the address, and watch: ${id} goes on by itself. Its card says what can be done.`];
    case 'needs-person':
      return [`Open the address, and decide on its card: until then ${id} stands still.`];
  }
}

/** As many people as approvals are missing; empty if there are fewer. */
const asWhom = (mayApprove: readonly string[], missing: number): string =>
  mayApprove.length < missing ? '' : ` as ${mayApprove.slice(0, missing).join(' and as ')}`;

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

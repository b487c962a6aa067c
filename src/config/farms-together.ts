import { CertopsError } from '../domain/errors.ts';
import type { Farm } from '../domain/farm/farm.ts';

export interface NamedFarm {
  readonly file: string;
  readonly farm: Farm;
}

/**
 * Checks that one bot can serve these farms: journals and rotation ids are named after the farm, queues after its
 * machines, and all farms share one connection to each chat. Throws CertopsError `FarmTwice`, `HostInTwoFarms`,
 * `FarmsDiffer`, with both files.
 */
export function checkTogether(read: readonly NamedFarm[]): void {
  for (const [at, one] of read.entries())
    for (const other of read.slice(0, at)) {
      const apart = between(other, one);
      if (apart !== null) throw apart;
    }
}

function between(a: NamedFarm, b: NamedFarm): CertopsError | null {
  const files = { file: a.file, other: b.file };
  if (a.farm.name === b.farm.name) return new CertopsError('FarmTwice', { farm: a.farm.name, ...files });
  const both = a.farm.hosts.find(({ name }) => b.farm.hosts.some((host) => host.name === name));
  if (both !== undefined) return new CertopsError('HostInTwoFarms', { host: both.name, ...files });
  const differs = SETTINGS.find(({ of }) => {
    const [here, there] = [of(a.farm), of(b.farm)];
    return here !== undefined && there !== undefined && here !== there;
  });
  if (differs === undefined) return null;
  const { setting, of } = differs;
  return new CertopsError('FarmsDiffer', { setting, found: of(a.farm) ?? '', wanted: of(b.farm) ?? '', ...files });
}

/** Settings of which a bot has only one; undefined: the farm does not set it. */
const SETTINGS: readonly { readonly setting: string; readonly of: (farm: Farm) => string | undefined }[] = [
  // A console that does not check names must never reach a real farm.
  { setting: 'rehearsal', of: ({ rehearsal }) => String(rehearsal) },
  { setting: 'slack.app', of: ({ chat }) => chat.slack?.app },
  // If the two lists were joined, an account of one workspace could pass for the same id in another.
  { setting: 'slack.workspaces', of: ({ chat }) => listed(chat.slack?.workspaces) },
  { setting: 'slack.enterprises', of: ({ chat }) => listed(chat.slack?.enterprises) },
  { setting: 'teams.app', of: ({ chat }) => chat.teams?.app },
  { setting: 'teams.tenant', of: ({ chat }) => chat.teams?.tenant },
  {
    setting: 'channel of the console',
    of: ({ channels }) => channels.find(({ platform }) => platform === 'web')?.id,
  },
];

const listed = (ids: readonly string[] | undefined): string | undefined =>
  ids === undefined ? undefined : [...ids].sort().join(', ');

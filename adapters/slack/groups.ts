import type { SlackAccess } from '../../src/domain/farm/farm.ts';
import type { SlackApi } from './api.ts';

/** Slack's word for a user group that does not exist or was disabled. */
export const NO_GROUP = 'no_such_subteam';

/** The accounts of a user group; null: Slack does not say. Throws as the API does. */
export async function membersOf(api: SlackApi, access: SlackAccess, id: string): Promise<readonly string[] | null> {
  const { users } = await api.call({ method: 'usergroups.users.list' }, (client) =>
    client.usergroups.users.list({ usergroup: id, ...inTeam(access) }),
  );
  return users ?? null;
}

/** An app that a whole organisation installed must name the workspace it asks about. */
export function inTeam({ workspaces, enterprises }: SlackAccess): { readonly team_id?: string } {
  const [team] = workspaces;
  return enterprises.length > 0 && workspaces.length === 1 && team !== undefined ? { team_id: team } : {};
}

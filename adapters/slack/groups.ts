import type { SlackAccess } from '../../src/domain/farm.ts';
import type { SlackApi } from './api.ts';

/** Slack's word for a user group that is not there, or was disabled. */
export const NO_GROUP = 'no_such_subteam';

/**
 * The accounts of a user group; null: Slack does not say. Throws as the API does. An app that a whole organisation
 * installed has to name the workspace whose group it is.
 */
export async function membersOf(api: SlackApi, access: SlackAccess, id: string): Promise<readonly string[] | null> {
  const [team] = access.workspaces;
  const where = access.enterprises.length > 0 && access.workspaces.length === 1 && team !== undefined;
  const { users } = await api.call({ method: 'usergroups.users.list' }, (client) =>
    client.usergroups.users.list({ usergroup: id, ...(where ? { team_id: team } : {}) }),
  );
  return users ?? null;
}

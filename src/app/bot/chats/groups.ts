import { membersAmong, withGroups } from '../../../domain/approval/people.ts';
import type { Group } from '../../../domain/farm/farm.ts';
import type { ChatAdapter } from '../../../ports/chat.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { Desk } from '../desk.ts';

const ASK_EVERY_MS = 300_000;
/** The wait after a group could not be asked. */
const ASK_AGAIN_MS = 30_000;
/** The only platform whose own groups a farm file can name. */
const PLATFORM = 'slack';

interface GroupKeeper {
  start(): void;
  /** Does not wait for a pending answer, and ignores it when it comes. */
  stop(): void;
}

/**
 * Keeps the groups of one farm in step with Slack's user groups. Members named in the farm file always stay. A group
 * that cannot be asked keeps the members it had; one that could not be asked since the start has only those of the farm
 * file, because who may approve is never guessed from what was true before.
 */
export function keepGroups(
  desk: Desk,
  deps: { readonly chats: readonly ChatAdapter[]; readonly clock: Clock; readonly log: Log },
): GroupKeeper {
  const { chats, clock, log } = deps;
  const written = desk.farm;
  const fed = written.groups.filter((group) => group.slack !== null);
  let members: { readonly [group: string]: readonly string[] } = {};
  let strangers: { readonly [group: string]: string } = {};
  const stopping = new AbortController();

  /** Whether every group could be asked. */
  async function ask(): Promise<boolean> {
    const answers = await Promise.all(fed.map(async (group) => ({ group, accounts: await accountsOf(group) })));
    if (stopping.signal.aborted) return true;
    const before = JSON.stringify(members);
    for (const { group, accounts } of answers) if (accounts !== null) take(group, accounts);
    if (JSON.stringify(members) !== before) {
      log.info({ farm: written.name, members }, 'the groups that Slack feeds have changed');
      desk.regroup(withGroups(written, members));
    }
    return answers.every(({ accounts }) => accounts !== null);
  }

  async function accountsOf({ id, slack }: Group): Promise<readonly string[] | null> {
    const chat = chats.find((one) => one.platform === PLATFORM);
    try {
      return chat === undefined || slack === null ? null : await chat.group(slack);
    } catch (error) {
      log.warn({ group: id, error: String(error) }, 'a user group could not be asked');
      return null;
    }
  }

  function take(group: Group, accounts: readonly string[]): void {
    const { people, unknown } = membersAmong(written, PLATFORM, accounts);
    members = { ...members, [group.id]: [...people].sort() };
    const said = [...unknown].sort().join(' ');
    if (said !== (strangers[group.id] ?? ''))
      log.warn({ group: group.id, accounts: said }, 'a user group has members whom the farm file does not know');
    strangers = { ...strangers, [group.id]: said };
  }

  async function goOn(): Promise<void> {
    while (!stopping.signal.aborted) {
      const isWhole = await ask();
      await clock.sleep(isWhole ? ASK_EVERY_MS : ASK_AGAIN_MS, stopping.signal).catch(() => undefined);
    }
  }

  return {
    start() {
      if (fed.length > 0) void goOn();
    },
    stop() {
      stopping.abort();
    },
  };
}

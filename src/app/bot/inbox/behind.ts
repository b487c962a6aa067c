import { alignments } from '../../../domain/inventory/out-of-line.ts';
import { lastSwitched } from '../../../domain/next/signals.ts';
import { unseenSince } from '../../../domain/next/unseen-since.ts';
import { stillLeft } from '../../../domain/rotation/left-behind.ts';
import { isLookedSince } from '../../../domain/rotation/looked-since.ts';
import type { Message } from '../../../domain/values.ts';
import type { Desk } from '../desk.ts';
import { say } from '../views/notices.ts';

/** So many are told of one by one. */
const MOST = 3;

/**
 * Workers that are cut off by the newest looks, and whom the last rotation of the master left behind and nobody has
 * looked at since. Nothing while a rotation is open, which may be what brings them back.
 */
export function behindLines({ farm, state: now }: Desk): readonly Message[] {
  const state = now();
  if (state.open !== null) return [];
  const old: readonly string[] = unseenSince(state);
  const out = alignments(farm, state).filter(
    ({ isSeen, inLine, host, master }) => isSeen && inLine === false && !old.includes(host) && !old.includes(master),
  );
  const [first] = out;
  const lines =
    first !== undefined && out.length > MOST
      ? [
          say('told.out-of-line-many', {
            farm: farm.name,
            hosts: out.map(({ host }) => host),
            master: first.master,
            presented: first.presented,
            since: first.presentedSince,
          }),
        ]
      : out.map(({ host, master, presented, pinned, since }) =>
          say('told.out-of-line', { farm: farm.name, host, master, presented, pinned, since }),
        );
  return [...lines, ...unseen(state)];
}

function unseen(state: ReturnType<Desk['state']>): readonly Message[] {
  return lastSwitched(state).flatMap((id) => {
    const rotation = state.rotations[id];
    const at = rotation?.closed?.at;
    if (rotation === undefined || at === undefined) return [];
    const hosts = stillLeft(rotation).filter((host) => !isLookedSince(state, host, at));
    return hosts.length === 0 ? [] : [say('status.left-behind', { id, hosts })];
  });
}

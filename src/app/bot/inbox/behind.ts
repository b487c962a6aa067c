import type { Farm } from '../../../domain/farm/farm.ts';
import { cutOffs } from '../../../domain/inventory/cut-off.ts';
import { type Alignment, alignments } from '../../../domain/inventory/out-of-line.ts';
import { lastSwitched } from '../../../domain/next/signals.ts';
import { unseenSince } from '../../../domain/next/unseen-since.ts';
import type { FarmState } from '../../../domain/rotation/farm-state.ts';
import { stillLeft } from '../../../domain/rotation/left-behind.ts';
import { isLookedSince } from '../../../domain/rotation/looked-since.ts';
import type { Message } from '../../../domain/values.ts';
import type { Desk } from '../desk.ts';
import { say } from '../views/notices.ts';

/** So many are told of one by one. */
const MOST = 3;

/**
 * Workers that are cut off by the newest looks, those in line without a connection, and whom the last rotation of the
 * master left behind and nobody has looked at since. Nothing while a rotation is at work, which may be what brings them
 * back.
 */
export function behindLines({ farm, state: now }: Desk): readonly Message[] {
  const state = now();
  const open = state.open === null ? undefined : state.rotations[state.open];
  if (open?.orders.some(({ kind }) => kind !== 'look') === true) return [];
  const old: readonly string[] = unseenSince(state);
  const out = alignments(farm, state).filter(
    ({ isSeen, inLine, host, master }) => isSeen && inLine === false && !old.includes(host) && !old.includes(master),
  );
  const apart = cutOffs(farm, state);
  return [
    ...linesOf(farm, 'told.out-of-line', out, out[0]?.presentedSince),
    ...linesOf(farm, 'told.apart', apart, apart.map(({ since }) => since).sort()[0]),
    ...unseen(farm, state),
  ];
}

type Worker = Pick<Alignment, 'host' | 'master' | 'presented' | 'since'> & { readonly pinned?: string };

function linesOf({ name }: Farm, id: string, workers: readonly Worker[], since = ''): readonly Message[] {
  const [first] = workers;
  if (first === undefined || workers.length <= MOST)
    return workers.map(({ host, master, presented, pinned, since: at }) =>
      say(id, { farm: name, host, master, presented, since: at, ...(pinned === undefined ? {} : { pinned }) }),
    );
  const { master, presented } = first;
  return [say(`${id}-many`, { farm: name, hosts: workers.map(({ host }) => host), master, presented, since })];
}

function unseen(farm: Farm, state: FarmState): readonly Message[] {
  const known: readonly string[] = farm.hosts.map(({ name }) => name);
  return lastSwitched(state).flatMap((id) => {
    const rotation = state.rotations[id];
    const at = rotation?.closed?.at;
    if (rotation === undefined || at === undefined) return [];
    const hosts = stillLeft(rotation).filter((host) => known.includes(host) && !isLookedSince(state, host, at));
    return hosts.length === 0 ? [] : [say('status.left-behind', { id, hosts })];
  });
}

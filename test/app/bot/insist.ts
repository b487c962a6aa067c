import type { BotRig } from './rig.ts';

/** Does `what` again and again until it is done, whichever process dies meanwhile. */
type Insist = (what: () => Promise<unknown>, isDone: () => boolean) => Promise<void>;

/** Ana and Tom approve until they have been heard, and the rotation ends. */
export async function insistOnEnd(rig: BotRig, insist: Insist): Promise<void> {
  for (const who of ['ana', 'tom'])
    await insist(
      () => rig.vote(who),
      () => rig.rotation().votes.some(({ by }) => by.id === who),
    );
  await insist(
    async () => {},
    () => rig.rotation().closed !== null,
  );
}

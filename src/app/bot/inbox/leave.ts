import { frozenNow } from '../../../domain/approval/freeze.ts';
import type { Person } from '../../../domain/farm/farm.ts';
import { hostNamed } from '../../../domain/machine/worker-names.ts';
import { asksAboutPackages } from '../../../domain/next/drain.ts';
import { next } from '../../../domain/next/index.ts';
import { withoutHeldUp } from '../../../domain/next/packages/left-out.ts';
import { inQuestion, leavesAll, MOST_LEFT, refusedChoice } from '../../../domain/next/refused-choice.ts';
import { factsDigest } from '../../../domain/next/start/facts-digest.ts';
import type { RotationState } from '../../../domain/rotation/rotation.ts';
import type { HostName } from '../../../domain/values.ts';
import type { Answer } from '../../../ports/chat.ts';
import type { Desk } from '../desk.ts';
import { button, notice, refusal, say } from '../views/notices.ts';
import { showRotation } from './answers.ts';
import { alreadyDecides } from './decide.ts';

/**
 * `resolve ID leave NAME...`: shows the button that asks for it, over what is seen now. Typed words decide nothing; the
 * button does, as on a card.
 */
export function offerLeave(
  desk: Desk,
  person: Person,
  rotation: RotationState,
  { names, queueUp }: { readonly names: readonly string[]; readonly queueUp: boolean },
): Answer {
  const { id } = rotation;
  const now = desk.moment();
  const found = next({ ...rotation, resolve: null }, { ...now, freeze: frozenNow(desk.state(), now.now) });
  const machines = rotation.plan?.slices.map(({ host }) => host) ?? [];
  const hosts = [...new Set(names.map((name) => hostNamed(name, machines) ?? (name as HostName)))];
  const isAboutPackages = found.attention.length > 0 && found.attention.every(asksAboutPackages);
  const asked = inQuestion(rotation, found.attention);
  const rest = asked.filter((host) => !hosts.includes(host));
  // Leaving such a master behind leaves everything, whatever else was named.
  const areAll = hosts.some((host) => leavesAll(rotation, found, host)) && hosts.every((host) => asked.includes(host));
  const choice = isAboutPackages ? 'leave-out' : 'leave-behind';
  const refused = refusedChoice(rotation, choice, found, areAll ? null : hosts);
  const show = button('show', 'show', { rotation: id }, { id });
  if (refused !== null) return refusal(refused, [show]);
  // The card says what becomes of all of them; more than `MOST_LEFT` that were not refused are all.
  if (areAll || hosts.length > MOST_LEFT) return showRotation(desk, rotation, person, queueUp);
  if (rotation.resolve?.digest != null) return refusal(alreadyDecides(id, rotation.resolve), [show]);
  const { toGo } = withoutHeldUp(rotation);
  const data = { v: 1, rotation: id, digest: factsDigest(rotation, found), hosts: hosts.join(' ') };
  return notice(
    [say('resolve.leave-some', { id, hosts, rest, packages: isAboutPackages, toGo })],
    [button('leave', isAboutPackages ? 'leave-out' : 'leave', data, { hosts })],
  );
}

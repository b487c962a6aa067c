import type { TurnCause } from '../../domain/journal/entries.ts';
import { asksAboutPackages } from '../../domain/next/drain.ts';
import type { RotationState } from '../../domain/rotation.ts';
import type { HostName, Message } from '../../domain/values.ts';
import { say } from './notices.ts';

/** What a person is asked about: packages that still run are no machine of which nobody knows how it stands. */
export const needsPersonLine = ({ id }: Pick<RotationState, 'id'>, attention: readonly TurnCause[]): Message =>
  attention.every(asksAboutPackages)
    ? say('summary.packages', { id, unseen: attention.every(({ code }) => code === 'PackagesUnseen') })
    : say('summary.needs-person', { id, hosts: hostsIn(attention) });

export const hostsIn = (attention: readonly TurnCause[]): readonly HostName[] => [
  ...new Set(attention.flatMap(({ host }) => host ?? [])),
];

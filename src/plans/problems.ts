import type { HostLook } from '../domain/host-facts.ts';
import { type HostName, type Refusal, refuse } from '../domain/values.ts';
import type { Looks } from './draft.ts';

export type Problem = HostLook['problems'][number];

/** Problems that a look reports and that stand in nobody's way: the card says them, or what they lead to. */
const PASSABLE: readonly string[] = [
  'root-crowded',
  'root-not-self-signed',
  'password-account',
  'service-not-running',
  'setting-hidden-characters',
  'pinned-not-trusted',
  'log-unreadable',
];

/** What a look found in the way and nothing else has named better; `passable`: what this kind of rotation passes by. */
export function problemIn(
  hosts: readonly HostName[],
  looks: Looks,
  passable: (problem: Problem) => boolean,
): Refusal | null {
  for (const host of hosts) {
    const problem = looks[host]?.problems.find((one) => !PASSABLE.includes(one.code) && !passable(one));
    if (problem !== undefined) return refuse('HostNotReady', { ...problem.data, host, problem: problem.code });
  }
  return null;
}

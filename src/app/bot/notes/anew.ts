import { policyFor } from '../../../domain/approval/people.ts';
import type { Farm } from '../../../domain/farm/farm.ts';
import { LACKS_TICKET } from '../../../domain/farm/ticket.ts';
import { inTable } from '../../../domain/in-table.ts';
import { askedUntil, lineAnew } from '../../../domain/request/anew.ts';
import { instantOf } from '../../../domain/time.ts';
import type { Refusal } from '../../../domain/values.ts';
import type { Owed } from '../planning/request-again.ts';
import { say } from '../views/notices.ts';
import { type DueNote, note } from './note.ts';

/** Elsewhere these refusals address the person who asked; here everybody reads them. */
const OWN: { readonly [code: string]: string } = {
  'no-runner': 'anew.no-runner',
  'clock-off': 'anew.clock-off',
  'quorum-unreachable': 'anew.quorum-unreachable',
  'too-many-requests': 'anew.too-many-requests',
};

/** Why a request that has to be made again cannot be yet, and what to type: one note for each reason. */
export function anewNotes(farm: Farm, { rotation, why }: Owed, now: number): readonly DueNote[] {
  if (why === null) return [];
  const { id, by, wish } = rotation;
  const until = instantOf(askedUntil(rotation));
  // Only a person can supply a ticket.
  const isTicket = LACKS_TICKET.includes(why.code);
  const about = isTicket ? { ...rotation, wish: { ...wish, ticket: null } } : rotation;
  const words = lineAnew(about, farm.name, now);
  const called = farm.people.some((one) => one.id === by.id) ? [by.id] : policyFor(farm, wish).approvers;
  const first = isTicket ? say('note.lacks-ticket', { id, words }) : say('note.not-asked', { id, until, words });
  return [note(`not-asked ${why.code}`, [first, reasonOf(why, by.name)], called)];
}

const reasonOf = ({ code, data }: Refusal, by: string) => say(inTable(OWN, code) ?? `refused.${code}`, { ...data, by });

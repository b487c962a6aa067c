import { type ErrorData, type Faults, fact, text } from './fault.ts';

const WHO_RESTORED =
  'Unless it was set up anew, find out who removed or restored that file, or whether the machine lost power';

/** A runner whose journal is not the one any more that it had: removed, or put back from a copy. */
export const restoredFaults = {
  RunnerJournalLost: {
    lead: 'unknown',
    says: "its runner's journal is no longer the same one, so how its order ended is not known.",
    todo: `${WHO_RESTORED}, then ask again.`,
    hand: `${WHO_RESTORED}; then look again.`,
  },
  RunnerJournalCutShort: {
    lead: 'unknown',
    says: "its runner's journal ends too early, as after a power failure or a restored copy, so what it had in hand then was left as it is.",
    todo: 'Ask again: the new plan rests on what is there, and not on what that journal says.',
    hand: '',
    elsewhere: true,
  },
  UndoNotRemembered: {
    lead: 'not-back',
    says: (d) =>
      `its runner's folder was put back from a copy, or set up anew, and does not show what it changed here, so it puts none of that back${fact(d)}.`,
    todo: wayOut,
    hand: wayOut,
  },
} satisfies Faults;

function wayOut({ host, remedy }: ErrorData): string {
  const vain = 'Trying again, also with Put all back, changes nothing';
  if (remedy === 'by-hand')
    return `${vain}. Bind the earlier certificate by hand, name it in the settings, start the service, then choose Look again.`;
  if (remedy === 'none') return `${vain}. Leave it behind: what was prepared there stays.`;
  return `${vain}. Leave it behind, then ask for /ssis ${text(remedy)} ${text(host)}.`;
}

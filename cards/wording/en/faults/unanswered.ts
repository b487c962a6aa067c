import type { ErrorData, Faults } from './fault.ts';

/** Nobody starts what answers again. */
const start = ({ answers }: ErrorData): string =>
  answers === true
    ? 'Find out why its runner or the machine was silent; it answers again.'
    : 'Start the runner or the machine. If it already runs, node runner.mjs status there tells which farm it serves, and whether Redis refuses it anything.';

/** Machines that have not answered an order. */
export const unansweredFaults = {
  RunnerSilent: {
    lead: 'silent',
    says: 'its runner gives no answer.',
    since: (at) => `nothing heard from its runner since ${at}.`,
    todo: start,
  },
  OrderOverdue: {
    lead: 'overdue',
    says: 'its runner answers, but reports nothing of its order.',
    since: (at) => `its runner answers, but has reported nothing of its order since ${at}.`,
    todo: 'See which tool or service hangs there: once that is ended, its runner goes on. Then ask again.',
    hand: 'See which tool or service hangs there: once that is ended, its runner goes on. Then look again.',
  },
  OrderLapsed: { lead: 'silent', says: 'it did not take the order in time.', todo: start },
} satisfies Faults;

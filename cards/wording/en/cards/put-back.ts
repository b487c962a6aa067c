import type { NeedsPersonView } from '../../../../src/domain/views/needs-person-view.ts';

export type Back = NeedsPersonView['back'];

/** What is gone back to; `of`: the rotation that is being rolled back, whose certificate it was. */
export const before = (of: string | null = null): string =>
  of === null ? 'the old certificate' : `the certificate from ${of}`;

/** The same where each of several workers has its own. */
export const allBefore = (of: string | null): string =>
  of === null ? 'the old certificates' : `the certificates from ${of}`;

/** The same for workers with certificates of their own. */
export const theirsBefore = (of: string | null = null): string =>
  of === null ? 'their old certificates' : `those from ${of}`;

/** What *Put all back* does, after its name. */
export const whatBack = (back: Back, of?: string | null): string => whatTo(before(of))[back];

const whatTo = (to: string): { readonly [back in Back]: string } => ({
  prepared: 'takes away what was prepared, and cuts nobody off',
  rest: `brings what is left back to ${to}`,
  'once-imported': `brings what is left back to ${to}, once that is imported there again`,
  'once-more':
    'has its runner try once more to put back what is left, from its own journal: for when what was in its way is over',
  again: `returns the others to ${to} and cuts them off once more`,
  unbound: 'takes back what was done: the port has no binding then, as before, and every worker is cut off',
  'unbound-alone': 'takes back what was done: the port has no binding then, as before',
  'unbound-imported':
    'takes back what was done, once the old certificate is imported there again: the port has no binding then, as before',
  'cut-off': 'puts workers back as they were: cut off',
});

/** The last thing that a rotation does on its way back, on every machine. */
export const THEN_PREPARED = 'what was prepared is taken away on all machines then, as far as it is still there';

/** What an approver of it agrees to. */
export function agreedBack(back: Back, bold: (text: string) => string, of?: string | null): string {
  if (back === 'prepared') return `You agree to take away ${bold('what was prepared')}. It cuts nobody off.`;
  const all = bold('all machines');
  if (back === 'unbound')
    return `You agree to put ${all} back: the port has no binding then, as before, and every worker is cut off.`;
  if (back === 'unbound-alone') return `You agree to put ${all} back: the port has no binding then, as before.`;
  if (back === 'unbound-imported')
    return `You agree to put ${all} back, once the old certificate is imported there again: the port has no binding then, as before.`;
  if (back === 'cut-off') return `You agree to put ${bold('the workers')} back as they were: cut off.`;
  if (back === 'once-more') return `You agree to try ${bold('once more')} to put back what is left; ${THEN_PREPARED}.`;
  const once = back === 'once-imported' ? ', once that is imported there again' : '';
  return `You agree to put ${all} back on ${before(of)}${once}.`;
}

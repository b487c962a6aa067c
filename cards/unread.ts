/** What goes forth on what is read on a card. In Teams a request is sent from the card itself; Slack opens a form. */
const GOES_FORTH: ReadonlySet<string> = new Set(['approve', 'leave', 'leave-out', 'go-on', 'request']);

/** Nobody lets go forth what they could not read; whoever wants to look, stop or go back need not have read it. */
export const mayBePressedUnread = (verb: string): boolean => !GOES_FORTH.has(verb);

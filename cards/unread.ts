/**
 * Verbs that move work forward because of what the card says. In Teams a request is sent from the card itself; Slack
 * opens a form.
 */
const GOES_FORTH: ReadonlySet<string> = new Set(['approve', 'leave', 'leave-out', 'go-on', 'request']);

/**
 * Nobody may move work forward without having been able to read the card; to look, stop or go back they need not have
 * read it.
 */
export const mayBePressedUnread = (verb: string): boolean => !GOES_FORTH.has(verb);

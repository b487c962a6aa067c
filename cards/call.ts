/** What a line begins with that is typed where the words will stand. The words themselves are written for a slash. */
export const SLASH = '/ssis';
/** Where a bot hears only what mentions it. In a chat with the bot alone it is read over. */
export const MENTION = '@certops';

/** Not what is part of a path or an address. */
const CALL = /(?<![\w/.:~-])\/ssis(?![\w/-])/gu;

/** No quoting leaves this sign in a datum, so it may hold apart what stands beside it. */
const APART = '\u0000';
const HELD = `/${APART}ssis`;

/** What somebody wrote stays as they wrote it, whatever the bot is called in the words around it. */
export const held = (datum: string): string => datum.replace(CALL, HELD);

/** The same words for where the bot is called by another name. */
export const calledAs = (words: string, call: string): string =>
  (call === SLASH ? words : words.replace(CALL, call)).replaceAll(APART, '');

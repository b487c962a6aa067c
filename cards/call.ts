/**
 * What a typed line begins with in the place where the words are shown. The words themselves are written for the slash
 * command.
 */
export const SLASH = '/ssis';
/** For places where the bot hears only what mentions it. In a direct chat with the bot it is ignored. */
export const MENTION = '@certops';

/** Not where it is part of a path or an address. */
const CALL = /(?<![\w/.:~-])\/ssis(?![\w/-])/gu;

/** Quoting never leaves this character in a datum, so it can mark the commands in one. */
const APART = '\u0000';
const HELD = `/${APART}ssis`;

/** Keeps what somebody wrote as it is, whatever the bot is called in the words around it. */
export const held = (datum: string): string => datum.replace(CALL, HELD);

/** The words for a place where the bot is called by another name. */
export const calledAs = (words: string, call: string): string =>
  (call === SLASH ? words : words.replace(CALL, call)).replaceAll(APART, '');

/** Slack escapes only these three in what people type. */
const unescapeText = (text: string): string =>
  text.replace(/&(amp|lt|gt);/gu, (_all, name: string) => ({ amp: '&', lt: '<', gt: '>' })[name] ?? '');

/**
 * The words of a slash command. Where the app is set to escape them, a typed name, channel or address arrives as a
 * token, as in a message; a bracket that somebody typed is escaped in any case.
 */
export const commandWords = (text: string): string =>
  unescapeText(
    text.replace(/<((?:[@#][A-Z0-9]+|![a-z]|https?:\/\/|mailto:|tel:)[^<>]*)>/gu, (_all, token: string) =>
      wordOf(token),
    ),
  );

/**
 * The words of a message as their author sees them: Slack sends mentions, links and dates as tokens in angle brackets.
 * The bot's own name at the beginning, or else at the end, only addresses it and is left out.
 */
export function plainWords(text: string, bot: string | null): string {
  const called = bot === null ? text : withoutCall(text, `<@${bot}(?:\\|[^<>]*)?>`);
  return unescapeText(called.replace(/<([^<>]*)>/gu, (_all, token: string) => wordOf(token)));
}

function withoutCall(text: string, call: string): string {
  // A colon may also begin an emoji, `:wave:`.
  const rest = text.replace(new RegExp(`^(?:\\s*${call}(?:[\\s,，：、]|:(?!\\S+:))*)+`, 'u'), '');
  return rest === text ? text.replace(new RegExp(`${call}[\\s.!?。！？]*$`, 'u'), '').trimEnd() : rest;
}

function wordOf(token: string): string {
  const [target = '', label] = split(token);
  if (target.startsWith('@')) return `@${label ?? target.slice(1)}`;
  if (target.startsWith('#')) return `#${label ?? target.slice(1)}`;
  if (target.startsWith('!')) return label ?? `@${target.slice(1)}`;
  // A link that Slack made of typed words: sqlm01.corp is `<http://sqlm01.corp|sqlm01.corp>`.
  if (/^(?:mailto|tel):/u.test(target)) return label ?? target.slice(target.indexOf(':') + 1);
  return label ?? target;
}

function split(token: string): readonly [string, string?] {
  const bar = token.indexOf('|');
  // Something the bot may not see the name of, such as a private channel, has an empty name.
  return bar < 0 || bar === token.length - 1
    ? [token.replace(/\|$/u, '')]
    : [token.slice(0, bar), token.slice(bar + 1)];
}

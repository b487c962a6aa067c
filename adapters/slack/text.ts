/** Slack escapes these three in everything that people type, and nothing else. */
const unescapeText = (text: string): string =>
  text.replace(/&(amp|lt|gt);/gu, (_all, name: string) => ({ amp: '&', lt: '<', gt: '>' })[name] ?? '');

/**
 * The words of a slash command. Where the app is set to escape them, what was typed as a name, a channel or an address
 * comes as a token, as in a message; a bracket that somebody typed is escaped in any case.
 */
export const commandWords = (text: string): string =>
  unescapeText(
    text.replace(/<((?:[@#][A-Z0-9]+|![a-z]|https?:\/\/|mailto:|tel:)[^<>]*)>/gu, (_all, token: string) =>
      wordOf(token),
    ),
  );

/**
 * The words of a message as their writer sees them: mentions, links and dates are tokens in angle brackets there. The
 * bot's own name at the beginning, or else at the end, is how it was called, and is left out.
 */
export function plainWords(text: string, bot: string | null): string {
  const called = bot === null ? text : withoutCall(text, `<@${bot}(?:\\|[^<>]*)?>`);
  return unescapeText(called.replace(/<([^<>]*)>/gu, (_all, token: string) => wordOf(token)));
}

function withoutCall(text: string, call: string): string {
  const rest = text.replace(new RegExp(`^(?:\\s*${call}[\\s,:，：、]*)+`, 'u'), '');
  return rest === text ? text.replace(new RegExp(`${call}[\\s.!?。！？]*$`, 'u'), '').trimEnd() : rest;
}

function wordOf(token: string): string {
  const [target = '', label] = split(token);
  if (target.startsWith('@')) return `@${label ?? target.slice(1)}`;
  if (target.startsWith('#')) return `#${label ?? target.slice(1)}`;
  if (target.startsWith('!')) return label ?? `@${target.slice(1)}`;
  // A link that Slack made out of what was typed: sqlm01.corp is `<http://sqlm01.corp|sqlm01.corp>`.
  if (/^(?:mailto|tel):/u.test(target)) return label ?? target.slice(target.indexOf(':') + 1);
  return label ?? target;
}

function split(token: string): readonly [string, string?] {
  const bar = token.indexOf('|');
  // What may not be named to the bot, as a private channel, comes with an empty name.
  return bar < 0 || bar === token.length - 1
    ? [token.replace(/\|$/u, '')]
    : [token.slice(0, bar), token.slice(bar + 1)];
}

import type { Command } from 'commander';
import { nearest } from '../../domain/request/nearest.ts';

/**
 * Names a word that a command does not take, and suggests the right one if it is near: "too many arguments" does
 * neither. It does so too for a root's unknown command; `saidInChat` are words that people say to the bot. Call it on a
 * root command before any of its subcommands is made, because they copy its settings.
 */
export const tellLeftOver = (root: Command, saidInChat: readonly string[] = []): Command =>
  root
    .on('command:*', ([word = '']: readonly string[]) => {
      root.error(`error: ${wordOfChat(root, word, saidInChat) ?? leftOver(root, word)}`, { code: 'certops.unknown' });
    })
    // Of a word that help does not know it would only list what there is.
    .addHelpText('beforeAll', ({ error, command }) => {
      const [help, word] = command.args;
      if (!error || help !== 'help' || word === undefined) return '';
      const ofChat = command === root ? wordOfChat(root, word, saidInChat) : null;
      return `error: ${ofChat ?? leftOver(command, word)}\n`;
    })
    .allowExcessArguments()
    .hook('preAction', (_root, command) => {
      const { args, registeredArguments: taken } = command;
      const first = args[taken.length];
      if (first === undefined || taken.at(-1)?.variadic === true) return;
      command.error(`error: ${leftOver(command, first)}`, { code: 'certops.leftOver' });
    });

function wordOfChat(root: Command, word: string, saidInChat: readonly string[]): string | null {
  const below = root.commands.flatMap((one) => one.commands).find((one) => one.name() === word);
  const here = below === undefined ? '' : ` Here it is ${nameOf(below)}.`;
  if (saidInChat.includes(word)) return `${word} is said in chat: /ssis ${word}.${here}`;
  return below === undefined ? null : `${root.name()} has no command ${word}.${here}`;
}

function leftOver(command: Command, word: string): string {
  const name = nameOf(command);
  const said = JSON.stringify(word.slice(0, 80));
  const commands = command.commands.map((one) => one.name());
  if (commands.length > 0 && command.registeredArguments.length === 0) {
    const near = nearest(word.toLowerCase(), commands);
    const way = near === '' ? `It has ${commands.join(', ')}.` : `Did you mean ${near}?`;
    return `${name} has no command ${said}. ${way}`;
  }
  const help = command.createHelp();
  const takes = [
    ...command.registeredArguments.map((one) => (one.required ? `<${one.name()}>` : `[${one.name()}]`)),
    ...help.visibleOptions(command).flatMap(({ flags, long }) => (OF_EACH.includes(long ?? '') ? [] : [flags])),
  ];
  return `${name} does not take ${said}. It takes ${takes.length === 0 ? 'nothing more' : takes.join(', ')}.`;
}

const OF_EACH: readonly string[] = ['--help', '--version'];

/** As it is typed, starting with the program's name. */
export const nameOf = (command: Command): string =>
  command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;

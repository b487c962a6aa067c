import type { Command } from 'commander';
import { nearby } from '../../domain/request/nearest.ts';

/**
 * Names a word that a command does not take, and suggests the right one if it is near: "too many arguments" does
 * neither. It does so too for a root's unknown command; `saidInChat` are words that people say to the bot. Call it on a
 * root command before any of its subcommands is made, because they copy its settings.
 */
export const tellLeftOver = (root: Command, saidInChat: readonly string[] = []): Command =>
  root
    .showHelpAfterError(`${root.name()} --help says what it takes.`)
    .on('command:*', ([word = '']: readonly string[]) => {
      root.error(`error: ${wordOfChat(root, word, saidInChat) ?? leftOver(root, word)}`, { code: 'certops.unknown' });
    })
    .allowExcessArguments()
    .hook('preAction', (_root, command) => {
      const empty = emptyOf(command);
      if (empty !== undefined) command.error(`error: ${empty} is empty`, { code: 'certops.empty' });
      const { args, registeredArguments: taken } = command;
      const first = args[taken.length];
      if (first === undefined || taken.at(-1)?.variadic === true) return;
      command.error(`error: ${leftOver(command, first)}`, { code: 'certops.leftOver' });
    });

/**
 * The word help before, between or after the names of commands, which commander takes before one name only. Call it on
 * a root command once it has all its subcommands.
 */
export function addHelp(root: Command, saidInChat: readonly string[] = []): Command {
  const shown = (from: Command, [word, ...more]: readonly string[]): Command => {
    if (word === undefined) return from;
    const found = from.commands.find((one) => one.name() === word);
    if (found !== undefined) return shown(found, more);
    const ofChat = from === root ? wordOfChat(root, word, saidInChat) : null;
    return from.error(`error: ${ofChat ?? leftOver(from, word)}`, { code: 'certops.unknown' });
  };
  const addTo = (command: Command): void => {
    if (command.commands.length === 0) return;
    for (const one of command.commands) addTo(one);
    command
      .helpCommand(false)
      .command('help')
      .description('display help for command')
      .copyInheritedSettings(command)
      .argument('[command...]')
      .action((words: readonly string[]) =>
        shown(
          command,
          words.filter((word) => word !== 'help'),
        ).help(),
      );
  };
  addTo(root);
  return root;
}

function wordOfChat(root: Command, word: string, saidInChat: readonly string[]): string | null {
  const below = root.commands.flatMap((one) => one.commands).find((one) => one.name() === word);
  const here = below === undefined ? '' : ` Here it is ${nameOf(below)}.`;
  if (saidInChat.includes(word)) return `${word} is said in chat: /ssis ${word}.${here}`;
  return below === undefined ? null : `${root.name()} has no command ${word}.${here}`;
}

/** What was named with nothing, as by a variable that is not set: it would pass for what was left out. */
function emptyOf(command: Command): string | undefined {
  const option = command.options.find((one) => [command.getOptionValue(one.attributeName())].flat().includes(''));
  return option?.flags ?? command.registeredArguments.find((_one, at) => command.args[at] === '')?.name();
}

function leftOver(command: Command, word: string): string {
  const name = nameOf(command);
  const said = JSON.stringify(word.slice(0, 80));
  const commands = command.commands.map((one) => one.name()).filter((one) => one !== 'help');
  if (commands.length > 0 && command.registeredArguments.length === 0) {
    const near = nearby(word.toLowerCase(), commands);
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

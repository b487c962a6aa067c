import type { Command } from 'commander';
import { nearest } from '../domain/request/nearest.ts';

/**
 * Words that a command does not take are named, with the right one where it is near: "too many arguments" tells
 * neither.
 * For a root command, before any of its subcommands is made, which take its settings.
 */
export const tellLeftOver = (root: Command): Command =>
  root.allowExcessArguments().hook('preAction', (_root, command) => {
    const { args, registeredArguments: taken } = command;
    const first = args[taken.length];
    if (first === undefined || taken.at(-1)?.variadic === true) return;
    command.error(`error: ${leftOver(command, first)}`, { code: 'certops.leftOver' });
  });

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

/** As it is typed, from the program on. */
const nameOf = (command: Command): string =>
  command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;

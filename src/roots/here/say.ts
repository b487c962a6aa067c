import { asTyped } from '../as-typed.ts';

/** One line, or several, for whoever typed the command. */
export const say = (text: string): void => void process.stdout.write(`${asTyped(text)}\n`);

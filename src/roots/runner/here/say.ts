import { seenLines } from '../../../config/problem.ts';
import { asTyped } from '../../program/as-typed.ts';

/** Prints one or more lines for whoever typed the command. */
export const say = (text: string): void => void process.stdout.write(`${asTyped(seenLines(text))}\n`);

import { type Block, lines } from './elements.ts';
import { bold } from './mrkdwn.ts';
import { signed } from './shared.ts';

/** What a card says before everything else, each line with an alarm sign. */
export const alarm = (said: readonly string[]): readonly Block[] =>
  lines(said.map((line) => signed({ text: ':rotating_light:' }, bold(line))));

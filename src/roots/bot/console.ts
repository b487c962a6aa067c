import type { Logger } from 'pino';
import { createWebChat } from '../../../adapters/web/index.ts';
import { formCard, sentenceCard } from '../../../cards/adaptive/form.ts';
import { renderAdaptiveCard } from '../../../cards/adaptive-card.ts';
import { say } from '../../../cards/wording/index.ts';
import { labControl } from '../../../infra/lab/control.ts';
import type { Farm } from '../../domain/farm/farm.ts';
import type { ChatAdapter } from '../../ports/chat.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ConsoleFeed, FaultBox } from '../../ports/console.ts';
import { labFileOf } from '../lab-command.ts';
import { places } from '../program/places.ts';

interface ConsoleOptions {
  /** All of them share one page and one channel; each has its own picture there. */
  readonly farms: readonly [Farm, ...Farm[]];
  /** One for each farm. */
  readonly feeds: readonly ConsoleFeed[];
  readonly folder: string;
  /** State folder of the lab; without it nothing can be broken from the page. */
  readonly lab: string | undefined;
  readonly port: number | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The web console of a rehearsal. Throws CertopsError `ConsoleOnlyForRehearsals`. */
export function openConsole(options: ConsoleOptions): Promise<ChatAdapter & { readonly url: string }> {
  const { farms, feeds, folder, lab, port, clock, log } = options;
  return createWebChat({
    farms,
    feeds,
    folder,
    faults: lab === undefined ? null : faultBox(labFileOf(lab)),
    assets: [places().web],
    wording: { renderAdaptiveCard, renderForm: formCard, renderSentence: sentenceCard, say },
    clock,
    log,
    ...(port === undefined ? {} : { port }),
  });
}

function faultBox(labFile: string): FaultBox {
  const lab = labControl(labFile);
  return {
    // Only the common ones, because each machine has over a hundred: `certops lab faults` lists them all.
    list: async () => (await lab.faults()).filter(({ common }) => common),
    arm: (host, fault) => lab.break(host, fault),
    clear: () => lab.clear(),
    armed: () => lab.armed(),
  };
}

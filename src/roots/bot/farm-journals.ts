import { openJournal } from '../../../adapters/files/journal.ts';
import { openNamedDisk } from '../../../adapters/files/journal-disk.ts';
import type { BotDeps } from '../../app/bot/index.ts';
import type { Farm } from '../../domain/farm/farm.ts';
import { replayedBot } from '../../domain/fold/bot-fold.ts';
import type { Signer } from '../../ports/journal.ts';
import type { Log } from '../../ports/log.ts';
import { botJournal } from '../former-keys.ts';
import type { Ends } from '../program/ends.ts';
import { systemClock } from '../program/system-clock.ts';
import { besideOthers } from './farms.ts';
import { refuseUnserved } from './unserved.ts';

/**
 * Each farm with its journal, which is closed when the process ends. `files`: theirs, in the same order. Throws as
 * `openJournal` and `refuseUnserved` do.
 */
export async function openFarmJournals(
  farms: readonly Farm[],
  {
    files,
    folder,
    signer,
    ends,
    log,
  }: { files: readonly string[]; folder: string; signer: Signer; ends: Ends; log: Log },
): Promise<BotDeps['farms']> {
  const served: BotDeps['farms'][number][] = [];
  for (const [at, farm] of farms.entries()) {
    const own = await botJournal(folder, farm.name);
    const journal = await besideOthers(files[at] ?? '', files, () =>
      openJournal({
        ...own,
        signer,
        ...replayedBot(),
        clock: systemClock,
        said: ({ code, data }) => log.warn({ farm: farm.name, code, ...data }, 'the journal was mended'),
        openDisk: (file) => openNamedDisk(file, { say: (sentence) => log.warn({ farm: farm.name }, sentence) }),
      }),
    );
    ends.add(() => journal.close());
    served.push({ farm, journal });
  }
  const known = served.map(({ farm, journal }) => ({ farm, state: journal.state() }));
  await refuseUnserved(known, { folder, signer, log });
  return served;
}

import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { createKeyring } from '../../../adapters/files/keyring.ts';
import { eachLine } from '../../../adapters/files/read-journal.ts';
import { CertopsError, errorCode } from '../../domain/errors.ts';
import type { Farm } from '../../domain/farm/farm.ts';
import { replayedBot } from '../../domain/fold/bot-fold.ts';
import type { BotEntry } from '../../domain/journal/entries.ts';
import type { FarmState } from '../../domain/rotation/farm-state.ts';
import { openIn, unservedBy } from '../../domain/rotation/unserved.ts';
import type { Signer } from '../../ports/journal.ts';
import type { Log } from '../../ports/log.ts';
import { botJournal } from '../former-keys.ts';
import { botFiles } from '../program/state.ts';

const ENDING = path.extname(botFiles('').journal('farm'));

interface Place {
  readonly folder: string;
  readonly signer: Pick<Signer, 'publicKey'>;
  readonly log: Log;
}

/**
 * Farm files may have changed while a rotation is under way: nobody would hear a machine that was told to change
 * something and that none of them names. Throws CertopsError `MachineNotInFarm`, `FarmNotServed`. A request that has
 * not begun, on a farm that has no file any more, is only logged.
 */
export async function refuseUnserved(
  served: readonly { readonly farm: Farm; readonly state: FarmState }[],
  place: Place,
): Promise<void> {
  for (const { farm, state } of served) {
    const left = unservedBy(state, farm);
    if (left !== null) throw new CertopsError('MachineNotInFarm', { farm: farm.name, id: left.id, hosts: left.hosts });
  }
  const names = served.map(({ farm }) => farm.name);
  for (const file of await readdir(place.folder)) {
    const farm = path.basename(file, ENDING);
    if (path.extname(file) === ENDING && !names.includes(farm)) await judgeOther(farm, place);
  }
}

/** A farm's state according to its journal, which a bot may be writing just now. Throws as `eachLine`. */
export async function readState(farm: string, { folder, signer }: Omit<Place, 'log'>): Promise<FarmState> {
  const { formerKeys, file, stream } = await botJournal(folder, farm);
  const keyring = createKeyring(signer.publicKey, formerKeys);
  const { initial, fold, replayed } = replayedBot();
  let state: FarmState = initial;
  await eachLine<BotEntry>({ file, stream, keyring }, (line) => {
    state = fold(state, line);
  });
  return replayed(state);
}

async function judgeOther(farm: string, { folder, signer, log }: Place): Promise<void> {
  const file = botFiles(folder).journal(farm);
  try {
    const open = openIn(await readState(farm, { folder, signer }));
    const begun = open.find((one) => one.begun);
    if (begun !== undefined) throw new CertopsError('FarmNotServed', { farm, id: begun.id, file });
    for (const { id } of open)
      log.warn({ farm, rotation: id, file }, 'not over, and no farm file names its farm: nobody can decide on it');
  } catch (error) {
    if (errorCode(error) === 'FarmNotServed') throw error;
    log.warn({ farm, file, code: errorCode(error) || 'unknown' }, 'a journal of a farm without a file cannot be read');
  }
}

import { holdLock } from '../../../../adapters/files/lock.ts';
import { exchangeKey, rememberKey, SIGNED_NOTHING } from '../../former-keys.ts';
import { count } from '../../program/count.ts';
import { runnerStream } from '../../program/state.ts';
import { keepOwnFolder } from '../own-config.ts';
import { publicKey } from '../peers.ts';
import { replaceConfig } from './keys.ts';
import { byHand, type HereFlags, openOwnRunner } from './own-runner.ts';
import { say } from './say.ts';

interface ExchangeFlags extends HereFlags {
  /** Public half of an earlier own key that was moved away: makes what it signed readable, and does nothing else. */
  readonly former?: string;
}

/**
 * `certops runner keys --exchange`: replaces this runner's key, keeps the journal that the old key signed readable, and
 * prints the lines for the farm file. Throws CertopsError `LockHeld` while the runner runs, and as `exchangeKey` does.
 */
export async function runnerExchange(flags: ExchangeFlags): Promise<void> {
  const { config, files, folder, place, signer } = await openOwnRunner(flags);
  const who = byHand('runner keys', config.host);
  const lock = await holdLock('runner', { ...place, who, keepsOpen: [files.journal] });
  try {
    await keepOwnFolder(folder);
    const journals = [{ file: files.journal, stream: runnerStream(config.host) }];
    if (flags.former !== undefined) {
      const lines = await rememberKey(files.key, publicKey(flags.former), journals);
      const read = `The journal can be read as far as this key signed it: ${count(lines, 'line')}. It signs nothing more.`;
      say(lines === 0 ? SIGNED_NOTHING : read);
      return;
    }
    const { publicKey: key } = await exchangeKey(files.key, journals);
    const own = await openOwnRunner(flags);
    await replaceConfig(own, { ...own.config, hostKeys: { ...own.config.hostKeys, [config.host]: [key] } });
    say(`own     ${config.host} ${key}`);
    say(`before  ${config.host} ${signer.publicKey}`);
    say(
      'Add it to the farm file beside the earlier key (two are allowed), and restart the bot: reports that it has not',
    );
    say(
      'heard yet are signed with that one. Once it has heard this runner again, remove that one and restart the bot.',
    );
    // Worded so that `asTyped` leaves it alone: this machine's program path and folder are not those of the others.
    say('On each other machine that pins it: node runner.mjs keys --farm-file FILE');
  } finally {
    await lock.release();
  }
}

import { writeFile } from 'node:fs/promises';
import { foldRunner, initialRunnerState, openOrders } from '../../../domain/fold/runner-fold.ts';
import { isPaused, unpause } from '../../program/files.ts';
import { type HereFlags, openOwnRunner } from './own-runner.ts';
import { say } from './say.ts';

/** `certops runner pause`: makes the file STOP, which a person can also make by hand. */
export async function runnerPause(flags: HereFlags): Promise<void> {
  const { files, config, lines } = await openOwnRunner(flags);
  // An existing file need not be written, and may be open in an editor.
  if (!isPaused(files)) await writeFile(files.stop, `${new Date().toISOString()}\n`, { mode: 0o600 });
  // Said first: whatever is wrong with the journal, the pause holds.
  say(
    [
      `${config.host} is paused: it takes no order that changes anything, and does not begin an order that it holds.`,
      'What is under way is finished, or put back if it has to be.',
      'certops runner resume ends the pause.',
    ].join('\n'),
  );
  const state = (await lines()).reduce(foldRunner, initialRunnerState);
  const armed = openOrders(state).filter(({ armedAt, switched }) => armedAt !== null && switched === null);
  for (const { rotation } of armed)
    say(
      `It is ARMED for ${rotation}: the bot puts ${rotation} back within 15 s if the master has no order yet. If it has one, this machine is cut off once the master switches: resume, or stop ${rotation} in chat.`,
    );
}

/** `certops runner resume`: removes the file STOP. */
export async function runnerResume(flags: HereFlags): Promise<void> {
  const { files, config } = await openOwnRunner(flags);
  const wasPaused = isPaused(files);
  await unpause(files);
  say(wasPaused ? `${config.host} takes orders again.` : `${config.host} was not paused: it takes orders.`);
}

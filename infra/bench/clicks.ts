import { buttonOn, type Chat } from './chat.ts';
import { monotonicMs } from './hops.ts';
import { readCalls } from './recording.ts';

const CARD_MS = 60_000;
/** Long enough for anything that the look left running to end. */
const QUIET_MS = 120;
const SPAWN_MS = 5_000;

/** Requests and approves a rotation. `from` is the time of the click that opened the gate. */
export async function askAndApprove(
  chat: Chat,
  asker: string,
  request = 'rotate-master',
): Promise<{ readonly from: number }> {
  chat.mark();
  await chat.say(asker, `/ssis ${request} because Bench`);
  const button = await chat.until(buttonOn('plan', 'approve'), CARD_MS);
  await chat.click('ana', button);
  await sleep(QUIET_MS);
  const from = monotonicMs();
  await chat.click('tom', button);
  return { from };
}

/**
 * From the click that opens the gate to the start of the first tool on the master: chat over HTTP, vote and order in
 * one fsynced append, one letter, the runner's checks. The rotation is then stopped and put back. Milliseconds.
 */
export async function measureClicks(
  chat: Chat,
  input: {
    readonly probe: string;
    readonly master: string;
    readonly askers: readonly string[];
    readonly samples: number;
  },
): Promise<readonly number[]> {
  const { probe, master, askers, samples } = input;
  const found: number[] = [];
  // The first round only warms up: after it the code is as warm as in a bot that has run for a day.
  for (let count = 0; count <= samples; count += 1) {
    const asker = askers[count % askers.length] ?? 'mei';
    const { from } = await askAndApprove(chat, asker);
    const at = await firstSpawn(probe, master, from);
    const stop = await chat.until(buttonOn('running', 'stop'), CARD_MS);
    await chat.click(asker, stop);
    await chat.until(({ body }) => (body.type === 'card' && body.kind === 'closed' ? true : null), CARD_MS);
    if (count > 0) found.push(at - from);
  }
  return found;
}

async function firstSpawn(probe: string, host: string, from: number): Promise<number> {
  for (const until = monotonicMs() + SPAWN_MS; monotonicMs() < until; await sleep(50)) {
    const first = (await readCalls(probe)).find((call) => call.host === host && call.from > from);
    if (first !== undefined) return first.from;
  }
  throw new Error(`no tool was started on ${host} within ${SPAWN_MS} ms of the click`);
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

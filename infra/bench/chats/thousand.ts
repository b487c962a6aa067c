import { say } from '../../../cards/wording/index.ts';
import type { FakeSlack, Whisper } from '../../../test/fakes/slack/index.ts';
import { sleep } from '../clicks.ts';
import type { Click } from './deliveries.ts';
import type { Member } from './platforms.ts';
import { deliver, type Timed, type Wire } from './wire.ts';

/** Twice the bar: anything later has missed it by any measure. */
const PATIENCE_MS = 60_000;
/** How many answers the fake of Slack accepts at one response URL. */
const GOOD_FOR = 5;

export interface ClicksSeen {
  readonly clicks: number;
  /** Clicks that were acknowledged and whose person was told what the click did. */
  readonly answered: number;
  /** From the first click to the last answer. Seconds. */
  readonly seconds: number;
  /** Time until each click was acknowledged. Milliseconds. */
  readonly acknowledged: readonly number[];
  /** How often each sentence was said. */
  readonly said: ReadonlyMap<string, number>;
}

/** Everybody clicks at once, and again as soon as their last click was acknowledged, `times` times each. */
export async function clickAll(
  slack: FakeSlack,
  wire: Wire,
  people: readonly Member[],
  times: number,
  make: (by: Member) => Click,
): Promise<ClicksSeen> {
  const before = slack.whispers.length;
  const paths: string[] = [];
  const acknowledged: number[] = [];
  const from = performance.now();
  const one = async (by: Member): Promise<void> => {
    for (let count = 0; count < times; count += 1) {
      const click = make(by);
      paths.push(click.answerPath);
      const { ms }: Timed = await deliver(wire, click);
      acknowledged.push(ms);
    }
  };
  await Promise.all(people.map(one));
  const clicks = people.length * times;
  const open = (): number => paths.filter((path) => slack.answers.get(path)?.left === GOOD_FOR).length;
  while (open() > 0 && performance.now() - from < PATIENCE_MS) await sleep(10);
  const seconds = (performance.now() - from) / 1000;
  const said = sentencesIn(slack.whispers.slice(before).filter(({ through }) => through === 'response_url'));
  return { clicks, answered: clicks - open() - excuses(said), seconds, acknowledged, said };
}

export function sentencesIn(whispers: readonly Pick<Whisper, 'text'>[]): ReadonlyMap<string, number> {
  const said = new Map<string, number>();
  for (const { text } of whispers) said.set(text, (said.get(text) ?? 0) + 1);
  return said;
}

/** Counts the answers that do not tell the person what the click did. */
export function excuses(said: ReadonlyMap<string, number>): number {
  const none = ['chat.failed', 'refused.chat-unsure'].map((id) => say({ id, data: {} }, 'en'));
  return [...said].filter(([text]) => text === '' || none.includes(text)).reduce((sum, [, count]) => sum + count, 0);
}

import { createLimiter } from '../../../adapters/slack/limiter.ts';
import { LIMITS } from '../../../cards/limits.ts';
import { virtualClock } from '../virtual-clock.ts';
import { caught } from './rig.ts';

const { rates } = LIMITS.slack;
const post = (channel: string) => ({ method: 'chat.postMessage', channel });
const update = (channel: string) => ({ method: 'chat.update', channel });
const answer = (channel: string) => ({ method: 'chat.postEphemeral', channel });

/** When each of so many calls in a row may go out, counted from the first; a call that is told to come again does. */
async function turns(count: number, context: { readonly method: string; readonly channel: string }) {
  const clock = virtualClock();
  const limiter = createLimiter(clock);
  const from = clock.now();
  const made: number[] = [];
  while (made.length < count) {
    const error = await caught(limiter.turn(context));
    if (error === null) made.push(clock.now() - from);
    else clock.pass(Number((error as { data: { retryAfterMs: unknown } }).data.retryAfterMs));
  }
  return made;
}

describe('the rates of Slack', () => {
  test.each([
    ['messages to a channel', post('C1'), 2_500, rates['chat.postMessage']],
    ['changes', update('C1'), 2_500, rates['chat.update']],
    ['answers to people', answer('C1'), 1_225, rates['chat.postEphemeral']],
  ])(
    '%s: two go out at once, then two more at a time, as fast as the rate allows',
    async (_what, call, apart, rate) => {
      const made = await turns(120, call);
      expect(made.slice(0, 6)).toEqual([0, 0, apart, apart, 2 * apart, 2 * apart]);
      expect(made.at(-1)).toBe(59 * apart);
      const within = made.map((at) => made.filter((one) => one >= at && one < at + rate.seconds * 1000).length);
      expect(Math.max(...within)).toBeLessThanOrEqual(rate.calls);
      expect(Math.max(...within)).toBeGreaterThanOrEqual(rate.calls - 2);
    },
  );

  test('hold back a message to one channel but none to another, and no call that is not counted', async () => {
    const clock = virtualClock();
    const limiter = createLimiter(clock);
    const from = clock.now();
    for (const channel of ['C1', 'C1', 'C2', 'C2']) await limiter.turn(post(channel));
    for (let call = 0; call < 100; call += 1) await limiter.turn({ method: 'users.info', channel: 'C1' });
    expect(clock.now()).toBe(from);
    await limiter.turn(post('C1'));
    expect(clock.now()).toBe(from + 2_500);
  });

  test('count updates of all channels together, and refuse one rather than delay it, since its card may have changed by then', async () => {
    const clock = virtualClock();
    const limiter = createLimiter(clock);
    const from = clock.now();
    for (const channel of ['C1', 'C2']) await limiter.turn(update(channel));
    expect(await caught(limiter.turn(update('C3')))).toMatchObject({
      code: 'ChatBusy',
      data: { retryAfterMs: 2_500, updatesOnly: true },
    });
    expect(clock.now()).toBe(from);
    clock.pass(2_500);
    await limiter.turn(update('C3'));
  });

  test('hold back whatever Slack counts together with a call that it refused, for as long as it asks', async () => {
    const clock = virtualClock();
    const limiter = createLimiter(clock);
    limiter.refused(post('C1'), 30_000);
    expect(await caught(limiter.turn(post('C1')))).toMatchObject({ data: { retryAfterMs: 30_000 } });
    await limiter.turn(post('C2'));
    clock.pass(28_000);
    const before = clock.now();
    await limiter.turn(post('C1'));
    expect(clock.now()).toBe(before + 2_000);
  });

  test('do not hold anybody back longer when the clock is set back', async () => {
    const clock = virtualClock();
    const limiter = createLimiter(clock);
    for (const channel of ['C1', 'C2']) await limiter.turn(update(channel));
    limiter.refused(post('C1'), 30_000);
    clock.step(-3_600_000);
    expect(await caught(limiter.turn(update('C3')))).toMatchObject({ data: { retryAfterMs: 2_500 } });
    expect(await caught(limiter.turn(post('C1')))).toMatchObject({ data: { retryAfterMs: 30_000 } });
  });
});

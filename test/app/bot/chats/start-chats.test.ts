import { createChats } from '../../../../src/app/bot/chats/start-chats.ts';
import { CertopsError } from '../../../../src/domain/errors.ts';
import { createFakeChat } from '../fake-chat.ts';

test('a chat that asks to wait when it is started is left alone for that long', async () => {
  const errors = [
    new CertopsError('ChatBusy', { retryAfterMs: 40_000 }),
    new CertopsError('ChatAway', {}),
    new CertopsError('ChatBusy', { retryAfterMs: 1 }),
  ];
  const waits: number[] = [];
  const started = new Promise<void>((resolve) => {
    const chat = createFakeChat('slack');
    const chats = createChats({
      chats: [
        {
          ...chat,
          start: async () => {
            const error = errors.shift();
            if (error !== undefined) throw error;
          },
        },
      ],
      inbox: async () => ({ type: 'nothing', locale: { language: 'en', timeZone: 'UTC' } }),
      started: () => resolve(),
      clock: {
        now: () => 0,
        sleep: async (ms) => void waits.push(ms),
      },
      log: { info: () => {}, warn: () => {} },
    });
    void chats.start();
  });
  await started;
  // Five seconds are how long the bot itself waits for all chats.
  expect(waits.filter((ms) => ms !== 5_000)).toEqual([40_000, 2_000, 4_000]);
});

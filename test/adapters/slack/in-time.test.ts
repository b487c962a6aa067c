import type { SlackApi } from '../../../adapters/slack/api.ts';
import { createChannel } from '../../../adapters/slack/channel.ts';
import { plan } from '../../cards/views.ts';
import { EN } from './rig.ts';

/** A call ends within half a minute; questions before a post must not use up the time of the post. */
function channelOf(answers: { readonly [method: string]: object }) {
  const asked: string[] = [];
  let now = 0;
  const through = (name: string): SlackApi => ({
    call: async <T>({ method }: { readonly method: string }): Promise<T> => {
      asked.push(`${name} ${method}`);
      now += 5_000;
      return { ok: true, ...answers[method] } as T;
    },
  });
  const channel = createChannel({
    api: through('patient'),
    quick: through('quick'),
    identity: { get: async () => ({ user: 'U0BOT', bot: 'B0BOT' }), known: () => null },
    sized: ({ draw, send }) => send(draw('whole')),
    clock: { now: () => now, steady: () => now, sleep: async () => {} },
    channels: [],
  });
  return { channel, asked };
}

test('questions asked before a post have a short time limit, and posts a long one', async () => {
  const { channel, asked } = channelOf({
    'conversations.info': { channel: { is_member: true } },
    'conversations.open': { channel: { id: 'D0MEI' } },
    'chat.postMessage': { ts: '1.1' },
  });
  await channel.post('C0OPS', plan, { key: 'prod-17', locale: EN, mention: [], readers: [] });
  await channel.whisper('U0MEI', { text: 'x', blocks: [] });
  expect(asked).toEqual([
    'quick conversations.info',
    'patient chat.postMessage',
    'quick conversations.open',
    'patient chat.postMessage',
  ]);
});

test('a search for a card in a slow Slack ends as neither found nor missing', async () => {
  const { channel, asked } = channelOf({
    'conversations.history': { messages: [{ ts: '1.1' }], response_metadata: { next_cursor: 'more' } },
  });
  await expect(channel.find('C0OPS', 'prod-17')).rejects.toMatchObject({ code: 'ChatAway' });
  expect(asked).toEqual(['patient conversations.history', 'patient conversations.history']);
});

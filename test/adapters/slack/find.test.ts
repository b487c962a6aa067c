import { plan } from '../../cards/views.ts';
import { CHANNEL, EN, type Rig, startRig } from './rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.close());

const post = (key: string) => rig.chat.post(CHANNEL, plan, { key, locale: EN, mention: [], readers: [] });

/** Slack gives fewer messages than it is asked for whenever it likes, and says that there are more. */
test('a card is found although Slack returns its history in small pages', async () => {
  rig.slack.pageOfHistory = 15;
  const first = await post('prod-17');
  for (let n = 0; n < 40; n += 1) await post(`other-${n}`);
  expect(await rig.chat.find(CHANNEL, 'prod-17')).toBe(first);
  expect(rig.slack.calledTimes('conversations.history')).toBe(3);
});

test('an empty page is not the end of the history', async () => {
  const first = await post('prod-17');
  const page = (messages: readonly object[], next: string) => ({
    status: 200,
    body: JSON.stringify({ ok: true, messages, has_more: true, response_metadata: { next_cursor: next } }),
  });
  rig.slack.fail('conversations.history', page([], '0'));
  expect(await rig.chat.find(CHANNEL, 'prod-17')).toBe(first);
});

test('the search for a card does not go on forever', async () => {
  rig.slack.pageOfHistory = 1;
  for (let n = 0; n < 30; n += 1) await post(`other-${n}`);
  expect(await rig.chat.find(CHANNEL, 'prod-17')).toBeNull();
  expect(rig.slack.calledTimes('conversations.history')).toBeLessThanOrEqual(20);
});

test('if Slack asks to wait between two pages, the search says so rather than that nothing was found', async () => {
  rig.slack.pageOfHistory = 1;
  await post('prod-17');
  await post('other');
  rig.slack.fail('conversations.history', { error: 'ratelimited' });
  await expect(rig.chat.find(CHANNEL, 'prod-17')).rejects.toMatchObject({ code: 'ChatBusy' });
});

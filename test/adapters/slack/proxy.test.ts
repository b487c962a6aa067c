import { createWayOut } from '../../../adapters/proxy/index.ts';
import type { WayOutOptions } from '../../../adapters/proxy/way-out.ts';
import { say } from '../../../cards/wording/index.ts';
import type { CardView } from '../../../src/domain/views/view.ts';
import { VIEWS } from '../../cards/views.ts';
import { type FakeProxy, startFakeProxy } from '../../fakes/proxy.ts';
import { CHANNEL, caught, EN, notice, type Rig, startRig } from './rig.ts';

const HOST = 'slack.example';
const SECRET = 'hunter2';
const PLAN = VIEWS.plan as CardView;

let proxy: FakeProxy;
let rig: Rig | null = null;
beforeEach(async () => {
  proxy = await startFakeProxy();
  proxy.user = `certops:${SECRET}`;
});
afterEach(async () => {
  await rig?.close();
  rig = null;
  await proxy.close();
});

/** A bot that reaches Slack by a name that only the proxy knows. */
async function start(mode: 'http' | 'socket', started = true, limit: WayOutOptions = {}): Promise<Rig> {
  const { host, port } = proxy;
  const wayOut = createWayOut({ host, port, user: { name: 'certops', password: SECRET } }, limit);
  rig = await startRig({ mode, started, host: HOST, options: { wayOut } });
  return rig;
}

const posting = { key: 'prod-17', locale: EN, mention: [], readers: [] };
const until = async (done: () => boolean): Promise<void> => {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 5));
};

test('cards and answers to a person go out through the proxy', async () => {
  const { chat, slack, answer, deliver, payloads, settled } = await start('http');
  answer(() => notice('summary.nothing-waits'));
  await chat.post(CHANNEL, PLAN, posting);
  expect(slack.channels.get(CHANNEL)?.messages).toHaveLength(1);
  await deliver(payloads.command('U0MEI', 'status'));
  await settled();
  expect(slack.whispers).toHaveLength(1);
  expect(new Set(proxy.asked)).toEqual(new Set([new URL(slack.apiUrl).host]));
});

test('the socket is opened and reopened through the proxy', async () => {
  const { slack, answer, deliver, payloads, intents } = await start('socket');
  answer(() => notice('summary.nothing-waits'));
  await deliver(payloads.command('U0MEI', 'status'));
  await until(() => intents.length === 1);
  slack.sockets[0]?.cut();
  await until(() => slack.calledTimes('apps.connections.open') === 2 && slack.sockets.length === 1);
  await deliver(payloads.command('U0MEI', 'status'));
  await until(() => intents.length === 2);
  const { host } = new URL(slack.apiUrl);
  expect(new Set(proxy.asked)).toEqual(new Set([host, `wss.${host}`]));
});

test('a socket that Slack renews is not left open through the proxy', async () => {
  const { slack, lines } = await start('socket');
  const [old] = slack.sockets;
  old?.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' }));
  await until(() => slack.sockets.length === 1 && slack.sockets[0] !== old);
  expect(lines.filter(({ level }) => level === 'warn')).toEqual([]);
});

describe('behind a proxy that refuses', () => {
  test('a post fails as away, with the proxy’s reason and never its password', async () => {
    const { chat, lines } = await start('http');
    proxy.user = 'somebody:else';
    const error = (await caught(chat.post('C0OTHER', PLAN, posting))) as { code: string; data: object };
    // A connection that was already open may still work.
    const told = error.code === 'ChatAway' ? error : ((await caught(later(chat))) as typeof error);
    expect(told).toMatchObject({
      code: 'ChatAway',
      data: { reason: 'proxy-refused', found: 'HTTP 407, wants Negotiate or Basic' },
    });
    expect(JSON.stringify([told, String(told), lines])).not.toContain(SECRET);
  });

  test.each<[string, () => void, object, RegExp]>([
    [
      'with 403',
      () => {
        proxy.manner = 403;
      },
      { reason: 'proxy-refused', found: 'HTTP 403' },
      /^Slack: The proxy http:\/\/\*\*\*@127\.0\.0\.1:\d+ refused the way to slack\.example:\d+ \(HTTP 403\)/u,
    ],
    [
      'by silence',
      () => {
        proxy.manner = 'hang';
      },
      { reason: 'proxy-away', found: 'no-answer-in-time' },
      /^Slack: The proxy http:\/\/\*\*\*@127\.0\.0\.1:\d+ does not answer \(no-answer-in-time\)/u,
    ],
    [
      'with a page',
      () => {
        proxy.manner = 'page';
      },
      { reason: 'proxy-refused', found: 'HTTP 200, with a page' },
      /refused the way to slack\.example/u,
    ],
  ])('%s, the check says so', async (how, refuse, data, words) => {
    // Only a proxy that hangs gets a short time limit.
    const { chat, lines } = await start('http', false, how === 'by silence' ? { timeLimitMs: 500 } : {});
    refuse();
    const [finding] = await chat.check();
    expect(finding).toMatchObject({ ok: false, message: { id: 'validate.slack-token.failed', data } });
    const message = finding?.message ?? { id: '', data: {} };
    expect(say(message, 'en')).toMatch(words);
    expect(say(message, 'zh-CN')).toContain('代理 http://***@127.0.0.1');
    expect(JSON.stringify([finding, lines])).not.toContain(SECRET);
  });

  test('only the way to the sockets, the log of the start names the host', async () => {
    proxy.refuses = `wss.${HOST}`;
    const { chat, slack, lines } = await start('socket', false);
    await chat.start(async () => ({ type: 'nothing', locale: EN }));
    expect(lines.at(-1)?.data).toMatchObject({
      code: 'ChatAway',
      reason: 'proxy-refused',
      target: `wss.${new URL(slack.apiUrl).host}`,
      found: 'HTTP 403',
    });
  });

  test('to reopen the socket, the log says so, and the socket opens once the proxy lets it through', async () => {
    const { slack, lines } = await start('socket');
    proxy.manner = 403;
    slack.sockets[0]?.cut();
    await until(() => lines.some(({ data }) => data.found === 'HTTP 403'));
    proxy.manner = 'pass';
    await until(() => slack.sockets.length === 1);
    expect(JSON.stringify(lines)).not.toContain(SECRET);
  });
});

const later = (chat: Rig['chat']): Promise<unknown> => chat.post(CHANNEL, PLAN, posting);

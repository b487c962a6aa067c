import { createWayOut } from '../../../adapters/proxy/index.ts';
import type { WayOutOptions } from '../../../adapters/proxy/way-out.ts';
import { say } from '../../../cards/wording/index.ts';
import { type FakeProxy, startFakeProxy } from '../../fakes/proxy.ts';
import { GROUP, LOCALE, planView, posting, type Rig, said, startRig } from './support.ts';

const SECRET = 'hunter2';

let proxy: FakeProxy;
let rig: Rig;
const start = async (options: WayOutOptions = {}): Promise<void> => {
  const { host, port } = proxy;
  const wayOut = createWayOut({ host, port, user: { name: 'certops', password: SECRET } }, options);
  rig = await startRig({ wayOut }, 'teams.example');
};
beforeEach(async () => {
  proxy = await startFakeProxy();
  proxy.user = `certops:${SECRET}`;
});
afterEach(async () => {
  await rig.close();
  await proxy.close();
});

test('keys, tokens and cards go through the proxy', async () => {
  await start();
  rig.bot.reply = async () => ({ type: 'nothing', locale: LOCALE });
  expect((await rig.type('mei', 'status')).status).toBe(200);
  expect(rig.service.calls.join()).toContain('/keys');
  await rig.chat().post(GROUP, planView(), posting());
  expect(rig.stood(GROUP)).toHaveLength(1);
  expect(new Set(proxy.asked)).toEqual(new Set([new URL(rig.service.serviceUrl).host]));
  expect(rig.logged.join()).not.toContain(SECRET);
});

test('a token that the service did not sign is still refused', async () => {
  await start();
  expect((await rig.type('mei', 'status')).status).toBe(200);
  const forged = rig.service.token().replace(/[^.]+$/u, 'AAAA');
  expect((await rig.deliver({ channelId: 'msteams' }, forged)).status).toBe(401);
});

test.each<[string, FakeProxy['manner'], string]>([
  ['refuses', 403, 'HTTP 403'],
  ['hangs', 'hang', 'no-answer-in-time'],
  ['sends a page', 'page', 'HTTP 200, with a page'],
])('when the proxy %s, Teams is asked to try again, and the check names the proxy', async (_how, manner, found) => {
  // Only a proxy that hangs gets a short time limit.
  await start(manner === 'hang' ? { timeLimitMs: 500 } : {});
  proxy.manner = manner;
  rig.bot.reply = async () => said('help.intro');
  expect((await rig.type('mei', 'status')).status).toBe(503);
  expect(rig.logged.join()).toContain('KeysNotThere');
  expect(rig.logged.join()).toContain(found);
  const [finding] = await rig.chat().check();
  expect(finding).toMatchObject({ ok: false, message: { id: 'validate.teams-token.failed', data: { found } } });
  const message = finding?.message ?? { id: '', data: {} };
  expect(say(message, 'en')).toMatch(/^Teams: The proxy http:\/\/\*\*\*@127\.0\.0\.1:\d+ (?:refused|does not answer)/u);
  expect(say(message, 'zh-CN')).toContain('代理 http://***@127.0.0.1');
  expect(JSON.stringify([finding, rig.logged])).not.toContain(SECRET);
});

test('an error answer from Microsoft is not reported as a closed proxy', async () => {
  await start();
  rig.service.trouble({ on: /token/u, status: 500 });
  const [finding] = await rig.chat().check();
  const message = finding?.message ?? { id: '', data: {} };
  expect(say(message, 'en')).toBe('Teams: Microsoft cannot answer just now (http-500). Look again later.');
  expect(say(message, 'zh-CN')).toBe('Teams：Microsoft 目前无法应答（http-500）。请稍后再检查一次。');
});

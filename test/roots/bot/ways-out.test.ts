import type { Options } from '../../../src/config/options.ts';
import type { Farm } from '../../../src/domain/farm/farm.ts';
import { proxyOf } from '../../../src/roots/bot/way-out.ts';
import { waysOut } from '../../../src/roots/bot/ways-out.ts';

const farm = (rehearsal: boolean): Farm => ({ rehearsal }) as Farm;
const options = (teamsPasswordEnds: string | null): Options => ({ teamsPasswordEnds }) as Options;

test('only a rehearsal may call plain http, and only on this machine', async () => {
  const code = async (rehearsal: boolean, url: string): Promise<unknown> =>
    waysOut([farm(rehearsal)], options(null))
      .out.http.get(url)
      .catch((error: { code: unknown }) => error.code);
  expect(await code(false, 'http://127.0.0.1:1/')).toBe('HttpRefused');
  expect(await code(true, 'http://127.0.0.1:1/')).toBe('HttpAway');
  expect(await code(true, 'http://127.0.0.2:1/')).toBe('HttpRefused');
});

test('the end of the Teams secret is known only where it was written down', () => {
  expect(waysOut([farm(false)], options(null)).credentials).toEqual([]);
  expect(waysOut([farm(false)], options('2027-05-31')).credentials).toEqual([
    { platform: 'teams', endsAt: '2027-05-31T00:00:00.000Z' },
  ]);
});

test('a webhook gets a sentence, in the farm’s time zone', () => {
  const data = { farm: 'prod', host: 'sqlm01', since: '2026-11-24T12:00:00.000Z' };
  const words = waysOut([farm(false)], options(null)).out.word({ id: 'notify.master-silent', data }, 'Europe/Berlin');
  expect(words).toBe('prod: no word from the runner of the master sqlm01 since 24 Nov 2026, 13:00 UTC+1.');
});

test('the sentence for a webhook is cut, however much there is to say', () => {
  const data = { farm: 'prod', host: 'sqlm01 '.repeat(50_000), since: '2026-11-24T12:00:00.000Z' };
  const words = waysOut([farm(false)], options(null)).out.word({ id: 'notify.master-silent', data }, 'UTC');
  expect(words).toHaveLength(4_000);
  expect(words).toMatch(/^prod: no word from .*…$/u);
});

test('the machine’s proxy is read only where something goes out', () => {
  const before = process.env.https_proxy;
  process.env.https_proxy = 'socks5://proxy.corp:1080';
  const none = { chat: { slack: null, teams: null }, notify: { webhook: null, ping: null } } as unknown as Farm;
  expect(proxyOf([none], options(null))).toBeNull();
  for (const more of [
    { chat: { slack: {}, teams: null } },
    { chat: { slack: null, teams: {} } },
    { notify: { webhook: null, ping: 'https://ping.example' } },
  ])
    expect(() => proxyOf([none, { ...none, ...more } as Farm], options(null))).toThrow('OptionNotValid');
  if (before === undefined) delete process.env.https_proxy;
  else process.env.https_proxy = before;
});

import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jest } from '@jest/globals';
import { createKey } from '../../../adapters/files/keys.ts';
import type { Options } from '../../../src/config/options.ts';
import { CertopsError } from '../../../src/domain/errors.ts';
import type { Farm } from '../../../src/domain/farm/farm.ts';
import { exchangeKey } from '../../../src/roots/former-keys.ts';
import { lookAtBot } from '../../../src/roots/validate/bot.ts';
import { looked } from '../../../src/roots/validate/line.ts';
import { lookAtNotify } from '../../../src/roots/validate/notify.ts';
import { lookAtFarm, lookAtSize, lookAtState } from '../../../src/roots/validate/own.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A server that gives this answer at every address. */
async function answering(status: number, body: string): Promise<Options> {
  const server = createServer((_request, response) => response.writeHead(status).end(body));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { listen: '0.0.0.0', port: String((server.address() as AddressInfo).port) } as Options;
}

describe('a bot that may be running', () => {
  test.each<[string, number, object | string, string, RegExp]>([
    ['that is ready', 200, { ready: true, parts: { redis: { ok: true } } }, 'ok', /is ready\.$/u],
    [
      'of which a part does not work',
      503,
      { ready: false, parts: { redis: { ok: false }, slack: { ok: false }, journal: { ok: true } } },
      'no',
      /not all of it works: redis, slack\..*BotNotReady/u,
    ],
    [
      'that hears every runner',
      200,
      { ready: true, parts: { runners: { ok: true, heard: 4, of: 4 } } },
      'ok',
      /is ready\.$/u,
    ],
    ['that is another program', 200, '<html>Tomcat</html>', 'no', /not this bot.*CERTOPS_PORT.*PortOfAnother/u],
    ['that is another program, answering in JSON', 200, { status: 'UP' }, 'no', /not this bot/u],
  ])('%s', async (_what, status, body, mark, sentence) => {
    const [line, ...more] = await lookAtBot(
      await answering(status, typeof body === 'string' ? body : JSON.stringify(body)),
    );
    expect([line?.mark, more]).toEqual([mark, []]);
    expect(line?.sentence).toMatch(sentence);
  });

  test('that does not hear every runner is ready, but something is to be done', async () => {
    const body = { ready: true, parts: { runners: { ok: true, heard: 3, of: 4 } } };
    const [first, second] = await lookAtBot(await answering(200, JSON.stringify(body)));
    expect([first?.mark, second?.mark]).toEqual(['ok', 'no']);
    expect(second?.sentence).toMatch(/hears 3 of 4 runners.*different key.*RunnersNotHeard/u);
  });

  const failed = (code: string) => new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code }) });

  test.each<[string, Error, string]>([
    ['at an address that this machine does not have', failed('EADDRNOTAVAIL'), 'EADDRNOTAVAIL'],
    ['at an address that is not reached', failed('EHOSTUNREACH'), 'EHOSTUNREACH'],
    ['at an address of a machine that is down', failed('EHOSTDOWN'), 'EHOSTDOWN'],
    ['while the network is down', failed('ENETDOWN'), 'ENETDOWN'],
    ['at a name that nobody resolves now', failed('EAI_AGAIN'), 'EAI_AGAIN'],
    ['that gives no answer in time', new DOMException('aborted due to timeout', 'TimeoutError'), 'TimeoutError'],
  ])('%s is not taken for another program', async (_what, error, reason) => {
    const fetching = jest.spyOn(globalThis, 'fetch').mockRejectedValue(error);
    try {
      const lines = await lookAtBot({ listen: '10.0.0.9', port: '3978' } as Options);
      expect(lines).toEqual([{ mark: 'no', sentence: expect.stringMatching(/10\.0\.0\.9:3978 .*CERTOPS_LISTEN/u) }]);
      expect(lines[0]?.sentence).toMatch(new RegExp(`\\(${reason}\\).* \\(BotNotAsked\\)$`, 'u'));
    } finally {
      fetching.mockRestore();
    }
  });

  test('that does not speak HTTP is another program', async () => {
    const fetching = jest.spyOn(globalThis, 'fetch').mockRejectedValue(failed('HPE_INVALID_CONSTANT'));
    try {
      const [line] = await lookAtBot({ listen: '127.0.0.1', port: null } as Options);
      expect(line?.sentence).toMatch(/PortOfAnother/u);
    } finally {
      fetching.mockRestore();
    }
  });

  test('that is not running is only noted, with how to start it', async () => {
    const options = await answering(200, '');
    await new Promise((resolve) => servers.pop()?.close(resolve));
    const [line] = await lookAtBot(options);
    expect(line).toMatchObject({ mark: 'note', sentence: expect.stringContaining('certops bot') });
  });
});

describe('a look that fails', () => {
  test.each([
    ['in the command line’s words', 'SlackTokenMissing', /SLACK_BOT_TOKEN is missing.*\(SlackTokenMissing\)$/u],
    [
      'in the cards’ words with the way on, where only a chat meets it',
      'ChannelNotFound',
      /cannot be reached.*Invite.*\(ChannelNotFound\)$/u,
    ],
    ['by its code, when nobody worded it', 'NeverWorded', /\(NeverWorded\)$/u],
  ])('is told %s', async (_how, code, sentence) => {
    const lines = await looked(async () => {
      throw new CertopsError(code);
    });
    expect(lines).toEqual([{ mark: 'no', sentence: expect.stringMatching(sentence) }]);
  });

  test('is thrown on if it is a fault of our own', async () => {
    await expect(looked(() => Promise.reject(new TypeError('x')))).rejects.toThrow(TypeError);
  });
});

describe('a farm file that is a rehearsal, as the example is,', () => {
  const farm = (rehearsal: boolean, slack: object | null): Farm =>
    ({
      ...{ name: 'prod', rehearsal, hosts: [], people: [], channels: [], approval: { quorum: 2, approvers: [] } },
      chat: { slack, teams: null },
    }) as unknown as Farm;
  const REMOVE = 'farm.yaml: prod is a rehearsal, where names need not be checked. Remove rehearsal: true';

  test.each([
    ['in a chat is something to do', true, {}, 'no'],
    ['on the console alone is a note', true, null, 'note'],
  ])('%s', (_what, rehearsal, slack, mark) => {
    const [, line, ...more] = lookAtFarm(farm(rehearsal, slack), 'farm.yaml');
    expect([line, more]).toEqual([{ mark, sentence: expect.stringContaining(REMOVE) }, []]);
  });

  test('is not mentioned once the line is removed', () => {
    expect(lookAtFarm(farm(false, {}), 'farm.yaml')).toHaveLength(1);
  });
});

test('webhook and ping are reached, and nothing is sent to them', async () => {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.end();
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const notify = { webhook: `http://127.0.0.1:${port}/hunter2`, ping: 'http://127.0.0.1:1/hunter2' };
  const lines = await lookAtNotify({ name: 'prod', notify } as Farm, null);
  expect(lines.map(({ mark }) => mark)).toEqual(['ok', 'no']);
  expect(lines[0]?.sentence).toMatch(/^The webhook of prod: 127\.0\.0\.1:\d+ can be reached\. Nothing was sent/u);
  expect(lines[1]?.sentence).toMatch(
    /^The ping of prod: 127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\)\..*notify\.ping.*\(HttpAway\)$/u,
  );
  expect([asked, JSON.stringify(lines).includes('hunter2')]).toEqual([0, false]);
  expect(await lookAtNotify({ name: 'prod', notify: { webhook: null, ping: null } } as Farm, null)).toEqual([]);
});

test('a state folder that another machine may have too is noted, and one that it may not is not', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'certops-validate-'));
  try {
    const key = path.join(folder, 'key.pem');
    await createKey(key);
    const marks = async (isShared: boolean) =>
      (await lookAtState(folder, key, async () => isShared)).map(({ mark }) => mark);
    expect(await marks(true)).toEqual(['ok', 'note']);
    expect(await marks(false)).toEqual(['ok']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('whether runners go by a key that has replaced another is not seen, and that is said', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'certops-validate-'));
  try {
    const key = path.join(folder, 'key.pem');
    await createKey(key);
    expect(await lookAtState(folder, key)).toMatchObject([{ mark: 'ok' }]);
    await exchangeKey(key, []);
    expect(await lookAtState(folder, key)).toMatchObject([
      { mark: 'ok' },
      { mark: 'note', sentence: expect.stringContaining('20 s later /ssis runners, which names those') },
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a disk that is nearly full has to be seen to, before nothing can be recorded any more', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'certops-validate-'));
  try {
    const key = path.join(folder, 'key.pem');
    await createKey(key);
    const lines = (free: number) =>
      lookAtState(
        folder,
        key,
        async () => false,
        async () => free,
      );
    expect((await lines(1e9)).map(({ mark }) => mark)).toEqual(['ok']);
    expect(await lines(0.44e9)).toEqual([
      { mark: 'ok', sentence: expect.anything() },
      { mark: 'no', sentence: expect.stringMatching(/only 0\.4 GB free.*\(DiskNearlyFull\)$/u) },
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a journal that takes a bot over a minute to read is noted, and one that is not there is not', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'certops-validate-'));
  const journal = (farm: string): string => path.join(folder, `${farm}.journal`);
  try {
    for (const [farm, size] of [
      ['prod', 2e9 + 1],
      ['test', 2e9],
    ] as const) {
      writeFileSync(journal(farm), '');
      truncateSync(journal(farm), size);
    }
    expect(await lookAtSize([{ name: 'prod' }, { name: 'test' }, { name: 'new' }], journal)).toEqual([
      { mark: 'note', sentence: expect.stringMatching(/^The journal of prod has 2\.0 GB\..* in about 67 s\./u) },
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
